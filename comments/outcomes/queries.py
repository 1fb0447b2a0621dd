"""What became of proposed words in the wording that stands now, word by word.

An inserted word is found if it came into the paragraph since; a deleted word is gone if it no
longer stands there. Words that differ in capitals, punctuation or typography alone are the same.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.inputs.citations import ParagraphPositions
from comments.models import PROPOSING_KINDS, Comment, CommentKind
from comments.threads.queries import ShownComment, shown_comment
from drafts.models import Revision, Wording
from drafts.words.differences import (
    equal_pairs_in_order,
    new_wording,
    old_wording,
    redline_from_stored,
)
from drafts.words.tokens import spaced_words
from drafts.words.typography import is_typographic, without_typography

# A new paragraph is taken for the proposed one if it has this share of the proposed words.
MIN_SHARE_OF_PROPOSED_WORDS = 1 / 3


class Outcome(models.TextChoices):
    """What became of an input in the text, whatever the facilitators answered."""

    IN_TEXT = "in_text", _("in the text")
    PARTLY = "partly", _("partly in the text")
    NOT_IN_TEXT = "not", _("not in the text")
    WAITING = "waiting", _("no new revision yet")
    NO_PROPOSED_WORDS = "no_words", _("proposes no words")
    OTHER_LANGUAGE = "foreign", _("in another language than the text, not compared")


@dataclass(frozen=True, slots=True)
class ProposalMatch:
    """The outcome of one proposal, and what became of the phrases that it inserts and deletes."""

    outcome: Outcome
    inserted_in_text: tuple[str, ...] = ()
    inserted_missing: tuple[str, ...] = ()
    deleted_gone: tuple[str, ...] = ()
    deleted_still_there: tuple[str, ...] = ()
    # The share of its distinctive words that came or went as proposed, from 0 to 1.
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class InputWithOutcome:
    """An input as pages show it, and its outcome in a text."""

    shown_input: ShownComment
    match: ProposalMatch
    # The label of the new paragraph that has the words, for an input that adds a paragraph.
    new_paragraph_label: str = ""


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


def successor_ids_of(comment: Comment, positions: ParagraphPositions) -> tuple[int, ...]:
    """The paragraphs that followed the input's and have its words now: several if it was split.

    Empty where none followed it, or none of those stands in the text.
    """
    return positions.successor_ids_by_earlier_id.get(comment.paragraph_id, ())


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


# --- Words ---------------------------------------------------------------------------------------


# Words that mean nothing alone: a text with "and" does not have a part of "and the media".
LINKING_WORDS = frozenset(
    """
    a an and as at by for from in into of on or that the their to with
    à au aux avec dans de des du en et la le les leur leurs ou par pour que sur un une
    al con del el los las o para por su sus una y
    в и из или к на о об от по с со у для
    في من على إلى عن أو و أن التي الذي مع
    的 和 与 及 或 在 对
    """.split()
)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as written, with the space after it, and the key by which it is compared."""

    shown: str
    key: str


def match_proposal(original: str, proposed: str, current: str) -> ProposalMatch:
    """Which of the changes from `original` to `proposed` are in `current`.

    All three are whole wordings: the one that the input was made on, the one that it asks for,
    and the one that stands now.
    """
    old_words, proposed_words = _split_words(original), _split_words(proposed)
    current_words = _split_words(current)
    if _comparison_keys(old_words) == _comparison_keys(proposed_words):
        # Only capitals or punctuation change, so here they count.
        old_words, proposed_words, current_words = (
            _words_as_written(words) for words in (old_words, proposed_words, current_words)
        )
    old_keys = _comparison_keys(old_words)
    # Pairs of indexes: the word in the original, and the same word in the other wording.
    kept_pairs = equal_pairs_in_order(old_keys, _comparison_keys(proposed_words))
    present_pairs = equal_pairs_in_order(old_keys, _comparison_keys(current_words))
    kept_old_indexes, kept_proposed_indexes = _indexes_of_pairs(kept_pairs)
    present_old_indexes, present_current_indexes = _indexes_of_pairs(present_pairs)
    inserted_indexes = _unmatched_indexes(proposed_words, kept_proposed_indexes)
    deleted_indexes = _unmatched_indexes(old_words, kept_old_indexes)
    new_word_counts = Counter(
        current_words[index].key
        for index in _unmatched_indexes(current_words, present_current_indexes)
    )
    found_indexes = set(_found_indexes(proposed_words, inserted_indexes, new_word_counts))
    gone_indexes = {index for index in deleted_indexes if index not in present_old_indexes}
    distinctive_insertions = _distinctive_indexes(proposed_words, inserted_indexes, set(old_keys))
    # Deleted words all stand in the original, so that is no reason to leave any of them out.
    distinctive_deletions = _distinctive_indexes(old_words, deleted_indexes, set())
    # For each word that counts, whether it came or went as proposed. A proposal of linking words
    # alone is judged by those.
    met_flags = [index in found_indexes for index in distinctive_insertions or inserted_indexes]
    met_flags += [index in gone_indexes for index in distinctive_deletions or deleted_indexes]
    share = sum(met_flags) / (len(met_flags) or 1)  # where no word changes, 0
    match = ProposalMatch(
        outcome=_outcome_of_share(share),
        inserted_in_text=_phrases(
            proposed_words, [index for index in inserted_indexes if index in found_indexes]
        ),
        inserted_missing=_phrases(
            proposed_words, [index for index in inserted_indexes if index not in found_indexes]
        ),
        deleted_gone=_phrases(
            old_words, [index for index in deleted_indexes if index in gone_indexes]
        ),
        deleted_still_there=_phrases(
            old_words, [index for index in deleted_indexes if index not in gone_indexes]
        ),
        share=share,
    )
    return _without_contradicting_phrases(match)


