"""The own inputs by paragraph, without their words: enough for the order and sums of a brief."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, OuterRef, Q, Subquery

from comments.models import Comment, CommentMember, CommentQuerySet, Review
from comments.news.citations import ParagraphPositions
from comments.threads.key_lists import is_in_array
from consultations.rules.access import Access
from drafts.models import Revision, Wording


class OwnInputSummary(NamedTuple):
    """One of the own inputs: its kind and what it was made on, without its words."""

    pk: int
    public_id: UUID
    paragraph_id: int
    draft_id: int
    # The wording that the input was made on: its revision, that one's number, a hash of the words.
    revision_id: int
    revision_number: int
    text_hash: str
    kind: str
    language: str
    # What orders delegations in a table, and the number of the input.
    rank: int
    sort_key: str
    number: int
    # Whether it has an answer on which the delegation said nothing yet; None: no answer at all.
    is_answered: bool | None

    @property
    def order(self) -> tuple[int, str, int]:
        return self.rank, self.sort_key, self.number


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
    "is_answered",
)


@dataclass(frozen=True, slots=True)
class CommentedParagraphSummary:
    """A paragraph on which the delegation spoke: where it stands, and whether something happened.

    `inputs` were made on it, or on paragraphs whose words moved to it.
    """

    current_paragraph_id: int
    rank: tuple[int, ...]
    inputs: tuple[OwnInputSummary, ...]
    on_agenda: bool
    has_news: bool

    @property
    def relevance(self) -> tuple[Any, ...]:
        """The sort key: on the agenda first, then where something happened, as in the text."""
        return (not self.on_agenda, not self.has_news, self.rank)


def own_inputs(access: Access) -> CommentQuerySet:
    """The delegation's inputs in force: its own, those it filed or acts on for a group, and those
    that a group filed in its name."""
    is_own = (
        Q(seat=access.seat) | access.own_record_filter() | Q(is_filed_in_its_name(access, "pk"))
    )
    return Comment.objects.visible_to(access).in_force().filter(is_own)


def is_filed_in_its_name(access: Access, comment_column: str) -> Func:
    """Whether a group filed an input with the delegation among its members.

    The keys come as one array, so that PostgreSQL finds each part of "own" by its index.
    """
    memberships = CommentMember.objects.filter(delegation=access.delegation).values("comment")
    return is_in_array(comment_column, ArraySubquery(memberships.order_by()))


def own_input_summaries(access: Access) -> list[OwnInputSummary]:
    """All own inputs, without words: one query."""
    reviews = Review.objects.released_to(access).filter(comment=OuterRef("pk"))
    is_open = reviews.annotate(is_open=Q(acknowledgement=None))
    last_is_open = is_open.order_by("-decided_at", "-pk").values("is_open")[:1]
    comments = own_inputs(access).annotate(is_answered=Subquery(last_is_open))
    return [OwnInputSummary(*row) for row in comments.order_by().values_list(*SUMMARY_COLUMNS)]


def own_inputs_by_paragraph(
    summaries: Iterable[OwnInputSummary], positions: ParagraphPositions
) -> dict[int, list[OwnInputSummary]]:
    """The inputs by the key of the paragraph under which they stand now, in table order."""
    inputs_by_paragraph: dict[int, list[OwnInputSummary]] = {}
    for summary in sorted(summaries, key=lambda summary: summary.order):
        inputs_by_paragraph.setdefault(positions.current_id_of(summary.paragraph_id), []).append(
            summary
        )
    return inputs_by_paragraph


def input_on_latest_wording(
    summaries: Iterable[OwnInputSummary], newest_revision_by_draft: Mapping[int, Revision]
) -> OwnInputSummary:
    """The input on the latest wording that the delegation spoke on.

    Inputs on the newest revision count only where there are none on earlier ones.
    """
    newest_revision_ids = {revision.pk for revision in newest_revision_by_draft.values()}
    return max(
        summaries,
        key=lambda summary: (
            summary.revision_id not in newest_revision_ids,
            summary.revision_number,
            summary.pk,
        ),
    )


def changed_since_own_input(
    access: Access,
    inputs_by_paragraph: Mapping[int, Sequence[OwnInputSummary]],
    positions: ParagraphPositions,
    newest_revision_by_draft: Mapping[int, Revision],
) -> set[int]:
    """The paragraphs that changed since the delegation spoke on them: one query."""
    newest_revisions = [*newest_revision_by_draft.values()]
    wordings = Wording.objects.visible_to(access).filter(revision__in=newest_revisions).order_by()
    text_hash_by_paragraph = dict(wordings.values_list("paragraph_id", "text_hash"))
    return {
        current_paragraph_id
        for current_paragraph_id, summaries in inputs_by_paragraph.items()
        if _is_changed(
            current_paragraph_id,
            input_on_latest_wording(summaries, newest_revision_by_draft),
            positions,
            text_hash_by_paragraph.get(current_paragraph_id),
        )
    }


def _is_changed(
    current_paragraph_id: int,
    summary: OwnInputSummary,
    positions: ParagraphPositions,
    current_text_hash: str | None,
) -> bool:
    paragraph_ids = positions.successor_ids_by_earlier_id.get(summary.paragraph_id, ())
    is_split = sum(paragraph_id in positions.position_by_id for paragraph_id in paragraph_ids) > 1
    is_merged = current_paragraph_id != summary.paragraph_id and len(paragraph_ids) < 2
    return current_text_hash != summary.text_hash or is_split or is_merged
