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

from drafts.words.asked_edits import Edits, EditsReader, indexes_of_likely_edits, share_in_common
from drafts.words.decisive import (
    DecisiveProfile,
    DecisiveProfileReader,
    DecisiveWords,
    PresenceMarkedText,
    WordDifference,
    choice_differences,
    has_presence_changes,
    presence_changes,
    read_decisive_words,
)
from drafts.words.differences import redline
from drafts.words.hunks import hunks_of
from drafts.words.normal_words import CutWordsCache, plain_tokens, without_articles

# The share, 0 to 1, of what two proposals change that must be the same; found by
# tests/drafts/words/test_gathering.py.
MIN_NEAR_SHARE = 0.6
NO_DECISIVE_WORDS = read_decisive_words("")
# Sets that share so much are shown, with the decisive words that keep them apart.
MIN_SIMILAR_SHARE = 0.4
# Two changes in two languages are at one place where they begin within this share of the text, and
# this many words: an adjective may stand before its noun in the one and behind it in the other.
MAX_PLACE_SHARE, MAX_PLACE_WORDS = 0.05, 2
MAX_SIMILAR_SETS = 3  # so many similar sets are shown with a set that is kept apart from them
FIRST_STRETCH_LENGTH = 16  # so many earlier sets are compared first; then twice as many, and so on


class MemberCertainty(StrEnum):
    """How sure it is that a member asks for the same as the first of its set."""

    SAME = "same"
    NEAR = "near"


@dataclass(frozen=True, slots=True)
class ComparableProposal:
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
    certainty: MemberCertainty


@dataclass(frozen=True, slots=True)
class SimilarSet:
    """Another set, by its first proposal; similar but for these words (none across languages)."""

    key: int
    differences: tuple[WordDifference, ...]
    is_decisive: bool  # whether these are decisive words, so that the two are never gathered


@dataclass(frozen=True, slots=True)
class GatheredSet:
    """Proposals that ask for the same or nearly the same, in the order they were given.

    `similar_sets` are earlier ones: those that decisive words keep it apart from, and those that a
    person may add it to.
    """

    members: tuple[GatheredMember, ...]
    similar_sets: tuple[SimilarSet, ...] = ()

    @property
    def key(self) -> int:
        """The key of its first proposal."""
        return self.members[0].key


@dataclass(frozen=True, slots=True)
class _EditOfParagraph:
    """A change of the paragraph: its place and the paragraph's length in words, and its size."""

    word_index: int
    paragraph_length: int
    deleted_count: int
    inserted_count: int


@dataclass(eq=False)
class _PreparedProposal:
    """A proposal prepared for comparing: its normal words and its edits."""

    proposal: ComparableProposal
    marked_text: PresenceMarkedText
    normal_words: tuple[str, ...]
    profile: DecisiveProfile
    edits: Edits
    paragraph_length: int  # of the paragraph that it changes; 0 where it changes none
    number_by_sorted_words: dict[tuple[str, ...], int]  # one for all proposals on the paragraph

    @cached_property
    def word_set_number(self) -> int:
        """A number that two proposals share where they have the same words in any order."""
        return self.number_by_sorted_words.setdefault(
            tuple(sorted(self.normal_words)), len(self.number_by_sorted_words)
        )


@dataclass(slots=True)
class _OpenSet:
    """A set that may still grow, with the profiles of its members."""

    number: int
    first_proposal: _PreparedProposal
    members: list[GatheredMember]
    similar_sets: list[SimilarSet]
    profiles: list[DecisiveProfile]


@dataclass(slots=True)
class _SetIndex:
    """Sets in the order of their numbers, and the edits of the first proposal of each."""

    set_numbers: list[int]
    rough_codes_of_first: list[str]  # `Edits.rough_codes`

    def likely_numbers(self, edits: Edits, numbers: range, min_share: float) -> Iterator[int]:
        """The numbers in this range of the sets whose first proposal may be similar."""
        start_index, end_index = (
            bisect_left(self.set_numbers, number) for number in (numbers.start, numbers.stop)
        )
        likely_indexes = indexes_of_likely_edits(
            edits, self.rough_codes_of_first[start_index:end_index], min_share
        )
        return (self.set_numbers[start_index + index] for index in likely_indexes)


