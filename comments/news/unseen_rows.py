"""The rows that are new to a reader, and the one statement that counts them for every page."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import (
    BigIntegerField,
    DateTimeField,
    Exists,
    OuterRef,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Greatest, NullIf

from comments.desks.rooms import running_silences
from comments.models import ActivityQuerySet, Seen, Watch
from comments.news.fresh import any_opened, counted, fresh, fresh_arms, openings_of, rounds_here
from comments.news.new_items import readable_inputs, readable_said
from consultations.models import Round
from consultations.rules.access import Access
from consultations.rules.any_reader import ReaderShape, reader_of, shape_and_values
from delegations.kept_statements import KeptStatement, Place, is_among, keys_as_array

# Nobody counts further on a page that only says that there are some.
MANY = 100
# So many new inputs are counted by paragraph, the newest, with all that was said since the oldest
# of them: whoever was away for two months pays no more than who was here last week.
MOST_COUNTED = 500

LONG_AGO = Cast(Value("-infinity"), DateTimeField())
NO_KEY = Cast(Value(None), BigIntegerField())
NO_MOMENT = Cast(Value(None), DateTimeField())
NO_ID = Cast(Value(None), UUIDField())


@dataclass(frozen=True, slots=True)
class ToldRow:
    """A row of the one statement: a count of what was said, a look at a paragraph, since when it
    is counted, a watch, or a silence that runs."""

    name: str
    number: int  # a count, or the key of the row
    paragraph: int | None
    seat: int | None
    at: Any  # a moment; empty for a count, and where all that is new is counted
    id: Any


@dataclass(frozen=True, slots=True)
class _Shape:
    """Whom a statement is written for."""

    reader: ReaderShape
    openings: int
    has_opened: bool


def unseen_rows(
    access: Access,
    rounds: Collection[Round] | None = None,
    counted_since: datetime | None = None,
) -> Iterator[ActivityQuerySet]:
    """The rows that are new to this person, in arms that share none; a query for the rounds.

    Since when is asked in the same statement. With `counted_since` those that were counted.
    """
    known = rounds_here(access) if rounds is None else rounds
    for rows in fresh(access, _since(access), known):
        counted = rows.filter(said_at__gte=counted_since) if counted_since else rows
        yield _unlooked(access, counted)


def told_of(access: Access, rounds: Collection[Round], shown: Collection[int]) -> list[ToldRow]:
    """How many of those rows there are, and all else that this person follows: one query.

    `shown` are the keys of inputs of which it is told whether they are new.
    """
    shape, values = _asked(access, rounds)
    rows = _telling(shape, bool(shown)).ask(**values, shown=keys_as_array(shown))
    return [ToldRow(*row) for row in rows]


def count_inputs(access: Access, rounds: Collection[Round]) -> int:
    """How many inputs are among those rows, `MANY` where there are more: one query."""
    shape, values = _asked(access, rounds)
    return len(_counting(shape).ask(**values))


def own_looks(access: Access) -> dict[str, Any]:
    """The condition for this person's looks, in this capacity."""
    return {
        "user": access.user,
        "consultation": access.consultation,
        "capacity": access.capacity.key,
    }


def _since(access: Access) -> Subquery:
    """When this person last looked at everything."""
    looks = Seen.objects.filter(**own_looks(access), paragraph=None)
    return Subquery(looks.values("seen_at")[:1])


def _unlooked(access: Access, rows: ActivityQuerySet) -> ActivityQuerySet:
    """Less what stands on paragraphs that were looked at since.

    A mark on a paragraph is never older than the look at everything: that one takes away the
    older ones (`acts/watching.see_all`).
    """
    looks = _looks_at_paragraph(access)
    return rows.filter(~Exists(looks.filter(seen_at__gte=OuterRef("readable_from"))))


def _looks_at_paragraph(access: Access) -> QuerySet[Seen]:
    return Seen.objects.filter(**own_looks(access), paragraph=OuterRef("paragraph"))


# --- The statements ------------------------------------------------------------------------------


