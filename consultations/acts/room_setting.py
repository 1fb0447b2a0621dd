"""The writes on working rooms: begun, with chairs and members, changed, ended."""

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
from delegations.history import write, write_all, write_new

MAY_CHAIR = (FacilitationRole.CO_FACILITATOR, FacilitationRole.STAFF)


def possible_chairs(access: Access) -> QuerySet[Facilitation]:
    """Who may chair a room: whoever leads the consultation, or is on the staff, also a delegate."""
    rows = Facilitation.objects.filter(
        consultation=access.consultation, role__in=MAY_CHAIR, ended_at=None
    )
    return rows.select_related("user", "delegation").order_by("role", "user__name", "pk")


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
    _lock(access)
    _require_sound(access, name, chairs, members, is_for_all)
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
    _lock(access)
    stored = _open(room)
    _require_sound(access, name, chairs, members, is_for_all, but=stored)
    stored.name, stored.is_for_all = name.strip(), is_for_all
    write(stored, by=access)
    _set_people(access, stored, chairs, () if is_for_all else members)
    return stored


@transaction.atomic
def end_room(*, access: Access, room: WorkingRoom) -> WorkingRoom:
    """End a room: what it has is with the plenary again. Its meetings stay in the list."""
    access.require(Act.SET_ROOMS, on=room)
    _lock(access)
    stored = _open(room)
    stored.ended_at = access.moment
    return write(stored, by=access)


def _lock(access: Access) -> None:
    Consultation.objects.select_for_update().get(pk=access.consultation.pk)


def _open(room: WorkingRoom) -> WorkingRoom:
    stored = WorkingRoom.objects.select_related("consultation").get(pk=room.pk)
    if stored.ended_at:
        raise ValidationError(_("This room has ended."))
    return stored


def _require_sound(
    access: Access,
    name: str,
    chairs: Collection[Facilitation],
    members: Collection[Seat],
    is_for_all: bool,
    but: WorkingRoom | None = None,
) -> None:
    others = WorkingRoom.objects.visible_to(access).open()
    others = others.exclude(pk=but.pk) if but else others
    if not name.strip():
        raise ValidationError({"name": _("Give the room a name.")})
    if others.filter(name=name.strip()).exists():
        raise ValidationError({"name": _("Another room has this name.")})
    if not chairs:
        raise ValidationError({"chairs": _("Name at least one chair.")})
    if {row.pk for row in chairs} - set(possible_chairs(access).values_list("pk", flat=True)):
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
    """Who is named stays or comes, everybody else leaves."""
    led = {row.facilitation_id: row for row in room.chairs.filter(ended_at=None)}
    sat = {row.seat_id: row for row in room.members.filter(ended_at=None)}
    chairing, sitting = {row.pk for row in chairs}, {seat.pk for seat in members}
    _end(access, [row for key, row in led.items() if key not in chairing])
    _end(access, [row for key, row in sat.items() if key not in sitting])
    write_new(
        [
            RoomChair(room=room, facilitation=row, started_at=access.moment)
            for row in chairs
            if row.pk not in led
        ],
        by=access,
    )
    write_new(
        [
            RoomMember(room=room, seat=seat, started_at=access.moment)
            for seat in members
            if seat.pk not in sat
        ],
        by=access,
    )


def _end[Row: RoomChair | RoomMember](access: Access, rows: list[Row]) -> None:
    for row in rows:
        row.ended_at = access.moment
    if rows:
        write_all(rows, fields=["ended_at"], by=access)
