"""The proposals on a paragraph side by side, at the places where they change its words.

Uses no database.

Made of the proposals that were gathered, without another query.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from comments.desks.proposal_sets import ProposalSets
from comments.models import Comment, CommentKind
from comments.threads.attached_rows import AlignmentView, alignments_of
from comments.threads.threads import ParagraphView
from drafts.words.change_places import (
    AlignedChanges,
    ChangedCell,
    CharacterSpan,
    PlacedChange,
    align_changes,
    find_words,
    spaced_word_spans,
)
from drafts.words.differences import Redline, redline, redline_from_stored
from drafts.words.differences import old_wording as words_before

# A number in an address that is longer was written by no page of ours.
MAX_DIGITS = 6


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """Inputs that ask for the same words, in the order of the table, and what they change."""

    comments: tuple[Comment, ...]
    words: str
    redline: Redline
    cells: tuple[ChangedCell, ...]

    @property
    def first_comment(self) -> Comment:
        return self.comments[0]


@dataclass(frozen=True, slots=True)
class ForeignProposal:
    """A proposal in another language than the paragraph.

    `redline` is against the translation of the paragraph; without one it has the proposed words
    whole. `alike` are proposals in other languages that change it at about the same places.
    """

    comment: Comment
    redline: Redline
    is_compared: bool
    alike: tuple[Comment, ...]


@dataclass(frozen=True, slots=True)
class PlacedProposals:
    """The words of a paragraph with all proposals on them.

    `lines` are in the order of the table and are the rows of `places`. The words of those
    `already_reflected` are in the text; those `conflicting` were made on earlier words, and
    conflict with later changes.
    """

    text: str
    places: AlignedChanges
    lines: tuple[PlacedLine, ...]
    already_reflected: tuple[Comment, ...]
    conflicting: tuple[Comment, ...]
    foreign: tuple[ForeignProposal, ...]
    retain: tuple[Comment, ...]
    delete: tuple[Comment, ...]


@dataclass(frozen=True, slots=True)
class SelectedWords:
    """Words of the paragraph that somebody chose: the words, and their places.

    `typed` are words that were typed, which a proposal may also insert; empty where words were
    chosen by their number.
    """

    words: str
    spans: tuple[CharacterSpan, ...]
    typed: str = ""

    def is_touched_by(self, cell: ChangedCell) -> bool:
        """Whether a change touches them, or inserts them."""
        if any(cell.touches(start, end) for start, end in self.spans):
            return True
        inserted = (words for op, words in cell.pieces if op == "+")
        return bool(self.typed) and any(find_words(words, self.typed) for words in inserted)


@dataclass(frozen=True, slots=True)
class DelegationInputs:
    """A delegation, once, with its inputs."""

    delegation_name: str
    comments: tuple[Comment, ...]


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change with those who want it, who aligned with them, and who want something else there."""

    cell: ChangedCell
    places: tuple[int, ...]
    wanted: tuple[DelegationInputs, ...]
    aligned: tuple[AlignmentView, ...]
    others: tuple[DelegationInputs, ...]


def placed_proposals(sets: ProposalSets, paragraph: ParagraphView) -> PlacedProposals:
    """Every proposal that was gathered, at its place."""
    comments_by_kind: dict[str, list[Comment]] = {}
    for comment in sorted(sets.comments, key=table_order):
        comments_by_kind.setdefault(comment.kind, []).append(comment)
    rewordings = comments_by_kind.get(CommentKind.REPLACE, [])
    rewordings_in_language = [
        comment for comment in rewordings if comment.language == paragraph.language
    ]
    comments_by_words = _rows_by_words(rewordings_in_language, sets.wanted_words)
    conflicting = comments_by_words.pop(None, [])
    already_reflected = comments_by_words.pop(paragraph.text, [])
    redlines = [
        _redline_of(comments, str(words), paragraph)
        for words, comments in comments_by_words.items()
    ]
    places = align_changes(paragraph.text, redlines)
    lines = zip(comments_by_words.items(), redlines, places.cells_by_proposal, strict=True)
    return PlacedProposals(
        text=paragraph.text,
        places=places,
        lines=tuple(
            PlacedLine(tuple(comments), str(words), changes, cells)
            for (words, comments), changes, cells in lines
        ),
        already_reflected=tuple(already_reflected),
        conflicting=tuple(conflicting),
        foreign=tuple(_foreign_proposals(rewordings, sets, paragraph)),
        retain=tuple(comments_by_kind.get(CommentKind.RETAIN, ())),
        delete=tuple(comments_by_kind.get(CommentKind.DELETE, ())),
    )


