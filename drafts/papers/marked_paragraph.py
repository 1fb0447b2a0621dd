"""A paragraph of a redline, with a mark for each of its words and for its end. Uses no database.

The end is the sign at which Word closes a paragraph: a split inserts one, a merger deletes one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from drafts.papers.paper import MOVED_AWAY, MOVED_HERE, PrintedParagraph
from drafts.papers.redline_pieces import RedlinePiece
from drafts.printing.conventions import DELETED, INSERTED, KEPT

_MARKS_IN_OLD_TEXT: Final = frozenset({KEPT, DELETED, MOVED_AWAY})
_MARKS_IN_NEW_TEXT: Final = frozenset({KEPT, INSERTED, MOVED_HERE})


@dataclass(frozen=True, slots=True)
class MarkedParagraph:
    """A paragraph of the redline, before and after the change, with its mark (KEPT, INSERTED …).

    `old_paragraph` is None where only the new text has it, `new_paragraph` where only the old one
    has. Both ends of a move have the same `move_number` (0: no move), and `number_elsewhere` is the
    paragraph number at the other end; likewise for a paragraph merged into one far away, or split
    off to another place.
    """

    mark: str
    old_paragraph: PrintedParagraph | None
    new_paragraph: PrintedParagraph | None
    number_pieces: tuple[RedlinePiece, ...]
    text_pieces: tuple[RedlinePiece, ...]
    note_pieces: tuple[RedlinePiece, ...]
    move_number: int = 0
    number_elsewhere: str = ""
    # The mark of its end, where it differs: see `with_first_note_before_kept_end`.
    other_end_mark: str = ""

    @property
    def end_mark(self) -> str:
        """The mark of its end."""
        return self.other_end_mark or self.mark

    @property
    def styled_paragraph(self) -> PrintedParagraph:
        """The paragraph in whose style it is printed."""
        paragraph = self.new_paragraph or self.old_paragraph
        assert paragraph is not None
        return paragraph

    @property
    def negotiation_state(self) -> str:
        """The state of negotiation, if the paragraph is kept, or inserted as a whole; else ""."""
        # Inserted, but with kept words: the first part of a paragraph that was split.
        has_kept = any(piece.mark == KEPT for piece in self.text_pieces)
        is_whole = self.mark == KEPT or (self.mark == INSERTED and not has_kept)
        if self.new_paragraph is None or not is_whole or self.number_elsewhere:
            return ""
        return self.new_paragraph.negotiation_state

    @property
    def is_changed(self) -> bool:
        """Whether anything in it is marked as changed."""
        all_pieces = (*self.number_pieces, *self.text_pieces, *self.note_pieces)
        return self.mark != KEPT or any(piece.mark != KEPT for piece in all_pieces)


def with_first_note_before_kept_end(
    marked_paragraphs: Sequence[MarkedParagraph],
) -> list[MarkedParagraph]:
    """The same redline, marked so that the first footnote stands before a kept end.

    LibreOffice reads all footnotes at the first one, and forgets the change of the end behind it.
    So this end is to be a kept one. An unchanged paragraph and the inserted (or deleted) ones that
    follow it have one kept end in all, and it may be any of theirs: the text is the same.
    """
    reordered = list(marked_paragraphs)
    first_with_note = next(
        (index for index, marked_paragraph in enumerate(reordered) if marked_paragraph.note_pieces),
        None,
    )
    if first_with_note is None or reordered[first_with_note].end_mark == KEPT:
        return reordered
    indexes_before = range(first_with_note - 1, -1, -1)
    unchanged_index = next(
        (index for index in indexes_before if reordered[index].end_mark == KEPT), None
    )
    if unchanged_index is None:
        return reordered
    between = reordered[unchanged_index + 1 : first_with_note + 1]
    # Only inserted paragraphs, or only deleted ones, share the end with the unchanged paragraph.
    marks_of_side = (
        _MARKS_IN_NEW_TEXT
        if reordered[first_with_note].mark in _MARKS_IN_NEW_TEXT
        else _MARKS_IN_OLD_TEXT
    )
    on_same_side = [
        marked_paragraph for marked_paragraph in between if marked_paragraph.mark in marks_of_side
    ]
    on_other_side = [
        marked_paragraph
        for marked_paragraph in between
        if marked_paragraph.mark not in marks_of_side
    ]
    reordered[unchanged_index : first_with_note + 1] = [
        *_with_end_marks_swapped(reordered[unchanged_index], on_same_side),
        *on_other_side,
    ]
    return reordered


def _with_end_marks_swapped(
    unchanged: MarkedParagraph, changed_paragraphs: Sequence[MarkedParagraph]
) -> Iterator[MarkedParagraph]:
    """Swap the end marks of the unchanged paragraph and of the last changed one.

    Only a paragraph with a kept end is in both texts, so what it is in the other text goes along.
    """
    *changed_before_last, last_changed = changed_paragraphs
    if last_changed.mark in _MARKS_IN_NEW_TEXT:
        yield replace(unchanged, other_end_mark=INSERTED, old_paragraph=None)
        yield from changed_before_last
        yield replace(last_changed, other_end_mark=KEPT, old_paragraph=unchanged.old_paragraph)
    else:
        yield replace(unchanged, other_end_mark=DELETED, new_paragraph=None)
        yield from changed_before_last
        yield replace(last_changed, other_end_mark=KEPT, new_paragraph=unchanged.new_paragraph)


def text_before(
    marked_paragraphs: Iterable[MarkedParagraph],
) -> list[tuple[str, str, tuple[str, ...]]]:
    """Number, words and notes of each paragraph with every change refused."""
    return _paragraphs_with(marked_paragraphs, _MARKS_IN_OLD_TEXT)


def text_after(
    marked_paragraphs: Iterable[MarkedParagraph],
) -> list[tuple[str, str, tuple[str, ...]]]:
    """The same with every change accepted."""
    return _paragraphs_with(marked_paragraphs, _MARKS_IN_NEW_TEXT)


def _paragraphs_with(
    marked_paragraphs: Iterable[MarkedParagraph], kept_marks: frozenset[str]
) -> list[tuple[str, str, tuple[str, ...]]]:
    """Number, words and notes of each paragraph, made of the pieces with one of these marks.

    A paragraph whose end has another mark runs into the next one.
    """
    paragraphs = []
    number, words, notes = "", "", list[str]()
    for marked_paragraph in marked_paragraphs:
        number += _joined_words(marked_paragraph.number_pieces, kept_marks)
        words += _joined_words(marked_paragraph.text_pieces, kept_marks)
        notes += [piece.words for piece in marked_paragraph.note_pieces if piece.mark in kept_marks]
        if marked_paragraph.end_mark in kept_marks:
            paragraphs.append((number, words, tuple(notes)))
            number, words, notes = "", "", []
    return paragraphs


def _joined_words(pieces: Iterable[RedlinePiece], kept_marks: frozenset[str]) -> str:
    return "".join(piece.words for piece in pieces if piece.mark in kept_marks)
