"""The screen of a meeting: one paragraph for all in the room, led by the facilitators.

Read at the primary database: whoever follows was told of a change, and must not get an older state
from a replica. A mark stands for one state of the screen.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from comments.minutes.queries import minuted_paragraphs
from comments.screen.events import OPENING, mark_event
from comments.screen.queries import mark_of_proposals, proposals_on_screen
from consultations.models import Meeting, WorkingRoom
from consultations.rules.access import Access, Act
from consultations.rules.replica_reads import reads_primary_only
from consultations.web.view_decorators import with_access
from drafts.models import Paragraph, Screen
from drafts.rooms.queries import room_by_paragraph_id
from drafts.screen.acts import end_screen, set_proposals_shown, show_on_screen
from drafts.screen.queries import screen_content, screen_mark
from drafts.text.names import names_of_paragraphs

# Seconds for which a rendered screen is cached; a change has a mark, and so a key, of its own.
CACHED_SECONDS = 600


@require_safe
@with_access
@reads_primary_only
def screen(request: HttpRequest, access: Access, meeting_public_id: UUID) -> HttpResponse:
    """What the screen shows, with controls for whoever leads it, but not on the projector."""
    meeting = _get_meeting(access, meeting_public_id)
    may_lead = bool(access.may(Act.PROJECT, on=meeting)) and meeting.cancelled_at is None
    is_projector = "projector" in request.GET
    stored_screen = _get_screen(access, meeting_public_id)
    context = {**_screen_context(access, meeting, stored_screen), "is_projector": is_projector}
    if may_lead and not is_projector:
        context |= _leader_context(access, meeting, stored_screen)
    return render(request, "comments/screen/screen.html", context)


@require_safe
@with_access
@reads_primary_only
def screen_now(request: HttpRequest, access: Access, meeting_public_id: UUID) -> HttpResponse:
    """The paragraph alone, for those who follow; rendered once for all who read in one language."""
    stored_screen = _get_screen(access, meeting_public_id)
    if stored_screen is None or stored_screen.ended_at:
        meeting = (
            stored_screen.meeting if stored_screen else _get_meeting(access, meeting_public_id)
        )
        return HttpResponse(_rendered_screen(request, access, meeting, stored_screen))
    mark_before = screen_mark(stored_screen.meeting_id)
    proposals_mark = mark_of_proposals(access, stored_screen)
    cache_key = f"screen:{meeting_public_id}:{mark_before}:{proposals_mark}:{get_language()}"
    html = cache.get(cache_key)
    if html is None:
        html = _rendered_screen(request, access, stored_screen.meeting, stored_screen)
        # Not cached where the screen changed meanwhile: what is typed may be withdrawn.
        if mark_before == screen_mark(stored_screen.meeting_id):
            cache.set(cache_key, html, CACHED_SECONDS)
    return HttpResponse(html)


@require_safe
@with_access
@reads_primary_only
def screen_stream(request: HttpRequest, access: Access, meeting_public_id: UUID) -> HttpResponse:
    """The mark of the screen, as a stream of server-sent events that ends after this one event.

    The browser then asks again every two seconds. Under `config/asgi` the stream stays open.
    """
    meeting = _get_meeting(access, meeting_public_id)
    events = OPENING + mark_event(screen_mark(meeting.pk))
    headers = {"X-Accel-Buffering": "no"}  # nginx is to pass each message on at once
    return HttpResponse(events, content_type="text/event-stream", headers=headers)


@require_POST
@with_access
def change_screen(request: HttpRequest, access: Access, meeting_public_id: UUID) -> HttpResponse:
    """Show another paragraph, show or hide its proposals, or end the screen."""
    meeting = _get_meeting(access, meeting_public_id)
    access.require(Act.PROJECT, on=meeting)
    try:
        _change_screen(request, access, meeting)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("screen", access.consultation.slug, meeting.public_id)


# --- What the views above share -------------------------------------------------------------------


def _get_meeting(access: Access, meeting_public_id: UUID) -> Meeting:
    """A meeting of the plenary, or of a room in which the reader sits. Raises Http404.

    Facilitators and the secretariat get any meeting.
    """
    meetings = Meeting.objects.filter(consultation=access.consultation)
    if not access.reads_all:
        in_own_room = Q(room__in=WorkingRoom.objects.for_seat(access.seat))
        meetings = meetings.filter(Q(room=None) | in_own_room)
    return get_object_or_404(meetings, public_id=meeting_public_id)


def _get_screen(access: Access, meeting_public_id: UUID) -> Screen | None:
    """The screen of a meeting; None where it was never on."""
    screens = Screen.objects.visible_to(access).select_related("meeting")
    return screens.filter(meeting__public_id=meeting_public_id).first()


def _screen_context(
    access: Access, meeting: Meeting, stored_screen: Screen | None
) -> dict[str, Any]:
    """What all readers of the screen see; nothing while it is off."""
    shown_screen = screen_content(access, stored_screen) if stored_screen else None
    proposals = (
        proposals_on_screen(access, shown_screen)
        if shown_screen and shown_screen.screen.with_proposals
        else []
    )
    return {
        "access": access,
        "meeting": meeting,
        "on_screen": shown_screen,
        "proposals": proposals,
        "mark": screen_mark(meeting.pk),
    }


def _rendered_screen(
    request: HttpRequest, access: Access, meeting: Meeting, stored_screen: Screen | None
) -> str:
    """The paragraph on the screen as HTML."""
    context = _screen_context(access, meeting, stored_screen)
    return render_to_string("comments/screen/_screen_now.html", context, request)


def _leader_context(
    access: Access, meeting: Meeting, stored_screen: Screen | None
) -> dict[str, Any]:
    """What whoever leads the screen sees beside it: the paragraphs to go to."""
    paragraphs = minuted_paragraphs(access, meeting)
    name_by_paragraph_id = names_of_paragraphs(paragraphs)
    shown_paragraph_id = (
        stored_screen.paragraph_id if stored_screen and not stored_screen.ended_at else None
    )
    previous_paragraph, next_paragraph = _neighbours(paragraphs, shown_paragraph_id)
    shown_paragraph = next(
        (paragraph for paragraph in paragraphs if paragraph.pk == shown_paragraph_id), None
    )
    return {
        # The working room that has the paragraph on the screen, if any.
        "room": room_by_paragraph_id(access, shown_paragraph.draft).get(shown_paragraph.pk)
        if shown_paragraph
        else None,
        "may_lead": True,
        "paragraph_choices": [
            (paragraph, name_by_paragraph_id.get(paragraph.pk) or str(paragraph))
            for paragraph in paragraphs
        ],
        "shown_paragraph_id": shown_paragraph_id,
        "previous_paragraph": previous_paragraph,
        "next_paragraph": next_paragraph,
        "shows_proposals": bool(stored_screen and stored_screen.with_proposals),
    }


def _neighbours(
    paragraphs: Sequence[Paragraph], shown_paragraph_id: int | None
) -> tuple[Paragraph | None, Paragraph | None]:
    """The paragraphs before and after the one shown.

    Where none is shown: None, and the first paragraph that is neither title nor heading.
    """
    position = next(
        (n for n, paragraph in enumerate(paragraphs) if paragraph.pk == shown_paragraph_id), None
    )
    if position is None:
        body_paragraphs = (
            paragraph for paragraph in paragraphs if paragraph.kind not in {"title", "heading"}
        )
        return None, next(body_paragraphs, None)
    previous_paragraph = paragraphs[position - 1] if position else None
    next_paragraph = paragraphs[position + 1] if position + 1 < len(paragraphs) else None
    return previous_paragraph, next_paragraph


def _change_screen(request: HttpRequest, access: Access, meeting: Meeting) -> None:
    """Do what the pressed button asks for."""
    if "paragraph" in request.POST:
        paragraphs = Paragraph.objects.visible_to(access).in_force().select_related("draft")
        paragraph = get_object_or_404(paragraphs, public_id=_uuid_or_404(request.POST["paragraph"]))
        show_on_screen(access=access, meeting=meeting, paragraph=paragraph)
        return
    stored_screen = get_object_or_404(
        Screen.objects.visible_to(access).select_related("meeting"), meeting=meeting
    )
    if "off" in request.POST:
        end_screen(access=access, screen=stored_screen)
    else:
        are_shown = request.POST.get("proposals") == "shown"
        set_proposals_shown(access=access, screen=stored_screen, are_shown=are_shown)


def _uuid_or_404(public_id: str) -> UUID:
    """The public id of a form as a UUID. Raises Http404 where it is none."""
    try:
        return UUID(public_id)
    except ValueError as error:
        raise Http404 from error
