"""The digest before it is sent: a preview of both editions, and a test to oneself.

A digest is the e-mail before a meeting with what is new. Facilitators and secretariat get one
edition, the people of each delegation another.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from comments.digests.acts import has_waiting_digests, preview_digest
from comments.digests.forms import EditionForm
from consultations.models import Meeting, Seat
from consultations.outbox.composing import ComposedMail, NotTaken
from consultations.rules.access import Access, Act
from consultations.rules.access_factory import access_of_post, group_room_seats_by_delegation_id
from consultations.web.view_decorators import with_access
from delegations.models import DelegationKind, Post

# Digests are gathered each minute: one that is late by more than this is overdue.
OVERDUE_AFTER = timedelta(minutes=10)


@require_safe
@with_access
def digest(request: HttpRequest, access: Access, meeting_public_id: UUID) -> HttpResponse:
    """The digest as it would be sent now, in the edition that is chosen."""
    meeting = _get_meeting(access, meeting_public_id)
    form = EditionForm(request.GET, access=access)
    mail = _composed_digest(access, meeting, form)
    context = {
        "access": access,
        "meeting": meeting,
        "form": form,
        "mail": mail,
        "state": _digest_state(meeting, access.moment),
        "due_at": meeting.digest_due_at,
    }
    return render(request, "comments/digests/digest.html", context)


@require_POST
@with_access
def send_test_digest(request: HttpRequest, access: Access, meeting_public_id: UUID) -> HttpResponse:
    """Send the chosen edition to whoever asks for it, and to nobody else; nothing is recorded."""
    meeting = _get_meeting(access, meeting_public_id)
    mail = _composed_digest(access, meeting, EditionForm(request.POST, access=access))
    if mail is None:
        messages.warning(request, _("There is nothing new yet. No e-mail was sent."))
    elif _send_test(mail):
        messages.success(request, _("A test was sent to %(address)s.") % {"address": mail.to})
    else:
        messages.error(request, _("The mail server did not accept the test. Try again later."))
    return redirect(_digest_url(access, meeting, request.POST))


def _get_meeting(access: Access, meeting_public_id: UUID) -> Meeting:
    """A meeting of this consultation, for those who set meetings. Raises Http404, Refused."""
    access.require(Act.SET_MEETINGS, on=access.consultation)
    meetings = Meeting.objects.filter(consultation=access.consultation)
    return get_object_or_404(meetings.select_related("consultation"), public_id=meeting_public_id)


def _digest_state(meeting: Meeting, now: datetime) -> str:
    """The state of a meeting's digest, in a word for which the page has a sentence."""
    if meeting.cancelled_at is not None:
        return "cancelled"
    # The start for which the digests were gathered: a meeting that moved since is due again.
    if meeting.digest_claimed_for == meeting.starts_at:
        return "sending" if has_waiting_digests(meeting) else "sent"
    if meeting.starts_at <= now:
        return "begun"
    lateness = now - meeting.digest_due_at  # negative until it is due
    if lateness > OVERDUE_AFTER:
        return "overdue"
    return "due" if lateness >= timedelta(0) else "waiting"


def _composed_digest(access: Access, meeting: Meeting, form: EditionForm) -> ComposedMail | None:
    """The digest that the form chooses: of a delegation, else the one of whoever asks.

    None where it has nothing new. Raises Http404 for a delegation that is no choice of the form, or
    in which nobody holds a post.
    """
    if not form.is_valid():
        raise Http404
    seat_public_id = form.cleaned_data["edition"]
    reader = _delegate_access(access, seat_public_id) if seat_public_id else access
    return preview_digest(meeting, reader, viewer=access.user)


def _delegate_access(access: Access, seat_public_id: str) -> Access:
    """The access of who holds the delegation's oldest post: all of its posts read the same.

    Raises Http404 where nobody holds one.
    """
    seat = Seat.objects.select_related("consultation").get(
        consultation=access.consultation, public_id=seat_public_id
    )
    posts = Post.objects.held().filter(delegation=seat.delegation_id)
    oldest_post = posts.select_related("user", "delegation").order_by("pk").first()
    if oldest_post is None:
        raise Http404
    group_seats = Seat.objects.filter(
        consultation=access.consultation, delegation__kind=DelegationKind.GROUP, ended_at=None
    )
    room_seats_by_delegation = group_room_seats_by_delegation_id(group_seats, access.moment)
    return access_of_post(
        oldest_post,
        seat,
        access.moment,
        group_room_seats=room_seats_by_delegation.get(oldest_post.delegation_id, ()),
    )


def _send_test(mail: ComposedMail) -> bool:
    """Send a mail as a test and return True; False where the mail server refuses it."""
    subject = _("Test: %(subject)s") % {"subject": mail.subject}
    try:
        replace(mail, subject=subject).send(message_id=f"test-{uuid4()}")
    except NotTaken:
        return False
    return True


def _digest_url(access: Access, meeting: Meeting, form_data: QueryDict) -> str:
    """The page of the digest, with the edition (a seat's public id) that the form had chosen."""
    page_url = reverse("digest", args=[access.consultation.slug, meeting.public_id])
    seat_public_id = form_data.get("edition", "")
    return f"{page_url}?{urlencode({'edition': seat_public_id})}" if seat_public_id else page_url
