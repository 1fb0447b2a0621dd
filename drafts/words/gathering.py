"""Which of many proposals on one paragraph ask for the same, and in what the others differ. Pure.

Two are the same where nothing but capitals, articles, spaces and typography tells them apart; near
where most of what they change is the same. Where a decisive word differs they are never gathered.
Across languages, and where only the order of words differs, they are suggested and no more.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property

from drafts.words.asked_edits import Edits, EditsReader, likely, share
from drafts.words.decisive import (
    DecisiveWords,
    Difference,
    MarkedText,
    Stance,
    StanceReader,
    chosen_otherwise,
    come_or_gone,
    comes_or_goes,
    decisive_words,
)
from drafts.words.differences import redline
from drafts.words.hunks import hunks_of
from drafts.words.normal_words import CutWords, plain_tokens, without_articles

NEAR = 0.6  # of what two proposals change, from 0 to 1; set by tests/drafts/test_gathering.py
NO_WORDS = decisive_words("")
ALIKE = 0.4  # from there on it is said which decisive words keep two apart
# Two changes in two languages are at one place where they begin within this share of the text, and
# this many words: an adjective may stand before its noun in the one and behind it in the other.
SAME_SHARE, SAME_WORDS = 0.05, 2
APART_SHOWN = 3  # of the sets that one is like and kept apart from
STRETCH = 16  # of the earlier sets, looked at first; then twice as many, and so on


class Certainty(StrEnum):
    """How sure it is that a member asks for the same as the first of its set."""

    SAME = "same"
    NEAR = "near"


@dataclass(frozen=True, slots=True)
class Asked:
    """What one proposal asks for: a kind, with words or without, under a key of the caller's."""

    key: int
    kind: str
    words: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class GatheredMember:
    """A proposal of a set, and how sure it is that it belongs there.

    In which words it differs from the first one `differences_between` tells of those that are
    shown: to tell it of all takes as long as to gather them.
    """

    key: int
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class ApartSet:
    """Another set, by its first proposal, that is like this one but for these words."""

    key: int
    differences: tuple[Difference, ...]
    is_decisive: bool


@dataclass(frozen=True, slots=True)
class GatheredSet:
    """Proposals that ask for the same or nearly so, in the order they were given.

    `apart` are earlier sets: those it is kept apart from by decisive words, and those it may
    belong to if somebody says so.
    """

    members: tuple[GatheredMember, ...]
    apart: tuple[ApartSet, ...] = ()

    @property
    def key(self) -> int:
        """That of its first proposal."""
        return self.members[0].key


@dataclass(frozen=True, slots=True)
class _Change:
    """A change of the paragraph: the word before which it begins, of how many, and its size."""

    place: int
    length: int
    gone: int
    come: int


@dataclass(eq=False)
class _Reading:
    """A proposal as it is compared: its normal words, and what it changes."""

    asked: Asked
    marked: MarkedText
    normal: tuple[str, ...]
    stance: Stance
    edits: Edits
    length: int  # of the paragraph that it changes; 0 where it changes none
    bags: dict[tuple[str, ...], int]  # words in order of the alphabet → a number

    @cached_property
    def bag(self) -> int:
        """The same where the same words stand in any order."""
        return self.bags.setdefault(tuple(sorted(self.normal)), len(self.bags))


@dataclass(slots=True)
class _Growing:
    """A set while proposals are still being looked at, with each stance that came into it."""

    number: int
    first: _Reading
    members: list[GatheredMember]
    apart: list[ApartSet]
    stances: list[Stance]


@dataclass(slots=True)
class _Row:
    """Sets in order by their numbers, and what the first of each changes."""

    numbers: list[int]
    edits: list[str]

    def likely(self, edits: Edits, where: range, least: float) -> Iterator[int]:
        """Those with a number in this range whose first may be like these edits."""
        first, last = (bisect_left(self.numbers, end) for end in (where.start, where.stop))
        found = likely(edits, self.edits[first:last], least)
        return (self.numbers[first + place] for place in found)