def _indexes_of_pairs(pairs: Iterable[tuple[int, int]]) -> tuple[set[int], set[int]]:
    """The indexes in the original of matched words, and those in the other wording."""
    pairs = list(pairs)
    return {old_index for old_index, _other in pairs}, {other for _old_index, other in pairs}


def _outcome_of_share(share: float) -> Outcome:
    """The outcome of a proposal by the share of its changes that are in the text."""
    if share == 1:
        return Outcome.IN_TEXT
    return Outcome.PARTLY if share else Outcome.NOT_IN_TEXT


def _without_contradicting_phrases(match: ProposalMatch) -> ProposalMatch:
    """Drop the phrases that contradict the outcome "in the text" or "not in the text".

    They hold only words that do not count for the outcome: linking words, or words of the original.
    """
    if match.outcome == Outcome.IN_TEXT:
        return replace(match, inserted_missing=(), deleted_still_there=())
    if match.outcome == Outcome.NOT_IN_TEXT:
        return replace(match, inserted_in_text=(), deleted_gone=())
    return match


def _split_words(text: str) -> list[_Word]:
    """The words of a text, with the keys by which they are compared."""
    return [_Word(token, _comparison_key(token)) for token in spaced_words(text) if token.strip()]


def _comparison_key(token: str) -> str:
    """The word without capitals, typography and the punctuation around it."""
    word = without_typography(token).strip()
    punctuation = {sign for sign in word if unicodedata.category(sign).startswith("P")}
    without_punctuation = word.strip("".join(punctuation))
    return (without_punctuation or word).casefold()


def _words_as_written(words: Iterable[_Word]) -> list[_Word]:
    """The same words, to be compared with their capitals and punctuation."""
    return [_Word(word.shown, without_typography(word.shown).strip()) for word in words]


def _comparison_keys(words: Iterable[_Word]) -> list[str]:
    return [word.key for word in words]


def _unmatched_indexes(words: list[_Word], matched_indexes: set[int]) -> list[int]:
    """The indexes of the words that are not among the matched ones."""
    return [index for index in range(len(words)) if index not in matched_indexes]


def _found_indexes(
    words: list[_Word], indexes: Iterable[int], new_word_counts: Counter[str]
) -> Iterator[int]:
    """The indexes of words that came into the text; each new word counts once.

    `new_word_counts` counts the new words of the text by key; it is used up.
    """
    for index in indexes:
        if new_word_counts[words[index].key] > 0:
            new_word_counts[words[index].key] -= 1
            yield index


def _distinctive_indexes(
    words: list[_Word], indexes: Iterable[int], keys_of_original: set[str]
) -> list[int]:
    """The indexes of words that distinguish a proposal: no linking words, not in the original.

    Where all stand in the original, those that are no linking words.
    """
    indexes_without_links = [index for index in indexes if words[index].key not in LINKING_WORDS]
    return [
        index for index in indexes_without_links if words[index].key not in keys_of_original
    ] or indexes_without_links


def _phrases(words: list[_Word], indexes: list[int]) -> tuple[str, ...]:
    """Words that stand next to each other as one phrase."""
    index_runs: list[list[int]] = []
    for index in indexes:
        if index_runs and index_runs[-1][-1] == index - 1:
            index_runs[-1].append(index)
        else:
            index_runs.append([index])
    return tuple(
        "".join(words[index].shown for index in index_run).strip() for index_run in index_runs
    )
