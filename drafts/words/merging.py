"""Two changes of one text brought together word by word, or shown side by side where they meet.

Pure, and for any three texts: what both began from, what one made of it, what the other did. Used
where two people saved the same words (`edit_conflict`, of the desk and of inputs), where a proposal
is carried to later words (`threads/carrying_over`), and where a change is taken in part (`hunks`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from drafts.words.differences import alike_in_order, gaps
from drafts.words.tokens import is_word, tokens

Choice = Literal["mine", "theirs", "both"]
CHOICES: tuple[Choice, ...] = ("mine", "theirs", "both")
ISLAND_WORDS = 2  # as many kept words between them do not part two conflicts
CONTEXT = 60  # characters shown before a place, so that one finds it in the text


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of the text as each of the three has it, whole words long."""

    base: str
    mine: str
    theirs: str

    @property
    def is_conflict(self) -> bool:
        """Whether both changed it, and not alike."""
        return self.base not in {self.mine, self.theirs} and self.mine != self.theirs

    def taken(self, choice: Choice = "mine") -> str:
        """What goes into the merged text; the choice counts in a conflict alone."""
        if not self.is_conflict:
            return self.theirs if self.mine == self.base else self.mine
        return {"mine": self.mine, "theirs": self.theirs, "both": self.theirs + self.mine}[choice]


@dataclass(frozen=True, slots=True)
class Merge:
    """The whole text in stretches. Of each side they are, joined, its text and a closing space."""

    stretches: tuple[Stretch, ...]

    @property
    def conflicts(self) -> tuple[Stretch, ...]:
        return tuple(stretch for stretch in self.stretches if stretch.is_conflict)

    @property
    def is_clean(self) -> bool:
        return not self.conflicts

    def text(self, choices: Mapping[int, Choice] | None = None) -> str:
        """Both changes in one text. `choices` are those of the conflicts, by number from 0.

        Where none is made the words of `mine` stand.
        """
        chosen, number, taken = choices or {}, 0, []
        for stretch in self.stretches:
            taken.append(stretch.taken(chosen.get(number, "mine")))
            number += stretch.is_conflict
        return "".join(taken)[:-1]


@dataclass(frozen=True, slots=True)
class MergeConflict:
    """Words that both changed: each in a version of its own, to be chosen from."""

    name: str
    before: str
    mine: str
    theirs: str
    chosen: Choice


def choices_in(field: str, found: Merge, chosen: Mapping[str, str]) -> dict[int, Choice]:
    """The choices among those that were sent, by the number of the conflict."""
    given = {turn: chosen.get(_name(field, turn), "") for turn in range(len(found.conflicts))}
    return {turn: said for turn, said in given.items() if said in CHOICES}


def places_in(field: str, found: Merge, choices: Mapping[int, Choice]) -> list[MergeConflict]:
    """Each conflict of a merged field with the words before it."""
    places: list[MergeConflict] = []
    before = ""
    for stretch in found.stretches:
        if stretch.is_conflict:
            turn = len(places)
            choice = choices.get(turn, "mine")
            shown = before.strip()[-CONTEXT:]
            mine, theirs = stretch.mine.strip(), stretch.theirs.strip()
            places.append(MergeConflict(_name(field, turn), shown, mine, theirs, choice))
        before += stretch.taken()
    return places


def _name(field: str, turn: int) -> str:
    return f"{field}-{turn}"


def merge_words(base: str, mine: str, theirs: str) -> Merge:
    """Bring two changes of `base` together.

    A change that only one side made is taken, and so is one that both made alike. Changes with
    hardly a word kept by all three between them are a conflict; nobody's words are dropped for it.
    """
    # The closing space makes the last word a word like any other.
    old, own, other = (tokens(f"{text} ") for text in (base, mine, theirs))
    own_places, other_places = _places(old, own), _places(old, other)
    kept = [
        (place, own_places[place], other_places[place])
        for place in sorted(own_places.keys() & other_places.keys())
    ]
    return Merge(tuple(_without_islands(list(_stretches(old, own, other, kept)))))


def _places(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Where the words and signs that are kept to the character stand now."""
    return {one: two for one, two in alike_in_order(old, new) if old[one] == new[two]}


def _stretches(
    old: Sequence[str],
    own: Sequence[str],
    other: Sequence[str],
    kept: Sequence[tuple[int, int, int]],
) -> Iterator[Stretch]:
    """Single kept words and signs, and what lies between them."""
    own_gaps = gaps([(a, b) for a, b, _ in kept], len(old), len(own))
    other_gaps = gaps([(a, c) for a, _, c in kept], len(old), len(other))
    ends: list[int | None] = [*(place for place, _, _ in kept), None]
    for (span, own_span), (_, other_span), end in zip(own_gaps, other_gaps, ends, strict=True):
        yield from _between(_cut(old, span), _cut(own, own_span), _cut(other, other_span))
        if end is not None:
            yield Stretch(old[end], old[end], old[end])


def _cut(words: Sequence[str], span: range) -> Sequence[str]:
    return words[span.start : span.stop]


def _between(*sides: Sequence[str]) -> Iterator[Stretch]:
    """What lies between two kept words, and apart from it what all three begin with: a space.

    So is what they end with where two put words in before it. Words that are exchanged take the
    space behind them along, so that both fit beside each other.
    """
    head = sum(1 for _ in takewhile(_is_one, zip(*sides, strict=False)))
    rest = [side[head:] for side in sides]
    size = len(rest[0])
    is_put_in = all(len(words) >= size and words[len(words) - size :] == rest[0] for words in rest)
    tail = size if is_put_in else 0
    yield from _stretch(side[:head] for side in sides)
    yield from _stretch(words[: len(words) - tail] for words in rest)
    yield from _stretch(words[len(words) - tail :] for words in rest)


def _is_one(words: Sequence[str]) -> bool:
    return len(set(words)) == 1


def _stretch(sides: Iterable[Sequence[str]]) -> Iterator[Stretch]:
    base, mine, theirs = ("".join(words) for words in sides)
    if base or mine or theirs:
        yield Stretch(base, mine, theirs)


def _without_islands(stretches: Sequence[Stretch]) -> list[Stretch]:
    """One or two kept words between two conflicts belong to them: nobody chooses word by word."""
    joined: list[Stretch] = []
    between: list[Stretch] = []
    for stretch in stretches:
        if not stretch.is_conflict:
            between.append(stretch)
            continue
        if joined and _is_island(between):
            stretch = _one(joined.pop(), *between, stretch)
        else:
            joined.extend(between)
        joined.append(stretch)
        between = []
    return [*joined, *between]


def _is_island(between: Sequence[Stretch]) -> bool:
    """Whether it is kept, and hardly a word."""
    words = sum(is_word(token) for stretch in between for token in tokens(stretch.base))
    return words <= ISLAND_WORDS and all(map(_is_kept, between))


def _is_kept(stretch: Stretch) -> bool:
    return stretch.base == stretch.mine == stretch.theirs


def _one(*stretches: Stretch) -> Stretch:
    return Stretch(
        base="".join(stretch.base for stretch in stretches),
        mine="".join(stretch.mine for stretch in stretches),
        theirs="".join(stretch.theirs for stretch in stretches),
    )
