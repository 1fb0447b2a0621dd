"""The redline of paragraphs that were split or merged, paragraph by paragraph. Uses no database."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, NamedTuple

from drafts.papers.text_paper import FROM, TO, PrintedParagraph
from drafts.shells.conventions import DELETED, INSERTED, KEPT
from drafts.words.differences import redline

# Between the paragraphs of a split or a merger while their words are compared.
_JOINT: Final = " "


class RedlinePiece(NamedTuple):
    """Words with their mark, and whether they were and are set in italics.

    `move` numbers words that moved to another paragraph, at both places alike.
    """

    mark: str
    words: str
    was_italic: bool = False
    is_italic: bool = False
    move: int = 0


class _Sign(NamedTuple):
    """Where a character stands: the index of its paragraph (None in a joint), and its italics."""

    place: int | None
    is_italic: bool


class _Letter(NamedTuple):
    """One character with its mark."""

    mark: str
    letter: str
    was_italic: bool
    is_italic: bool
    move: int = 0


def _signs_of(rows: Sequence[PrintedParagraph]) -> list[_Sign]:
    signs: list[_Sign] = []
    for place, row in enumerate(rows):
        if place:
            signs.append(_Sign(None, False))
        signs += [_Sign(place, at < row.opening) for at in range(len(row.text))]
    return signs


def redline_pieces(
    old_rows: Sequence[PrintedParagraph], new_rows: Sequence[PrintedParagraph]
) -> list[tuple[RedlinePiece, ...]]:
    """The words of both sides as pieces, for each paragraph of the side that has several.

    A joint that both sides have was a space between two words: it is deleted where a paragraph is
    split, and inserted where two are merged. One that only its own side has is no character.
    """
    is_merger = len(old_rows) > 1
    old, new = iter(_signs_of(old_rows)), iter(_signs_of(new_rows))
    letters_by_row: list[list[_Letter]] = [[] for _ in (old_rows if is_merger else new_rows)]
    place = 0
    for op, letter in _letters(old_rows, new_rows):
        was = next(old) if op != INSERTED else None
        now = next(new) if op != DELETED else None
        own = was if is_merger else now
        mark = op
        if own is not None and own.place is None:
            if op != KEPT:
                continue
            mark = INSERTED if is_merger else DELETED
        elif own is not None and own.place is not None:
            place = own.place
        letters_by_row[place].append(_letter(mark, letter, was, now))
    return [tuple(_pieces(row_letters)) for row_letters in letters_by_row]


@dataclass(frozen=True, slots=True)
class ScatteredPieces:
    """The redline of paragraphs of a match that is not contiguous.

    `lasting` is the one that is in both texts; `gone` and `come` are the others of the old and of
    the new side, in order, without it.
    """

    lasting: tuple[RedlinePiece, ...]
    gone: tuple[tuple[RedlinePiece, ...], ...]
    come: tuple[tuple[RedlinePiece, ...], ...]


def scattered_pieces(
    old_rows: Sequence[PrintedParagraph],
    new_rows: Sequence[PrintedParagraph],
    lasting: tuple[int, int],
    moves: Iterator[int],
) -> ScatteredPieces:
    """The words of both sides, compared at once: words found in another paragraph have moved.

    `lasting` is the paragraph that is in both texts, by its index on either side. A joint is no
    character: a space that it is compared with is deleted, or inserted.
    """
    old, new = iter(_signs_of(old_rows)), iter(_signs_of(new_rows))
    lasting_letters: list[_Letter] = []
    old_letters = [lasting_letters if place == lasting[0] else [] for place in range(len(old_rows))]
    new_letters = [lasting_letters if place == lasting[1] else [] for place in range(len(new_rows))]
    direction: tuple[int, int] | None = None
    move = 0
    for op, letter in _letters(old_rows, new_rows):
        was = next(old) if op != INSERTED else None
        now = next(new) if op != DELETED else None
        old_index, new_index = was.place if was else None, now.place if now else None
        if old_index is None or new_index is None or (old_index, new_index) == lasting:
            direction = None
        elif direction != (old_index, new_index):
            direction, move = (old_index, new_index), next(moves)
        if direction:
            old_letters[direction[0]].append(_letter(FROM, letter, was, now, move))
            new_letters[direction[1]].append(_letter(TO, letter, was, now, move))
        elif old_index is not None and new_index is not None:
            lasting_letters.append(_letter(KEPT, letter, was, now))
        elif old_index is not None:
            old_letters[old_index].append(_letter(DELETED, letter, was, now))
        elif new_index is not None:
            new_letters[new_index].append(_letter(INSERTED, letter, was, now))
    return ScatteredPieces(
        tuple(_pieces(lasting_letters)),
        tuple(tuple(_pieces(letters)) for letters in old_letters if letters is not lasting_letters),
        tuple(tuple(_pieces(letters)) for letters in new_letters if letters is not lasting_letters),
    )


def _letters(
    old_rows: Sequence[PrintedParagraph], new_rows: Sequence[PrintedParagraph]
) -> Iterator[tuple[str, str]]:
    """The redline of all words of both sides, letter by letter."""
    ops = redline(_JOINT.join(r.text for r in old_rows), _JOINT.join(r.text for r in new_rows))
    for op, words in ops:
        for letter in words:
            yield op, letter


def _letter(mark: str, letter: str, was: _Sign | None, now: _Sign | None, move: int = 0) -> _Letter:
    return _Letter(mark, letter, bool(was and was.is_italic), bool(now and now.is_italic), move)


def _pieces(letters: Iterable[_Letter]) -> Iterator[RedlinePiece]:
    """Neighbouring letters of one mark and look as one piece; italics count on their own side."""

    def look_of(letter: _Letter) -> tuple[str, bool, bool, int]:
        was = letter.is_italic if letter.mark in {INSERTED, TO} else letter.was_italic
        now = letter.was_italic if letter.mark in {DELETED, FROM} else letter.is_italic
        return letter.mark, was, now, letter.move

    for (mark, was, now, move), run in groupby(letters, key=look_of):
        yield RedlinePiece(mark, "".join(letter.letter for letter in run), was, now, move)