class _Sets:
    """The sets so far in order, and indexes to find those that may be similar to a proposal."""

    def __init__(self) -> None:
        self.all_sets: list[_OpenSet] = []
        self._index_by_kind_and_language: dict[tuple[str, str], _SetIndex] = {}
        self._index_by_presence_words: dict[tuple[str, str, tuple[str, ...]], _SetIndex] = {}

    def add(self, prepared: _PreparedProposal, similar_sets: list[SimilarSet]) -> _OpenSet:
        """Add a new set with this proposal."""
        member = GatheredMember(prepared.proposal.key, MemberCertainty.SAME)
        new_set = _OpenSet(len(self.all_sets), prepared, [member], similar_sets, [prepared.profile])
        kind, language = prepared.proposal.kind, prepared.proposal.language
        for set_index in (
            self._index_by_kind_and_language.setdefault((kind, language), _SetIndex([], [])),
            self._index_by_presence_words.setdefault(
                (kind, language, prepared.profile.presence_words), _SetIndex([], [])
            ),
        ):
            set_index.set_numbers.append(new_set.number)
            set_index.rough_codes_of_first.append(prepared.edits.rough_codes)
        self.all_sets.append(new_set)
        return new_set

    def candidates(self, prepared: _PreparedProposal) -> Iterator[_OpenSet]:
        """The sets of its kind in order: all in other languages, in its own those maybe similar.

        They are computed in stretches, because the caller may stop early.
        """
        kind, language = prepared.proposal.kind, prepared.proposal.language
        start, length = 0, FIRST_STRETCH_LENGTH
        while start < len(self.all_sets):
            stretch = range(start, min(start + length, len(self.all_sets)))
            set_numbers: list[int] = []
            for (their_kind, their_language), set_index in self._index_by_kind_and_language.items():
                if their_kind == kind and their_language == language:
                    set_numbers += set_index.likely_numbers(
                        prepared.edits, stretch, MIN_SIMILAR_SHARE
                    )
                elif their_kind == kind:
                    set_numbers += (number for number in set_index.set_numbers if number in stretch)
            yield from (self.all_sets[number] for number in sorted(set_numbers))
            start, length = stretch.stop, length * 2

    def near_candidates(self, prepared: _PreparedProposal, first_number: int) -> Iterator[_OpenSet]:
        """The sets from `first_number` on that may be near and have the same presence words."""
        proposal = prepared.proposal
        set_index = self._index_by_presence_words.get(
            (proposal.kind, proposal.language, prepared.profile.presence_words)
        )
        if set_index is not None:
            numbers = range(first_number, len(self.all_sets))
            yield from (
                self.all_sets[number]
                for number in set_index.likely_numbers(prepared.edits, numbers, MIN_NEAR_SHARE)
            )


def gather_proposals(
    paragraph_by_language: Mapping[str, str],
    proposals: Sequence[ComparableProposal],
    decisive_words_by_language: Mapping[str, DecisiveWords],
    rewording_kind: str = "replace",
) -> list[GatheredSet]:
    """The proposals in sets, in the order given; sets in the order of their first member.

    `paragraph_by_language` has the words of the paragraph, as negotiated and translated. Proposals
    of the `rewording_kind` change them; the words of others stand alone.
    """
    prepare = _proposal_preparer(paragraph_by_language, decisive_words_by_language, rewording_kind)
    sets = _Sets()
    set_by_normal_words: dict[tuple[str, str, tuple[str, ...]], _OpenSet] = {}
    for proposal in proposals:
        prepared = prepare(proposal)
        normal_key = (proposal.kind, proposal.language, prepared.normal_words)
        if normal_key not in set_by_normal_words:
            set_by_normal_words[normal_key] = _join_set(prepared, sets)
            continue
        open_set = set_by_normal_words[normal_key]
        open_set.members.append(_member(open_set.first_proposal, prepared))
    return [
        GatheredSet(tuple(open_set.members), tuple(open_set.similar_sets))
        for open_set in sets.all_sets
    ]


