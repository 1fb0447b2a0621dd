"""The writes on working rooms: begin one with chairs and members, change it, end it."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from consultations.models import (
    Consultation,
    Facilitation,
    FacilitationRole,
    RoomChair,
    RoomMember,
    Seat,
    WorkingRoom,
)
from consultations.rules.access import Access, Act
from delegations.history import write, write_fields, write_new

CHAIR_ROLES = (FacilitationRole.CO_FACILITATOR, FacilitationRole.STAFF)


def possible_chairs(access: Access) -> QuerySet[Facilitation]:
    """Who may chair a room: co-facilitators and their staff, also who comes from a delegation."""
    leading_facilitations = Facilitation.objects.filter(
        consultation=access.consultation, role__in=CHAIR_ROLES, ended_at=None
    )
    return leading_facilitations.select_related("user", "delegation").order_by(
        "role", "user__name", "pk"
    )


def possible_members(access: Access) -> QuerySet[Seat]:
    """The delegations that may be named as members: all that sit here."""
    return Seat.objects.filter(consultation=access.consultation, ended_at=None)


@transaction.atomic
def begin_room(
    *,
    access: Access,
    name: str,
    chairs: Collection[Facilitation],
    members: Collection[Seat] = (),
    is_for_all: bool = True,
) -> WorkingRoom:
    """Begin a room, for all, or for the members alone.

    Raises ValidationError for a name in use, no chair, or no member of a room that is not for all.
    """
    access.require(Act.SET_ROOMS, on=access.consultation)
    _lock_consultation(access)
    _require_valid(access, name, chairs, members, is_for_all)
    room = WorkingRoom(
        consultation=access.consultation,
        name=name.strip(),
        is_for_all=is_for_all,
        started_at=access.moment,
    )
    write(room, by=access)
    _set_people(access, room, chairs, () if is_for_all else members)
    return room


@transaction.atomic
def change_room(
    *,
    access: Access,
    room: WorkingRoom,
    name: str,
    chairs: Collection[Facilitation],
    members: Collection[Seat] = (),
    is_for_all: bool = True,
) -> WorkingRoom:
    """Change the name of a room, its chairs or its members; who leaves stays in the record."""
    access.require(Act.SET_ROOMS, on=room)
    _lock_consultation(access)
    stored = _stored_open_room(room)
    _require_valid(access, name, chairs, members, is_for_all, except_room=stored)
    stored.name, stored.is_for_all = name.strip(), is_for_all
    write(stored, by=access)
    _set_people(access, stored, chairs, () if is_for_all else members)
    return stored


@transaction.atomic
def end_room(*, access: Access, room: WorkingRoom) -> WorkingRoom:
    """End a room: its parts of the texts go back to the plenary. Its meetings stay in the list."""
    access.require(Act.SET_ROOMS, on=room)
    _lock_consultation(access)
    stored = _stored_open_room(room)
    stored.ended_at = access.moment
    return write(stored, by=access)


def _lock_consultation(access: Access) -> None:
    """Let changes of rooms wait for one another: two open rooms never have one name."""
    Consultation.objects.select_for_update().get(pk=access.consultation.pk)


def _stored_open_room(room: WorkingRoom) -> WorkingRoom:
    """The room as it is stored now. Raises ValidationError where it has ended."""
    stored = WorkingRoom.objects.select_related("consultation").get(pk=room.pk)
    if stored.ended_at:
        raise ValidationError(_("This room has ended."))
    return stored


def _require_valid(
    access: Access,
    name: str,
    chairs: Collection[Facilitation],
    members: Collection[Seat],
    is_for_all: bool,
    except_room: WorkingRoom | None = None,
) -> None:
    """Raise ValidationError where a room cannot be set like this. `except_room` may keep its name.

    `chairs` are the facilitations of those who are to chair, `members` the members' seats.
    """
    other_rooms = WorkingRoom.objects.visible_to(access).open()
    other_rooms = other_rooms.exclude(pk=except_room.pk) if except_room else other_rooms
    if not name.strip():
        raise ValidationError({"name": _("Give the room a name.")})
    if other_rooms.filter(name=name.strip()).exists():
        raise ValidationError({"name": _("Another room has this name.")})
    if not chairs:
        raise ValidationError({"chairs": _("Name at least one chair.")})
    if {facilitation.pk for facilitation in chairs} - set(
        possible_chairs(access).values_list("pk", flat=True)
    ):
        raise ValidationError({"chairs": _("A chair needs a function in this consultation.")})
    if not is_for_all and not members:
        raise ValidationError({"members": _("Name the members, or open the room to all.")})
    if any(seat.consultation_id != access.consultation.pk for seat in members):
        raise ValidationError(_("This delegation has no seat in your consultation."))


def _set_people(
    access: Access,
    room: WorkingRoom,
    facilitations: Collection[Facilitation],
    seats: Collection[Seat],
) -> None:
    """Let these facilitations chair the room, and these seats be its members; all others leave."""
    chair_by_facilitation_id = {
        chair.facilitation_id: chair for chair in room.chairs.filter(ended_at=None)
    }
    member_by_seat_id = {member.seat_id: member for member in room.members.filter(ended_at=None)}
    chair_facilitation_ids = {facilitation.pk for facilitation in facilitations}
    member_seat_ids = {seat.pk for seat in seats}
    _end_rows(
        access,
        [
            chair
            for facilitation_id, chair in chair_by_facilitation_id.items()
            if facilitation_id not in chair_facilitation_ids
        ],
    )
    _end_rows(
        access,
        [member for seat_id, member in member_by_seat_id.items() if seat_id not in member_seat_ids],
    )
    write_new(
        [
            RoomChair(room=room, facilitation=facilitation, started_at=access.moment)
            for facilitation in facilitations
            if facilitation.pk not in chair_by_facilitation_id
        ],
        by=access,
    )
    write_new(
        [
            RoomMember(room=room, seat=seat, started_at=access.moment)
            for seat in seats
            if seat.pk not in member_by_seat_id
        ],
        by=access,
    )


def _end_rows[Row: RoomChair | RoomMember](access: Access, rows: list[Row]) -> None:
    """Let these chairs or members leave: the record keeps their rows."""
    for row in rows:
        row.ended_at = access.moment
    if rows:
        write_fields(rows, fields=["ended_at"], by=access)
