"""New inputs of others on the paragraphs with own inputs: on which, how many, and the first.

Own inputs are those of the delegation for which the reader acts.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value, Window
from django.db.models.functions import Coalesce, RowNumber

from comments.models import ActivityQuerySet, Comment, CommentKind
from comments.outcomes.own_inputs import listed_as_member_filter
from comments.threads.citations import ParagraphPositions
from comments.threads.foreign_words import redline_to_show
from comments.threads.id_arrays import is_one_of
from consultations.rules.access import Access
from drafts.models import Paragraph
from drafts.words.differences import Redline

# New inputs of others are counted up to this number, on all of the paragraphs together.
MAX_OTHERS_COUNTED = 100
# So many inputs of others are shown at each paragraph; the thread has them all.
MAX_OTHERS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class OthersProposal:
    """An input of others on a paragraph with own inputs."""

    comment: Comment
    redline: Redline
    opening_words: str  # the first words of the paragraph, set in italics; empty for a new one


@dataclass(frozen=True, slots=True)
class OthersInputs:
    """The new inputs of others on one paragraph: how many, and the first in table order."""

    count: int = 0
    first_proposals: tuple[OthersProposal, ...] = ()


@dataclass(frozen=True, slots=True)
class OthersOverview:
    """On which paragraphs others have new inputs; how many, up to `MAX_OTHERS_COUNTED`."""

    paragraph_ids_with_news: frozenset[int]
    count: int


def overview_of_others(
    access: Access,
    new_activity: Iterable[ActivityQuerySet],
    positions: ParagraphPositions,
    current_paragraph_ids: Collection[int],
) -> OthersOverview:
    """The overview of these paragraphs: one query, which reads no more rows than it needs.

    The query gives rows of two kinds: ("paragraph", id) for each paragraph with news, and ("input",
    id) for each new input that is counted.
    """
    activity_of_others = [_inputs_of_others_in(access, activity) for activity in new_activity]
    paragraph_ids = _with_moved(positions, current_paragraph_ids)
    paragraphs_with_activity = _paragraphs_with_activity(activity_of_others, paragraph_ids)
    inputs_on_them = [
        activity.filter(is_one_of("paragraph_id", paragraph_ids)).order_by()
        for activity in activity_of_others
    ]
    counted_inputs = [
        activity.values_list(Value("input"), "row")[:MAX_OTHERS_COUNTED]
        for activity in inputs_on_them
    ]
    rows = list(
        paragraphs_with_activity.values_list(Value("paragraph"), "pk")
        .union(*counted_inputs, all=True)
        .order_by()
    )
    paragraph_ids_with_news = frozenset(
        positions.current_id_of(row_id) for row_kind, row_id in rows if row_kind == "paragraph"
    )
    input_count = sum(row_kind == "input" for row_kind, _row_id in rows)
    return OthersOverview(paragraph_ids_with_news, min(MAX_OTHERS_COUNTED, input_count))


def _paragraphs_with_activity(
    activity_of_others: Sequence[ActivityQuerySet], paragraph_ids: Collection[int]
) -> QuerySet[Paragraph]:
    """Those of the paragraphs on which there is any activity of others."""
    first_rows = [
        Subquery(activity.filter(paragraph=OuterRef("pk")).values("row")[:1])
        for activity in activity_of_others
    ]
    # `Coalesce` takes two or more.
    first_row = Coalesce(*first_rows) if len(first_rows) > 1 else first_rows[0]
    # Not correlated with the paragraph: where there is no news at all, no paragraph is looked at.
    has_any = reduce(or_, (Q(Exists(activity)) for activity in activity_of_others))
    paragraphs = Paragraph.objects.filter(has_any, is_one_of("pk", paragraph_ids)).order_by()
    return paragraphs.annotate(first_row=first_row).filter(first_row__isnull=False)


def inputs_of_others(
    access: Access,
    new_activity: Iterable[ActivityQuerySet],
    positions: ParagraphPositions,
    current_paragraph_ids: Collection[int],
) -> Mapping[int, OthersInputs]:
    """The first inputs on each of the paragraphs of a page, and how many there are: two queries.

    By id of the paragraph at which the inputs stand now. `new_activity` is what is new to the
    reader, as querysets that are united here.
    """
    is_on_page = is_one_of("paragraph_id", _with_moved(positions, current_paragraph_ids))
    first_querysets = [
        _first_rows(_inputs_of_others_in(access, activity).filter(is_on_page))
        for activity in new_activity
    ]
    first_rows = list(first_querysets[0].union(*first_querysets[1:], all=True).order_by())
    first_ids = [comment_id for _rank, comment_id, _paragraph_id, _count in first_rows]
    comments = Comment.objects.visible_to(access).in_force().filter(is_one_of("pk", first_ids))
    comments = comments.select_related("seat", "filed_by", "wording__revision__draft")
    proposals_by_paragraph_id: dict[int, list[OthersProposal]] = {}
    for comment in comments.in_table_order():
        current_paragraph_id = positions.current_id_of(comment.paragraph_id)
        proposals = proposals_by_paragraph_id.setdefault(current_paragraph_id, [])
        proposals.append(_others_proposal(comment))
    # Each row has the count of all rows on its paragraph: it is added once, with the first.
    count_by_paragraph_id = Counter[int]()
    for rank_on_paragraph, _comment_id, paragraph_id, count in first_rows:
        count_by_paragraph_id[positions.current_id_of(paragraph_id)] += (
            count if rank_on_paragraph == 1 else 0
        )
    return {
        paragraph_id: OthersInputs(
            count, tuple(proposals_by_paragraph_id.get(paragraph_id, ())[:MAX_OTHERS_SHOWN])
        )
        for paragraph_id, count in count_by_paragraph_id.items()
    }


def _inputs_of_others_in(access: Access, activity: ActivityQuerySet) -> ActivityQuerySet:
    """Of these rows, the inputs that are not the delegation's own; their `row` is the input's id.

    Its own are also those of a group that it coordinates, and those that a group filed for it as a
    member.
    """
    assert access.seat is not None
    is_own = Q(seat__in=[access.seat.pk, *access.coordinated_seat_ids]) | Q(
        listed_as_member_filter(access, "row")
    )
    return activity.filter(~is_own, source="comments")


def _first_rows(activity: ActivityQuerySet) -> QuerySet[Any, Any]:
    """The first rows on each paragraph in the order of a table, with how many there are on it:
    (rank on the paragraph, key of the input, key of the paragraph, count)."""
    order = ["voice__rank", "voice__sort_key", "row"]  # by the seat that speaks, then by input
    rank = Window(RowNumber(), partition_by=["paragraph_id"], order_by=order)
    count = Window(Count("*"), partition_by=["paragraph_id"])
    numbered = activity.annotate(rank_on_paragraph=rank, count_on_paragraph=count).filter(
        rank_on_paragraph__lte=MAX_OTHERS_SHOWN
    )
    return numbered.values_list("rank_on_paragraph", "row", "paragraph_id", "count_on_paragraph")


def _with_moved(positions: ParagraphPositions, current_paragraph_ids: Collection[int]) -> set[int]:
    """These paragraphs, and those whose inputs moved to them."""
    moved_ids = (
        moved_id
        for moved_id, current_id in positions.current_id_by_earlier_id.items()
        if current_id in current_paragraph_ids
    )
    return {*current_paragraph_ids, *moved_ids}


def _others_proposal(comment: Comment) -> OthersProposal:
    """The input with its redline; a proposed paragraph needs no opening words of the old one."""
    is_added = comment.kind == CommentKind.ADD_AFTER
    opening_words = "" if is_added else comment.wording.opening
    redline = redline_to_show(
        comment, comment.wording.text, comment.wording.revision.draft.language
    )
    return OthersProposal(comment, redline, opening_words)
