"""The rows that are new to a reader, and the one statement with which every page counts them."""

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
from comments.news.fresh import (
    any_opened,
    count_by_paragraph,
    fresh_activity,
    fresh_arms,
    openings_of,
    rounds_here,
)
from comments.news.new_items import readable_activity, readable_inputs
from consultations.models import Round
from consultations.rules.access import Access
from consultations.rules.placeholder_reader import ReaderShape, reader_of_shape, shape_and_values
from delegations.kept_statements import (
    KeptStatement,
    ValuePlaceholder,
    ids_as_array,
    is_in_id_array,
)

# A page that only says that there are some counts no further.
MANY = 100
# So many of the newest inputs are counted by paragraph, with all that was said since the oldest of
# them: a page costs no more after two months away than after a week.
MAX_COUNTED = 500

LONG_AGO = Cast(Value("-infinity"), DateTimeField())
NO_KEY = Cast(Value(None), BigIntegerField())
NO_MOMENT = Cast(Value(None), DateTimeField())
NO_ID = Cast(Value(None), UUIDField())


@dataclass(frozen=True, slots=True)
class ReaderNewsRow:
    """A row of the one statement. By its name: a count of what was said on a paragraph, the moment
    from which it is counted, a look at a paragraph, an input that is new, a watch or a silence."""

    name: str
    number: int  # a count, or the key of the row
    paragraph: int | None
    seat: int | None
    at: Any  # a moment; empty for a count, and where all that is new is counted
    id: Any


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a statement is built for: a kind of reader, and the rounds that open at their close."""

    reader: ReaderShape
    openings: int
    has_opened: bool


def unseen_rows(
    access: Access,
    rounds: Collection[Round] | None = None,
    counted_since: datetime | None = None,
) -> Iterator[ActivityQuerySet]:
    """The rows that are new to this person, in arms that share none; a query for the rounds.

    The last look is read in the same statement. `counted_since` leaves out what was said before.
    """
    rounds = rounds_here(access) if rounds is None else rounds
    for rows in fresh_activity(access, _last_look(access), rounds):
        rows = rows.filter(said_at__gte=counted_since) if counted_since else rows
        yield _without_looked_at(access, rows)


def read_reader_news(
    access: Access, rounds: Collection[Round], shown: Collection[int]
) -> list[ReaderNewsRow]:
    """How many of those rows there are, and all else that this person follows: one query.

    `shown` are the keys of the inputs for which the rows say whether they are new.
    """
    shape, values = _shape_and_values(access, rounds)
    rows = _news_statement(shape, bool(shown)).run(**values, shown=ids_as_array(shown))
    return [ReaderNewsRow(*row) for row in rows]


def count_inputs(access: Access, rounds: Collection[Round]) -> int:
    """How many inputs are among those rows, `MANY` where there are more: one query."""
    shape, values = _shape_and_values(access, rounds)
    return len(_count_statement(shape).run(**values))


def own_look_filter(access: Access) -> dict[str, Any]:
    """The condition for this person's looks, in this capacity."""
    return {
        "user": access.user,
        "consultation": access.consultation,
        "capacity": access.capacity.key,
    }


def _last_look(access: Access) -> Subquery:
    """When this person last looked at everything."""
    looks = Seen.objects.filter(**own_look_filter(access), paragraph=None)
    return Subquery(looks.values("seen_at")[:1])


def _without_looked_at(access: Access, rows: ActivityQuerySet) -> ActivityQuerySet:
    """The rows but for those on paragraphs that were looked at since.

    A look at a paragraph is never older than the look at everything, which deletes the older
    ones (`acts/watching.see_all`).
    """
    looks = _looks_at_paragraph(access)
    return rows.filter(~Exists(looks.filter(seen_at__gte=OuterRef("readable_from"))))


def _looks_at_paragraph(access: Access) -> QuerySet[Seen]:
    return Seen.objects.filter(**own_look_filter(access), paragraph=OuterRef("paragraph"))


# --- The statements ------------------------------------------------------------------------------


