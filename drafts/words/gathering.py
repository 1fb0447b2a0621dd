"""Gathers proposals on one paragraph that ask for the same, and says how the others differ.

Uses no database.

Two are the same where they differ only in capitals, articles, spaces and typography; near where
most of their changes are the same. Where a decisive word differs they are never gathered. Across
languages, and where only the order of words differs, gathering them is only suggested.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property

from drafts.words.asked_edits import Edits, EditsReader, likely_indexes, share
from drafts.words.decisive import (
    DecisiveWords,
    Difference,
    MarkedText,
    Stance,
    StanceReader,
    choice_differences,
    deciding_changes,
    decisive_words,
    has_deciding_changes,
)
from drafts.words.differences import redline
from drafts.words.hunks import hunks_of
from drafts.words.normal_words import CutWords, plain_tokens, without_articles

NEAR = 0.6  # of what two proposals change, from 0 to 1; set by tests/drafts/test_gathering.py
NO_WORDS = decisive_words("")
ALIKE = 0.4  # two sets that share so much are shown with the decisive words that keep them apart
# Two changes in two languages are at one place where they begin within this share of the text, and
# this many words: an adjective may stand before its noun in the one and behind it in the other.
SAME_SHARE, SAME_WORDS = 0.05, 2
APART_SHOWN = 3  # so many sets are shown that a set is similar to and kept apart from
STRETCH = 16  # so many earlier sets are compared first; then twice as many, and so on


class Certainty(StrEnum):
    """How sure it is that a member asks for the same as the first of its set."""

    SAME = "same"
    NEAR = "near"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one proposal asks for: a kind, with words or without; the caller chooses the key."""

    key: int
    kind: str
    words: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class GatheredMember:
    """A proposal of a set, and how sure it is that it belongs there.

    `differences_between` gives the words in which it differs from the first one, for the members
    that are shown; for all of them it would take as long as the gathering.
    """

    key: int
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class SimilarSet:
    """Another set, by its first proposal, that is similar to this one except for these words."""

    key: int
    differences: tuple[Difference, ...]
    is_decisive: bool


@dataclass(frozen=True, slots=True)
class GatheredSet:
    """Proposals that ask for the same or nearly the same, in the order they were given.

    `apart` are earlier sets: those that decisive words keep it apart from, and those that a person
    may add it to.
    """

    members: tuple[GatheredMember, ...]
    apart: tuple[SimilarSet, ...] = ()

    @property
    def key(self) -> int:
        """The key of its first proposal."""
        return self.members[0].key


@dataclass(frozen=True, slots=True)
class _Change:
    """A change of the paragraph: its place and the paragraph's length in words, and its size."""

    place: int
    length: int
    deleted: int
    inserted: int


@dataclass(eq=False)
class _PreparedProposal:
    """A proposal prepared for comparing: its normal words and its edits."""

    proposal: Proposal
    marked: MarkedText
    normal: tuple[str, ...]
    stance: Stance
    edits: Edits
    length: int  # of the paragraph that it changes; 0 where it changes none
    bags: dict[tuple[str, ...], int]  # words in order of the alphabet → a number

    @cached_property
    def bag(self) -> int:
        """A number that two proposals share where they have the same words in any order."""
        return self.bags.setdefault(tuple(sorted(self.normal)), len(self.bags))


@dataclass(slots=True)
class _OpenSet:
    """A set that may still grow, with the stances of its members."""

    number: int
    first: _PreparedProposal
    members: list[GatheredMember]
    apart: list[SimilarSet]
    stances: list[Stance]


@dataclass(slots=True)
class _SetIndex:
    """Sets in the order of their numbers, and the edits of the first proposal of each."""

    numbers: list[int]
    edits: list[str]

    def likely_numbers(self, edits: Edits, numbers: range, min_share: float) -> Iterator[int]:
        """The numbers in this range of the sets whose first proposal may be similar."""
        first, last = (bisect_left(self.numbers, end) for end in (numbers.start, numbers.stop))
        found = likely_indexes(edits, self.edits[first:last], min_share)
        return (self.numbers[first + place] for place in found)


