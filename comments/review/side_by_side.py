"""The proposals on a paragraph side by side, at the places where they change its words.

A place is a stretch of the text that some of them change (`drafts/words/change_places`). The
proposals are those that `proposal_sets` has read; there is no other query.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from comments.inputs.queries import ShownAlignment, alignments_of
from comments.models import Comment, CommentKind
from comments.review.proposal_sets import ProposalSets
from comments.threads.queries import ShownParagraph
from drafts.words.change_places import (
    AlignedChanges,
    CharacterSpan,
    PlacedChange,
    ProposalCell,
    align_changes,
    find_words,
    spaced_word_spans,
)
from drafts.words.differences import Redline, old_wording, redline, redline_from_stored

# A longer number in an address is no number of a word: none of our pages writes it.
MAX_DIGITS = 6


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """Inputs that ask for the same words, in the order of the table, and what they change.

    `cells` are the changed stretches of the text, in order.
    """

    comments: tuple[Comment, ...]
    words: str  # of the whole paragraph, as these inputs want it
    redline: Redline
    cells: tuple[ProposalCell, ...]

    @property
    def first_comment(self) -> Comment:
        return self.comments[0]


@dataclass(frozen=True, slots=True)
class ForeignProposal:
    """A proposal in another language than the paragraph.

    `redline` is against the translation of the paragraph; without a translation (`is_compared` is
    False) it has the proposed words whole. `similar_inputs` are in other languages and change the
    paragraph at about the same places.
    """

    comment: Comment
    redline: Redline
    is_compared: bool
    similar_inputs: tuple[Comment, ...]


@dataclass(frozen=True, slots=True)
class PlacedProposals:
    """The words of a paragraph with the proposals to reword, retain or delete it.

    `lines` are in the order of the table and are the rows of `aligned_changes`. The text already
    says what `reflected_inputs` propose. `conflicting_inputs` were made on earlier words, and
    conflict with later changes. `retain_inputs` ask to keep the words, `delete_inputs` to delete
    the paragraph.
    """

    text: str
    aligned_changes: AlignedChanges
    lines: tuple[PlacedLine, ...]
    reflected_inputs: tuple[Comment, ...]
    conflicting_inputs: tuple[Comment, ...]
    foreign_proposals: tuple[ForeignProposal, ...]
    retain_inputs: tuple[Comment, ...]
    delete_inputs: tuple[Comment, ...]


@dataclass(frozen=True, slots=True)
class SelectedWords:
    """Words of the paragraph that somebody chose, and the spans of characters where they stand.

    `typed` are the words, where somebody typed them: a proposal may also insert them. Empty where
    words were chosen by their number.
    """

    words: str
    spans: tuple[CharacterSpan, ...]
    typed: str = ""

    def is_touched_by(self, cell: ProposalCell) -> bool:
        """Whether a change touches the selected words, or inserts the typed ones."""
        if any(cell.touches(start, end) for start, end in self.spans):
            return True
        inserted_pieces = (words for op, words in cell.pieces if op == "+")
        return bool(self.typed) and any(find_words(words, self.typed) for words in inserted_pieces)


@dataclass(frozen=True, slots=True)
class DelegationInputs:
    """A delegation, once, with its inputs."""

    delegation_name: str
    comments: tuple[Comment, ...]


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A change with those who want it, who aligned with them, and who want something else there."""

    cell: ProposalCell
    place_numbers: tuple[int, ...]  # of the places that it covers, from 1
    wanted_by: tuple[DelegationInputs, ...]
    alignments: tuple[ShownAlignment, ...]
    opposed_by: tuple[DelegationInputs, ...]


