"""Finds the square brackets of a whole text that make no pair, by kind of doubt.

Uses no database.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from drafts.words.brackets import CLOSING, OPENING, PARTNER, LoneSign, brackets_in, lone_signs

# What may be wrong with a sign, in the order of the groups.
OPENED: Final = "opened"
CLOSED: Final = "closed"
CROSSING: Final = "crossing"
ACROSS: Final = "across"
ORDER: Final = (OPENED, CLOSED, CROSSING, ACROSS)


@dataclass(frozen=True, slots=True)
class BracketRow:
    """A paragraph to check, with its web address and the name that a reader knows it by."""

    address: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class SignPlace:
    """A sign that makes no pair in its paragraph."""

    row: BracketRow
    sign: LoneSign


@dataclass(frozen=True, slots=True)
class BracketDoubt:
    """Signs in doubt: one alone, or one that opens and one that may close it further down.

    A bracket around several paragraphs has its signs in two. Which belong together is a guess, so
    both places are reported and nothing is paired.
    """

    first: SignPlace
    second: SignPlace | None = None


@dataclass(frozen=True, slots=True)
class DoubtGroup:
    """Doubts of one kind, in the order of the text."""

    kind: str
    doubts: tuple[BracketDoubt, ...]


@dataclass(frozen=True, slots=True)
class BracketReport:
    """How many signs a text has, how many pairs they make, and the signs without a pair."""

    opening: int
    closing: int
    pairs: int
    groups: tuple[DoubtGroup, ...]

    @property
    def is_sound(self) -> bool:
        return not self.groups


def bracket_report(rows: Iterable[BracketRow]) -> BracketReport:
    """The report on the brackets of a text."""
    rows = tuple(rows)
    row_numbers = {row.address: number for number, row in enumerate(rows)}
    found: dict[str, list[BracketDoubt]] = {kind: [] for kind in ORDER}
    for kind, doubt in _doubts(rows):
        found[kind].append(doubt)

    def text_order(doubt: BracketDoubt) -> tuple[int, int]:
        return row_numbers[doubt.first.row.address], doubt.first.sign.place

    return BracketReport(
        opening=_count(rows, OPENING),
        closing=_count(rows, CLOSING),
        pairs=sum(len(brackets_in(row.text).pairs) for row in rows),
        groups=tuple(
            DoubtGroup(kind, tuple(sorted(doubts, key=text_order)))
            for kind, doubts in found.items()
            if doubts
        ),
    )


def _count(rows: Iterable[BracketRow], signs: str) -> int:
    return sum(row.text.count(sign) for row in rows for sign in signs)


def _doubts(rows: Iterable[BracketRow]) -> Iterator[tuple[str, BracketDoubt]]:
    """The doubts; a closing sign may close the last one open in an earlier paragraph."""
    open_signs: dict[str, list[SignPlace]] = {sign: [] for sign in OPENING}
    for place in (SignPlace(row, sign) for row in rows for sign in lone_signs(row.text)):
        sign = place.sign.sign
        if place.sign.is_crossing:
            yield CROSSING, BracketDoubt(place)
        elif sign in OPENING:
            open_signs[sign].append(place)
        elif open_signs[PARTNER[sign]]:
            yield ACROSS, BracketDoubt(open_signs[PARTNER[sign]].pop(), place)
        else:
            yield CLOSED, BracketDoubt(place)
    for places in open_signs.values():
        yield from ((OPENED, BracketDoubt(place)) for place in places)