def _asked(access: Access, rounds: Collection[Round]) -> tuple[_Shape, dict[str, Any]]:
    """The shape of this reader, and the values that go to its places."""
    openings = openings_of(access, rounds)
    reader, values = shape_and_values(access, rounds)
    shape = _Shape(
        reader=reader,
        openings=len(openings),
        has_opened=any_opened(access, openings),
    )
    values |= {
        "opening": [key for key, _moment in openings],
        "opens": [moment for _key, moment in openings],
    }
    return shape, values


@cache
def _telling(shape: _Shape, has_shown: bool) -> KeptStatement[Any]:
    reader, new, begun = reader_of(shape.reader), _new(shape), _counted_since(shape)
    beside = [
        _watches(reader),
        *([_silences(reader)] if shape.reader.rooms else ()),
        _beginning(reader, begun),
        *(_counted(rows.filter(said_at__gte=begun)) for rows in new),
        *(map(_among_shown, new) if has_shown else ()),
    ]
    return KeptStatement(lambda: _marks(reader).union(*beside, all=True).order_by())


@cache
def _counting(shape: _Shape) -> KeptStatement[Any]:
    first, *others = (rows.filter(source="comments").values_list("row") for rows in _new(shape))
    return KeptStatement(lambda: first.union(*others, all=True).order_by()[:MANY])


def _new(shape: _Shape) -> list[ActivityQuerySet]:
    """The rows that are new to any reader of this shape, arm by arm."""
    reader = reader_of(shape.reader)
    return [_unlooked(reader, rows) for rows in _arms(shape, readable_said(reader, ()))]


def _counted_since(shape: _Shape) -> Greatest:
    """When the newest input was sent that is one too many to be counted; else long ago.

    Looks at paragraphs are asked row by row: joined, the order of time would be lost, and with it
    the end.
    """
    reader = reader_of(shape.reader)
    looked_at = Coalesce(Subquery(_looks_at_paragraph(reader).values("seen_at")), LONG_AGO)
    new = (
        rows.filter(readable_from__gt=looked_at).order_by("-said_at").values("said_at")
        for rows in _arms(shape, readable_inputs(reader, ()))
    )
    return Greatest(LONG_AGO, *(Subquery(rows[MOST_COUNTED : MOST_COUNTED + 1]) for rows in new))


def _arms[Rows: QuerySet[Any]](shape: _Shape, readable: Rows) -> Iterator[Rows]:
    """Of rows that may be read, those that are news to a reader of this shape by their moment."""
    reader = reader_of(shape.reader)
    openings = [
        (Place("opening", BigIntegerField(), number), Place("opens", DateTimeField(), number))
        for number in range(shape.openings)
    ]
    since, has_opened = _since(reader), shape.has_opened
    return fresh_arms(reader, since, readable, openings, has_opened=has_opened)


def _beginning(access: Access, begun: Greatest) -> QuerySet[Any, Any]:
    """Since when it is counted, for who looked here before; empty where that is long ago."""
    looks = Seen.objects.filter(**own_looks(access), paragraph=None)
    rows = looks.annotate(begun=NullIf(begun, LONG_AGO))
    return rows.values_list(Value("counted"), "pk", "paragraph_id", NO_KEY, "begun", NO_ID)


def _counted(rows: ActivityQuerySet) -> QuerySet[Any, Any]:
    return counted(rows).values_list("source", "number", "paragraph_id", NO_KEY, NO_MOMENT, NO_ID)


def _among_shown(rows: ActivityQuerySet) -> QuerySet[Any, Any]:
    found = rows.filter(is_among("row", "shown"), source="comments")
    return found.values_list(Value("shown"), "row", "paragraph_id", NO_KEY, NO_MOMENT, NO_ID)


def _marks(access: Access) -> QuerySet[Any, Any]:
    rows = Seen.objects.filter(**own_looks(access))
    return rows.values_list(Value("seen"), "pk", "paragraph_id", NO_KEY, "seen_at", NO_ID)


def _watches(access: Access) -> QuerySet[Any, Any]:
    rows = Watch.objects.visible_to(access).order_by()
    return rows.values_list(Value("watch"), "pk", "paragraph_id", "seat_id", "since", "public_id")


def _silences(access: Access) -> QuerySet[Any, Any]:
    return running_silences(access, ()).values_list(
        Value("silence"), "pk", "paragraph_id", "seat_id", "silence_until", NO_ID
    )
