"""What became readable to a reader after a moment.

`access` says what may be read, as everywhere. Here each row only gets the moment from which this
reader could read it, to be compared with the moment at which they last looked.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, DateTimeField, Q, QuerySet, Subquery, When, Window
from django.db.models.functions import Greatest, RowNumber

from comments.models import ActivityQuerySet
from comments.news.new_items import Items, readable_activity
from consultations.models import Round, Visibility
from consultations.rules.access import Access
from consultations.rules.phases import GRACE, close_of
from consultations.rules.placeholder_reader import CONSULTATION
from delegations.kept_statements import KeptStatement

# A round's inputs are readable after its close, not at it.
RESOLUTION = timedelta(microseconds=1)

ROUNDS = KeptStatement(lambda: Round.objects.filter(consultation=CONSULTATION))

# A moment, or a subquery for one.
Moment = datetime | Subquery
# The key of a round whose inputs all become readable at its close, and the moment of that.
Opening = tuple[Any, Any]


@dataclass(frozen=True, slots=True)
class FreshItem:
    """One row of news: what kind, on which paragraph, by whom, and from when one could read it."""

    source: str
    pk: int
    paragraph: int
    seat: int | None
    readable_from: datetime


# Kind of news → paragraph on which it was said → how many.
Counts = Mapping[str, Mapping[int, int]]

FRESH_COLUMNS = ("source", "row", "paragraph_id", "voice_id", "readable_from")


def rounds_here(access: Access) -> list[Round]:
    """All rounds of the consultation: one query."""
    return ROUNDS.run(consultation=access.consultation.pk)


def fresh_rows(access: Access, since: datetime) -> list[FreshItem]:
    """What became readable to this reader after a moment, but for own acts: two queries."""
    first, *others = fresh_activity(access, since, rounds_here(access))
    arms = [arm.values_list(*FRESH_COLUMNS) for arm in others]
    rows: QuerySet[Any] = first.values_list(*FRESH_COLUMNS)
    return [FreshItem(*row) for row in rows.union(*arms, all=True).order_by()]


def fresh_activity(
    access: Access, since: Moment, rounds: Collection[Round]
) -> Iterator[ActivityQuerySet]:
    """What was said since a moment, and what was said before in rounds that opened since."""
    openings = openings_of(access, rounds)
    readable, has_opened = readable_activity(access, rounds), any_opened(access, openings)
    return fresh_arms(access, since, readable, openings, has_opened=has_opened)


def fresh_arms[Rows: QuerySet[Any]](
    access: Access,
    since: Moment,
    readable: Rows,
    openings: Collection[Opening],
    *,
    has_opened: bool,
) -> Iterator[Rows]:
    """The same of rows that may be read now, for rounds that were looked up before.

    In two arms: with an OR of both conditions PostgreSQL could not use the indexes.
    """
    rows = readable.annotate(readable_from=_readable_from(access, openings))
    yield rows.filter(said_at__gt=since)
    if has_opened:
        opened = rows.filter(said_at__lte=since, round__in=_rounds_opened_since(access, since))
        yield opened.filter(readable_from__gt=since)


def openings_of(access: Access, rounds: Iterable[Round]) -> list[Opening]:
    """The rounds whose inputs this reader may read from their close on."""
    return [
        (round.pk, close_of(round) + RESOLUTION)
        for round in rounds
        if round.visibility == Visibility.AT_CLOSE and not access.reads_all
    ]


def any_opened(access: Access, openings: Iterable[Opening]) -> bool:
    return any(moment <= access.moment for _round, moment in openings)


def count_by_paragraph(rows: ActivityQuerySet) -> QuerySet[Any]:
    """How many rows there are of each kind on each paragraph: kind, paragraph, `number`.

    It reads no other column, so that an index alone can answer.
    """
    return rows.values("source", "paragraph_id").annotate(number=Count("*"))


def count_rows(arms: Iterable[ActivityQuerySet]) -> Counts:
    """The same for arms that share no row, as a value: one query."""
    first, *others = (
        count_by_paragraph(rows).values_list("source", "paragraph_id", "number") for rows in arms
    )
    return sum_counts(first.union(*others, all=True).order_by())


def sum_counts(rows: Iterable[tuple[str, int, int]]) -> Counts:
    """The sums of rows of kind, paragraph and number, which may come from several arms."""
    counts: dict[str, dict[int, int]] = {}
    for source, paragraph, number in rows:
        of_source = counts.setdefault(source, {})
        of_source[paragraph] = of_source.get(paragraph, 0) + number
    return counts


def first_rows(arms: Iterable[ActivityQuerySet], limit: int) -> list[FreshItem]:
    """The first rows of each kind on each paragraph, `limit` of each arm: one query.

    They are first in the order of the table of inputs.
    """
    position = Window(
        RowNumber(),
        partition_by=["source", "paragraph_id"],
        order_by=["voice__rank", "voice__sort_key", "row"],
    )
    first, *others = (
        rows.annotate(position=position).filter(position__lte=limit).values_list(*FRESH_COLUMNS)
        for rows in arms
    )
    return [FreshItem(*row) for row in first.union(*others, all=True).order_by()]


def items_of(rows: Iterable[FreshItem]) -> Items:
    """The ids of the rows by source, each once."""
    items: Items = {}
    for row in rows:
        items.setdefault(row.source, []).append(row.pk)
    return {name: sorted(set(ids)) for name, ids in sorted(items.items())}


def _readable_from(access: Access, openings: Iterable[Opening]) -> Any:
    """From when on this reader could read a row: own ones and those of "at once" when they were
    said, those of "all at the close" not before the close."""
    said_at = Greatest("said_at", "submitted_at")
    at_close = [When(round=round, then=Greatest(said_at, moment)) for round, moment in openings]
    if not at_close:
        return said_at
    is_own = Q(filed_by__in=access.own_seat_ids) | Q(seat__in=access.room_seat_ids)
    return Case(
        When(is_own, then=said_at), *at_close, default=said_at, output_field=DateTimeField()
    )


def _rounds_opened_since(access: Access, since: Moment) -> QuerySet[Any]:
    """The rounds that closed after a moment, and whose close made their inputs readable."""
    closed = Q(closed_at__gt=since) | Q(closed_at=None, deadline__gt=since - GRACE)
    rounds = Round.objects.filter(consultation=access.consultation, visibility=Visibility.AT_CLOSE)
    return rounds.filter(closed).values("pk")