class _Sets:
    """The sets so far in order, and rows of those that may be like a proposal."""

    def __init__(self) -> None:
        self.all: list[_Growing] = []
        self._rows: dict[tuple[str, str], _Row] = {}
        self._deciding: dict[tuple[str, str, tuple[str, ...]], _Row] = {}

    def add(self, reading: _Reading, apart: list[ApartSet]) -> _Growing:
        """A set of its own for a proposal."""
        member = GatheredMember(reading.asked.key, Certainty.SAME)
        new = _Growing(len(self.all), reading, [member], apart, [reading.stance])
        kind, language = reading.asked.kind, reading.asked.language
        for row in (
            self._rows.setdefault((kind, language), _Row([], [])),
            self._deciding.setdefault((kind, language, reading.stance.deciding), _Row([], [])),
        ):
            row.numbers.append(new.number)
            row.edits.append(reading.edits.rough)
        self.all.append(new)
        return new

    def beside(self, reading: _Reading) -> Iterator[_Growing]:
        """In order those of its kind: in its language as far as they may be like it, else all.

        Worked out in stretches: whoever has seen enough looks no further.
        """
        kind, language = reading.asked.kind, reading.asked.language
        start, length = 0, STRETCH
        while start < len(self.all):
            where = range(start, min(start + length, len(self.all)))
            numbers: list[int] = []
            for (their_kind, theirs), row in self._rows.items():
                if their_kind == kind and theirs == language:
                    numbers += row.likely(reading.edits, where, ALIKE)
                elif their_kind == kind:
                    numbers += (number for number in row.numbers if number in where)
            yield from (self.all[number] for number in sorted(numbers))
            start, length = where.stop, length * 2

    def deciding_alike(self, reading: _Reading, behind: int) -> Iterator[_Growing]:
        """Of those from a number on the ones that may be near, and have its deciding words."""
        asked = reading.asked
        row = self._deciding.get((asked.kind, asked.language, reading.stance.deciding))
        if row is not None:
            where = range(behind, len(self.all))
            yield from (self.all[number] for number in row.likely(reading.edits, where, NEAR))


def gathered(
    bases: Mapping[str, str],
    proposals: Sequence[Asked],
    decisive: Mapping[str, DecisiveWords],
    rewording_kind: str = "replace",
) -> list[GatheredSet]:
    """The proposals by sets, each in the order given, sets in the order of their first member.

    `bases` are the words of the paragraph by language: as negotiated, and translations. Proposals
    of the `rewording_kind` change them; the words of others stand alone. `decisive` are the lists
    by language.
    """
    read = _reader(bases, decisive, rewording_kind)
    sets = _Sets()
    by_words: dict[tuple[str, str, tuple[str, ...]], _Growing] = {}
    for asked in proposals:
        reading = read(asked)
        home = (asked.kind, asked.language, reading.normal)
        if home not in by_words:
            by_words[home] = _placed(reading, sets)
            continue
        found = by_words[home]
        found.members.append(_member(found.first, reading))
    return [GatheredSet(tuple(s.members), tuple(s.apart)) for s in sets.all]


def normal_form(
    words: str, language: str, decisive: Mapping[str, DecisiveWords]
) -> tuple[str, ...]:
    """What two proposals in one language share where they are the same but for how it is set."""
    marked = decisive.get(language, NO_WORDS).joined(plain_tokens(words))
    return tuple(without_articles(marked, language))


def differences_between(one: str, other: str) -> tuple[Difference, ...]:
    """Each change between two wordings, as words to show."""
    return tuple(
        Difference(hunk.gone.strip(), hunk.come.strip()) for hunk in hunks_of(redline(one, other))
    )


def _placed(reading: _Reading, sets: _Sets) -> _Growing:
    """The set that a proposal came to: the first it is near to, or one of its own."""
    apart: list[ApartSet] = []
    for found in sets.beside(reading):
        if len(apart) >= APART_SHOWN:
            # What keeps more of them apart is not shown: only where it belongs is still asked.
            return _home(reading, sets, found.number) or sets.add(reading, apart)
        first = found.first
        if first.asked.language != reading.asked.language:
            apart += _across_languages(first, reading)
            continue
        is_decided = first.stance.deciding != reading.stance.deciding
        least = ALIKE if is_decided else NEAR
        if share(first.edits, reading.edits, least) < least:
            continue
        decided = _decided(found, reading)
        if not decided and not _is_reordered(first, reading):
            return _joined(found, reading)
        shown = decided or differences_between(first.asked.words, reading.asked.words)
        apart.append(ApartSet(first.asked.key, shown, is_decisive=bool(decided)))
    return sets.add(reading, apart)


