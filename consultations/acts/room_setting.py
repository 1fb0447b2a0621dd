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

MAY_CHAIR = (FacilitationRole.CO_FACILITATOR, FacilitationRole.STAFF)


def possible_chairs(access: Access) -> QuerySet[Facilitation]:
    """Who may chair a room: whoever leads the consultation, or is on the staff, also a delegate."""
    leading_functions = Facilitation.objects.filter(
        consultation=access.consultation, role__in=MAY_CHAIR, ended_at=None
    )
    return leading_functions.select_related("user", "delegation").order_by(
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
    """Begin a room. Raises ValidationError for a name in use, no chair, or no member."""
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
    """End a room: its parts go back to the plenary. Its meetings stay in the list."""
    access.require(Act.SET_ROOMS, on=room)
    _lock_consultation(access)
    stored = _stored_open_room(room)
    stored.ended_at = access.moment
    return write(stored, by=access)


def _lock_consultation(access: Access) -> None:
    Consultation.objects.select_for_update().get(pk=access.consultation.pk)


def _stored_open_room(room: WorkingRoom) -> WorkingRoom:
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
    chairs: Collection[Facilitation],
    members: Collection[Seat],
) -> None:
    """Make these the chairs and members of the room; all others leave."""
    chair_by_facilitation_id = {
        row.facilitation_id: row for row in room.chairs.filter(ended_at=None)
    }
    member_by_seat_id = {row.seat_id: row for row in room.members.filter(ended_at=None)}
    chair_facilitation_ids, member_seat_ids = (
        {row.pk for row in chairs},
        {seat.pk for seat in members},
    )
    _end_rows(
        access,
        [
            row
            for row_key, row in chair_by_facilitation_id.items()
            if row_key not in chair_facilitation_ids
        ],
    )
    _end_rows(
        access,
        [row for row_key, row in member_by_seat_id.items() if row_key not in member_seat_ids],
    )
    write_new(
        [
            RoomChair(room=room, facilitation=row, started_at=access.moment)
            for row in chairs
            if row.pk not in chair_by_facilitation_id
        ],
        by=access,
    )
    write_new(
        [
            RoomMember(room=room, seat=seat, started_at=access.moment)
            for seat in members
            if seat.pk not in member_by_seat_id
        ],
        by=access,
    )


def _end_rows[Row: RoomChair | RoomMember](access: Access, rows: list[Row]) -> None:
    for row in rows:
        row.ended_at = access.moment
    if rows:
        write_fields(rows, fields=["ended_at"], by=access)
