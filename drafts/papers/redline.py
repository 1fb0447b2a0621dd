"""What changed between two revisions, as paragraphs to print. Uses no database.

Read with every change accepted it is the new text, with every change refused the old one, to the
character and paragraph by paragraph. So words and ends of paragraphs are marked apart: a split is
an inserted end, a merger a deleted one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, pairwise

from drafts.papers.marked_paragraph import MarkedParagraph
from drafts.papers.paper import MOVED_AWAY, MOVED_HERE, PrintedParagraph
from drafts.papers.paragraph_matches import (
    ParagraphMatch,
    contiguous_matches,
    gaps_between,
    matches_in_order,
    moved_index_pairs_of,
    scattered_matches,
)
from drafts.papers.redline_pieces import RedlinePiece, redline_pieces, scattered_pieces
from drafts.printing.conventions import DELETED, INSERTED, KEPT
from drafts.words.differences import equal_pairs_in_order, gaps_between_pairs


def mark_changes(
    old_paragraphs: Sequence[PrintedParagraph],
    new_paragraphs: Sequence[PrintedParagraph],
    matches: Iterable[ParagraphMatch],
) -> tuple[MarkedParagraph, ...]:
    """The redline of both texts; a paragraph in no match is new, or was dropped."""
    all_matches = list(matches)
    contiguous = list(contiguous_matches(old_paragraphs, new_paragraphs, all_matches))
    ordered_matches = matches_in_order(contiguous)
    moved_index_pairs = sorted(
        moved_index_pairs_of(old_paragraphs, new_paragraphs, contiguous, ordered_matches)
    )
    # From the index at one end to the number of the move and the index at the other end.
    move_by_old_index = {
        old: (number, new) for number, (old, new) in enumerate(moved_index_pairs, 1)
    }
    move_by_new_index = {
        new: (number, old) for number, (old, new) in enumerate(moved_index_pairs, 1)
    }
    scattered = _scattered_paragraphs(
        old_paragraphs,
        new_paragraphs,
        all_matches,
        ordered_matches,
        count(len(moved_index_pairs) + 1),  # numbers after those of moved paragraphs
    )
    marked_paragraphs: list[MarkedParagraph] = []
    for old_gap, new_gap, match in gaps_between(
        ordered_matches, len(old_paragraphs), len(new_paragraphs)
    ):
        for old_index in old_gap:
            old_paragraph = old_paragraphs[old_index]
            if old_index in move_by_old_index:
                move_number, new_index = move_by_old_index[old_index]
                marked_paragraphs.append(
                    _moved_from(old_paragraph, new_paragraphs[new_index], move_number)
                )
            else:
                marked_paragraphs.append(
                    scattered.deleted_by_old_index.get(old_index)
                    or _whole_paragraph(DELETED, old_paragraph=old_paragraph)
                )
        for new_index in new_gap:
            new_paragraph = new_paragraphs[new_index]
            if new_index in move_by_new_index:
                move_number, old_index = move_by_new_index[new_index]
                marked_paragraphs.append(
                    _moved_to(old_paragraphs[old_index], new_paragraph, move_number)
                )
            else:
                marked_paragraphs.append(
                    scattered.inserted_by_new_index.get(new_index)
                    or _whole_paragraph(INSERTED, new_paragraph=new_paragraph)
                )
        # Such a match is of one old and one new paragraph: see `_scattered_paragraphs`.
        if match and match.new_indexes[0] in scattered.common_paragraph_by_new_index:
            marked_paragraphs.append(scattered.common_paragraph_by_new_index[match.new_indexes[0]])
        elif match:
            matched_old = [old_paragraphs[index] for index in match.old_indexes]
            matched_new = [new_paragraphs[index] for index in match.new_indexes]
            marked_in_place = list(_paragraphs_in_place(matched_old, matched_new))
            has_earlier_note = any(
                marked_paragraph.note_pieces for marked_paragraph in marked_paragraphs
            )
            # LibreOffice misreads a redline in which the first footnote of the text stands before
            # an inserted or deleted end: see `with_first_note_before_kept_end`.
            if has_earlier_note or _has_first_note_before_kept_end(marked_in_place):
                marked_paragraphs += marked_in_place
            else:
                marked_paragraphs += _first_reworded(matched_old, matched_new)
    return tuple(marked_paragraphs)


def mark_all_kept(paragraphs: Sequence[PrintedParagraph]) -> tuple[MarkedParagraph, ...]:
    """A text without any change, as marked paragraphs."""
    return tuple(_redlined_in_place(paragraph, paragraph) for paragraph in paragraphs)


@dataclass(frozen=True, slots=True)
class _ScatteredParagraphs:
    """Paragraphs of matches that are not contiguous, by their index in their text."""

    common_paragraph_by_new_index: dict[int, MarkedParagraph]
    deleted_by_old_index: dict[int, MarkedParagraph]
    inserted_by_new_index: dict[int, MarkedParagraph]


def _scattered_paragraphs(
    old_paragraphs: Sequence[PrintedParagraph],
    new_paragraphs: Sequence[PrintedParagraph],
    matches: Iterable[ParagraphMatch],
    ordered_matches: Iterable[ParagraphMatch],
    move_numbers: Iterator[int],
) -> _ScatteredParagraphs:
    """One redline over all paragraphs of a match, printed where each of them stands.

    Words that went to another paragraph are marked as moved, as in a comparison, and not as
    deleted here and inserted there. The common paragraph of a match is the one in both texts.
    """
    scattered = _ScatteredParagraphs({}, {}, {})
    one_to_one_matches = {
        match for match in ordered_matches if len(match.old_indexes) == len(match.new_indexes) == 1
    }
    for match, common_paragraph_indexes in scattered_matches(
        old_paragraphs, new_paragraphs, matches
    ):
        old_index, new_index = common_paragraph_indexes
        # Not where the common paragraph was moved, or where others of the match stand beside it.
        if ParagraphMatch((old_index,), (new_index,)) not in one_to_one_matches:
            continue
        old_paragraph, new_paragraph = old_paragraphs[old_index], new_paragraphs[new_index]
        common_positions = match.old_indexes.index(old_index), match.new_indexes.index(new_index)
        matched_old = [old_paragraphs[index] for index in match.old_indexes]
        matched_new = [new_paragraphs[index] for index in match.new_indexes]
        match_pieces = scattered_pieces(matched_old, matched_new, common_positions, move_numbers)
        scattered.common_paragraph_by_new_index[new_index] = MarkedParagraph(
            KEPT,
            old_paragraph,
            new_paragraph,
            _redline_of_number(old_paragraph, new_paragraph),
            match_pieces.common_paragraph,
            _redline_of_notes(old_paragraph.notes, new_paragraph.notes),
        )
        other_old_indexes = (index for index in match.old_indexes if index != old_index)
        for index, pieces in zip(other_old_indexes, match_pieces.deleted, strict=True):
            scattered.deleted_by_old_index[index] = replace(
                _whole_paragraph(DELETED, old_paragraph=old_paragraphs[index]),
                text_pieces=pieces,
                number_elsewhere=new_paragraph.number,
            )
        other_new_indexes = (index for index in match.new_indexes if index != new_index)
        for index, pieces in zip(other_new_indexes, match_pieces.inserted, strict=True):
            scattered.inserted_by_new_index[index] = replace(
                _whole_paragraph(INSERTED, new_paragraph=new_paragraphs[index]),
                text_pieces=pieces,
                number_elsewhere=old_paragraph.number,
            )
    return scattered


# --- One paragraph -------------------------------------------------------------------------------


def _whole_paragraph(
    mark: str,
    *,
    old_paragraph: PrintedParagraph | None = None,
    new_paragraph: PrintedParagraph | None = None,
) -> MarkedParagraph:
    """A paragraph that is inserted or deleted as a whole."""
    paragraph = new_paragraph or old_paragraph
    assert paragraph is not None
    number_pieces = _number_in_one_piece(mark, paragraph.number)
    text_pieces = tuple(
        _cut_by_italics(mark, paragraph.text, paragraph.opening_length, paragraph.opening_length)
    )
    return MarkedParagraph(
        mark,
        old_paragraph,
        new_paragraph,
        number_pieces,
        text_pieces,
        tuple(RedlinePiece(mark, note) for note in paragraph.notes),
    )


def _number_in_one_piece(mark: str, number: str) -> tuple[RedlinePiece, ...]:
    """The number as one piece with this mark; nothing where there is none."""
    return (RedlinePiece(mark, number),) if number else ()


def _cut_by_italics(
    mark: str, words: str, old_opening_length: int, new_opening_length: int
) -> Iterator[RedlinePiece]:
    """Words cut where the italics of their opening end, in the old text or in the new one."""
    cuts = sorted(
        {0, min(old_opening_length, len(words)), min(new_opening_length, len(words)), len(words)}
    )
    for start, end in pairwise(cuts):
        yield RedlinePiece(
            mark, words[start:end], start < old_opening_length, start < new_opening_length
        )


def _redlined_in_place(
    old_paragraph: PrintedParagraph, new_paragraph: PrintedParagraph
) -> MarkedParagraph:
    """The redline of a paragraph that both texts have at the same place."""
    if old_paragraph.text == new_paragraph.text:
        text_pieces = tuple(
            _cut_by_italics(
                KEPT, new_paragraph.text, old_paragraph.opening_length, new_paragraph.opening_length
            )
        )
    else:
        text_pieces = redline_pieces([old_paragraph], [new_paragraph])[0]
    return MarkedParagraph(
        KEPT,
        old_paragraph,
        new_paragraph,
        _redline_of_number(old_paragraph, new_paragraph),
        text_pieces,
        _redline_of_notes(old_paragraph.notes, new_paragraph.notes),
    )


def _redline_of_number(
    old_paragraph: PrintedParagraph, new_paragraph: PrintedParagraph
) -> tuple[RedlinePiece, ...]:
    """The number, or where it changed the old one deleted and the new one inserted."""
    if old_paragraph.number == new_paragraph.number:
        return _number_in_one_piece(KEPT, new_paragraph.number)
    pieces = (
        RedlinePiece(DELETED, old_paragraph.number),
        RedlinePiece(INSERTED, new_paragraph.number),
    )
    return tuple(piece for piece in pieces if piece.words)


def _redline_of_notes(
    old_notes: Sequence[str], new_notes: Sequence[str]
) -> tuple[RedlinePiece, ...]:
    """Footnotes are changed as a whole: the old one is deleted, the new one inserted."""
    equal_pairs = equal_pairs_in_order(old_notes, new_notes)
    pieces: list[RedlinePiece] = []
    for gap_index, (old_gap, new_gap) in enumerate(
        gaps_between_pairs(equal_pairs, len(old_notes), len(new_notes))
    ):
        pieces += [RedlinePiece(DELETED, old_notes[old_index]) for old_index in old_gap]
        pieces += [RedlinePiece(INSERTED, new_notes[new_index]) for new_index in new_gap]
        # The footnote behind the gap, which both have; there is none behind the last gap.
        pieces += [
            RedlinePiece(KEPT, new_notes[new_index])
            for _old, new_index in equal_pairs[gap_index : gap_index + 1]
        ]
    return tuple(pieces)


# --- Moves ---------------------------------------------------------------------------------------


def _moved_from(
    old_paragraph: PrintedParagraph, new_paragraph: PrintedParagraph, move_number: int
) -> MarkedParagraph:
    """At the old place: what moved away, and what was deleted with the move."""
    number_pieces, text_pieces, note_pieces = _move_end(
        old_paragraph, new_paragraph, MOVED_AWAY, DELETED
    )
    return MarkedParagraph(
        MOVED_AWAY,
        old_paragraph,
        None,
        number_pieces,
        text_pieces,
        note_pieces,
        move_number,
        new_paragraph.number,
    )


def _moved_to(
    old_paragraph: PrintedParagraph, new_paragraph: PrintedParagraph, move_number: int
) -> MarkedParagraph:
    """At the new place: what moved here, and what was inserted with the move."""
    number_pieces, text_pieces, note_pieces = _move_end(
        old_paragraph, new_paragraph, MOVED_HERE, INSERTED
    )
    return MarkedParagraph(
        MOVED_HERE,
        None,
        new_paragraph,
        number_pieces,
        text_pieces,
        note_pieces,
        move_number,
        old_paragraph.number,
    )


def _move_end(
    old_paragraph: PrintedParagraph,
    new_paragraph: PrintedParagraph,
    moved_mark: str,
    changed_mark: str,
) -> list[tuple[RedlinePiece, ...]]:
    """One end of a move: number, words and notes, without what only the other end has."""
    kept_paragraph = _redlined_in_place(old_paragraph, new_paragraph)
    mark_at_this_end = {KEPT: moved_mark, changed_mark: changed_mark}
    return [
        tuple(
            piece._replace(mark=mark_at_this_end[piece.mark])
            for piece in pieces
            if piece.mark in mark_at_this_end
        )
        for pieces in (
            kept_paragraph.number_pieces,
            kept_paragraph.text_pieces,
            kept_paragraph.note_pieces,
        )
    ]


# --- Splits and mergers --------------------------------------------------------------------------


def _paragraphs_in_place(
    old_paragraphs: Sequence[PrintedParagraph], new_paragraphs: Sequence[PrintedParagraph]
) -> Iterator[MarkedParagraph]:
    """The redline of paragraphs that stayed in their place: reworded, split or merged."""
    if len(old_paragraphs) == len(new_paragraphs) == 1:
        yield _redlined_in_place(old_paragraphs[0], new_paragraphs[0])
    elif len(old_paragraphs) == 1:
        yield from _split_paragraphs(old_paragraphs[0], new_paragraphs)
    elif len(new_paragraphs) == 1:
        yield from _merged_paragraphs(old_paragraphs, new_paragraphs[0])
    else:
        yield from (
            _whole_paragraph(DELETED, old_paragraph=old_paragraph)
            for old_paragraph in old_paragraphs
        )
        yield from (
            _whole_paragraph(INSERTED, new_paragraph=new_paragraph)
            for new_paragraph in new_paragraphs
        )


def _split_paragraphs(
    old_paragraph: PrintedParagraph, new_paragraphs: Sequence[PrintedParagraph]
) -> Iterator[MarkedParagraph]:
    """A paragraph split in several: the last part keeps its end, the ends before it are inserted.

    The number of the old paragraph is compared with that of the first part, its notes with those of
    the last part.
    """
    pieces_by_paragraph = redline_pieces([old_paragraph], new_paragraphs)
    for index, new_paragraph in enumerate(new_paragraphs):
        number_pieces = (
            _redline_of_number(old_paragraph, new_paragraph)
            if index == 0
            else _number_in_one_piece(INSERTED, new_paragraph.number)
        )
        if new_paragraph is new_paragraphs[-1]:
            note_pieces = _redline_of_notes(old_paragraph.notes, new_paragraph.notes)
            yield MarkedParagraph(
                KEPT,
                old_paragraph,
                new_paragraph,
                number_pieces,
                pieces_by_paragraph[index],
                note_pieces,
            )
        else:
            note_pieces = tuple(RedlinePiece(INSERTED, note) for note in new_paragraph.notes)
            yield MarkedParagraph(
                INSERTED,
                None,
                new_paragraph,
                number_pieces,
                pieces_by_paragraph[index],
                note_pieces,
            )


def _merged_paragraphs(
    old_paragraphs: Sequence[PrintedParagraph], new_paragraph: PrintedParagraph
) -> Iterator[MarkedParagraph]:
    """Several paragraphs merged into one: the last one keeps its end, the others' are deleted.

    The number of the first one and the notes of the last one are compared with the new ones.
    """
    pieces_by_paragraph = redline_pieces(old_paragraphs, [new_paragraph])
    for index, old_paragraph in enumerate(old_paragraphs):
        number_pieces = (
            _redline_of_number(old_paragraph, new_paragraph)
            if index == 0
            else _number_in_one_piece(DELETED, old_paragraph.number)
        )
        if old_paragraph is old_paragraphs[-1]:
            note_pieces = _redline_of_notes(old_paragraph.notes, new_paragraph.notes)
            yield MarkedParagraph(
                KEPT,
                old_paragraph,
                new_paragraph,
                number_pieces,
                pieces_by_paragraph[index],
                note_pieces,
            )
        else:
            note_pieces = tuple(RedlinePiece(DELETED, note) for note in old_paragraph.notes)
            yield MarkedParagraph(
                DELETED, old_paragraph, None, number_pieces, pieces_by_paragraph[index], note_pieces
            )


def _has_first_note_before_kept_end(marked_paragraphs: Iterable[MarkedParagraph]) -> bool:
    """Whether the first footnote, if there is one, stands before a kept end."""
    return next(
        (
            marked_paragraph.mark == KEPT
            for marked_paragraph in marked_paragraphs
            if marked_paragraph.note_pieces
        ),
        True,
    )


def _first_reworded(
    old_paragraphs: Sequence[PrintedParagraph], new_paragraphs: Sequence[PrintedParagraph]
) -> Iterator[MarkedParagraph]:
    """Another redline of the same paragraphs: the first of each side as one reworded paragraph.

    The others are deleted or inserted as a whole. For a redline whose first footnote would stand
    before a changed end: see `with_first_note_before_kept_end`.
    """
    yield _redlined_in_place(old_paragraphs[0], new_paragraphs[0])
    yield from (
        _whole_paragraph(DELETED, old_paragraph=old_paragraph)
        for old_paragraph in old_paragraphs[1:]
    )
    yield from (
        _whole_paragraph(INSERTED, new_paragraph=new_paragraph)
        for new_paragraph in new_paragraphs[1:]
    )
