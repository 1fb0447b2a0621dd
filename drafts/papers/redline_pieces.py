"""The redline of paragraphs that were split or merged, paragraph by paragraph. Uses no database."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, NamedTuple

from drafts.papers.text_paper import MOVED_AWAY, MOVED_HERE, PrintedParagraph
from drafts.shells.conventions import DELETED, INSERTED, KEPT
from drafts.words.differences import redline

# Between the paragraphs of a split or a merger while their words are compared.
_JOINT: Final = " "


class RedlinePiece(NamedTuple):
    """Words with their mark, and whether they were and are set in italics.

    `move_number` numbers words that moved to another paragraph, at both places alike.
    """

    mark: str
    words: str
    was_italic: bool = False
    is_italic: bool = False
    move_number: int = 0


class _CharacterPlace(NamedTuple):
    """Where a character stands: the index of its paragraph (None in a joint), and its italics."""

    paragraph_index: int | None
    is_italic: bool


class _MarkedLetter(NamedTuple):
    """One character with its mark."""

    mark: str
    letter: str
    was_italic: bool
    is_italic: bool
    move_number: int = 0


def _character_places(paragraphs: Sequence[PrintedParagraph]) -> list[_CharacterPlace]:
    """Where each character of the joined texts stands, the joints included."""
    places: list[_CharacterPlace] = []
    for paragraph_index, paragraph in enumerate(paragraphs):
        if paragraph_index:
            places.append(_CharacterPlace(None, False))
        places += [
            _CharacterPlace(paragraph_index, character_index < paragraph.opening_length)
            for character_index in range(len(paragraph.text))
        ]
    return places


def redline_pieces(
    old_paragraphs: Sequence[PrintedParagraph], new_paragraphs: Sequence[PrintedParagraph]
) -> list[tuple[RedlinePiece, ...]]:
    """The words of both sides as pieces, for each paragraph of the side that has several.

    A joint that both sides have was a space between two words: it is deleted where a paragraph is
    split, and inserted where two are merged. One that only its own side has is no character.
    """
    is_merger = len(old_paragraphs) > 1
    old_places = iter(_character_places(old_paragraphs))
    new_places = iter(_character_places(new_paragraphs))
    letters_by_paragraph: list[list[_MarkedLetter]] = [
        [] for _ in (old_paragraphs if is_merger else new_paragraphs)
    ]
    paragraph_index = 0
    for op, letter in _compared_letters(old_paragraphs, new_paragraphs):
        old_place = next(old_places) if op != INSERTED else None
        new_place = next(new_places) if op != DELETED else None
        place_on_split_side = old_place if is_merger else new_place
        mark = op
        if place_on_split_side is not None and place_on_split_side.paragraph_index is None:
            if op != KEPT:
                continue
            mark = INSERTED if is_merger else DELETED
        elif place_on_split_side is not None and place_on_split_side.paragraph_index is not None:
            paragraph_index = place_on_split_side.paragraph_index
        letters_by_paragraph[paragraph_index].append(
            _marked_letter(mark, letter, old_place, new_place)
        )
    return [tuple(_pieces(marked_letters)) for marked_letters in letters_by_paragraph]


@dataclass(frozen=True, slots=True)
class ScatteredPieces:
    """The redline of paragraphs of a match that is not contiguous.

    `in_both_texts` is the one paragraph that both texts have; `deleted` are the others of the old
    text and `inserted` those of the new one, in order.
    """

    in_both_texts: tuple[RedlinePiece, ...]
    deleted: tuple[tuple[RedlinePiece, ...], ...]
    inserted: tuple[tuple[RedlinePiece, ...], ...]


def scattered_pieces(
    old_paragraphs: Sequence[PrintedParagraph],
    new_paragraphs: Sequence[PrintedParagraph],
    index_pair_in_both_texts: tuple[int, int],
    move_numbers: Iterator[int],
) -> ScatteredPieces:
    """The words of both sides, compared at once: words found in another paragraph have moved.

    `index_pair_in_both_texts` is the paragraph that both texts have, by its indexes. A joint is no
    character: a space that it is compared with is deleted, or inserted.
    """
    old_places = iter(_character_places(old_paragraphs))
    new_places = iter(_character_places(new_paragraphs))
    letters_in_both_texts: list[_MarkedLetter] = []
    old_letters = [
        letters_in_both_texts if paragraph_index == index_pair_in_both_texts[0] else []
        for paragraph_index in range(len(old_paragraphs))
    ]
    new_letters = [
        letters_in_both_texts if paragraph_index == index_pair_in_both_texts[1] else []
        for paragraph_index in range(len(new_paragraphs))
    ]
    moved_between: tuple[int, int] | None = None
    move_number = 0
    for op, letter in _compared_letters(old_paragraphs, new_paragraphs):
        old_place = next(old_places) if op != INSERTED else None
        new_place = next(new_places) if op != DELETED else None
        old_index = old_place.paragraph_index if old_place else None
        new_index = new_place.paragraph_index if new_place else None
        if (
            old_index is None
            or new_index is None
            or (old_index, new_index) == index_pair_in_both_texts
        ):
            moved_between = None
        elif moved_between != (old_index, new_index):
            moved_between, move_number = (old_index, new_index), next(move_numbers)
        if moved_between:
            old_letters[moved_between[0]].append(
                _marked_letter(MOVED_AWAY, letter, old_place, new_place, move_number)
            )
            new_letters[moved_between[1]].append(
                _marked_letter(MOVED_HERE, letter, old_place, new_place, move_number)
            )
        elif old_index is not None and new_index is not None:
            letters_in_both_texts.append(_marked_letter(KEPT, letter, old_place, new_place))
        elif old_index is not None:
            old_letters[old_index].append(_marked_letter(DELETED, letter, old_place, new_place))
        elif new_index is not None:
            new_letters[new_index].append(_marked_letter(INSERTED, letter, old_place, new_place))
    return ScatteredPieces(
        tuple(_pieces(letters_in_both_texts)),
        tuple(
            tuple(_pieces(letters))
            for letters in old_letters
            if letters is not letters_in_both_texts
        ),
        tuple(
            tuple(_pieces(letters))
            for letters in new_letters
            if letters is not letters_in_both_texts
        ),
    )


def _compared_letters(
    old_paragraphs: Sequence[PrintedParagraph], new_paragraphs: Sequence[PrintedParagraph]
) -> Iterator[tuple[str, str]]:
    """The redline of all words of both sides, letter by letter."""
    ops = redline(
        _JOINT.join(paragraph.text for paragraph in old_paragraphs),
        _JOINT.join(paragraph.text for paragraph in new_paragraphs),
    )
    for op, words in ops:
        for letter in words:
            yield op, letter


def _marked_letter(
    mark: str,
    letter: str,
    old_place: _CharacterPlace | None,
    new_place: _CharacterPlace | None,
    move_number: int = 0,
) -> _MarkedLetter:
    return _MarkedLetter(
        mark,
        letter,
        bool(old_place and old_place.is_italic),
        bool(new_place and new_place.is_italic),
        move_number,
    )


def _pieces(letters: Iterable[_MarkedLetter]) -> Iterator[RedlinePiece]:
    """Neighbouring letters of one mark and look as one piece; italics count on their own side."""

    def look_of(letter: _MarkedLetter) -> tuple[str, bool, bool, int]:
        was_italic = (
            letter.is_italic if letter.mark in {INSERTED, MOVED_HERE} else letter.was_italic
        )
        is_italic = letter.was_italic if letter.mark in {DELETED, MOVED_AWAY} else letter.is_italic
        return letter.mark, was_italic, is_italic, letter.move_number

    for (mark, was_italic, is_italic, move_number), letters_alike in groupby(letters, key=look_of):
        yield RedlinePiece(
            mark,
            "".join(letter.letter for letter in letters_alike),
            was_italic,
            is_italic,
            move_number,
        )
