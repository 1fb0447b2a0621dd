"""Square brackets mark words that are not agreed. They are found here, never added or repaired.

Uses no database; a function of PostgreSQL pairs them in the same way (`drafts_pairs_in`,
drafts/migrations/sql/brackets_agree.sql).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

OPENING: Final = "[［"
CLOSING: Final = "]］"
OPENING_OF_CLOSING: Final = dict(zip(CLOSING, OPENING, strict=True))
# How many characters on either side of a sign are shown, so that a person finds it.
SHOWN_CHARACTERS: Final = 24

_BRACKET_SIGNS: Final = re.compile(f"([{re.escape(OPENING + CLOSING)}]+)")

# The positions of an opening sign, and of the closing sign that belongs to it.
type BracketPair = tuple[int, int]


@dataclass(frozen=True)
class Brackets:
    """The places of bracket pairs, and of signs without a pair.

    All are positions in the text. `pairs` are in the order of their opening signs; signs at
    `unpaired_positions` have no partner; those at `crossing_positions` are of pairs that begin
    inside one another and end outside.
    """

    pairs: tuple[BracketPair, ...]
    unpaired_positions: tuple[int, ...]
    crossing_positions: tuple[int, ...]

    @property
    def opening_positions(self) -> frozenset[int]:
        """The positions of the opening signs of pairs."""
        return frozenset(start for start, _end in self.pairs)

    @property
    def closing_positions(self) -> frozenset[int]:
        """The positions of the closing signs of pairs."""
        return frozenset(end for _start, end in self.pairs)

    @property
    def all_paired(self) -> bool:
        """Whether every sign belongs to a pair, and no pair crosses another."""
        return not self.unpaired_positions and not self.crossing_positions


def brackets_in(text: str) -> Brackets:
    """The brackets of a text. A closing sign closes the last one of its kind that is open."""
    if not _BRACKET_SIGNS.search(text):
        return Brackets((), (), ())
    open_positions_by_sign: dict[str, list[int]] = {sign: [] for sign in OPENING}
    pairs: list[BracketPair] = []
    unpaired_positions: list[int] = []
    for position, character in enumerate(text):
        if character in OPENING:
            open_positions_by_sign[character].append(position)
        elif character in CLOSING:
            open_positions = open_positions_by_sign[OPENING_OF_CLOSING[character]]
            if open_positions:
                pairs.append((open_positions.pop(), position))
            else:
                unpaired_positions.append(position)
    unpaired_positions += [
        position
        for open_positions in open_positions_by_sign.values()
        for position in open_positions
    ]
    crossing_pairs = _crossing_pairs(pairs)
    return Brackets(
        pairs=tuple(sorted(pair for pair in pairs if pair not in crossing_pairs)),
        unpaired_positions=tuple(sorted(unpaired_positions)),
        crossing_positions=tuple(sorted(position for pair in crossing_pairs for position in pair)),
    )


def _crossing_pairs(pairs: Iterable[BracketPair]) -> set[BracketPair]:
    """Pairs of which one begins inside the other and ends outside it."""
    signs = sorted((position, pair) for pair in pairs for position in pair)
    open_pairs: list[BracketPair] = []
    crossing_pairs: set[BracketPair] = set()
    for position, pair in signs:
        if position == pair[0]:
            open_pairs.append(pair)
            continue
        index = open_pairs.index(pair)
        # Opened after this pair, and still open where it closes.
        if inner_open_pairs := open_pairs[index + 1 :]:
            crossing_pairs.update((pair, *inner_open_pairs))
        del open_pairs[index]
    return crossing_pairs


def has_brackets(text: str) -> bool:
    """Whether a text has any bracket sign, paired or not."""
    return _BRACKET_SIGNS.search(text) is not None


def any_has_pairs(texts: Iterable[str]) -> bool:
    """Whether some words of one of the texts are in brackets."""
    return any(brackets_in(text).pairs for text in texts if _BRACKET_SIGNS.search(text))


def split_at_signs(text: str) -> Iterator[tuple[str, bool]]:
    """The text in stretches, each with whether it is bracket signs; papers set those bold."""
    # The parts at odd indexes are what the pattern found: the signs.
    for index, part in enumerate(_BRACKET_SIGNS.split(text)):
        if part:
            yield part, index % 2 == 1


def pairs_inside(pairs: Iterable[BracketPair], outer: BracketPair) -> Iterator[BracketPair]:
    """The pairs that stand inside another one."""
    return (pair for pair in pairs if outer[0] < pair[0] and pair[1] < outer[1])


def nesting_depth(pairs: Iterable[BracketPair], pair: BracketPair) -> int:
    """In how many others a pair stands."""
    return sum(other_pair[0] < pair[0] and pair[1] < other_pair[1] for other_pair in pairs)


def cuts_through(pairs: Iterable[BracketPair], start: int, end: int) -> bool:
    """Whether a stretch holds one sign of a pair and not the other."""
    return any(
        (start <= opening_position < end) != (start <= closing_position < end)
        for opening_position, closing_position in pairs
    )


@dataclass(frozen=True, slots=True)
class UnpairedSign:
    """A sign that makes no pair, with the words around it."""

    position: int
    character: str
    words_before: str
    words_after: str
    is_crossing: bool


def unpaired_signs(text: str) -> tuple[UnpairedSign, ...]:
    """Every sign that makes no pair, in order, each with its place."""
    brackets = brackets_in(text)
    crossing_positions = frozenset(brackets.crossing_positions)
    return tuple(
        UnpairedSign(
            position,
            text[position],
            text[max(0, position - SHOWN_CHARACTERS) : position],
            text[position + 1 : position + 1 + SHOWN_CHARACTERS],
            position in crossing_positions,
        )
        for position in sorted((*brackets.unpaired_positions, *brackets.crossing_positions))
    )
