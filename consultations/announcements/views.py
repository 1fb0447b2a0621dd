"""The page where announcements are made and ended, and the button that dismisses one."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from consultations.announcements import acts
from consultations.announcements.forms import AnnouncementForm
from consultations.models import Announcement
from consultations.rules.access import Access, Act
from consultations.web.forms import add_errors
from consultations.web.view_decorators import with_access

PAGE_SIZE = 30


@with_access
def announcements(request: HttpRequest, access: Access) -> HttpResponse:
    """All announcements, the latest first, and a form for a new one."""
    access.require(Act.ANNOUNCE)
    form = AnnouncementForm(
        request.POST if request.method == "POST" else None,
        access=access,
        initial={"from_at": access.moment},
    )
    if request.method == "POST" and form.is_valid():
        try:
            acts.announce(access=access, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The announcement is saved."))
            return redirect("announcements", access.consultation.slug)
    visible_announcements = Announcement.objects.visible_to(access)
    page = Paginator(visible_announcements, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "access": access,
        "form": form,
        "page": page,
        # Nobody may once the record of the consultation is closed.
        "may_announce": access.may(Act.ANNOUNCE, on=access.consultation),
    }
    status = 422 if form.errors else 200
    return render(request, "consultations/announcements/announcements.html", context, status=status)


@require_POST
@with_access
def end_announcement(
    request: HttpRequest, access: Access, announcement_public_id: UUID
) -> HttpResponse:
    """Take an announcement off the front page."""
    access.require(Act.ANNOUNCE)
    acts.end_announcement(
        access=access, announcement=_visible_announcement(access, announcement_public_id)
    )
    messages.success(request, _("The announcement is no longer shown."))
    return redirect("announcements", access.consultation.slug)


@require_POST
@with_access
def dismiss_announcement(
    request: HttpRequest, access: Access, announcement_public_id: UUID
) -> HttpResponse:
    """Hide an announcement from one's own front page."""
    acts.dismiss_announcement(
        access=access, announcement=_visible_announcement(access, announcement_public_id)
    )
    return redirect("consultation", access.consultation.slug)


def _visible_announcement(access: Access, announcement_public_id: UUID) -> Announcement:
    return get_object_or_404(
        Announcement.objects.visible_to(access), public_id=announcement_public_id
    )
