"""The screen of a meeting: one paragraph for all in the room, led by the facilitators.

Read at the primary: whoever follows was told of a mark, and asks for what belongs to it.
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
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from comments.desks.minutes_record import minuted_paragraphs
from comments.desks.proposals_on_screen import mark_of_proposals, proposals_on_screen
from comments.pages.screen_lines import OPENING, mark_event
from consultations.models import Meeting, WorkingRoom
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act
from consultations.rules.replica_reads import of_primary
from drafts.desk.on_screen import on_screen, screen_mark
from drafts.desk.room_parts import room_by_paragraph_id
from drafts.desk.screens import end_screen, show_on_screen, show_proposals
from drafts.labels import names_by_key
from drafts.models import NegotiationState, Paragraph, Screen

# Seconds for which a rendered screen is kept; a change has a mark, and so a key, of its own.
KEPT_FOR = 600


@never_cache
@require_safe
@with_access
@of_primary
def screen(request: HttpRequest, access: Access, meeting: UUID) -> HttpResponse:
    """What the screen shows now, with the keys for whoever leads it; none on the projector."""
    found = _meeting(access, meeting)
    may_lead = bool(access.may(Act.PROJECT, on=found)) and found.cancelled_at is None
    is_projector = "projector" in request.GET
    stored = _stored_screen(access, meeting)
    context = {**_screen_context(access, found, stored), "is_projector": is_projector}
    if may_lead and not is_projector:
        context |= _leader_context(access, found, stored)
    return render(request, "comments/screen.html", context)


@never_cache
@require_safe
@with_access
@of_primary
def screen_now(request: HttpRequest, access: Access, meeting: UUID) -> HttpResponse:
    """The paragraph alone, for those who follow; rendered once for all who read in one language."""
    stored = _stored_screen(access, meeting)
    if stored is None or stored.ended_at:
        found = stored.meeting if stored else _meeting(access, meeting)
        return HttpResponse(_rendered_screen(request, access, found, stored))
    mark, proposals = screen_mark(stored.meeting_id), mark_of_proposals(access, stored)
    key = f"screen:{meeting}:{mark}:{proposals}:{get_language()}"
    html = cache.get(key)
    if html is None:
        html = _rendered_screen(request, access, stored.meeting, stored)
        # Not kept where the screen changed meanwhile: what is typed may be withdrawn.
        if mark == screen_mark(stored.meeting_id):
            cache.set(key, html, KEPT_FOR)
    return HttpResponse(html)


@never_cache
@require_safe
@with_access
@of_primary
def screen_stream(request: HttpRequest, access: Access, meeting: UUID) -> HttpResponse:
    """The mark of the screen, as a stream of server-sent events that ends after it.

    The browser then asks again every two seconds. The server of streams (`config/asgi`) keeps it
    open.
    """
    found = _meeting(access, meeting)
    events = OPENING + mark_event(screen_mark(found.pk))
    headers = {"X-Accel-Buffering": "no"}
    return HttpResponse(events, content_type="text/event-stream", headers=headers)


@require_POST
@with_access
def show(request: HttpRequest, access: Access, meeting: UUID) -> HttpResponse:
    """Show another paragraph, show or hide its proposals, or end the screen."""
    found = _meeting(access, meeting)
    access.require(Act.PROJECT, on=found)
    try:
        _change_screen(request, access, found)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("screen", access.consultation.slug, found.public_id)


# --- What the views above share -------------------------------------------------------------------


def _meeting(access: Access, public_id: UUID) -> Meeting:
    """A meeting of the plenary, or of a room in which the reader sits."""
    rows = Meeting.objects.filter(consultation=access.consultation)
    if not access.reads_all:
        sits_in = Q(room__in=WorkingRoom.objects.open_to(access.seat))
        rows = rows.filter(Q(room=None) | sits_in)
    return get_object_or_404(rows, public_id=public_id)


def _stored_screen(access: Access, public_id: UUID) -> Screen | None:
    rows = Screen.objects.visible_to(access).select_related("meeting")
    return rows.filter(meeting__public_id=public_id).first()


def _screen_context(access: Access, meeting: Meeting, stored: Screen | None) -> dict[str, Any]:
    shown = on_screen(access, stored) if stored else None
    proposals = proposals_on_screen(access, shown) if shown and shown.screen.with_proposals else []
    return {
        "access": access,
        "meeting": meeting,
        "shown": shown,
        "proposals": proposals,
        "mark": screen_mark(meeting.pk),
    }


def _rendered_screen(
    request: HttpRequest, access: Access, meeting: Meeting, stored: Screen | None
) -> str:
    context = _screen_context(access, meeting, stored)
    return render_to_string("comments/_screen_now.html", context, request)


def _leader_context(access: Access, meeting: Meeting, stored: Screen | None) -> dict[str, Any]:
    """The paragraphs to go to, and the states that this one may be given."""
    rows = minuted_paragraphs(access, meeting)
    paragraph_names = names_by_key(
        (one.pk, one.parent_id, one.label, one.kind, one.text) for one in rows
    )
    here = stored.paragraph_id if stored and not stored.ended_at else None
    before, after = _neighbours(rows, here)
    paragraph = next((row for row in rows if row.pk == here), None)
    return {
        "room": room_by_paragraph_id(access, paragraph.draft).get(paragraph.pk)
        if paragraph
        else None,
        "may_lead": True,
        "jump": [(row, paragraph_names.get(row.pk) or str(row)) for row in rows],
        "here": here,
        "before": before,
        "after": after,
        "states": NegotiationState,
        "shows_proposals": bool(stored and stored.with_proposals),
    }


def _neighbours(
    rows: Sequence[Paragraph], here: int | None
) -> tuple[Paragraph | None, Paragraph | None]:
    """The paragraphs before and after; where none is shown, the first is the one after."""
    index = next((i for i, row in enumerate(rows) if row.pk == here), None)
    if index is None:
        return None, next((row for row in rows if row.kind not in {"title", "heading"}), None)
    before = rows[index - 1] if index else None
    return before, rows[index + 1] if index + 1 < len(rows) else None


def _change_screen(request: HttpRequest, access: Access, meeting: Meeting) -> None:
    """Do what the pressed button asks for."""
    if "paragraph" in request.POST:
        rows = Paragraph.objects.visible_to(access).in_force().select_related("draft")
        row = get_object_or_404(rows, public_id=_uuid_or_404(request.POST["paragraph"]))
        show_on_screen(access=access, meeting=meeting, paragraph=row)
        return
    stored = get_object_or_404(
        Screen.objects.visible_to(access).select_related("meeting"), meeting=meeting
    )
    if "off" in request.POST:
        end_screen(access=access, screen=stored)
    else:
        is_shown = request.POST.get("proposals") == "shown"
        show_proposals(access=access, screen=stored, is_shown=is_shown)


def _uuid_or_404(public_id: str) -> UUID:
    try:
        return UUID(public_id)
    except ValueError as error:
        raise Http404 from error
