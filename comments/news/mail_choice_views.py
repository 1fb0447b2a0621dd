"""The choice of e-mail notifications, and the page behind the link that stops them."""

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comments.news import acts
from comments.news.forms import MailPreferencesForm
from comments.notifications.stopping import reader_and_capacity_of
from consultations.rules.access import Actor
from consultations.rules.access_factory import capacities_of
from consultations.time.wall_clock import city_of
from consultations.web.view_decorators import with_actor


@with_actor
def mail_preferences(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Choose which mail this person gets, in each of their capacities."""
    posted_data = request.POST if request.method == "POST" else None
    form = MailPreferencesForm(posted_data, user=actor.user, capacities=capacities_of(actor.user))
    if posted_data is not None and form.is_valid():
        for choice in form.chosen_mails():
            acts.choose_mail(
                user=actor.user,
                capacity_key=choice.capacity_key,
                frequency=choice.frequency,
                unwanted_topics=choice.unwanted,
                moment=actor.moment,
            )
        messages.success(request, _("Your choice is saved."))
        return redirect("mail")
    context = {"form": form, "zone": city_of(ZoneInfo(actor.user.time_zone))}
    return render(
        request, "comments/news/mail_choice.html", context, status=422 if form.errors else 200
    )


# Mail readers post here by themselves, from their own servers (RFC 8058): the signature in the
# address is their only proof, and it can do nothing but stop a mail.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop_mail(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the mails of one person in one capacity: a page with one button, without sign-in."""
    user_and_capacity_key = reader_and_capacity_of(token)
    if user_and_capacity_key is None:
        raise Http404
    user, capacity_key = user_and_capacity_key
    # None where the person no longer acts in it; the mails can be stopped all the same.
    capacity_of_link = next(
        (capacity for capacity in capacities_of(user) if capacity.key == capacity_key), None
    )
    if request.method == "POST":
        acts.stop_mail(user=user, capacity_key=capacity_key)
    context = {
        "capacity": capacity_of_link,
        "is_stopped": request.method == "POST",
        "token": token,
        # The address is a secret: what the page loads must not send it as the referrer.
        "referrer": "strict-origin",
    }
    return render(request, "comments/news/stop_mail.html", context)