def placed_proposals(sets: ProposalSets, paragraph: ShownParagraph) -> PlacedProposals:
    """The proposals to reword, retain or delete a paragraph; rewordings at the places they change.

    Those to move it, or to add another after it, are left out: they change none of its words.
    """
    comments_by_kind: dict[str, list[Comment]] = {}
    for comment in sorted(sets.comments, key=table_sort_key):
        comments_by_kind.setdefault(comment.kind, []).append(comment)
    rewordings = comments_by_kind.get(CommentKind.REPLACE, [])
    rewordings_in_language = [
        comment for comment in rewordings if comment.language == paragraph.language
    ]
    comments_by_words, conflicting_inputs = _comments_by_words(
        rewordings_in_language, sets.wanted_text_by_comment_id
    )
    reflected_inputs = comments_by_words.pop(paragraph.text, [])
    redlines = [
        _redline_of(comments, words, paragraph) for words, comments in comments_by_words.items()
    ]
    aligned_changes = align_changes(paragraph.text, redlines)
    lines = zip(comments_by_words.items(), redlines, aligned_changes.cells_by_proposal, strict=True)
    return PlacedProposals(
        text=paragraph.text,
        aligned_changes=aligned_changes,
        lines=tuple(
            PlacedLine(tuple(comments), words, changes, cells)
            for (words, comments), changes, cells in lines
        ),
        reflected_inputs=tuple(reflected_inputs),
        conflicting_inputs=tuple(conflicting_inputs),
        foreign_proposals=tuple(_foreign_proposals(rewordings, sets, paragraph)),
        retain_inputs=tuple(comments_by_kind.get(CommentKind.RETAIN, ())),
        delete_inputs=tuple(comments_by_kind.get(CommentKind.DELETE, ())),
    )


def select_words(placed: PlacedProposals, address_value: str) -> SelectedWords | None:
    """What an address chooses: a word by its number from 1, "4-7", or words as they are typed."""
    address_value = address_value.strip()
    if not address_value:
        return None
    first_number, _dash, last_number = address_value.partition("-")
    numbers = [
        number for number in (first_number, last_number or first_number) if number.isdecimal()
    ]
    # Fewer than two decimal numbers: the value is words, not a number or a range.
    if len(numbers) < 2 or max(map(len, numbers)) > MAX_DIGITS:
        return SelectedWords(
            address_value, tuple(find_words(placed.text, address_value)), typed=address_value
        )
    spans = spaced_word_spans(placed.text)[max(int(numbers[0]), 1) - 1 : int(numbers[1])]
    if not spans:
        return SelectedWords("", ())
    start, end = spans[0][0], spans[-1][1]
    return SelectedWords(placed.text[start:end].strip(), ((start, end),))


def word_number_range(text: str, start: int, end: int) -> str:
    """How an address names the text from `start` to `end`: its first and last word, as "4-7"."""
    # An insertion, which has no words of the text, touches those on both sides of it.
    touched_numbers = [
        number
        for number, (word_start, word_end) in enumerate(spaced_word_spans(text), start=1)
        if (word_start < end and start < word_end)
        or (start == end and word_start <= start <= word_end)
    ]
    if not touched_numbers:
        return ""
    return (
        f"{touched_numbers[0]}-{touched_numbers[-1]}"
        if len(touched_numbers) > 1
        else str(touched_numbers[0])
    )


def changes_of_words(placed: PlacedProposals, selected_words: SelectedWords) -> list[ShownChange]:
    """The changes that touch these words, each with those who want it and those who do not."""
    touching_changes = [
        change
        for change in placed.aligned_changes.changes
        if selected_words.is_touched_by(change.cell)
    ]
    return [_shown_change(placed, change, touching_changes) for change in touching_changes]


def table_sort_key(comment: Comment) -> tuple[Any, ...]:
    """The key by which inputs are sorted (domain, rule 11), as TABLE_ORDER in SQL. Needs `seat`."""
    return (
        comment.seat.rank,
        comment.seat.sort_key,
        comment.seat_id,
        comment.number or 0,  # a submitted input has one
        comment.pk,
    )


def inputs_by_delegation(comments: Iterable[Comment]) -> tuple[DelegationInputs, ...]:
    """Each delegation once, in the order of the table."""
    comments_by_seat_id: dict[int, list[Comment]] = {}
    for comment in sorted(comments, key=table_sort_key):
        comments_by_seat_id.setdefault(comment.seat_id, []).append(comment)
    return tuple(
        DelegationInputs(comments_of_seat[0].seat.name_for_reader, tuple(comments_of_seat))
        for comments_of_seat in comments_by_seat_id.values()
    )


