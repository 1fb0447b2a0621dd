"""Square brackets mark words that are not agreed. They are found here, never added or repaired.

Uses no database; a function of PostgreSQL pairs them in the same way (`drafts_pairs_in`,
drafts/migrations/0012).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

OPENING: Final = "[［"
CLOSING: Final = "]］"
PARTNER: Final = dict(zip(CLOSING, OPENING, strict=True))
# How many characters on either side of a sign are shown, so that a person finds it.
AROUND: Final = 24

_SIGNS: Final = re.compile(f"([{re.escape(OPENING + CLOSING)}]+)")

type Pair = tuple[int, int]


@dataclass(frozen=True)
class Brackets:
    """The places of bracket pairs, and of signs without a pair.

    `pairs` are in the order of their opening signs; `alone` have no partner; `crossing` are the
    signs of pairs that begin inside one another and end outside.
    """

    pairs: tuple[Pair, ...]
    alone: tuple[int, ...]
    crossing: tuple[int, ...]

    @property
    def opens(self) -> frozenset[int]:
        return frozenset(start for start, _end in self.pairs)

    @property
    def closes(self) -> frozenset[int]:
        return frozenset(end for _start, end in self.pairs)

    @property
    def is_sound(self) -> bool:
        """Whether every sign belongs to a pair, and no pair crosses another."""
        return not self.alone and not self.crossing


def brackets_in(text: str) -> Brackets:
    """The brackets of a text. A closing sign closes the last one of its kind that is open."""
    if not _SIGNS.search(text):
        return Brackets((), (), ())
    open_by_sign: dict[str, list[int]] = {sign: [] for sign in OPENING}
    pairs: list[Pair] = []
    alone: list[int] = []
    for place, character in enumerate(text):
        if character in OPENING:
            open_by_sign[character].append(place)
        elif character in CLOSING:
            open_places = open_by_sign[PARTNER[character]]
            if open_places:
                pairs.append((open_places.pop(), place))
            else:
                alone.append(place)
    alone += [place for open_places in open_by_sign.values() for place in open_places]
    crossing = _crossing_pairs(pairs)
    return Brackets(
        pairs=tuple(sorted(pair for pair in pairs if pair not in crossing)),
        alone=tuple(sorted(alone)),
        crossing=tuple(sorted(place for pair in crossing for place in pair)),
    )


def _crossing_pairs(pairs: Iterable[Pair]) -> set[Pair]:
    """Pairs of which one begins inside the other and ends outside it."""
    signs = sorted((place, pair) for pair in pairs for place in pair)
    open_pairs: list[Pair] = []
    found: set[Pair] = set()
    for place, pair in signs:
        if place == pair[0]:
            open_pairs.append(pair)
            continue
        index = open_pairs.index(pair)
        if inner := open_pairs[index + 1 :]:
            found.update((pair, *inner))
        del open_pairs[index]
    return found


def has_brackets(text: str) -> bool:
    """Whether a text has any bracket sign, paired or not."""
    return _SIGNS.search(text) is not None


def have_pairs(texts: Iterable[str]) -> bool:
    """Whether some words of one of the texts are in brackets."""
    return any(brackets_in(text).pairs for text in texts if _SIGNS.search(text))


def signs_apart(text: str) -> Iterator[tuple[str, bool]]:
    """The text in stretches, each with whether it is bracket signs; papers set those bold."""
    for place, words in enumerate(_SIGNS.split(text)):
        if words:
            yield words, place % 2 == 1


def within(pairs: Iterable[Pair], outer: Pair) -> Iterator[Pair]:
    """The pairs that stand inside another one."""
    return (pair for pair in pairs if outer[0] < pair[0] and pair[1] < outer[1])


def depth_of(pairs: Iterable[Pair], pair: Pair) -> int:
    """In how many others a pair stands."""
    return sum(other[0] < pair[0] and pair[1] < other[1] for other in pairs)


def cuts_through(pairs: Iterable[Pair], start: int, end: int) -> bool:
    """Whether a stretch holds one sign of a pair and not the other."""
    return any((start <= one < end) != (start <= other < end) for one, other in pairs)


@dataclass(frozen=True, slots=True)
class LoneSign:
    """A sign that makes no pair, with the words around it."""

    place: int
    sign: str
    before: str
    after: str
    is_crossing: bool


def lone_signs(text: str) -> tuple[LoneSign, ...]:
    """Every sign that makes no pair, in order, each with its place."""
    found = brackets_in(text)
    crossing = frozenset(found.crossing)
    return tuple(
        LoneSign(
            place,
            text[place],
            text[max(0, place - AROUND) : place],
            text[place + 1 : place + 1 + AROUND],
            place in crossing,
        )
        for place in sorted((*found.alone, *found.crossing))
    )