def _shape_and_values(access: Access, rounds: Collection[Round]) -> tuple[_Shape, dict[str, Any]]:
    """The shape for this reader, and the values for its placeholders."""
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
def _news_statement(shape: _Shape, has_shown: bool) -> KeptStatement[Any]:
    reader, new, since = reader_of_shape(shape.reader), _new_rows(shape), _counted_since(shape)
    others = [
        _watch_rows(reader),
        *([_silence_rows(reader)] if shape.reader.room_seat_count else ()),
        _counted_since_row(reader, since),
        *(_count_rows(rows.filter(said_at__gte=since)) for rows in new),
        *(map(_shown_rows, new) if has_shown else ()),
    ]
    return KeptStatement(lambda: _look_rows(reader).union(*others, all=True).order_by())


@cache
def _count_statement(shape: _Shape) -> KeptStatement[Any]:
    first, *others = (
        rows.filter(source="comments").values_list("row") for rows in _new_rows(shape)
    )
    return KeptStatement(lambda: first.union(*others, all=True).order_by()[:MANY])


def _new_rows(shape: _Shape) -> list[ActivityQuerySet]:
    """The rows that are new to any reader of this shape, arm by arm."""
    reader = reader_of_shape(shape.reader)
    return [
        _without_looked_at(reader, rows) for rows in _arms(shape, readable_activity(reader, ()))
    ]


def _counted_since(shape: _Shape) -> Greatest:
    """When the newest input was sent that is one too many to be counted; else long ago.

    Looks at paragraphs are subqueries: with a join, PostgreSQL would not read the inputs in the
    order of time, and could not stop early.
    """
    reader = reader_of_shape(shape.reader)
    looked_at = Coalesce(Subquery(_looks_at_paragraph(reader).values("seen_at")), LONG_AGO)
    new = (
        rows.filter(readable_from__gt=looked_at).order_by("-said_at").values("said_at")
        for rows in _arms(shape, readable_inputs(reader, ()))
    )
    return Greatest(LONG_AGO, *(Subquery(rows[MAX_COUNTED : MAX_COUNTED + 1]) for rows in new))


def _arms[Rows: QuerySet[Any]](shape: _Shape, readable: Rows) -> Iterator[Rows]:
    """Of the rows that may be read, those that became readable since the reader's last look."""
    reader = reader_of_shape(shape.reader)
    openings = [
        (
            ValuePlaceholder("opening", BigIntegerField(), number),
            ValuePlaceholder("opens", DateTimeField(), number),
        )
        for number in range(shape.openings)
    ]
    since = _last_look(reader)
    return fresh_arms(reader, since, readable, openings, has_opened=shape.has_opened)


def _counted_since_row(access: Access, since: Greatest) -> QuerySet[Any, Any]:
    """From when on it is counted, for who looked here before; empty where that is long ago."""
    looks = Seen.objects.filter(**own_look_filter(access), paragraph=None)
    rows = looks.annotate(counted_since=NullIf(since, LONG_AGO))
    return rows.values_list(Value("counted"), "pk", "paragraph_id", NO_KEY, "counted_since", NO_ID)


def _count_rows(rows: ActivityQuerySet) -> QuerySet[Any, Any]:
    return count_by_paragraph(rows).values_list(
        "source", "number", "paragraph_id", NO_KEY, NO_MOMENT, NO_ID
    )


def _shown_rows(rows: ActivityQuerySet) -> QuerySet[Any, Any]:
    rows = rows.filter(is_in_id_array("row", "shown"), source="comments")
    return rows.values_list(Value("shown"), "row", "paragraph_id", NO_KEY, NO_MOMENT, NO_ID)


def _look_rows(access: Access) -> QuerySet[Any, Any]:
    rows = Seen.objects.filter(**own_look_filter(access))
    return rows.values_list(Value("seen"), "pk", "paragraph_id", NO_KEY, "seen_at", NO_ID)


def _watch_rows(access: Access) -> QuerySet[Any, Any]:
    rows = Watch.objects.visible_to(access).order_by()
    return rows.values_list(Value("watch"), "pk", "paragraph_id", "seat_id", "since", "public_id")


def _silence_rows(access: Access) -> QuerySet[Any, Any]:
    return running_silences(access, ()).values_list(
        Value("silence"), "pk", "paragraph_id", "seat_id", "silence_until", NO_ID
    )
