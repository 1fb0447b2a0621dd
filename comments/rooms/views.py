"""Working rooms: who sits in which, which parts of the texts each has, and how to set that.

A working room is a working group that negotiates parts of the texts apart from the plenary. The
pages stand in this app because whom a room is for is chosen as whom a question is for, by the
categories of `comments/inputs/seat_choices.py`.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from comments.inputs.seat_choices import category_lines, seat_categories
from comments.rooms.forms import (
    ALL,
    ONLY_NAMED,
    PartChoice,
    PartSection,
    RoomPartsForm,
    WorkingRoomForm,
)
from consultations.models import RoomMember, WorkingRoom
from consultations.rooms.acts import begin_room, change_room, end_room
from consultations.rules.access import Access, Act
from consultations.web.confirmation import confirm
from consultations.web.forms import add_errors
from consultations.web.view_decorators import with_access
from drafts.models import Draft, ParagraphKind, RoomPart
from drafts.rooms.acts import assign_parts, end_part
from drafts.rooms.overview import room_lines
from drafts.rooms.queries import room_by_paragraph_id
from drafts.text.names import names_of_paragraphs

# Characters by which the form names a paragraph.
MAX_BEGINNING_LENGTH = 70


@require_safe
@with_access
def working_rooms(request: HttpRequest, access: Access) -> HttpResponse:
    """All rooms, for everybody who takes part."""
    drafts = Draft.objects.visible_to(access).filter(adopted_at=None)
    may_circulate = bool(access.may(Act.CIRCULATE, on=access.consultation))
    context = {
        "access": access,
        "lines": room_lines(access),
        "may_set": access.may(Act.SET_ROOMS, on=access.consultation),
        "may_assign": access.may(Act.ASSIGN_PARTS, on=access.consultation),
        # The texts that can be circulated, assembled from what all rooms have written.
        "to_assemble": list(drafts) if may_circulate else [],
    }
    return render(request, "comments/rooms/working_rooms.html", context)


@with_access
def new_room(request: HttpRequest, access: Access) -> HttpResponse:
    """Begin a room."""
    access.require(Act.SET_ROOMS, on=access.consultation)
    return _room_page(request, access, None)


@with_access
def working_room(request: HttpRequest, access: Access, room_public_id: UUID) -> HttpResponse:
    """Change the name of a room, who chairs it or who sits in it."""
    return _room_page(request, access, _get_room(access, room_public_id, Act.SET_ROOMS))


@with_access
def end_working_room(request: HttpRequest, access: Access, room_public_id: UUID) -> HttpResponse:
    """End a room, once it is confirmed."""
    room = _get_room(access, room_public_id, Act.SET_ROOMS)
    return confirm(
        request,
        access,
        title=_("%(room)s: end this room?") % {"room": room},
        sentences=[
            _("Its parts of the text go back to the plenary."),
            _("Its meetings stay in the list."),
        ],
        button_label=_("End the room"),
        back_url=_rooms_url(access),
        success_message=_("The room has ended."),
        act=lambda: end_room(access=access, room=room),
        is_grave=True,
    )


@with_access
def room_parts(request: HttpRequest, access: Access, room_public_id: UUID) -> HttpResponse:
    """Give a room sections and paragraphs of a text: that of `?text=`, else the first text."""
    room = _get_room(access, room_public_id, Act.ASSIGN_PARTS)
    drafts = list(Draft.objects.visible_to(access).filter(adopted_at=None))
    draft_slug = request.GET.get("text", "")
    draft = next(
        (candidate for candidate in drafts if candidate.slug == draft_slug),
        drafts[0] if drafts else None,
    )
    form = RoomPartsForm(
        request.POST if request.method == "POST" else None,
        access=access,
        sections=_sections(access, draft) if draft else (),
    )
    if draft is not None and request.method == "POST" and form.is_valid():
        try:
            assign_parts(
                access=access,
                room=room,
                draft=draft,
                paragraphs=form.chosen_paragraphs,
                until=form.cleaned_data["until"],
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("It is with %(room)s now.") % {"room": room})
            return redirect(_rooms_url(access))
    context = {"access": access, "room": room, "drafts": drafts, "draft": draft, "form": form}
    status = 422 if form.errors else 200
    return render(request, "comments/rooms/room_parts.html", context, status=status)


@require_POST
@with_access
def end_room_part(request: HttpRequest, access: Access, room_part_public_id: UUID) -> HttpResponse:
    """Take a part back from its room."""
    access.require(Act.ASSIGN_PARTS)
    room_parts = RoomPart.objects.visible_to(access).select_related("room", "paragraph__draft")
    room_part = get_object_or_404(room_parts, public_id=room_part_public_id)
    try:
        end_part(access=access, part=room_part)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("It is with the plenary again."))
    return redirect(_rooms_url(access))


# --- Helpers --------------------------------------------------------------------------------------


def _rooms_url(access: Access) -> str:
    """The address of the page of all rooms."""
    return reverse("working_rooms", args=[access.consultation.slug])


def _get_room(access: Access, room_public_id: UUID, act: Act) -> WorkingRoom:
    """A room that has not ended, for those who may do this act. Raises Http404, Refused."""
    open_rooms = WorkingRoom.objects.visible_to(access).open()
    room = get_object_or_404(open_rooms, public_id=room_public_id)
    access.require(act, on=room)
    return room


def _room_page(request: HttpRequest, access: Access, room: WorkingRoom | None) -> HttpResponse:
    """The form of a room: as sent, saved if it is valid; None for a new room."""
    categories = seat_categories(access)
    form = WorkingRoomForm(
        request.POST if request.method == "POST" else None,
        access=access,
        seats=[seat for category in categories for seat in category.seats],
        initial=_initial_values(room) if room else {"whom": ALL},
    )
    if request.method == "POST" and form.is_valid():
        try:
            if room is None:
                room = begin_room(access=access, **form.act_arguments)
            else:
                room = change_room(access=access, room=room, **form.act_arguments)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("%(room)s is saved.") % {"room": room})
            return redirect(_rooms_url(access))
    context = {
        "access": access,
        "room": room,
        "form": form,
        "seat_categories": category_lines(categories, form["seats"]),
    }
    status = 422 if form.errors else 200
    return render(request, "comments/rooms/working_room.html", context, status=status)


def _initial_values(room: WorkingRoom) -> dict[str, Any]:
    """The initial values of the form: the room as it is now."""
    members = RoomMember.objects.filter(room=room, ended_at=None)
    return {
        "name": room.name,
        "chairs": list(room.chairs.filter(ended_at=None).values_list("facilitation", flat=True)),
        "whom": ALL if room.is_for_all else ONLY_NAMED,
        "seats": [
            str(seat_public_id)
            for seat_public_id in members.values_list("seat__public_id", flat=True)
        ],
    }


def _sections(access: Access, draft: Draft) -> list[PartSection]:
    """The text in its sections; a part that a room has already cannot be given again."""
    paragraphs = list(draft.paragraphs.in_force().order_by("place", "pk"))
    name_by_paragraph_id = names_of_paragraphs(paragraphs)
    room_parts = RoomPart.objects.in_force(access.moment).filter(paragraph__draft=draft)
    # Paragraphs and headings that were given themselves. What stands under a given heading is with
    # its room, too, but can still be given to another.
    assigned_paragraph_ids = set(room_parts.values_list("paragraph", flat=True))
    assigned_room_by_paragraph_id = room_by_paragraph_id(access, draft)
    sections: list[PartSection] = []
    for paragraph in paragraphs:
        paragraph.draft = draft  # without a query for each
        beginning = Truncator(paragraph.text).chars(MAX_BEGINNING_LENGTH)
        name = beginning
        if paragraph.label and paragraph.kind != ParagraphKind.HEADING:
            name = f"{name_by_paragraph_id[paragraph.pk]} · {beginning}"
        if paragraph.pk in assigned_room_by_paragraph_id:
            name = _("%(paragraph)s (with %(room)s)") % {
                "paragraph": name,
                "room": assigned_room_by_paragraph_id[paragraph.pk],
            }
        choice = PartChoice(paragraph, name, is_free=paragraph.pk not in assigned_paragraph_ids)
        if paragraph.kind == ParagraphKind.HEADING:
            sections.append(PartSection(choice))
        else:
            # What stands before the first heading is a section without one.
            sections = sections or [PartSection(None)]
            sections[-1].paragraphs.append(choice)
    return sections