def normal_form(
    words: str, language: str, decisive_words_by_language: Mapping[str, DecisiveWords]
) -> tuple[str, ...]:
    """The words without capitals, articles, spaces and typography: equal where two are the same."""
    joined_tokens = decisive_words_by_language.get(language, NO_DECISIVE_WORDS).with_joined_phrases(
        plain_tokens(words)
    )
    return tuple(without_articles(joined_tokens, language))


def differences_between(first_wording: str, second_wording: str) -> tuple[WordDifference, ...]:
    """Each change between two wordings, as words to show."""
    return tuple(
        WordDifference(hunk.deleted.strip(), hunk.inserted.strip())
        for hunk in hunks_of(redline(first_wording, second_wording))
    )


def _join_set(prepared: _PreparedProposal, sets: _Sets) -> _OpenSet:
    """Add a proposal to the first set that it is near to, or to a new one; returns the set."""
    similar_sets: list[SimilarSet] = []
    for open_set in sets.candidates(prepared):
        if len(similar_sets) >= MAX_SIMILAR_SETS:
            # Enough sets kept apart are known; only the set that it joins is still looked for.
            return _join_first_near_set(prepared, sets, open_set.number) or sets.add(
                prepared, similar_sets
            )
        first_proposal = open_set.first_proposal
        if first_proposal.proposal.language != prepared.proposal.language:
            similar_sets += _similar_set_across_languages(first_proposal, prepared)
            continue
        has_other_presence_words = (
            first_proposal.profile.presence_words != prepared.profile.presence_words
        )
        min_share = MIN_SIMILAR_SHARE if has_other_presence_words else MIN_NEAR_SHARE
        if share_in_common(first_proposal.edits, prepared.edits, min_share) < min_share:
            continue
        decisive_differences = _decisive_differences(open_set, prepared)
        if not decisive_differences and not _is_reordered(first_proposal, prepared):
            return _add_member(open_set, prepared)
        shown_differences = decisive_differences or differences_between(
            first_proposal.proposal.words, prepared.proposal.words
        )
        similar_sets.append(
            SimilarSet(
                first_proposal.proposal.key,
                shown_differences,
                is_decisive=bool(decisive_differences),
            )
        )
    return sets.add(prepared, similar_sets)


def _join_first_near_set(
    prepared: _PreparedProposal, sets: _Sets, first_number: int
) -> _OpenSet | None:
    """Add a proposal to the first set from `first_number` on that it may join.

    Returns the set, or None where it may join none.
    """
    for open_set in sets.near_candidates(prepared, first_number):
        if (
            not _is_reordered(open_set.first_proposal, prepared)
            and share_in_common(open_set.first_proposal.edits, prepared.edits, MIN_NEAR_SHARE)
            >= MIN_NEAR_SHARE
            and not _choice_differences(open_set, prepared)
            and not has_presence_changes(open_set.first_proposal.marked_text, prepared.marked_text)
        ):
            return _add_member(open_set, prepared)
    return None


def _add_member(open_set: _OpenSet, prepared: _PreparedProposal) -> _OpenSet:
    """Add a proposal to a set; returns the set."""
    open_set.members.append(_member(open_set.first_proposal, prepared))
    if prepared.profile not in open_set.profiles:
        open_set.profiles.append(prepared.profile)
    return open_set


def _decisive_differences(
    open_set: _OpenSet, prepared: _PreparedProposal
) -> tuple[WordDifference, ...]:
    """Decisive words in which a proposal differs from a set."""
    return presence_changes(
        open_set.first_proposal.marked_text, prepared.marked_text
    ) + _choice_differences(open_set, prepared)


def _choice_differences(
    open_set: _OpenSet, prepared: _PreparedProposal
) -> tuple[WordDifference, ...]:
    """Where a proposal chose other decisive words than a member: the first such differences."""
    differences_by_profile = (
        choice_differences(profile, prepared.profile) for profile in open_set.profiles
    )
    return next(filter(None, differences_by_profile), ())


def _is_reordered(first_proposal: _PreparedProposal, second_proposal: _PreparedProposal) -> bool:
    """Whether two have the same words in another order, which may change what they mean."""
    return (
        first_proposal.word_set_number == second_proposal.word_set_number
        and first_proposal.normal_words != second_proposal.normal_words
    )


