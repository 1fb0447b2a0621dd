"""Merges two changes of one text word by word, and shows them side by side where they conflict.

Pure, and for any three texts: the common base, mine and theirs. Used where two people saved the
same words (`edit_conflict`, of the desk and of inputs), where a proposal is carried over to later
words (`threads/carrying_over`), and where only a part of a change is applied (`hunks`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from drafts.words.differences import alike_in_order, gaps
from drafts.words.tokens import is_word, tokens

Choice = Literal["mine", "theirs", "both"]
CHOICES: tuple[Choice, ...] = ("mine", "theirs", "both")
ISLAND_WORDS = 2  # so few kept words between two conflicts make them one
CONTEXT = 60  # characters shown before a place, so that one finds it in the text


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of the text as each of the three has it, whole words long."""

    base: str
    mine: str
    theirs: str

    @property
    def is_conflict(self) -> bool:
        """Whether both changed it differently."""
        return self.base not in {self.mine, self.theirs} and self.mine != self.theirs

    def chosen_text(self, choice: Choice = "mine") -> str:
        """The words for the merged text; the choice counts only in a conflict."""
        if not self.is_conflict:
            return self.theirs if self.mine == self.base else self.mine
        return {"mine": self.mine, "theirs": self.theirs, "both": self.theirs + self.mine}[choice]


@dataclass(frozen=True, slots=True)
class Merge:
    """The whole text in stretches; joined, each side of them is its text and a closing space."""

    stretches: tuple[Stretch, ...]

    @property
    def conflicts(self) -> tuple[Stretch, ...]:
        return tuple(stretch for stretch in self.stretches if stretch.is_conflict)

    @property
    def is_clean(self) -> bool:
        return not self.conflicts

    def text(self, choices: Mapping[int, Choice] | None = None) -> str:
        """The text with both changes. `choices` are those of the conflicts, by number from 0.

        In a conflict without a choice the words of `mine` are kept.
        """
        chosen, number, texts = choices or {}, 0, []
        for stretch in self.stretches:
            texts.append(stretch.chosen_text(chosen.get(number, "mine")))
            number += stretch.is_conflict
        return "".join(texts)[:-1]


@dataclass(frozen=True, slots=True)
class MergeConflict:
    """A conflict to show on a page: the words of both, and the choice so far."""

    name: str
    before: str
    mine: str
    theirs: str
    chosen: Choice


def choices_in(field: str, merge: Merge, chosen: Mapping[str, str]) -> dict[int, Choice]:
    """The choices of a submitted form, by the number of the conflict."""
    sent = {number: chosen.get(_name(field, number), "") for number in range(len(merge.conflicts))}
    return {number: choice for number, choice in sent.items() if choice in CHOICES}


def conflicts_in(field: str, merge: Merge, choices: Mapping[int, Choice]) -> list[MergeConflict]:
    """Each conflict of a merged field with the words before it."""
    conflicts: list[MergeConflict] = []
    before = ""
    for stretch in merge.stretches:
        if stretch.is_conflict:
            number = len(conflicts)
            choice = choices.get(number, "mine")
            shown = before.strip()[-CONTEXT:]
            mine, theirs = stretch.mine.strip(), stretch.theirs.strip()
            conflicts.append(MergeConflict(_name(field, number), shown, mine, theirs, choice))
        before += stretch.chosen_text()
    return conflicts


def _name(field: str, number: int) -> str:
    return f"{field}-{number}"


def merge_words(base: str, mine: str, theirs: str) -> Merge:
    """Merge two changes of `base`.

    A change that only one side made is kept, and so is one that both made alike. Changes with
    hardly a word kept by all three between them are a conflict; no words are dropped for it.
    """
    # The closing space makes the last word a word like any other.
    old, own, other = (tokens(f"{text} ") for text in (base, mine, theirs))
    own_places, other_places = _kept_places(old, own), _kept_places(old, other)
    kept = [
        (place, own_places[place], other_places[place])
        for place in sorted(own_places.keys() & other_places.keys())
    ]
    return Merge(tuple(_without_islands(list(_stretches(old, own, other, kept)))))


def _kept_places(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """The new index of each word or sign that is kept exactly."""
    return {one: two for one, two in alike_in_order(old, new) if old[one] == new[two]}


def _stretches(
    old: Sequence[str],
    own: Sequence[str],
    other: Sequence[str],
    kept: Sequence[tuple[int, int, int]],
) -> Iterator[Stretch]:
    """The stretches: single kept words and signs, and the changes between them."""
    own_gaps = gaps([(a, b) for a, b, _ in kept], len(old), len(own))
    other_gaps = gaps([(a, c) for a, _, c in kept], len(old), len(other))
    ends: list[int | None] = [*(place for place, _, _ in kept), None]
    for (span, own_span), (_, other_span), end in zip(own_gaps, other_gaps, ends, strict=True):
        yield from _gap_stretches(_part(old, span), _part(own, own_span), _part(other, other_span))
        if end is not None:
            yield Stretch(old[end], old[end], old[end])


def _part(words: Sequence[str], span: range) -> Sequence[str]:
    return words[span.start : span.stop]


def _gap_stretches(*sides: Sequence[str]) -> Iterator[Stretch]:
    """The stretches between two kept words; a space that all three begin with is one of its own.

    So is the end they share where both inserted words before it. Replaced words keep the space
    behind them, so that both fit beside each other.
    """
    head = sum(1 for _ in takewhile(_are_equal, zip(*sides, strict=False)))
    rest = [side[head:] for side in sides]
    size = len(rest[0])
    is_inserted_before = all(
        len(words) >= size and words[len(words) - size :] == rest[0] for words in rest
    )
    tail = size if is_inserted_before else 0
    yield from _stretch_of(side[:head] for side in sides)
    yield from _stretch_of(words[: len(words) - tail] for words in rest)
    yield from _stretch_of(words[len(words) - tail :] for words in rest)


def _are_equal(words: Sequence[str]) -> bool:
    return len(set(words)) == 1


def _stretch_of(sides: Iterable[Sequence[str]]) -> Iterator[Stretch]:
    base, mine, theirs = ("".join(words) for words in sides)
    if base or mine or theirs:
        yield Stretch(base, mine, theirs)


def _without_islands(stretches: Sequence[Stretch]) -> list[Stretch]:
    """The stretches, with conflicts joined that have only one or two kept words between them."""
    joined: list[Stretch] = []
    between: list[Stretch] = []
    for stretch in stretches:
        if not stretch.is_conflict:
            between.append(stretch)
            continue
        if joined and _is_island(between):
            stretch = _joined_stretch(joined.pop(), *between, stretch)
        else:
            joined.extend(between)
        joined.append(stretch)
        between = []
    return [*joined, *between]


def _is_island(between: Sequence[Stretch]) -> bool:
    """Whether these stretches are kept, and have at most two words."""
    words = sum(is_word(token) for stretch in between for token in tokens(stretch.base))
    return words <= ISLAND_WORDS and all(map(_is_kept, between))


def _is_kept(stretch: Stretch) -> bool:
    return stretch.base == stretch.mine == stretch.theirs


def _joined_stretch(*stretches: Stretch) -> Stretch:
    return Stretch(
        base="".join(stretch.base for stretch in stretches),
        mine="".join(stretch.mine for stretch in stretches),
        theirs="".join(stretch.theirs for stretch in stretches),
    )