class _Sets:
    """The sets so far in order, and indexes to find those that may be similar to a proposal."""

    def __init__(self) -> None:
        self.all: list[_OpenSet] = []
        self._by_kind: dict[tuple[str, str], _SetIndex] = {}
        self._by_deciding_words: dict[tuple[str, str, tuple[str, ...]], _SetIndex] = {}

    def add(self, prepared: _PreparedProposal, apart: list[SimilarSet]) -> _OpenSet:
        """Add a new set with this proposal."""
        member = GatheredMember(prepared.proposal.key, Certainty.SAME)
        new = _OpenSet(len(self.all), prepared, [member], apart, [prepared.stance])
        kind, language = prepared.proposal.kind, prepared.proposal.language
        for index in (
            self._by_kind.setdefault((kind, language), _SetIndex([], [])),
            self._by_deciding_words.setdefault(
                (kind, language, prepared.stance.deciding), _SetIndex([], [])
            ),
        ):
            index.numbers.append(new.number)
            index.edits.append(prepared.edits.rough)
        self.all.append(new)
        return new

    def candidates(self, prepared: _PreparedProposal) -> Iterator[_OpenSet]:
        """The sets of its kind, in order: those in its language that may be similar, else all.

        They are computed in stretches, because the caller may stop early.
        """
        kind, language = prepared.proposal.kind, prepared.proposal.language
        start, length = 0, STRETCH
        while start < len(self.all):
            stretch = range(start, min(start + length, len(self.all)))
            found: list[int] = []
            for (their_kind, theirs), index in self._by_kind.items():
                if their_kind == kind and theirs == language:
                    found += index.likely_numbers(prepared.edits, stretch, ALIKE)
                elif their_kind == kind:
                    found += (number for number in index.numbers if number in stretch)
            yield from (self.all[number] for number in sorted(found))
            start, length = stretch.stop, length * 2

    def near_candidates(self, prepared: _PreparedProposal, behind: int) -> Iterator[_OpenSet]:
        """The sets from the number `behind` that may be near and have the same deciding words."""
        proposal = prepared.proposal
        index = self._by_deciding_words.get(
            (proposal.kind, proposal.language, prepared.stance.deciding)
        )
        if index is not None:
            numbers = range(behind, len(self.all))
            yield from (
                self.all[number] for number in index.likely_numbers(prepared.edits, numbers, NEAR)
            )


def gather(
    paragraphs: Mapping[str, str],
    proposals: Sequence[Proposal],
    decisive: Mapping[str, DecisiveWords],
    rewording_kind: str = "replace",
) -> list[GatheredSet]:
    """The proposals in sets, in the order given; sets in the order of their first member.

    `paragraphs` are the words of the paragraph by language: as negotiated, and translations.
    Proposals of the `rewording_kind` change them; the words of others stand alone. `decisive` are
    the lists by language.
    """
    read = _reader(paragraphs, decisive, rewording_kind)
    sets = _Sets()
    by_words: dict[tuple[str, str, tuple[str, ...]], _OpenSet] = {}
    for proposal in proposals:
        prepared = read(proposal)
        normal_key = (proposal.kind, proposal.language, prepared.normal)
        if normal_key not in by_words:
            by_words[normal_key] = _set_for(prepared, sets)
            continue
        open_set = by_words[normal_key]
        open_set.members.append(_member(open_set.first, prepared))
    return [GatheredSet(tuple(s.members), tuple(s.apart)) for s in sets.all]


def normal_form(
    words: str, language: str, decisive: Mapping[str, DecisiveWords]
) -> tuple[str, ...]:
    """The words without capitals, articles, spaces and typography: equal where two are the same."""
    marked = decisive.get(language, NO_WORDS).joined(plain_tokens(words))
    return tuple(without_articles(marked, language))


def differences_between(one: str, other: str) -> tuple[Difference, ...]:
    """Each change between two wordings, as words to show."""
    return tuple(
        Difference(hunk.deleted.strip(), hunk.inserted.strip())
        for hunk in hunks_of(redline(one, other))
    )


def _set_for(prepared: _PreparedProposal, sets: _Sets) -> _OpenSet:
    """The set that a proposal joins: the first it is near to, or a new one."""
    apart: list[SimilarSet] = []
    for open_set in sets.candidates(prepared):
        if len(apart) >= APART_SHOWN:
            # Enough sets kept apart are known; only the set that it joins is still looked for.
            return _first_near_set(prepared, sets, open_set.number) or sets.add(prepared, apart)
        first = open_set.first
        if first.proposal.language != prepared.proposal.language:
            apart += _across_languages(first, prepared)
            continue
        is_decided = first.stance.deciding != prepared.stance.deciding
        min_share = ALIKE if is_decided else NEAR
        if share(first.edits, prepared.edits, min_share) < min_share:
            continue
        decided = _decisive_differences(open_set, prepared)
        if not decided and not _is_reordered(first, prepared):
            return _with_member(open_set, prepared)
        shown = decided or differences_between(first.proposal.words, prepared.proposal.words)
        apart.append(SimilarSet(first.proposal.key, shown, is_decisive=bool(decided)))
    return sets.add(prepared, apart)


