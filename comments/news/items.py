"""What is new for one reader: what may be read now and could not be read at an earlier moment.

The rules of `consultations/rules/access.py` are applied at both moments, and not repeated here.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import reduce
from itertools import groupby
from operator import or_
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import (
    Aggregate,
    Case,
    Count,
    DateTimeField,
    F,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
    Window,
)
from django.db.models.functions import Greatest, RowNumber

from comments.inputs.queries import ids_subquery, rounds_of_consultation
from comments.models import (
    Acknowledgement,
    Activity,
    ActivityQuerySet,
    Alignment,
    Comment,
    Reply,
    Review,
)
from consultations.models import Round, Visibility
from consultations.rules.access import Access
from consultations.rules.phases import GRACE, close_of
from drafts.models import Revision

# Ids by source: {"comments": [4, 9], "replies": [2]}. A source without news has no entry.
IdsBySource = dict[str, list[int]]

# The same as the row of a mail stores it: {"comments": "4,9-12"}. As single ids, the digests of one
# meeting (two thousand mails with five thousand ids each) would take a hundred megabytes.
IdRanges = dict[str, str]
EMPTY_TEXT = Value("")

# A range as PostgreSQL writes it, without its end: "[9,13)" is 9 to 12.
RANGE_PATTERN = re.compile(r"\[(\d+),(\d+)\)")

# The kinds of news, in the order in which a mail shows them.
SOURCE_NAMES = ("revisions", "comments", "replies", "alignments", "reviews", "acknowledgements")


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of news on a comment: which rows count, and which lookups lead to their facts.

    `Activity` finds all kinds at once, by the same names; digests read them again through this.
    """

    make_queryset: Callable[[], QuerySet[Any]]
    comment_prefix: str  # the prefix of lookups that lead to the comment
    delegation_lookup: str  # the lookup of the delegation's name
    detail_lookup: str | Value = EMPTY_TEXT  # the lookup of its kind or stance, if it has one


SOURCES: dict[str, Source] = {
    "comments": Source(Comment.objects.in_force, "", "seat__name", "kind"),
    "replies": Source(lambda: Reply.objects.filter(withdrawn_at=None), "comment__", "seat__name"),
    "alignments": Source(
        lambda: Alignment.objects.filter(withdrawn_at=None), "comment__", "seat__name"
    ),
    "reviews": Source(
        lambda: Review.objects.filter(replaced_at=None, published_at__isnull=False),
        "comment__",
        "comment__seat__name",
    ),
    "acknowledgements": Source(
        Acknowledgement.objects.all, "comment__", "comment__seat__name", "stance"
    ),
}


def new_items(access: Access, since: datetime | None) -> IdsBySource:
    """What `access` may read at its moment and could not at `since`, in one query.

    `since` None: everything that may be read. Own acts and draft comments are never among it.
    """
    return decode_id_ranges(new_id_ranges(access, since))


def new_id_ranges(access: Access, since: datetime | None) -> IdRanges:
    """The ids of `new_items` as ranges, in the form of a mail's row.

    The database makes the ranges of up to 50,000 ids.
    """
    activity = readable_activity(access)
    if since is not None:
        activity = activity.exclude(_is_readable(access, since))
    ranges_by_source = (
        activity.values("source").annotate(ids=_RangeAgg("row")).values_list("source", "ids")
    )
    source_rows = _new_revisions(access, since).union(ranges_by_source, all=True).order_by()
    ranges = {
        source: _stored_ranges(stored_text) for source, stored_text in source_rows if stored_text
    }
    return dict(sorted(ranges.items()))


# Source of news → id of the paragraph on which it was said → ids.
IdsBySourceAndParagraph = Mapping[str, Mapping[int, Collection[int]]]


def readable_items_by_paragraph(
    access: Access, ids_by_source: IdsBySource
) -> IdsBySourceAndParagraph:
    """Those of the ids, except of revisions, whose rows this capacity may read now: one query.

    A row for each source on each paragraph, however many items there are.
    """
    activity = readable_rows_of(access, ids_by_source).values("source", "paragraph_id")
    ids_by_paragraph = activity.annotate(ids=ArrayAgg("row")).order_by("source", "paragraph_id")
    readable_ids: dict[str, dict[int, list[int]]] = {}
    for source, paragraph_id, ids in ids_by_paragraph.values_list("source", "paragraph_id", "ids"):
        readable_ids.setdefault(source, {})[paragraph_id] = ids
    return readable_ids


def items_on_paragraphs(
    ids_by_source_and_paragraph: IdsBySourceAndParagraph,
    paragraph_ids: Collection[int] | None = None,
) -> IdsBySource:
    """The items on these paragraphs; on all of them where `paragraph_ids` is None."""
    ids_by_source = {
        source: sorted(
            item_id
            for paragraph_id, ids in ids_by_paragraph_id.items()
            if paragraph_ids is None or paragraph_id in paragraph_ids
            for item_id in ids
        )
        for source, ids_by_paragraph_id in ids_by_source_and_paragraph.items()
    }
    return {source: ids for source, ids in ids_by_source.items() if ids}


