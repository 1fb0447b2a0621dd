"""The own inputs by paragraph, without their words: enough for the order and sums of a brief.

Own inputs are those of the delegation for which the reader acts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, OuterRef, Q, Subquery

from comments.models import Comment, CommentMember, CommentQuerySet, Review
from comments.threads.citations import ParagraphPositions
from comments.threads.id_arrays import is_in_array
from consultations.rules.access import Access
from drafts.models import Revision, Wording


class OwnInputSummary(NamedTuple):
    """One of the own inputs: its kind and what it was made on, without its words."""

    pk: int
    public_id: UUID
    paragraph_id: int
    draft_id: int
    # Of the wording that the input was made on: its revision, that revision's number, the hash of
    # its words.
    revision_id: int
    revision_number: int
    text_hash: str
    kind: str
    language: str
    # What orders delegations in a table, and the number of the input.
    seat_rank: int
    seat_sort_key: str
    number: int
    # Whether it has an answer on which the delegation said nothing yet; None: no answer at all.
    has_unacknowledged_answer: bool | None

    @property
    def table_order(self) -> tuple[int, str, int]:
        return self.seat_rank, self.seat_sort_key, self.number


# In the order of the fields of `OwnInputSummary`.
SUMMARY_COLUMNS = (
    "pk",
    "public_id",
    "paragraph_id",
    "paragraph__draft_id",
    "wording__revision_id",
    "wording__revision__number",
    "wording__text_hash",
    "kind",
    "language",
    "seat__rank",
    "seat__sort_key",
    "number",
    "has_unacknowledged_answer",
)


@dataclass(frozen=True, slots=True)
class CommentedParagraphSummary:
    """A paragraph on which the delegation spoke: where it stands, and whether something happened.

    `inputs` were made on it, or on paragraphs whose words moved to it.
    """

    current_paragraph_id: int
    text_order: tuple[int, ...]
    inputs: tuple[OwnInputSummary, ...]
    is_on_agenda: bool
    has_news: bool

    @property
    def relevance(self) -> tuple[Any, ...]:
        """The sort key: on the agenda first, then where something happened; then as in the text."""
        return (not self.is_on_agenda, not self.has_news, self.text_order)


def own_inputs_in_force(access: Access) -> CommentQuerySet:
    """The delegation's inputs in force: its own, those it filed or acts on for a group, and those
    of a group that lists it as a member."""
    is_own = (
        Q(seat=access.seat) | access.own_record_filter() | Q(listed_as_member_filter(access, "pk"))
    )
    return Comment.objects.visible_to(access).in_force().filter(is_own)


def listed_as_member_filter(access: Access, comment_column: str) -> Func:
    """Whether a group filed an input with the delegation among its members.

    The ids are compared as one array, so that PostgreSQL can use an index for each part of the OR.
    """
    memberships = CommentMember.objects.filter(delegation=access.delegation).values("comment")
    return is_in_array(comment_column, ArraySubquery(memberships.order_by()))


def own_input_summaries(access: Access) -> list[OwnInputSummary]:
    """All own inputs, without words: one query."""
    reviews = Review.objects.released_to(access).filter(comment=OuterRef("pk"))
    reviews_with_is_unacknowledged = reviews.annotate(is_unacknowledged=Q(acknowledgement=None))
    last_is_unacknowledged = reviews_with_is_unacknowledged.order_by("-decided_at", "-pk").values(
        "is_unacknowledged"
    )[:1]
    comments = own_inputs_in_force(access).annotate(
        has_unacknowledged_answer=Subquery(last_is_unacknowledged)
    )
    return [OwnInputSummary(*row) for row in comments.order_by().values_list(*SUMMARY_COLUMNS)]


def own_inputs_by_paragraph_id(
    summaries: Iterable[OwnInputSummary], positions: ParagraphPositions
) -> dict[int, list[OwnInputSummary]]:
    """The inputs by the key of the paragraph under which they stand now, in table order."""
    inputs_by_paragraph_id: dict[int, list[OwnInputSummary]] = {}
    for summary in sorted(summaries, key=lambda summary: summary.table_order):
        inputs_by_paragraph_id.setdefault(positions.current_id_of(summary.paragraph_id), []).append(
            summary
        )
    return inputs_by_paragraph_id


def input_on_latest_wording(
    summaries: Iterable[OwnInputSummary], newest_revision_by_draft_id: Mapping[int, Revision]
) -> OwnInputSummary:
    """The input on the latest wording that the delegation spoke on.

    Inputs on the newest revision, since which nothing can have changed, count only where there are
    none on earlier ones.
    """
    newest_revision_ids = {revision.pk for revision in newest_revision_by_draft_id.values()}
    return max(
        summaries,
        key=lambda summary: (
            summary.revision_id not in newest_revision_ids,
            summary.revision_number,
            summary.pk,
        ),
    )


def changed_paragraph_ids_of(
    access: Access,
    inputs_by_paragraph_id: Mapping[int, Sequence[OwnInputSummary]],
    positions: ParagraphPositions,
    newest_revision_by_draft_id: Mapping[int, Revision],
) -> set[int]:
    """The paragraphs that changed since the delegation spoke on them: one query."""
    newest_revisions = [*newest_revision_by_draft_id.values()]
    wordings = Wording.objects.visible_to(access).filter(revision__in=newest_revisions).order_by()
    text_hash_by_paragraph_id = dict(wordings.values_list("paragraph_id", "text_hash"))
    return {
        current_paragraph_id
        for current_paragraph_id, summaries in inputs_by_paragraph_id.items()
        if _is_changed(
            current_paragraph_id,
            input_on_latest_wording(summaries, newest_revision_by_draft_id),
            positions,
            text_hash_by_paragraph_id.get(current_paragraph_id),
        )
    }


def _is_changed(
    current_paragraph_id: int,
    summary: OwnInputSummary,
    positions: ParagraphPositions,
    current_text_hash: str | None,  # None where the paragraph was deleted
) -> bool:
    """Whether the paragraph of an input has other words now, or was split, merged or deleted."""
    successor_ids = positions.successor_ids_by_earlier_id.get(summary.paragraph_id, ())
    is_split = len(successor_ids) > 1
    # The input stands under another paragraph, and not because its own was split.
    is_merged = current_paragraph_id != summary.paragraph_id and not is_split
    return current_text_hash != summary.text_hash or is_split or is_merged