def _home(reading: _Reading, sets: _Sets, behind: int) -> _Growing | None:
    """The first set from this number on that a proposal is near to."""
    for found in sets.deciding_alike(reading, behind):
        if (
            not _is_reordered(found.first, reading)
            and share(found.first.edits, reading.edits, NEAR) >= NEAR
            and not _chosen(found, reading)
            and not comes_or_goes(found.first.marked, reading.marked)
        ):
            return _joined(found, reading)
    return None


def _joined(found: _Growing, reading: _Reading) -> _Growing:
    found.members.append(_member(found.first, reading))
    if reading.stance not in found.stances:
        found.stances.append(reading.stance)
    return found


def _decided(found: _Growing, reading: _Reading) -> tuple[Difference, ...]:
    """Decisive words in which a proposal differs from a set."""
    return come_or_gone(found.first.marked, reading.marked) + _chosen(found, reading)


def _chosen(found: _Growing, reading: _Reading) -> tuple[Difference, ...]:
    """What was chosen is asked of all of it: two may each add a word where the first has none."""
    chosen = (chosen_otherwise(stance, reading.stance) for stance in found.stances)
    return next(filter(None, chosen), ())


def _is_reordered(one: _Reading, other: _Reading) -> bool:
    """Whether the same words stand in another order, which may change what they mean."""
    return one.bag == other.bag and one.normal != other.normal


def _member(first: _Reading, reading: _Reading) -> GatheredMember:
    certainty = Certainty.SAME if first.normal == reading.normal else Certainty.NEAR
    return GatheredMember(reading.asked.key, certainty)


def _across_languages(first: _Reading, reading: _Reading) -> Iterable[ApartSet]:
    """A set in another language that changes its translation at the same places, by as much."""
    ours, theirs = list(_changes(first)), list(_changes(reading))
    if not ours or len(ours) != len(theirs):
        return
    if all(map(_is_like, ours, theirs)) and _numbers(first) == _numbers(reading):
        yield ApartSet(first.asked.key, (), is_decisive=False)


def _changes(reading: _Reading) -> Iterator[_Change]:
    for gone, come in reading.edits.ranges if reading.length else ():
        yield _Change(gone.start, reading.length, len(gone), len(come))


def _is_like(one: _Change, other: _Change) -> bool:
    """Whether both insert, delete or replace, by about as many words, at about the same place."""
    if (bool(one.gone), bool(one.come)) != (bool(other.gone), bool(other.come)):
        return False
    far = abs(one.place / one.length - other.place / other.length)
    return (
        far <= SAME_SHARE + SAME_WORDS / min(one.length, other.length)
        and _is_about(one.gone, other.gone)
        and _is_about(one.come, other.come)
    )


def _is_about(one: int, other: int) -> bool:
    return abs(one - other) <= max(3, max(one, other) // 2)


def _numbers(reading: _Reading) -> Counter[str]:
    return Counter(word for word in reading.normal if word.isdigit())


def _reader(
    bases: Mapping[str, str], decisive: Mapping[str, DecisiveWords], rewording_kind: str
) -> Callable[[Asked], _Reading]:
    """Reads proposals of one paragraph, each beside the words that it changes."""

    cut, bags = CutWords(), dict[tuple[str, ...], int]()

    @cache
    def edits_in(language: str, *, is_rewording: bool) -> EditsReader:
        base = bases.get(language, "") if is_rewording else ""
        return EditsReader(normal_form(base, language, decisive))

    @cache
    def stances_in(language: str) -> StanceReader:
        return StanceReader(decisive.get(language, NO_WORDS))

    def read(asked: Asked) -> _Reading:
        words = decisive.get(asked.language, NO_WORDS)
        marked = words.joined(plain_tokens(asked.words, cut))
        normal = without_articles(marked, asked.language)
        edits = edits_in(asked.language, is_rewording=asked.kind == rewording_kind)
        return _Reading(
            asked,
            MarkedText(marked, words),
            tuple(normal),
            stances_in(asked.language).read(marked),
            edits.read(normal),
            len(edits.base),
            bags,
        )

    return read
