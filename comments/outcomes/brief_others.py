"""New inputs of others on the paragraphs that one spoke on: on which, how many, and the first."""

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
from comments.outcomes.own_inputs import said_in_its_name
from comments.threads.foreign_words import redline_beside
from comments.threads.key_lists import is_one_of
from consultations.rules.access import Access
from drafts.models import Paragraph
from drafts.words.differences import Redline

# What is new on all of the paragraphs is counted no further.
MANY = 100
# So many inputs of others are shown at each paragraph; the thread has them all.
MAX_OTHERS = 5


@dataclass(frozen=True, slots=True)
class OthersProposal:
    """An input of others on a paragraph that one spoke on."""

    row: Comment
    redline: Redline
    opening_words: str


@dataclass(frozen=True, slots=True)
class OthersInputs:
    """The new ones on one paragraph: how many, and the first in table order."""

    count: int = 0
    first: tuple[OthersProposal, ...] = ()


@dataclass(frozen=True, slots=True)
class OthersOverview:
    """On which paragraphs others said anything new, and how many inputs, at most `MANY`."""

    homes: frozenset[int]
    count: int


def overview_of_others(
    access: Access,
    new: Iterable[ActivityQuerySet],
    places: ParagraphPositions,
    homes: Collection[int],
) -> OthersOverview:
    """The overview of these paragraphs: one query, which reads no more rows than it needs.

    It looks at each paragraph for a first row, but not where nothing is new at all.
    """
    arms = [_of_others(access, rows) for rows in new]
    keys = _with_moved(places, homes)
    touched = _touched_paragraphs(arms, keys).values_list(Value("paragraph"), "pk")
    inputs = [arm.filter(is_one_of("paragraph_id", keys)).order_by() for arm in arms]
    counted = [arm.values_list(Value("input"), "row")[:MANY] for arm in inputs]
    rows = [*touched.union(*counted, all=True).order_by()]
    touched_homes = frozenset(
        places.current_id_of(key) for what, key in rows if what == "paragraph"
    )
    return OthersOverview(touched_homes, min(MANY, sum(what == "input" for what, _key in rows)))


def _touched_paragraphs(
    arms: Sequence[ActivityQuerySet], keys: Collection[int]
) -> QuerySet[Paragraph]:
    """The paragraphs on which there is any row."""
    on_it = [Subquery(rows.filter(paragraph=OuterRef("pk")).values("row")[:1]) for rows in arms]
    first = Coalesce(*on_it) if len(on_it) > 1 else on_it[0]
    is_any = reduce(or_, (Q(Exists(rows)) for rows in arms))
    rows = Paragraph.objects.filter(is_any, is_one_of("pk", keys)).order_by()
    return rows.annotate(first=first).filter(first__isnull=False)


def inputs_of_others(
    access: Access,
    new: Iterable[ActivityQuerySet],
    places: ParagraphPositions,
    homes: Collection[int],
) -> Mapping[int, OthersInputs]:
    """The first inputs on each of the paragraphs of a page, and how many there are: two queries.

    By the paragraphs at which they stand now. `new` is what is new to the reader, in arms.
    """
    is_here = is_one_of("paragraph_id", _with_moved(places, homes))
    arm, *others = (_first_rows(_of_others(access, rows).filter(is_here)) for rows in new)
    first = list(arm.union(*others, all=True).order_by())
    rows = Comment.objects.visible_to(access).in_force()
    rows = rows.filter(is_one_of("pk", [key for _position, key, _paragraph, _count in first]))
    proposals: dict[int, list[OthersProposal]] = {}
    for row in rows.select_related("seat", "filed_by", "wording__revision__draft").in_table_order():
        proposals.setdefault(places.current_id_of(row.paragraph_id), []).append(
            _others_proposal(row)
        )
    counts = Counter[int]()
    for position, _key, paragraph, count in first:
        counts[places.current_id_of(paragraph)] += count if position == 1 else 0
    return {
        home: OthersInputs(count, tuple(proposals.get(home, ())[:MAX_OTHERS]))
        for home, count in counts.items()
    }


def _of_others(access: Access, rows: ActivityQuerySet) -> ActivityQuerySet:
    """Of these rows, the inputs that are not the delegation's own, nor of its groups."""
    assert access.seat is not None
    own = Q(seat__in=[access.seat.pk, *access.group_keys]) | Q(said_in_its_name(access, "row"))
    return rows.filter(~own, source="comments")


def _first_rows(rows: ActivityQuerySet) -> QuerySet[Any, Any]:
    """The first rows on each paragraph in the order of a table, each with how many there are."""
    order = ["voice__rank", "voice__sort_key", "row"]
    position = Window(RowNumber(), partition_by=["paragraph_id"], order_by=order)
    count = Window(Count("*"), partition_by=["paragraph_id"])
    numbered = rows.annotate(position=position, number=count).filter(position__lte=MAX_OTHERS)
    return numbered.values_list("position", "row", "paragraph_id", "number")


def _with_moved(places: ParagraphPositions, homes: Collection[int]) -> set[int]:
    """These paragraphs, and those whose inputs moved to them."""
    return {
        *homes,
        *(key for key, home in places.current_id_by_earlier_id.items() if home in homes),
    }


def _others_proposal(row: Any) -> OthersProposal:
    is_added = row.kind == CommentKind.ADD_AFTER
    opening_words = "" if is_added else row.wording.opening
    redline = redline_beside(row, row.wording.text, row.wording.revision.draft.language)
    return OthersProposal(row, redline, opening_words)
