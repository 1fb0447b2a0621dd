"""The redline of paragraphs reworded, split or merged, paragraph by paragraph. Uses no database."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, NamedTuple

from drafts.papers.paper import MOVED_AWAY, MOVED_HERE, PrintedParagraph
from drafts.printing.conventions import DELETED, INSERTED, KEPT
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


class _MarkedCharacter(NamedTuple):
    """One character with its mark."""

    mark: str
    character: str
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

    Of the new side where none has. One side has a single paragraph, or both have.
    A joint (the space put between two paragraphs while they are compared) that matches a real space
    of the other side is a change: that space is deleted where a paragraph is split, inserted where
    two are merged. A joint that matches nothing is left out.
    """
    is_merger = len(old_paragraphs) > 1
    old_places = iter(_character_places(old_paragraphs))
    new_places = iter(_character_places(new_paragraphs))
    characters_by_paragraph: list[list[_MarkedCharacter]] = [
        [] for _ in (old_paragraphs if is_merger else new_paragraphs)
    ]
    paragraph_index = 0
    for op, character in _compared_characters(old_paragraphs, new_paragraphs):
        old_place = next(old_places) if op != INSERTED else None
        new_place = next(new_places) if op != DELETED else None
        place_on_side_of_several = old_place if is_merger else new_place
        mark = op
        if place_on_side_of_several is not None:
            if place_on_side_of_several.paragraph_index is not None:
                paragraph_index = place_on_side_of_several.paragraph_index
            elif op == KEPT:  # a joint that matches a space
                mark = INSERTED if is_merger else DELETED
            else:
                continue
        characters_by_paragraph[paragraph_index].append(
            _marked_character(mark, character, old_place, new_place)
        )
    return [tuple(_pieces(marked_characters)) for marked_characters in characters_by_paragraph]


@dataclass(frozen=True, slots=True)
class ScatteredPieces:
    """The redline of a split or a merger whose paragraphs do not all stand next to each other.

    Each paragraph is given by its pieces: `common_paragraph` is the one that has one id in both
    texts; `deleted` are the others of the old text, `inserted` those of the new one, in order.
    """

    common_paragraph: tuple[RedlinePiece, ...]
    deleted: tuple[tuple[RedlinePiece, ...], ...]
    inserted: tuple[tuple[RedlinePiece, ...], ...]


def scattered_pieces(
    old_paragraphs: Sequence[PrintedParagraph],
    new_paragraphs: Sequence[PrintedParagraph],
    common_paragraph_indexes: tuple[int, int],
    move_numbers: Iterator[int],
) -> ScatteredPieces:
    """The words of both sides, compared at once: words found in another paragraph have moved.

    Where all of them stand next to each other, `redline_pieces` is called instead.
    `common_paragraph_indexes` say where the paragraph that stands in both texts is in
    `old_paragraphs`, and where in `new_paragraphs`. A joint has a place but belongs to no
    paragraph: a space that it is compared with is deleted, or inserted.
    """
    old_places = iter(_character_places(old_paragraphs))
    new_places = iter(_character_places(new_paragraphs))
    common_paragraph_characters: list[_MarkedCharacter] = []
    old_common_index, new_common_index = common_paragraph_indexes
    # The common paragraph has one list for both sides, so that it is printed once.
    old_characters = [
        common_paragraph_characters if paragraph_index == old_common_index else []
        for paragraph_index in range(len(old_paragraphs))
    ]
    new_characters = [
        common_paragraph_characters if paragraph_index == new_common_index else []
        for paragraph_index in range(len(new_paragraphs))
    ]
    # From which old paragraph to which new one the words move, where they do; both by index.
    moved_between: tuple[int, int] | None = None
    move_number = 0
    for op, character in _compared_characters(old_paragraphs, new_paragraphs):
        old_place = next(old_places) if op != INSERTED else None
        new_place = next(new_places) if op != DELETED else None
        old_index = old_place.paragraph_index if old_place else None
        new_index = new_place.paragraph_index if new_place else None
        if (
            old_index is None
            or new_index is None
            or (old_index, new_index) == common_paragraph_indexes
        ):
            moved_between = None
        elif moved_between != (old_index, new_index):
            moved_between, move_number = (old_index, new_index), next(move_numbers)
        if moved_between:
            moved_from, moved_to = moved_between
            old_characters[moved_from].append(
                _marked_character(MOVED_AWAY, character, old_place, new_place, move_number)
            )
            new_characters[moved_to].append(
                _marked_character(MOVED_HERE, character, old_place, new_place, move_number)
            )
        elif old_index is not None and new_index is not None:
            common_paragraph_characters.append(
                _marked_character(KEPT, character, old_place, new_place)
            )
        elif old_index is not None:
            old_characters[old_index].append(
                _marked_character(DELETED, character, old_place, new_place)
            )
        elif new_index is not None:
            new_characters[new_index].append(
                _marked_character(INSERTED, character, old_place, new_place)
            )
    return ScatteredPieces(
        tuple(_pieces(common_paragraph_characters)),
        tuple(
            tuple(_pieces(characters))
            for characters in old_characters
            if characters is not common_paragraph_characters
        ),
        tuple(
            tuple(_pieces(characters))
            for characters in new_characters
            if characters is not common_paragraph_characters
        ),
    )


def _compared_characters(
    old_paragraphs: Sequence[PrintedParagraph], new_paragraphs: Sequence[PrintedParagraph]
) -> Iterator[tuple[str, str]]:
    """The redline of all words of both sides: each character after its mark (KEPT, DELETED …)."""
    ops = redline(
        _JOINT.join(paragraph.text for paragraph in old_paragraphs),
        _JOINT.join(paragraph.text for paragraph in new_paragraphs),
    )
    for op, words in ops:
        for character in words:
            yield op, character


def _marked_character(
    mark: str,
    character: str,
    old_place: _CharacterPlace | None,
    new_place: _CharacterPlace | None,
    move_number: int = 0,
) -> _MarkedCharacter:
    """A character with the italics that it had at its old place and has at its new one."""
    return _MarkedCharacter(
        mark,
        character,
        bool(old_place and old_place.is_italic),
        bool(new_place and new_place.is_italic),
        move_number,
    )


def _pieces(characters: Iterable[_MarkedCharacter]) -> Iterator[RedlinePiece]:
    """Neighbouring characters of one mark and look as pieces.

    Inserted words have no old place and deleted words no new one: then both italics are those of
    the one place that they have.
    """

    def look_of(character: _MarkedCharacter) -> tuple[str, bool, bool, int]:
        was_italic = (
            character.is_italic
            if character.mark in {INSERTED, MOVED_HERE}
            else character.was_italic
        )
        is_italic = (
            character.was_italic if character.mark in {DELETED, MOVED_AWAY} else character.is_italic
        )
        return character.mark, was_italic, is_italic, character.move_number

    for (mark, was_italic, is_italic, move_number), characters_alike in groupby(
        characters, key=look_of
    ):
        yield RedlinePiece(
            mark,
            "".join(character.character for character in characters_alike),
            was_italic,
            is_italic,
            move_number,
        )