def chosen_words(placed: PlacedProposals, requested: str) -> SelectedWords | None:
    """What an address chooses: a word by its number from 1, "4-7", or words as they are typed."""
    requested = requested.strip()
    if not requested:
        return None
    first_number, _dash, last_number = requested.partition("-")
    numbers = [
        number for number in (first_number, last_number or first_number) if number.isdecimal()
    ]
    if len(numbers) < 2 or max(map(len, numbers)) > MAX_DIGITS:
        return SelectedWords(requested, tuple(find_words(placed.text, requested)), typed=requested)
    spans = spaced_word_spans(placed.text)[max(int(numbers[0]), 1) - 1 : int(numbers[1])]
    if not spans:
        return SelectedWords("", ())
    start, end = spans[0][0], spans[-1][1]
    return SelectedWords(placed.text[start:end].strip(), ((start, end),))


def word_numbers(text: str, start: int, end: int) -> str:
    """How an address chooses a stretch of the text: the number of its first and last word."""
    touched = [
        number
        for number, (a, b) in enumerate(spaced_word_spans(text), start=1)
        if (a < end and start < b) or (start == end and a <= start <= b)
    ]
    if not touched:
        return ""
    return f"{touched[0]}-{touched[-1]}" if len(touched) > 1 else str(touched[0])


def changes_of_words(placed: PlacedProposals, selected_words: SelectedWords) -> list[ChangeView]:
    """The changes that touch these words, each with those who want it and those who do not."""
    touching_changes = [
        change for change in placed.places.changes if selected_words.is_touched_by(change.cell)
    ]
    return [_change_view(placed, change, touching_changes) for change in touching_changes]


def table_order(row: Any) -> tuple[Any, ...]:
    """The key by which inputs are sorted (domain, rule 11). Needs `seat`."""
    return row.seat.rank, row.seat.sort_key, row.seat_id, row.number or 0, row.pk


def inputs_by_delegation(rows: Iterable[Comment]) -> tuple[DelegationInputs, ...]:
    """Each delegation once, in the order of the table."""
    by_seat: dict[int, list[Comment]] = {}
    for row in sorted(rows, key=table_order):
        by_seat.setdefault(row.seat_id, []).append(row)
    return tuple(
        DelegationInputs(own[0].seat.name_for_reader, tuple(own)) for own in by_seat.values()
    )


def aligned_with(rows: Sequence[Comment]) -> tuple[AlignmentView, ...]:
    """Who is aligned with any of these inputs and made none of them, each once, in order."""
    own = {row.seat_id for row in rows}
    by_place: dict[tuple[int, str, int], AlignmentView] = {}
    for row in rows:
        for view in alignments_of(row):
            if view.seat_id not in own:
                by_place.setdefault((view.rank, view.sort_key, view.seat_id), view)
    return tuple(by_place[key] for key in sorted(by_place))


def _change_view(
    placed: PlacedProposals, change: PlacedChange, touching: Sequence[PlacedChange]
) -> ChangeView:
    rows = [row for index in change.proposal_indexes for row in placed.lines[index].comments]
    others = [
        row
        for other in touching
        if other.cell != change.cell and _overlap(change.cell, other.cell)
        for index in other.proposal_indexes
        for row in placed.lines[index].comments
    ]
    return ChangeView(
        cell=change.cell,
        places=placed.places.places_of(change.cell),
        wanted=inputs_by_delegation(rows),
        aligned=aligned_with(rows),
        others=inputs_by_delegation(dict.fromkeys(row for row in others if row not in rows)),
    )


def _overlap(cell: ChangedCell, other: ChangedCell) -> bool:
    return any(other.touches(hunk.start, hunk.end) for hunk in cell.hunks)


def _rows_by_words(
    rows: Iterable[Comment], wanted_words: Mapping[int, str | None]
) -> dict[str | None, list[Comment]]:
    by_words: dict[str | None, list[Comment]] = {}
    for row in rows:
        by_words.setdefault(wanted_words[row.pk], []).append(row)
    return by_words


def _redline_of(rows: Sequence[Comment], words: str, paragraph: ParagraphView) -> Redline:
    """The redline stored with the input, where it was made on the current words, or a new one."""
    stored = redline_from_stored(rows[0].redline) if rows[0].proposed == words else ()
    is_of_these = bool(stored) and words_before(stored) == paragraph.text
    return stored if is_of_these else redline(paragraph.text, words)


def _foreign_proposals(
    rows: Iterable[Comment], sets: ProposalSets, paragraph: ParagraphView
) -> Iterable[ForeignProposal]:
    alike = _alike_in_other_languages(sets)
    for row in rows:
        if row.language == paragraph.language:
            continue
        text = sets.bases.get(row.language)
        pieces = (
            redline_from_stored([["=", row.proposed]])
            if text is None
            else redline(text, row.proposed)
        )
        yield ForeignProposal(row, pieces, text is not None, tuple(alike.get(row.pk, ())))


def _alike_in_other_languages(sets: ProposalSets) -> dict[int, list[Comment]]:
    """By the key of each input, those in another language that may ask for the same."""
    alike: dict[int, list[Comment]] = {}
    for proposal_set in sets.sets:
        first = proposal_set.first_comment
        for other in proposal_set.similar_sets:
            if other.first_comment.language != first.language:
                alike.setdefault(first.pk, []).append(other.first_comment)
                alike.setdefault(other.first_comment.pk, []).append(first)
    return alike