def _member(first_proposal: _PreparedProposal, prepared: _PreparedProposal) -> GatheredMember:
    """A proposal as a member of the set that has this first proposal."""
    certainty = (
        MemberCertainty.SAME
        if first_proposal.normal_words == prepared.normal_words
        else MemberCertainty.NEAR
    )
    return GatheredMember(prepared.proposal.key, certainty)


def _similar_set_across_languages(
    first_proposal: _PreparedProposal, prepared: _PreparedProposal
) -> Iterable[SimilarSet]:
    """A set in another language whose changes are at the same places and of about the same size."""
    first_edits, second_edits = (
        list(_edits_of_paragraph(first_proposal)),
        list(_edits_of_paragraph(prepared)),
    )
    if not first_edits or len(first_edits) != len(second_edits):
        return
    if all(map(_is_similar_edit, first_edits, second_edits)) and _count_figures(
        first_proposal
    ) == _count_figures(prepared):
        yield SimilarSet(first_proposal.proposal.key, (), is_decisive=False)


def _edits_of_paragraph(prepared: _PreparedProposal) -> Iterator[_EditOfParagraph]:
    for deleted, inserted in prepared.edits.changed_ranges if prepared.paragraph_length else ():
        yield _EditOfParagraph(
            deleted.start, prepared.paragraph_length, len(deleted), len(inserted)
        )


def _is_similar_edit(first_edit: _EditOfParagraph, second_edit: _EditOfParagraph) -> bool:
    """Whether both insert, delete or replace, by about as many words, at about the same place."""
    if (bool(first_edit.deleted_count), bool(first_edit.inserted_count)) != (
        bool(second_edit.deleted_count),
        bool(second_edit.inserted_count),
    ):
        return False
    distance = abs(
        first_edit.word_index / first_edit.paragraph_length
        - second_edit.word_index / second_edit.paragraph_length
    )
    return (
        distance
        <= MAX_PLACE_SHARE
        + MAX_PLACE_WORDS / min(first_edit.paragraph_length, second_edit.paragraph_length)
        and _is_about_as_many(first_edit.deleted_count, second_edit.deleted_count)
        and _is_about_as_many(first_edit.inserted_count, second_edit.inserted_count)
    )


def _is_about_as_many(first_count: int, second_count: int) -> bool:
    """Whether two counts differ by at most half, or by three."""
    return abs(first_count - second_count) <= max(3, max(first_count, second_count) // 2)


def _count_figures(prepared: _PreparedProposal) -> Counter[str]:
    return Counter(word for word in prepared.normal_words if word.isdigit())


def _proposal_preparer(
    paragraph_by_language: Mapping[str, str],
    decisive_words_by_language: Mapping[str, DecisiveWords],
    rewording_kind: str,
) -> Callable[[ComparableProposal], _PreparedProposal]:
    """A function that prepares the proposals on one paragraph for comparing."""

    cut_words_cache, number_by_sorted_words = CutWordsCache(), dict[tuple[str, ...], int]()

    @cache
    def edits_reader(language: str, *, is_rewording: bool) -> EditsReader:
        paragraph = paragraph_by_language.get(language, "") if is_rewording else ""
        return EditsReader(normal_form(paragraph, language, decisive_words_by_language))

    @cache
    def profile_reader(language: str) -> DecisiveProfileReader:
        return DecisiveProfileReader(decisive_words_by_language.get(language, NO_DECISIVE_WORDS))

    def prepare(proposal: ComparableProposal) -> _PreparedProposal:
        decisive_list = decisive_words_by_language.get(proposal.language, NO_DECISIVE_WORDS)
        joined_tokens = decisive_list.with_joined_phrases(
            plain_tokens(proposal.words, cut_words_cache)
        )
        normal_words = without_articles(joined_tokens, proposal.language)
        reader = edits_reader(proposal.language, is_rewording=proposal.kind == rewording_kind)
        return _PreparedProposal(
            proposal,
            PresenceMarkedText(joined_tokens, decisive_list),
            tuple(normal_words),
            profile_reader(proposal.language).read(joined_tokens),
            reader.read(normal_words),
            len(reader.paragraph_words),
            number_by_sorted_words,
        )

    return prepare
