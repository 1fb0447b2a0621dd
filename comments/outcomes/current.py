"""The own inputs with their outcome now, kept in the cache: enough for a brief's order and sums.

Own inputs are those of the delegation for which the reader acts.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.core.cache import cache
from django.db.models import Func, OuterRef, Q, Subquery

from comments.inputs.citations import ParagraphPositions
from comments.inputs.queries import is_in_array, is_one_of
from comments.models import Comment, CommentKind, CommentMember, CommentQuerySet, Review
from comments.outcomes.queries import (
    Outcome,
    match_input,
    outcome_known_without_comparing,
    successor_ids_of,
)
from consultations.rules.access import Access
from drafts.models import Revision, Wording

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


# --- What changed since --------------------------------------------------------------------------


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


def read_newest_revisions(access: Access) -> dict[int, Revision]:
    """The newest circulated revision of each text, by the key of the draft: one query."""
    newest_revisions = Revision.objects.visible_to(access).latest_of_each_text()
    return {revision.draft_id: revision for revision in newest_revisions.select_related("draft")}


# --- Outcomes, kept in the cache -----------------------------------------------------------------


# Raise it with every change that gives the same words another outcome: cached ones are then left
# aside.
OUTCOME_VERSION = 1
CACHE_SECONDS = 24 * 3600


def current_outcomes(
    access: Access,
    summaries: Sequence[OwnInputSummary],
    positions: ParagraphPositions,
    newest_revision_by_draft_id: Mapping[int, Revision],
) -> dict[int, Outcome]:
    """The outcome of each input by its id; two queries where some are not cached."""
    known_outcomes = {
        summary.pk: outcome_known_without_comparing(
            summary, summary.revision_id, newest_revision_by_draft_id[summary.draft_id]
        )
        for summary in summaries
    }
    outcomes = {
        input_id: outcome for input_id, outcome in known_outcomes.items() if outcome is not None
    }
    summaries_to_compare = [summary for summary in summaries if summary.pk not in outcomes]
    if summaries_to_compare:
        outcomes |= _compared_outcomes(
            access, summaries_to_compare, positions, newest_revision_by_draft_id
        )
    return outcomes


def _compared_outcomes(
    access: Access,
    summaries: Sequence[OwnInputSummary],
    positions: ParagraphPositions,
    newest_revision_by_draft_id: Mapping[int, Revision],
) -> dict[int, Outcome]:
    """The outcomes of inputs whose words are compared with the present texts."""
    cache_key = _cache_key(access, newest_revision_by_draft_id)
    # Public id of an input → the value of its outcome.
    cached_outcomes: dict[str, str] = cache.get(cache_key, {})
    missing_ids = [
        summary.pk for summary in summaries if str(summary.public_id) not in cached_outcomes
    ]
    if missing_ids:
        comments = list(
            Comment.objects.visible_to(access)
            .filter(is_one_of("pk", missing_ids))
            .select_related("wording__revision", "paragraph__draft")
        )
        wording_by_paragraph_id = current_wording_by_paragraph_id(
            access, comments, positions, newest_revision_by_draft_id
        )
        for comment in comments:
            match, _label = match_input(
                comment, wording_by_paragraph_id, positions, newest_revision_by_draft_id
            )
            cached_outcomes[str(comment.public_id)] = match.outcome.value
        cache.set(cache_key, cached_outcomes, timeout=CACHE_SECONDS)
    return {summary.pk: Outcome(cached_outcomes[str(summary.public_id)]) for summary in summaries}


def current_wording_by_paragraph_id(
    access: Access,
    comments: Sequence[Comment],
    positions: ParagraphPositions,
    newest_revision_by_draft_id: Mapping[int, Revision],
) -> dict[int, Wording]:
    """The present wordings that the inputs are compared with, by paragraph: one query.

    They are those of the paragraphs in which the words of the commented paragraphs stand now. For
    inputs that propose a paragraph, also those of all paragraphs that came into the text since.
    """
    paragraph_ids = {
        paragraph_id
        for comment in comments
        for paragraph_id in (
            positions.current_id_of(comment.paragraph_id),
            *successor_ids_of(comment, positions),
        )
    }
    condition = Q(is_one_of("paragraph_id", paragraph_ids))
    adding_comments = [comment for comment in comments if comment.kind == CommentKind.ADD_AFTER]
    wordings_of_paragraph = Wording.objects.filter(paragraph=OuterRef("paragraph")).order_by(
        "revision__number"
    )
    if adding_comments:
        oldest_number = min(comment.wording.revision.number for comment in adding_comments)
        draft_ids = {comment.paragraph.draft_id for comment in adding_comments}
        condition |= Q(first_revision_number__gt=oldest_number, revision__draft__in=draft_ids)
    wordings = (
        Wording.objects.visible_to(access)
        .filter(revision__in=[revision.pk for revision in newest_revision_by_draft_id.values()])
        .annotate(
            first_revision_number=Subquery(wordings_of_paragraph.values("revision__number")[:1])
        )
        .filter(condition)
    )
    return {wording.paragraph_id: wording for wording in wordings.select_related("revision")}


def _cache_key(access: Access, newest_revision_by_draft_id: Mapping[int, Revision]) -> str:
    """A key with the checksums of the texts that are compared, so that nothing cached is stale."""
    assert access.seat is not None
    checksums = sorted(revision.checksum for revision in newest_revision_by_draft_id.values())
    key_words = " ".join([str(OUTCOME_VERSION), str(access.seat.public_id), *checksums])
    return f"outcomes:{hashlib.sha256(key_words.encode()).hexdigest()}"
