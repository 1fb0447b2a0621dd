"""What others said on the paragraphs that one spoke on: where there is any, and the first of it."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value, Window
from django.db.models.functions import Coalesce, RowNumber

from comments.models import ActivityQuerySet, Comment, CommentKind
from comments.news.citations import ParagraphPositions
from comments.outcomes.spoken import said_in_its_name
from comments.threads.foreign_words import redline_beside
from comments.threads.key_lists import is_one_of
from consultations.rules.access import Access
from drafts.models import Paragraph
from drafts.words.differences import Redline

# Nobody counts further what is new on all of the paragraphs.
MANY = 100
# So many inputs of others are told at each paragraph; the thread has them all.
MOST_OTHERS = 5


@dataclass(frozen=True, slots=True)
class OthersProposal:
    """An input of others that touches a paragraph one spoke on."""

    row: Comment
    pieces: Redline
    opening: str


@dataclass(frozen=True, slots=True)
class OthersInputs:
    """The new ones on one paragraph: how many, and the first in table order."""

    count: int = 0
    first: tuple[OthersProposal, ...] = ()


@dataclass(frozen=True, slots=True)
class OthersOverview:
    """Where others said anything new, and how many inputs that is, `MANY` where it is more."""

    homes: frozenset[int]
    count: int


def overview_of_others(
    access: Access,
    new: Iterable[ActivityQuerySet],
    places: ParagraphPositions,
    homes: Collection[int],
) -> OthersOverview:
    """Of these paragraphs: one query, which reads no more rows than it tells of.

    It looks at each paragraph for a first row, but not where nothing is new at all.
    """
    arms = [_of_others(access, rows) for rows in new]
    keys = _brought_to(places, homes)
    touched = _touched(arms, keys).values_list(Value("paragraph"), "pk")
    rows = [arm.filter(is_one_of("paragraph_id", keys)).order_by() for arm in arms]
    counted = [arm.values_list(Value("row"), "row")[:MANY] for arm in rows]
    found = [*touched.union(*counted, all=True).order_by()]
    at = frozenset(places.home(key) for what, key in found if what == "paragraph")
    return OthersOverview(at, min(MANY, sum(what == "row" for what, _key in found)))


def _touched(arms: Sequence[ActivityQuerySet], keys: Collection[int]) -> QuerySet[Paragraph]:
    here = [Subquery(rows.filter(paragraph=OuterRef("pk")).values("row")[:1]) for rows in arms]
    first = Coalesce(*here) if len(here) > 1 else here[0]
    is_any = reduce(or_, (Q(Exists(rows)) for rows in arms))
    rows = Paragraph.objects.filter(is_any, is_one_of("pk", keys)).order_by()
    return rows.annotate(first=first).filter(first__isnull=False)


def inputs_of_others(
    access: Access,
    new: Iterable[ActivityQuerySet],
    places: ParagraphPositions,
    homes: Collection[int],
) -> Mapping[int, OthersInputs]:
    """The first on each of the paragraphs of a page, and how many there are: two queries.

    By the paragraphs at which they stand now. `new` is what is new to the reader, in arms.
    """
    here = is_one_of("paragraph_id", _brought_to(places, homes))
    first, *others = (_first(_of_others(access, rows).filter(here)) for rows in new)
    told = list(first.union(*others, all=True).order_by())
    rows = Comment.objects.visible_to(access).in_force()
    rows = rows.filter(is_one_of("pk", [row for _turn, row, _paragraph, _count in told]))
    found: dict[int, list[OthersProposal]] = {}
    for row in rows.select_related("seat", "filed_by", "wording__revision__draft").in_table_order():
        found.setdefault(places.home(row.paragraph_id), []).append(_proposal(row))
    counts = Counter[int]()
    for turn, _row, paragraph, count in told:
        counts[places.home(paragraph)] += count if turn == 1 else 0
    return {
        home: OthersInputs(count, tuple(found.get(home, ())[:MOST_OTHERS]))
        for home, count in counts.items()
    }


def _of_others(access: Access, rows: ActivityQuerySet) -> ActivityQuerySet:
    """Inputs alone, less those that are the delegation's own, a group's too."""
    assert access.seat is not None
    own = Q(seat__in=[access.seat.pk, *access.group_keys]) | Q(said_in_its_name(access, "row"))
    return rows.filter(~own, source="comments")


def _first(rows: ActivityQuerySet) -> QuerySet[Any, Any]:
    """The first on each paragraph as a table has them, each with how many there are."""
    order = ["voice__rank", "voice__sort_key", "row"]
    turn = Window(RowNumber(), partition_by=["paragraph_id"], order_by=order)
    count = Window(Count("*"), partition_by=["paragraph_id"])
    numbered = rows.annotate(turn=turn, number=count).filter(turn__lte=MOST_OTHERS)
    return numbered.values_list("turn", "row", "paragraph_id", "number")


def _brought_to(places: ParagraphPositions, homes: Collection[int]) -> set[int]:
    """These paragraphs, and those whose inputs came to them."""
    return {*homes, *(key for key, home in places.moved.items() if home in homes)}


def _proposal(row: Any) -> OthersProposal:
    is_added = row.kind == CommentKind.ADD_AFTER
    opening = "" if is_added else row.wording.opening
    words = redline_beside(row, row.wording.text, row.wording.revision.draft.language)
    return OthersProposal(row, words, opening)
