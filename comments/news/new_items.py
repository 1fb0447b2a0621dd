"""What is new for one reader: what may be read now and could not be read at an earlier moment.

The rules of `consultations/rules/access.py` are applied at both moments, and not repeated here.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from itertools import groupby
from operator import or_
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Aggregate, F, Q, QuerySet, TextField, Value

from comments.models import (
    Acknowledgement,
    Activity,
    ActivityQuerySet,
    Alignment,
    Comment,
    Reply,
    Review,
)
from comments.threads.key_lists import among
from consultations.models import Round
from consultations.rules.access import Access
from drafts.models import Revision

# Ids by source: {"comments": [4, 9], "replies": [2]}. A source without news has no entry.
Items = dict[str, list[int]]
# The same as a mail's row stores it: {"comments": "4,9-12"}. Two thousand rows of five thousand ids
# each would be a hundred megabytes for every meeting.
IdRanges = dict[str, str]

NOTHING = Value("")

A_RUN = re.compile(r"\[(\d+),(\d+)\)")

# In the order of a mail.
SOURCE_NAMES = ("revisions", "comments", "replies", "alignments", "reviews", "acknowledgements")


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of news on a comment: which rows count, and in which columns their facts are.

    `Activity` finds all kinds at once, by the same names; digests read them again through this.
    """

    rows: Callable[[], QuerySet[Any]]
    prefix: str  # the prefix of lookups that lead to the comment
    who: str
    detail: str | Value = NOTHING


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


def new_items(access: Access, since: datetime | None) -> Items:
    """What `access` may read at its moment and could not at `since`, in one query.

    `since` None: everything that may be read. Own acts and draft comments are never among it.
    """
    return decode_id_ranges(new_id_ranges(access, since))


def new_id_ranges(access: Access, since: datetime | None) -> IdRanges:
    """The same as a mail's row stores it; the database makes the ranges of up to 50,000 ids."""
    activity = readable_activity(access)
    if since is not None:
        activity = activity.exclude(_is_readable(access, since))
    by_source = activity.values("source").annotate(ids=_Runs("row")).values_list("source", "ids")
    rows = _new_revisions(access, since).union(by_source, all=True).order_by()
    ranges = {name: _stored_ranges(runs) for name, runs in rows if runs}
    return dict(sorted(ranges.items()))


# Kind of news → paragraph on which it was said → ids.
ItemsByParagraph = Mapping[str, Mapping[int, Collection[int]]]


def still_readable(access: Access, items: Items) -> ItemsByParagraph:
    """Those of the items, but for revisions, that this capacity may read now: one query.

    A row for each kind on each paragraph, however many items there are.
    """
    rows = rows_again(access, items).values("source", "paragraph_id")
    by_paragraph = rows.annotate(ids=ArrayAgg("row")).order_by("source", "paragraph_id")
    readable: dict[str, dict[int, list[int]]] = {}
    for name, paragraph, ids in by_paragraph.values_list("source", "paragraph_id", "ids"):
        readable.setdefault(name, {})[paragraph] = ids
    return readable


def items_on(found: ItemsByParagraph, paragraphs: Collection[int] | None = None) -> Items:
    """The items on these paragraphs; on all of them where `paragraphs` is None."""
    items = {
        name: sorted(
            pk
            for paragraph, ids in by_paragraph.items()
            if paragraphs is None or paragraph in paragraphs
            for pk in ids
        )
        for name, by_paragraph in found.items()
    }
    return {name: ids for name, ids in items.items() if ids}


def rows_again(access: Access, items: Items) -> ActivityQuerySet:
    """The items, revisions apart, as this capacity may read them now."""
    kinds = [Q(row__in=among(items[name]), source=name) for name in SOURCES if name in items]
    if not kinds:
        return Activity.objects.none()
    return Activity.objects.visible_to(access).filter(reduce(or_, kinds))


def without_told(items: Items, told: Iterable[Items]) -> Items:
    """The items that are in none of the earlier mails."""
    known: dict[str, set[int]] = {}
    for earlier in told:
        for name, ids in earlier.items():
            known.setdefault(name, set()).update(ids)
    left = {
        name: [pk for pk in ids if pk not in known.get(name, ())] for name, ids in items.items()
    }
    return {name: ids for name, ids in left.items() if ids}


def encode_id_ranges(items: Items) -> IdRanges:
    """Ids as runs, in order: [4, 9, 10, 11, 12] → "4,9-12"."""
    return {name: ",".join(_runs(sorted(ids))) for name, ids in items.items()}


def decode_id_ranges(ranges: IdRanges) -> Items:
    """The ids of the runs: "4,9-12" → [4, 9, 10, 11, 12]."""
    items: Items = {}
    for name, runs in ranges.items():
        bounds = [run.partition("-")[::2] for run in runs.split(",")]
        items[name] = [pk for low, high in bounds for pk in range(int(low), int(high or low) + 1)]
    return items


class _Runs(Aggregate):
    """Ids as PostgreSQL writes runs of them: `{[4,5),[9,13)}`."""

    function = "range_agg"
    template = "%(function)s(int8range(%(expressions)s, %(expressions)s, '[]'))::text"
    output_field = TextField()


def _stored_ranges(runs: str) -> str:
    """`{[4,5),[9,13)}` → "4,9-12"."""
    bounds = [(int(low), int(end) - 1) for low, end in A_RUN.findall(runs)]
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in bounds)


def _runs(ids: list[int]) -> Iterator[str]:
    # Along a run of consecutive ids the distance to the position stays the same.
    for _distance, run in groupby(enumerate(ids), key=lambda pair: pair[1] - pair[0]):
        numbers = [pk for _place, pk in run]
        low, high = numbers[0], numbers[-1]
        yield str(low) if low == high else f"{low}-{high}"


def _new_revisions(access: Access, since: datetime | None) -> QuerySet[Any]:
    rows = Revision.objects.visible_to(access).filter(circulated_at__lte=access.moment)
    if since is not None:
        rows = rows.filter(circulated_at__gt=since)
    named = rows.order_by().values(source=Value("revisions", TextField()))
    return named.annotate(ids=_Runs("pk")).values_list("source", "ids")


def readable_activity(access: Access, rounds: Iterable[Round] | None = None) -> ActivityQuerySet:
    """What was said that may be read now, but for own acts, in no order.

    Acts of no delegation, such as reviews, count as own acts of all who have no seat. Give the
    consultation's `rounds` where they were read already, to save the database reading them.
    """
    rows = Activity.objects.filter(_is_readable(access, access.moment, rounds))
    return rows.exclude(act_of=access.seat).order_by()


def readable_inputs(access: Access, rounds: Iterable[Round] | None = None) -> QuerySet[Any]:
    """The inputs among them, from their own table, whose index has them in the order of time."""
    rows = Comment.objects.in_force().annotate(said_at=F("submitted_at"))
    readable = rows.filter(_is_readable(access, access.moment, rounds))
    return readable.exclude(filed_by=access.seat).order_by()


def _is_readable(access: Access, at: datetime, rounds: Iterable[Round] | None = None) -> Q:
    """Whether something was said, and readable to this capacity, at a moment."""
    is_said = Q(said_at__lte=at, submitted_at__lte=at)
    reader = access if at is access.moment else replace(access, moment=at)
    return is_said & reader.readable_inputs_filter(rounds=rounds)
