"""The calendar of a consultation: the file, and the address for a calendar program."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from consultations.keys.acts import end_feed, make_feed
from consultations.keys.forms import FeedForm
from consultations.models import CalendarFeed
from consultations.rules.access import Access, Actor
from consultations.web.view_decorators import with_access, with_actor


@with_access
def calendar(request: HttpRequest, access: Access) -> HttpResponse:
    """The file to download, and the reader's calendar address in this capacity.

    A new address is shown once: only the hash of the secret in it is kept.
    """
    form = FeedForm(request.POST if request.method == "POST" else None)
    feed_url = ""
    if request.method == "POST" and form.is_valid():
        _feed, secret = make_feed(access=access, name=form.cleaned_data["name"])
        feed_url = settings.BASE_URL + reverse("calendar_feed", args=[secret])
        form = FeedForm()
    feed = CalendarFeed.objects.filter(
        user=access.user,
        capacity=access.capacity.key,
        consultation=access.consultation,
        ended_at=None,
    ).first()
    context = {"access": access, "feed": feed, "new_feed_url": feed_url, "form": form}
    status = 422 if form.errors else 200
    return render(request, "consultations/keys/calendar.html", context, status=status)


@require_POST
@with_actor
def end_calendar_feed(request: HttpRequest, actor: Actor, feed_public_id: UUID) -> HttpResponse:
    """End one of my calendar addresses."""
    calendar_feed = get_object_or_404(CalendarFeed, public_id=feed_public_id, user=actor.user)
    end_feed(actor=actor, feed=calendar_feed)
    messages.success(
        request, _("The calendar address “%(name)s” is ended.") % {"name": calendar_feed}
    )
    return redirect("keys")