def readable_rows_of(access: Access, ids_by_source: IdsBySource) -> ActivityQuerySet:
    """The rows with these ids, revisions apart, that this capacity may read now."""
    source_conditions = [
        Q(row__in=ids_subquery(ids_by_source[source]), source=source)
        for source in SOURCES
        if source in ids_by_source
    ]
    if not source_conditions:
        return Activity.objects.none()
    return Activity.objects.visible_to(access).filter(reduce(or_, source_conditions))


def without_mailed(ids_by_source: IdsBySource, mailed_ids: Iterable[IdsBySource]) -> IdsBySource:
    """The ids that are in none of the earlier mails."""
    mailed_ids_by_source: dict[str, set[int]] = {}
    for ids_of_mail in mailed_ids:
        for source, ids in ids_of_mail.items():
            mailed_ids_by_source.setdefault(source, set()).update(ids)
    unmailed_ids_by_source = {
        source: [item_id for item_id in ids if item_id not in mailed_ids_by_source.get(source, ())]
        for source, ids in ids_by_source.items()
    }
    return {source: ids for source, ids in unmailed_ids_by_source.items() if ids}


def encode_id_ranges(ids_by_source: IdsBySource) -> IdRanges:
    """Ids as ranges, in order: [4, 9, 10, 11, 12] → "4,9-12"."""
    return {source: ",".join(_range_texts(sorted(ids))) for source, ids in ids_by_source.items()}


def decode_id_ranges(ranges: IdRanges) -> IdsBySource:
    """The ids of the ranges: "4,9-12" → [4, 9, 10, 11, 12]."""
    ids_by_source: IdsBySource = {}
    for source, range_text in ranges.items():
        ids = ids_by_source.setdefault(source, [])
        for one_range in range_text.split(","):
            low, _dash, high = one_range.partition("-")
            ids.extend(range(int(low), int(high or low) + 1))
    return ids_by_source


class _RangeAgg(Aggregate):
    """Ids as PostgreSQL writes ranges of them: `{[4,5),[9,13)}`.

    Each id is made a range of its own, [4,4]; `range_agg` joins those that follow one another.
    """

    function = "range_agg"
    template = "%(function)s(int8range(%(expressions)s, %(expressions)s, '[]'))::text"
    output_field = TextField()


def _stored_ranges(postgres_text: str) -> str:
    """The ranges of PostgreSQL as a mail's row stores them: `{[4,5),[9,13)}` → "4,9-12"."""
    bounds = [(int(low), int(end) - 1) for low, end in RANGE_PATTERN.findall(postgres_text)]
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in bounds)


def _range_texts(ids: list[int]) -> Iterator[str]:
    """Each range of the sorted ids: "4", "9-12"."""
    # In a run of consecutive ids, the id less its position in the list stays the same.
    for _difference, numbered_ids in groupby(
        enumerate(ids), key=lambda position_and_id: position_and_id[1] - position_and_id[0]
    ):
        run_of_ids = [item_id for _position, item_id in numbered_ids]
        low, high = run_of_ids[0], run_of_ids[-1]
        yield str(low) if low == high else f"{low}-{high}"


def _new_revisions(access: Access, since: datetime | None) -> QuerySet[Any]:
    """One row of ("revisions", ranges of ids): the revisions circulated since a moment."""
    revisions = Revision.objects.visible_to(access).filter(circulated_at__lte=access.moment)
    if since is not None:
        revisions = revisions.filter(circulated_at__gt=since)
    revisions_with_source = revisions.order_by().values(source=Value("revisions", TextField()))
    return revisions_with_source.annotate(ids=_RangeAgg("pk")).values_list("source", "ids")


def readable_activity(access: Access, rounds: Iterable[Round] | None = None) -> ActivityQuerySet:
    """What was said that may be read now, except own acts, in no order.

    Acts of no delegation, such as reviews, count as own acts of all who have no seat. Give the
    consultation's `rounds` where they were read already, to save the database reading them.
    """
    activity = Activity.objects.filter(_is_readable(access, access.moment, rounds))
    return activity.exclude(act_of=access.seat).order_by()


def readable_inputs(access: Access, rounds: Iterable[Round] | None = None) -> QuerySet[Any]:
    """The inputs among `readable_activity`, read from the table of comments.

    An index of that table has them in the order of submission. `said_at` is named as in
    `Activity`, so that both can be filtered alike.
    """
    inputs = Comment.objects.in_force().annotate(said_at=F("submitted_at"))
    readable = inputs.filter(_is_readable(access, access.moment, rounds))
    return readable.exclude(filed_by=access.seat).order_by()


def _is_readable(access: Access, moment: datetime, rounds: Iterable[Round] | None = None) -> Q:
    """In SQL, whether something was said by a moment, and readable to this capacity at it."""
    # `said_at` is that of the act, `submitted_at` that of its input.
    is_said = Q(said_at__lte=moment, submitted_at__lte=moment)
    reader = access if moment is access.moment else replace(access, moment=moment)
    return is_said & reader.readable_inputs_filter(rounds=rounds)


# --- What became readable since a moment ---------------------------------------------------------


# The least by which moments differ: a round's inputs are readable after its close, not at it.
SHORTEST_TIME = timedelta(microseconds=1)

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
