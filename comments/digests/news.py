"""What is new for one reader: what may be read now and could not be read at an earlier moment.

The rules of `consultations/access.py` are asked at both moments; there is no second spelling of
them here.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import Q, QuerySet, Value

from comments.models import Acknowledgement, Alignment, Comment, Reply, Review
from consultations.access import Access
from drafts.models import Revision

# Ids by source: {"comments": [4, 9], "replies": [2]}. A source without news has no entry.
Items = dict[str, list[int]]
# The same as a row keeps it: {"comments": "4,9-12"}. Two thousand rows of five thousand ids each
# would be a hundred megabytes a meeting.
Spans = dict[str, str]

NOTHING = Value("")

# In the order of a mail.
NAMES = ("revisions", "comments", "replies", "alignments", "reviews", "acknowledgements")


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of news on a comment: its rows, what dates them, and where their facts stand."""

    rows: Callable[[], QuerySet[Any]]
    dated: str
    way: str  # leads to the comment
    own: str  # the seat whose act it is: nobody is told of their own delegation's acts
    who: str
    detail: str | Value = NOTHING

    @property
    def actor(self) -> str:
        """The seat whose act it is, or to whose input it is an answer."""
        return self.who.replace("__name", "_id")


SOURCES: dict[str, Source] = {
    "comments": Source(
        Comment.objects.standing, "submitted_at", "", "filed_by", "seat__name", "kind"
    ),
    "replies": Source(
        lambda: Reply.objects.filter(withdrawn_at=None),
        "created_at",
        "comment__",
        "seat",
        "seat__name",
    ),
    "alignments": Source(
        lambda: Alignment.objects.filter(withdrawn_at=None),
        "created_at",
        "comment__",
        "seat",
        "seat__name",
    ),
    "reviews": Source(
        lambda: Review.objects.filter(replaced_at=None, published_at__isnull=False),
        "published_at",
        "comment__",
        "",
        "comment__seat__name",
    ),
    "acknowledgements": Source(
        Acknowledgement.objects.all,
        "acknowledged_at",
        "comment__",
        "comment__filed_by",
        "comment__seat__name",
        "stance",
    ),
}


def new_items(access: Access, since: datetime | None) -> Items:
    """What `access` may read at its moment and could not at `since`, in one query.

    `since` None: everything that may be read. Own acts and draft comments are never among it.
    """
    found: Items = {}
    arms = [_new_revisions(access, since)]
    arms += [
        new_rows(name, access, since).values_list(Value(name), "pk") for name in told_to(access)
    ]
    for name, pk in arms[0].union(*arms[1:], all=True).order_by():
        found.setdefault(name, []).append(pk)
    return {name: sorted(ids) for name, ids in sorted(found.items())}


def without(items: Items, told: Iterable[Items]) -> Items:
    """The items that none of the earlier mails told."""
    known: dict[str, set[int]] = {}
    for earlier in told:
        for name, ids in earlier.items():
            known.setdefault(name, set()).update(ids)
    left = {
        name: [pk for pk in ids if pk not in known.get(name, ())] for name, ids in items.items()
    }
    return {name: ids for name, ids in left.items() if ids}


def in_spans(items: Items) -> Spans:
    """Ids as runs, in order: [4, 9, 10, 11, 12] → "4,9-12"."""
    return {name: ",".join(_runs(sorted(ids))) for name, ids in items.items()}


def out_of_spans(spans: Spans) -> Items:
    """The ids of the runs: "4,9-12" → [4, 9, 10, 11, 12]."""
    items: Items = {}
    for name, written in spans.items():
        bounds = [run.partition("-")[::2] for run in written.split(",")]
        items[name] = [pk for low, high in bounds for pk in range(int(low), int(high or low) + 1)]
    return items


def _runs(ids: list[int]) -> Iterator[str]:
    # Along a run of consecutive ids the distance to the position stays the same.
    for _distance, run in groupby(enumerate(ids), key=lambda at: at[1] - at[0]):
        numbers = [pk for _place, pk in run]
        low, high = numbers[0], numbers[-1]
        yield str(low) if low == high else f"{low}-{high}"


def told_to(access: Access) -> list[str]:
    """The sources of a reader; reviews are no news to those in whose room they were written."""
    return [name for name in SOURCES if not (name == "reviews" and access.reads_all)]


def _new_revisions(access: Access, since: datetime | None) -> QuerySet[Any]:
    rows = Revision.objects.visible_to(access).filter(circulated_at__lte=access.moment)
    if since is not None:
        rows = rows.filter(circulated_at__gt=since)
    return rows.order_by().values_list(Value("revisions"), "pk")


def new_rows(name: str, access: Access, since: datetime | None) -> QuerySet[Any]:
    """The rows of one source that may be read now and could not be at `since`, in no order."""
    rows = readable_rows(name, access)
    return rows if since is None else rows.exclude(_readable(SOURCES[name], access, since))


def readable_rows(name: str, access: Access) -> QuerySet[Any]:
    """The rows of one source that may be read now, own acts left out, in no order."""
    source = SOURCES[name]
    rows = source.rows().filter(_readable(source, access, access.moment))
    if source.own:
        rows = rows.exclude(**{source.own: access.seat})
    return rows.order_by()


def _readable(source: Source, access: Access, at: datetime) -> Q:
    """Whether a row was there, and readable to this capacity, at a moment."""
    there = Q(**{f"{source.dated}__lte": at, f"{source.way}submitted_at__lte": at})
    return there & replace(access, moment=at).reading(source.way)
