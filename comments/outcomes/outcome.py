"""The outcome of an input: how much of what it asks for is in a text.

The text is the present one, a later revision, or the next one before it is circulated. Nothing
here makes a query.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from comments.models import PROPOSING_KINDS, Comment, CommentKind
from comments.outcomes.proposal_match import Outcome, ProposalMatch, match_proposal
from comments.threads.citations import ParagraphPositions
from comments.threads.threads import ShownComment, shown_comment
from drafts.models import Revision, Wording
from drafts.words.differences import new_wording, old_wording, redline_from_stored
from drafts.words.typography import is_typographic

# A new paragraph is taken for the proposed one if it has this share of the proposed words.
MIN_SHARE_OF_PROPOSED_WORDS = 1 / 3


@dataclass(frozen=True, slots=True)
class InputWithOutcome:
    """An input as pages show it, and its outcome in a text."""

    shown_input: ShownComment
    match: ProposalMatch
    # The label of the new paragraph that has the words, for an input that adds a paragraph.
    new_paragraph_label: str = ""


def successor_ids_of(comment: Comment, positions: ParagraphPositions) -> tuple[int, ...]:
    """The paragraphs that followed the input's and have its words now: several if it was split.

    Empty where none followed it, or none of those stands in the text.
    """
    return positions.successor_ids_by_earlier_id.get(comment.paragraph_id, ())


def input_with_outcome(
    comment: Comment,
    wording_by_paragraph_id: Mapping[int, Wording],
    positions: ParagraphPositions,
    compared_revision_by_draft_id: Mapping[int, Revision],
) -> InputWithOutcome:
    """An input with its outcome: compared word by word where it proposes words."""
    return InputWithOutcome(
        shown_comment(comment),
        *match_input(comment, wording_by_paragraph_id, positions, compared_revision_by_draft_id),
    )


class HasKindAndLanguage(Protocol):
    """A comment, or the summary of one: only its kind and language are asked."""

    @property
    def kind(self) -> str: ...

    @property
    def language(self) -> str: ...


def outcome_known_without_comparing(
    comment_or_summary: HasKindAndLanguage, revision_id: int, current_revision: Revision
) -> Outcome | None:
    """The outcome of an input where no words have to be compared; None where they have.

    `revision_id` is the key of the revision that it was made on; `current_revision` needs `draft`.
    """
    if comment_or_summary.kind in {CommentKind.COMMENT, CommentKind.QUESTION, CommentKind.RESERVE}:
        return Outcome.NO_PROPOSED_WORDS
    if revision_id == current_revision.pk:
        return Outcome.WAITING
    if (
        comment_or_summary.kind in PROPOSING_KINDS
        and comment_or_summary.language != current_revision.draft.language
    ):
        return Outcome.OTHER_LANGUAGE
    return None


def match_input(
    comment: Comment,
    wording_by_paragraph_id: Mapping[int, Wording],
    positions: ParagraphPositions,
    compared_revision_by_draft_id: Mapping[int, Revision],
) -> tuple[ProposalMatch, str]:
    """The outcome of an input in a text, and the label of the new paragraph with its words, or "".

    The wordings and positions are those of the compared revision. Needs `wording.revision` and
    `paragraph` of the input, and `draft` of the compared revisions.
    """
    outcome = outcome_known_without_comparing(
        comment,
        comment.wording.revision_id,
        compared_revision_by_draft_id[comment.paragraph.draft_id],
    )
    if outcome is not None:
        return ProposalMatch(outcome), ""
    if comment.kind == CommentKind.ADD_AFTER:
        return _match_new_paragraph(comment, wording_by_paragraph_id, positions)
    return _match_change(comment, wording_by_paragraph_id, positions), ""


def _match_change(
    comment: Comment, wording_by_paragraph_id: Mapping[int, Wording], positions: ParagraphPositions
) -> ProposalMatch:
    """The outcome of an input in the current wordings of its paragraph, which are compared."""
    paragraph_ids = successor_ids_of(comment, positions) or (
        positions.current_id_of(comment.paragraph_id),
    )
    current_texts = [
        wording_by_paragraph_id[paragraph_id].text
        for paragraph_id in paragraph_ids
        if paragraph_id in wording_by_paragraph_id
    ]
    if comment.kind == CommentKind.DELETE:
        return ProposalMatch(Outcome.NOT_IN_TEXT if current_texts else Outcome.IN_TEXT)
    if comment.kind == CommentKind.RETAIN:
        return ProposalMatch(
            Outcome.IN_TEXT
            if _is_kept(comment.wording.text, current_texts)
            else Outcome.NOT_IN_TEXT
        )
    if comment.kind == CommentKind.MOVE:
        return ProposalMatch(
            Outcome.IN_TEXT if _is_moved(comment, positions) else Outcome.NOT_IN_TEXT
        )
    proposed_redline = redline_from_stored(comment.redline)
    match = match_proposal(
        old_wording(proposed_redline), new_wording(proposed_redline), " ".join(current_texts)
    )
    # If the paragraph was deleted, its words are gone, but the input did not ask for that.
    return (
        match
        if current_texts
        else ProposalMatch(Outcome.NOT_IN_TEXT, inserted_missing=match.inserted_missing)
    )


def _is_kept(original_text: str, current_texts: Sequence[str]) -> bool:
    """Whether a paragraph still has its words, but for typography, and was not split."""
    return len(current_texts) == 1 and (
        original_text == current_texts[0] or is_typographic(original_text, current_texts[0])
    )


def _is_moved(comment: Comment, positions: ParagraphPositions) -> bool:
    """Whether the paragraph stands right after the one that the input named."""
    position = positions.position_of(comment.paragraph_id)
    named_position = positions.position_of(comment.move_after_id) if comment.move_after_id else None
    if position is None or named_position is None or position == named_position:
        return False
    # Subparagraphs of the named one may stand between them.
    positions_between = (
        other
        for other in positions.position_by_id.values()
        if named_position.sort_key < other.sort_key < position.sort_key
        and other.level <= position.level
    )
    return named_position.sort_key < position.sort_key and next(positions_between, None) is None


def _match_new_paragraph(
    comment: Comment, wording_by_paragraph_id: Mapping[int, Wording], positions: ParagraphPositions
) -> tuple[ProposalMatch, str]:
    """Look for a proposed paragraph in those that are new since, and in the one it was to follow.

    The words may have been added to the latter, which is the paragraph that the input is on.
    """
    proposed = new_wording(redline_from_stored(comment.redline))
    revision_number = comment.wording.revision.number
    best_match = ProposalMatch(Outcome.NOT_IN_TEXT, inserted_missing=(proposed.strip(),))
    best_label = ""
    for paragraph_id, wording in wording_by_paragraph_id.items():
        is_in_text = wording.revision.draft_id == comment.paragraph.draft_id
        # Annotated: the number of the first revision that has the paragraph.
        is_new = is_in_text and wording.first_revision_number > revision_number  # type: ignore[attr-defined]
        if not is_new:
            continue
        match = match_proposal("", proposed, wording.text)
        if match.share >= max(MIN_SHARE_OF_PROPOSED_WORDS, best_match.share):
            best_match, best_label = match, positions.position_by_id[paragraph_id].citation
    followed_wording = wording_by_paragraph_id.get(positions.current_id_of(comment.paragraph_id))
    if followed_wording is not None and followed_wording.text != comment.wording.text:
        original_with_proposal = f"{comment.wording.text} {proposed}"
        match = match_proposal(comment.wording.text, original_with_proposal, followed_wording.text)
        # More, not as much: a paragraph of its own is nearer to what was proposed.
        if match.share > max(MIN_SHARE_OF_PROPOSED_WORDS, best_match.share):
            best_match = match
            best_label = positions.position_by_id[followed_wording.paragraph_id].citation
    return best_match, best_label
