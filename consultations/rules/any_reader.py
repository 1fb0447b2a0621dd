"""Readers for kept statements: they give the rules placeholders instead of values."""

from collections.abc import Collection
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

from django.db.models import BigIntegerField, DateTimeField, TextField

from consultations.models import Round
from consultations.rules.access import Access
from delegations.kept_statements import Place, Places

CONSULTATION = Place("consultation", BigIntegerField())
MOMENT = Place("moment", DateTimeField())


class AnyReader(SimpleNamespace):
    """The attributes of a reader on which a statement may depend."""

    reading = Access.reading
    own_record = Access.own_record


def any_reader(**known: Any) -> Access:
    """A reader for `visible_to` and its like, with these attributes alone.

    They are placeholders, or part of the key under which the statement is kept. A rule that asks
    for more fails, so that no reader gets a statement written for another.
    """
    return cast(Access, AnyReader(**known))


@dataclass(frozen=True, slots=True)
class ReaderShape:
    """The readers for whom one statement is written: with so many seats and readable rounds."""

    reads_all: bool
    is_seated: bool
    own: int
    rooms: int
    groups: int
    readable: int


def reader_of(shape: ReaderShape) -> Access:
    """The reader of this shape, with placeholders for everything else."""
    readable = Places("readable", shape.readable)
    return any_reader(
        consultation=CONSULTATION,
        moment=MOMENT,
        user=Place("user", BigIntegerField()),
        capacity=SimpleNamespace(key=Place("capacity", TextField())),
        reads_all=shape.reads_all,
        seat=Place("seat", BigIntegerField()) if shape.is_seated else None,
        own_keys=Places("own", shape.own),
        room_keys=Places("rooms", shape.rooms) if shape.rooms else (),
        group_keys=Places("groups", shape.groups),
        rounds_readable_by_all=lambda _rounds: readable,
    )


def shape_and_values(
    access: Access, rounds: Collection[Round]
) -> tuple[ReaderShape, dict[str, Any]]:
    """The shape under which a statement for this reader is kept, and the values for its places.

    `rounds` are all rounds of the consultation.
    """
    readable = [] if access.reads_all else access.rounds_readable_by_all(rounds)
    shape = ReaderShape(
        reads_all=access.reads_all,
        is_seated=access.seat is not None,
        own=len(access.own_keys),
        rooms=len(access.room_keys),
        groups=len(access.group_keys),
        readable=len(readable),
    )
    values = {
        "consultation": access.consultation.pk,
        "moment": access.moment,
        "user": access.user.pk,
        "capacity": access.capacity.key,
        "seat": access.seat.pk if access.seat else None,
        "own": tuple(access.own_keys),
        "rooms": access.room_keys,
        "groups": access.group_keys,
        "readable": readable,
    }
    return shape, values
