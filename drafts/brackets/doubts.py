"""Finds the square brackets of a whole text that make no pair, by kind of doubt.

Uses no database.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from drafts.brackets.pairs import (
    CLOSING,
    OPENING,
    OPENING_OF_CLOSING,
    UnpairedSign,
    brackets_in,
    unpaired_signs,
)

# What may be wrong with a sign, in the order of the groups.
NEVER_CLOSED: Final = "never closed"
NEVER_OPENED: Final = "never opened"
CROSSING: Final = "crossing"
ACROSS_PARAGRAPHS: Final = "across"
DOUBT_KINDS: Final = (NEVER_CLOSED, NEVER_OPENED, CROSSING, ACROSS_PARAGRAPHS)


@dataclass(frozen=True, slots=True)
class BracketParagraph:
    """A paragraph to check, with its web address and the name that a reader knows it by."""

    address: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class SignPlace:
    """A sign that makes no pair in its paragraph."""

    paragraph: BracketParagraph
    unpaired_sign: UnpairedSign


@dataclass(frozen=True, slots=True)
class UnpairedBracket:
    """A sign without a pair in its paragraph, and the one further down that may close it, if any.

    A bracket around several paragraphs has its signs in two. Which belong together is a guess, so
    both places are reported and nothing is paired.
    """

    sign_place: SignPlace
    possible_partner: SignPlace | None = None


@dataclass(frozen=True, slots=True)
class UnpairedGroup:
    """Doubts of one kind, in the order of the text."""

    kind: str
    unpaired_brackets: tuple[UnpairedBracket, ...]
    left_out_count: int = 0  # how many further ones a page does not show

    @property
    def count(self) -> int:
        return len(self.unpaired_brackets) + self.left_out_count


@dataclass(frozen=True, slots=True)
class BracketReport:
    """How many signs a text has, how many pairs they make, and the signs without a pair."""

    opening_count: int
    closing_count: int
    pair_count: int
    groups: tuple[UnpairedGroup, ...]

    @property
    def all_paired(self) -> bool:
        return not self.groups

    def with_first(self, most: int) -> "BracketReport":
        """The report with at most so many doubts of a kind; the others are counted."""
        groups = (
            replace(
                group,
                unpaired_brackets=group.unpaired_brackets[:most],
                left_out_count=max(0, len(group.unpaired_brackets) - most),
            )
            for group in self.groups
        )
        return replace(self, groups=tuple(groups))


def bracket_report(paragraphs: Iterable[BracketParagraph]) -> BracketReport:
    """The report on the brackets of a text."""
    paragraphs = tuple(paragraphs)
    number_by_address = {paragraph.address: number for number, paragraph in enumerate(paragraphs)}
    brackets_by_kind: dict[str, list[UnpairedBracket]] = {kind: [] for kind in DOUBT_KINDS}
    brackets_of_each = [brackets_in(paragraph.text) for paragraph in paragraphs]
    doubtful_paragraphs = (
        paragraph
        for paragraph, brackets in zip(paragraphs, brackets_of_each, strict=True)
        if not brackets.all_paired
    )
    for kind, unpaired in _unpaired_brackets(doubtful_paragraphs):
        brackets_by_kind[kind].append(unpaired)

    def text_order(unpaired: UnpairedBracket) -> tuple[int, int]:
        sign_place = unpaired.sign_place
        return number_by_address[sign_place.paragraph.address], sign_place.unpaired_sign.position

    return BracketReport(
        opening_count=_count_signs(paragraphs, OPENING),
        closing_count=_count_signs(paragraphs, CLOSING),
        pair_count=sum(len(brackets.pairs) for brackets in brackets_of_each),
        groups=tuple(
            UnpairedGroup(kind, tuple(sorted(unpaired_brackets, key=text_order)))
            for kind, unpaired_brackets in brackets_by_kind.items()
            if unpaired_brackets
        ),
    )


def _count_signs(paragraphs: Iterable[BracketParagraph], signs: str) -> int:
    return sum(paragraph.text.count(sign) for paragraph in paragraphs for sign in signs)


def _unpaired_brackets(
    paragraphs: Iterable[BracketParagraph],
) -> Iterator[tuple[str, UnpairedBracket]]:
    """Doubts, each with its kind; a closing sign may close the last one open further up."""
    open_places_by_sign: dict[str, list[SignPlace]] = {sign: [] for sign in OPENING}
    for sign_place in (
        SignPlace(paragraph, unpaired_sign)
        for paragraph in paragraphs
        for unpaired_sign in unpaired_signs(paragraph.text)
    ):
        character = sign_place.unpaired_sign.character
        if sign_place.unpaired_sign.is_crossing:
            yield CROSSING, UnpairedBracket(sign_place)
        elif character in OPENING:
            open_places_by_sign[character].append(sign_place)
        elif open_places_by_sign[OPENING_OF_CLOSING[character]]:
            yield (
                ACROSS_PARAGRAPHS,
                UnpairedBracket(
                    open_places_by_sign[OPENING_OF_CLOSING[character]].pop(), sign_place
                ),
            )
        else:
            yield NEVER_OPENED, UnpairedBracket(sign_place)
    for open_places in open_places_by_sign.values():
        yield from ((NEVER_CLOSED, UnpairedBracket(sign_place)) for sign_place in open_places)
