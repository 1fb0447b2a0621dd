"""What became readable to a reader after a moment: fresh rows of `Activity`, the acts on inputs.

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
from comments.news.new_items import IdsBySource, readable_activity
from consultations.models import Round, Visibility
from consultations.rules.access import Access
from consultations.rules.phases import GRACE, close_of
from consultations.rules.placeholder_reader import CONSULTATION
from delegations.kept_statements import KeptStatement

# The least by which moments differ: a round's inputs are readable after its close, not at it.
SHORTEST_TIME = timedelta(microseconds=1)

ROUNDS_STATEMENT = KeptStatement(lambda: Round.objects.filter(consultation=CONSULTATION))

# A moment, or a subquery for one.
MomentOrSubquery = datetime | Subquery
# The id of a round whose inputs all become readable at its close, and the moment of that; in a
# kept statement, placeholders for both.
RoundOpening = tuple[Any, Any]


@dataclass(frozen=True, slots=True)
class FreshItem:
    """One row of news: what kind, on which paragraph, by whom, and from when one could read it."""

    source: str  # the kind: a key of `new_items.SOURCES`, or "revisions"
    pk: int  # of the row in the table of its source
    paragraph_id: int
    # Who said it, or whose input is reviewed; None for a reply of the facilitators or a revision.
    seat_id: int | None
    readable_from: datetime


# Source of news → id of the paragraph on which it was said → how many.
NewsCounts = Mapping[str, Mapping[int, int]]

# The columns of `Activity` that make a `FreshItem`, in the order of its fields (`voice`: the seat).
FRESH_COLUMNS = ("source", "row", "paragraph_id", "voice_id", "readable_from")


def rounds_of_consultation(access: Access) -> list[Round]:
    """All rounds of the consultation: one query."""
    return ROUNDS_STATEMENT.run(consultation=access.consultation.pk)


def read_fresh_items(access: Access, since: datetime) -> list[FreshItem]:
    """What became readable to this reader after a moment, except own acts: two queries."""
    first_queryset, *other_querysets = fresh_activity(access, since, rounds_of_consultation(access))
    other_columns = [queryset.values_list(*FRESH_COLUMNS) for queryset in other_querysets]
    first_columns: QuerySet[Any] = first_queryset.values_list(*FRESH_COLUMNS)
    return [
        FreshItem(*columns) for columns in first_columns.union(*other_columns, all=True).order_by()
    ]


def fresh_activity(
    access: Access, since: MomentOrSubquery, rounds: Collection[Round]
) -> Iterator[ActivityQuerySet]:
    """What was said since a moment; and before it, in rounds whose inputs others can read since."""
    round_openings = round_openings_of(access, rounds)
    readable, has_opened = readable_activity(access, rounds), has_any_opened(access, round_openings)
    return fresh_querysets(access, since, readable, round_openings, has_opened=has_opened)


def fresh_querysets[Rows: QuerySet[Any]](
    access: Access,
    since: MomentOrSubquery,
    readable: Rows,
    round_openings: Collection[RoundOpening],
    *,
    has_opened: bool,
) -> Iterator[Rows]:
    """Those of the `readable` rows that became readable since a moment, in two querysets.

    With an OR of both conditions PostgreSQL could not use the indexes. `has_opened` says whether
    the second queryset can have any row: whether one of the `round_openings` is past.
    """
    dated_rows = readable.annotate(readable_from=_readable_from(access, round_openings))
    yield dated_rows.filter(said_at__gt=since)
    if has_opened:
        rows_of_opened_rounds = dated_rows.filter(
            said_at__lte=since, round__in=_rounds_opened_since(access, since)
        )
        yield rows_of_opened_rounds.filter(readable_from__gt=since)


def round_openings_of(access: Access, rounds: Iterable[Round]) -> list[RoundOpening]:
    """The rounds whose inputs this reader may read from their close on, with that moment."""
    return [
        (round.pk, close_of(round) + SHORTEST_TIME)
        for round in rounds
        if round.visibility == Visibility.AT_CLOSE and not access.reads_all
    ]


def has_any_opened(access: Access, round_openings: Iterable[RoundOpening]) -> bool:
    """Whether the inputs of one of these rounds are readable by now."""
    return any(readable_at <= access.moment for _round_id, readable_at in round_openings)


def count_by_paragraph(rows: ActivityQuerySet) -> QuerySet[Any]:
    """How many rows there are of each source on each paragraph: source, paragraph, `row_count`.

    It reads no other column, so that an index alone can answer.
    """
    return rows.values("source", "paragraph_id").annotate(row_count=Count("*"))


def count_rows(querysets: Iterable[ActivityQuerySet]) -> NewsCounts:
    """The counts of `count_by_paragraph` over querysets that share no row: one query."""
    first_counts, *other_counts = (
        count_by_paragraph(queryset).values_list("source", "paragraph_id", "row_count")
        for queryset in querysets
    )
    return sum_counts(first_counts.union(*other_counts, all=True).order_by())


def sum_counts(counted_rows: Iterable[tuple[str, int, int]]) -> NewsCounts:
    """The sums of rows of source, paragraph and count, which may come from several querysets."""
    counts_by_source: dict[str, dict[int, int]] = {}
    for source, paragraph_id, row_count in counted_rows:
        count_by_paragraph_id = counts_by_source.setdefault(source, {})
        count_by_paragraph_id[paragraph_id] = count_by_paragraph_id.get(paragraph_id, 0) + row_count
    return counts_by_source


def first_rows_per_paragraph(querysets: Iterable[ActivityQuerySet], limit: int) -> list[FreshItem]:
    """The first rows of each source on each paragraph: one query.

    They are first in the order of the table of inputs; each queryset gives at most `limit`.
    """
    number_in_order = Window(
        RowNumber(),
        partition_by=["source", "paragraph_id"],
        order_by=["voice__rank", "voice__sort_key", "row"],
    )
    first_queryset, *other_querysets = (
        # `position` counts from 1 on each paragraph, for each source.
        queryset.annotate(position=number_in_order)
        .filter(position__lte=limit)
        .values_list(*FRESH_COLUMNS)
        for queryset in querysets
    )
    return [
        FreshItem(*columns)
        for columns in first_queryset.union(*other_querysets, all=True).order_by()
    ]


def ids_by_source_of(fresh_items: Iterable[FreshItem]) -> IdsBySource:
    """The ids of the rows by source, each once."""
    ids_by_source: IdsBySource = {}
    for fresh_item in fresh_items:
        ids_by_source.setdefault(fresh_item.source, []).append(fresh_item.pk)
    return {source: sorted(set(ids)) for source, ids in sorted(ids_by_source.items())}


def _readable_from(access: Access, round_openings: Iterable[RoundOpening]) -> Any:
    """In SQL, from when on this reader could read a row.

    What was said on inputs of others, in a round that opens at its close, not before the close;
    all else from when it was said.
    """
    # An act on an input is no news before the input itself is submitted.
    said_at = Greatest("said_at", "submitted_at")
    cases_by_round = [
        When(round=round_id, then=Greatest(said_at, readable_at))
        for round_id, readable_at in round_openings
    ]
    if not cases_by_round:
        return said_at
    is_own = Q(filed_by__in=access.own_and_group_seat_ids) | Q(seat__in=access.group_room_seat_ids)
    return Case(
        When(is_own, then=said_at),
        *cases_by_round,
        default=said_at,
        output_field=DateTimeField(),
    )


def _rounds_opened_since(access: Access, since: MomentOrSubquery) -> QuerySet[Any]:
    """The rounds that closed after a moment, and whose close made their inputs readable."""
    # A round closes at `closed_at`; where that is not set, `GRACE` after the deadline (`close_of`).
    is_closed_since = Q(closed_at__gt=since) | Q(closed_at=None, deadline__gt=since - GRACE)
    rounds = Round.objects.filter(consultation=access.consultation, visibility=Visibility.AT_CLOSE)
    return rounds.filter(is_closed_since).values("pk")