def _first_near_set(prepared: _PreparedProposal, sets: _Sets, behind: int) -> _OpenSet | None:
    """The first set from this number on that a proposal is near to."""
    for open_set in sets.near_candidates(prepared, behind):
        if (
            not _is_reordered(open_set.first, prepared)
            and share(open_set.first.edits, prepared.edits, NEAR) >= NEAR
            and not _choice_differences(open_set, prepared)
            and not has_deciding_changes(open_set.first.marked, prepared.marked)
        ):
            return _with_member(open_set, prepared)
    return None


def _with_member(open_set: _OpenSet, prepared: _PreparedProposal) -> _OpenSet:
    open_set.members.append(_member(open_set.first, prepared))
    if prepared.stance not in open_set.stances:
        open_set.stances.append(prepared.stance)
    return open_set


def _decisive_differences(
    open_set: _OpenSet, prepared: _PreparedProposal
) -> tuple[Difference, ...]:
    """Decisive words in which a proposal differs from a set."""
    return deciding_changes(open_set.first.marked, prepared.marked) + _choice_differences(
        open_set, prepared
    )


def _choice_differences(open_set: _OpenSet, prepared: _PreparedProposal) -> tuple[Difference, ...]:
    """Where a proposal chose other decisive words than any member of the set."""
    chosen = (choice_differences(stance, prepared.stance) for stance in open_set.stances)
    return next(filter(None, chosen), ())


def _is_reordered(one: _PreparedProposal, other: _PreparedProposal) -> bool:
    """Whether two have the same words in another order, which may change what they mean."""
    return one.bag == other.bag and one.normal != other.normal


def _member(first: _PreparedProposal, prepared: _PreparedProposal) -> GatheredMember:
    certainty = Certainty.SAME if first.normal == prepared.normal else Certainty.NEAR
    return GatheredMember(prepared.proposal.key, certainty)


def _across_languages(
    first: _PreparedProposal, prepared: _PreparedProposal
) -> Iterable[SimilarSet]:
    """A set in another language whose changes are at the same places and of about the same size."""
    ours, theirs = list(_changes(first)), list(_changes(prepared))
    if not ours or len(ours) != len(theirs):
        return
    if all(map(_is_like, ours, theirs)) and _figures_in(first) == _figures_in(prepared):
        yield SimilarSet(first.proposal.key, (), is_decisive=False)


def _changes(prepared: _PreparedProposal) -> Iterator[_Change]:
    for deleted, inserted in prepared.edits.ranges if prepared.length else ():
        yield _Change(deleted.start, prepared.length, len(deleted), len(inserted))


def _is_like(one: _Change, other: _Change) -> bool:
    """Whether both insert, delete or replace, by about as many words, at about the same place."""
    if (bool(one.deleted), bool(one.inserted)) != (bool(other.deleted), bool(other.inserted)):
        return False
    far = abs(one.place / one.length - other.place / other.length)
    return (
        far <= SAME_SHARE + SAME_WORDS / min(one.length, other.length)
        and _is_about(one.deleted, other.deleted)
        and _is_about(one.inserted, other.inserted)
    )


def _is_about(one: int, other: int) -> bool:
    return abs(one - other) <= max(3, max(one, other) // 2)


def _figures_in(prepared: _PreparedProposal) -> Counter[str]:
    return Counter(word for word in prepared.normal if word.isdigit())


def _reader(
    paragraphs: Mapping[str, str], decisive: Mapping[str, DecisiveWords], rewording_kind: str
) -> Callable[[Proposal], _PreparedProposal]:
    """A function that prepares the proposals on one paragraph for comparing."""

    cut_words, bags = CutWords(), dict[tuple[str, ...], int]()

    @cache
    def edits_in(language: str, *, is_rewording: bool) -> EditsReader:
        paragraph = paragraphs.get(language, "") if is_rewording else ""
        return EditsReader(normal_form(paragraph, language, decisive))

    @cache
    def stances_in(language: str) -> StanceReader:
        return StanceReader(decisive.get(language, NO_WORDS))

    def read(proposal: Proposal) -> _PreparedProposal:
        words = decisive.get(proposal.language, NO_WORDS)
        marked = words.joined(plain_tokens(proposal.words, cut_words))
        normal = without_articles(marked, proposal.language)
        edits = edits_in(proposal.language, is_rewording=proposal.kind == rewording_kind)
        return _PreparedProposal(
            proposal,
            MarkedText(marked, words),
            tuple(normal),
            stances_in(proposal.language).read(marked),
            edits.read(normal),
            len(edits.paragraph),
            bags,
        )

    return read
