"""Readers with placeholders instead of values, for statements that are compiled once.

See `delegations/kept_statements`: a statement is built for such a reader, compiled once in a
process, and then run with the values of each reader.
"""

from collections.abc import Collection
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

from django.db.models import BigIntegerField, DateTimeField, TextField

from consultations.models import Round
from consultations.rules.access import Access
from delegations.kept_statements import IdPlaceholders, ValuePlaceholder

CONSULTATION = ValuePlaceholder("consultation", BigIntegerField())
MOMENT = ValuePlaceholder("moment", DateTimeField())


class PlaceholderReader(SimpleNamespace):
    """A reader in place of an `Access`, with only the attributes on which a statement depends.

    It shares the rules that read no other attributes.
    """

    readable_inputs_filter = Access.readable_inputs_filter
    own_record_filter = Access.own_record_filter


def placeholder_reader(**attributes: Any) -> Access:
    """A reader for `visible_to` and its like, with these attributes alone.

    They are placeholders, or part of the key under which the statement is kept. A rule that asks
    for more fails, so that no reader gets a statement written for another.
    """
    return cast(Access, PlaceholderReader(**attributes))


@dataclass(frozen=True, slots=True)
class ReaderShape:
    """What readers who share one compiled statement have in common: how many ids of each kind."""

    reads_all: bool
    is_seated: bool
    own_and_group_seat_count: int
    group_room_seat_count: int
    coordinated_seat_count: int
    readable_round_count: int


def reader_of_shape(shape: ReaderShape) -> Access:
    """The reader of this shape, with placeholders for everything else."""
    readable_rounds: Any = IdPlaceholders("readable", shape.readable_round_count)
    return placeholder_reader(
        consultation=CONSULTATION,
        moment=MOMENT,
        user=ValuePlaceholder("user", BigIntegerField()),
        capacity=SimpleNamespace(key=ValuePlaceholder("capacity", TextField())),
        reads_all=shape.reads_all,
        seat=ValuePlaceholder("seat", BigIntegerField()) if shape.is_seated else None,
        own_and_group_seat_ids=IdPlaceholders("own", shape.own_and_group_seat_count),
        # Without any, `()`: rules ask whether there are any, and placeholders are always true.
        group_room_seat_ids=(
            IdPlaceholders("group_rooms", shape.group_room_seat_count)
            if shape.group_room_seat_count
            else ()
        ),
        coordinated_seat_ids=IdPlaceholders("coordinated", shape.coordinated_seat_count),
        rounds_readable_by_all=lambda _rounds: readable_rounds,
    )


def reader_shape_and_values(
    access: Access, rounds: Collection[Round]
) -> tuple[ReaderShape, dict[str, Any]]:
    """The shape under which a statement for this reader is kept, and the values to run it with.

    `rounds` are all rounds of the consultation.
    """
    readable_round_ids = [] if access.reads_all else list(access.rounds_readable_by_all(rounds))
    shape = ReaderShape(
        reads_all=access.reads_all,
        is_seated=access.seat is not None,
        own_and_group_seat_count=len(access.own_and_group_seat_ids),
        group_room_seat_count=len(access.group_room_seat_ids),
        coordinated_seat_count=len(access.coordinated_seat_ids),
        readable_round_count=len(readable_round_ids),
    )
    values = {
        "consultation": access.consultation.pk,
        "moment": access.moment,
        "user": access.user.pk,
        "capacity": access.capacity.key,
        "seat": access.seat.pk if access.seat else None,
        "own": tuple(access.own_and_group_seat_ids),
        "group_rooms": access.group_room_seat_ids,
        "coordinated": access.coordinated_seat_ids,
        "readable": readable_round_ids,
    }
    return shape, values