def aligned_with(comments: Sequence[Comment]) -> tuple[ShownAlignment, ...]:
    """Who is aligned with any of these inputs and made none of them, each once, in order."""
    proposing_seat_ids = {comment.seat_id for comment in comments}
    alignment_by_order: dict[tuple[int, str, int], ShownAlignment] = {}
    for comment in comments:
        for alignment in alignments_of(comment):
            if alignment.seat_id not in proposing_seat_ids:
                alignment_by_order.setdefault(
                    (alignment.rank, alignment.sort_key, alignment.seat_id), alignment
                )
    return tuple(alignment_by_order[order] for order in sorted(alignment_by_order))


def _shown_change(
    placed: PlacedProposals, change: PlacedChange, touching_changes: Sequence[PlacedChange]
) -> ShownChange:
    """A change with those who want it, and those who want another of `touching_changes` there."""
    proposing_comments = [
        comment for index in change.proposal_indexes for comment in placed.lines[index].comments
    ]
    competing_comments = [
        comment
        for other_change in touching_changes
        if other_change.cell != change.cell and _overlap(change.cell, other_change.cell)
        for index in other_change.proposal_indexes
        for comment in placed.lines[index].comments
    ]
    return ShownChange(
        cell=change.cell,
        place_numbers=placed.aligned_changes.place_numbers_of(change.cell),
        wanted_by=inputs_by_delegation(proposing_comments),
        alignments=aligned_with(proposing_comments),
        opposed_by=inputs_by_delegation(
            dict.fromkeys(
                comment for comment in competing_comments if comment not in proposing_comments
            )
        ),
    )


def _overlap(cell: ProposalCell, other_cell: ProposalCell) -> bool:
    """Whether one of two changes touches words that the other changes."""
    return any(other_cell.touches(hunk.start, hunk.end) for hunk in cell.hunks)


def _comments_by_words(
    comments: Iterable[Comment], wanted_text_by_comment_id: Mapping[int, str | None]
) -> tuple[dict[str, list[Comment]], list[Comment]]:
    """The comments by the words that they want for the paragraph, and the conflicting ones.

    `wanted_text_by_comment_id` has None for a comment that conflicts with the current words.
    """
    comments_by_words: dict[str, list[Comment]] = {}
    conflicting_comments: list[Comment] = []
    for comment in comments:
        wanted_text = wanted_text_by_comment_id[comment.pk]
        if wanted_text is None:
            conflicting_comments.append(comment)
        else:
            comments_by_words.setdefault(wanted_text, []).append(comment)
    return comments_by_words, conflicting_comments


def _redline_of(comments: Sequence[Comment], words: str, paragraph: ShownParagraph) -> Redline:
    """The redline from the current words to `words`: the first input's stored one, or a new one."""
    stored_redline = (
        redline_from_stored(comments[0].redline) if comments[0].proposed == words else ()
    )
    is_of_current_words = bool(stored_redline) and old_wording(stored_redline) == paragraph.text
    return stored_redline if is_of_current_words else redline(paragraph.text, words)


def _foreign_proposals(
    comments: Iterable[Comment], sets: ProposalSets, paragraph: ShownParagraph
) -> Iterable[ForeignProposal]:
    """Those of the comments that are in another language than the paragraph."""
    similar_by_comment_id = _similar_in_other_languages(sets)
    for comment in comments:
        if comment.language == paragraph.language:
            continue
        translation = sets.text_by_language.get(comment.language)
        changes: Redline = (
            (("=", comment.proposed),)
            if translation is None
            else redline(translation, comment.proposed)
        )
        yield ForeignProposal(
            comment,
            changes,
            translation is not None,
            tuple(similar_by_comment_id.get(comment.pk, ())),
        )


def _similar_in_other_languages(sets: ProposalSets) -> dict[int, list[Comment]]:
    """Id of an input → inputs in another language that may ask for the same."""
    similar_by_comment_id: dict[int, list[Comment]] = {}
    for proposal_set in sets.sets:
        first_comment = proposal_set.first_comment
        for similar_set in proposal_set.similar_sets:
            if similar_set.first_comment.language != first_comment.language:
                similar_by_comment_id.setdefault(first_comment.pk, []).append(
                    similar_set.first_comment
                )
                similar_by_comment_id.setdefault(similar_set.first_comment.pk, []).append(
                    first_comment
                )
    return similar_by_comment_id
