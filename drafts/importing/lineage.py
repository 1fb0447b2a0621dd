"""Proposes from the words what each paragraph becomes in the next text, and how certain that is.

First sections are matched, then the rows in them. Conservative: what is not sure is proposed as
probable or unsure. docs/testing.md says what tests hold of it.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from drafts.importing.likeness import (
    MIN_RECOGNIZABLE_WORDS,
    NOTHING_SHARED,
    Likeness,
    WordCodes,
    added_words,
    comparable_text,
    likeness,
)
from drafts.importing.rare_words import RareWordShares
from drafts.importing.sections import match_sections
from drafts.parsing.file_text import ReadParagraph
from drafts.words.differences import equal_pairs_in_order, gaps_between_pairs

LineageMatch = Literal["same", "moved", "reworded", "split", "merged", "new"]
Certainty = Literal["sure", "probable", "unsure"]


@dataclass(frozen=True)
class OldParagraph:
    """A paragraph of the text in force: its permanent key and its words now."""

    key: str
    text: str
    kind: str = "operative"


@dataclass(frozen=True)
class ProposedLineage:
    """What a row of the new text follows, by key: nothing where it is new, several in a merge."""

    row_number: int
    old_keys: tuple[str, ...]
    lineage_match: LineageMatch
    certainty: Certainty


@dataclass(frozen=True)
class Lineage:
    """A proposal for every row; `unfollowed_keys` are those that no row is proposed to follow."""

    proposals: tuple[ProposedLineage, ...]
    unfollowed_keys: tuple[str, ...]


def propose_lineage(
    old_paragraphs: Sequence[OldParagraph], new_paragraphs: Sequence[ReadParagraph]
) -> Lineage:
    """What each row follows, from words and headings: ids, numbers and labels are never looked at.

    Paragraphs with equal words are the same, in place or moved, where no other has these words. Of
    the rest, two are paired that are far more alike than either is to any other. Two need less in
    common in sections that go together, and between neighbours that are sure.
    """
    search = _LineageSearch(
        [old_paragraph.text for old_paragraph in old_paragraphs],
        [new_paragraph.text for new_paragraph in new_paragraphs],
        [old_paragraph.kind in _KINDS_OF_HEADINGS for old_paragraph in old_paragraphs],
        [new_paragraph.kind in _KINDS_OF_HEADINGS for new_paragraph in new_paragraphs],
    )
    search.match_equal()
    search.match_splits_and_merges()
    search.match_surely()
    search.match_probably()
    search.propose_half_merges()
    search.propose_half_splits()
    proposals = []
    for new_index, new_paragraph in enumerate(new_paragraphs):
        match = search.match_by_new_index.get(new_index) or search.match_as_new(new_index)
        old_keys = tuple(old_paragraphs[old_index].key for old_index in match.old_indexes)
        proposals.append(
            ProposedLineage(
                new_paragraph.row_number, old_keys, match.lineage_match, match.certainty
            )
        )
    followed_keys = {key for proposal in proposals for key in proposal.old_keys}
    unfollowed_keys = tuple(
        old_paragraph.key
        for old_paragraph in old_paragraphs
        if old_paragraph.key not in followed_keys
    )
    return Lineage(tuple(proposals), unfollowed_keys)


_KINDS_OF_HEADINGS: Final = ("title", "heading")

# --- Thresholds ----------------------------------------------------------------------------------


# A piece of a split, or a part of a merge, has at least this share of its words from the whole.
MIN_SHARE_OF_PART_FROM_WHOLE: Final = 0.75

# One part has less than this share of the words of the whole.
MAX_WHOLE_SHARE_IN_PART: Final = MIN_SHARE_OF_PART_FROM_WHOLE + 0.1

# The parts together have at least this share of the words of the whole.
MIN_WHOLE_SHARE_COVERED_BY_PARTS: Final = 0.75

# The parts together and the whole are at least this alike, or it is only probable that they match.
MIN_SURE_COVERAGE_LIKENESS: Final = 0.97

# A paragraph may be part of another that holds at least this share of its words.
MIN_CONTAINED_SHARE: Final = 0.6

# A row was written anew that has less than these shares of rare words in common with every old
# paragraph: of the words of both, and of its own.
MAX_STRANGE_SHARE_OF_BOTH: Final = 0.21
MAX_STRANGE_SHARE_OF_NEW: Final = 0.32

# Nor is it so alike, by all words, to a paragraph that nothing follows.
MAX_STRANGE_LIKENESS: Final = 0.4

# With fewer rare words nothing shows that a row was written anew.
MIN_RARE_WORDS_IF_STRANGE: Final = 4

# With a smaller share of their rare words in common, two paragraphs have nothing to do with each
# other; between the same two neighbours with less than half of it.
MIN_RELATED_SHARE: Final = 0.17

# At least this share of a paragraph that is merged into another is among its added words.
MIN_ADDED_SHARE: Final = 0.3

# At least this share of its rare words a paragraph gives to the row into which it is merged: where
# it stood beside the one that the row follows, where no other row has more of it, and where both
# are so and the merger is sure.
MIN_GIVEN_BY_NEIGHBOUR: Final = 0.1
MIN_GIVEN_TO_CLOSEST: Final = 0.2
MIN_GIVEN_SURELY: Final = 0.6

# A row beside one that surely follows a paragraph is surely another piece of it where so much of
# its rare words is from there, so much more than from any other, and so little of that in both.
MIN_SHARE_OF_PIECE: Final = 0.5
MIN_LEAD_OF_PIECE: Final = 0.2
MAX_SHARED_BY_PIECES: Final = 0.35

# Less alike than this, two paragraphs have hardly more in common than any two of one text.
MIN_LIKENESS: Final = 0.35


@dataclass(frozen=True)
class CertaintyThreshold:
    """The least likeness of a pair for a certainty, and its least lead over any other pair.

    The lead is over every pair that shares one paragraph with it.
    """

    min_likeness: float
    min_lead: float


# By the position of the pair: anywhere; between the same two unchanged paragraphs; alone between
# them.
# It is enough to reach one of the thresholds.
SURE_BY_POSITION: Final = {
    "anywhere": (CertaintyThreshold(0.8, 0.25), CertaintyThreshold(0.55, 0.35)),
    "between": (CertaintyThreshold(0.6, 0.2),),
    "alone": (CertaintyThreshold(0.5, 0.1),),
}
PROBABLE_BY_POSITION: Final = {
    "anywhere": CertaintyThreshold(0.6, 0.1),
    "between": CertaintyThreshold(0.5, 0.05),
    "alone": CertaintyThreshold(MIN_LIKENESS, 0.0),
}

# The same for the shares of rare words, by whether both stand in sections that go together. Short
# paragraphs are told by them only there.
SURE_BY_RARE_WORDS: Final = {
    False: CertaintyThreshold(0.5, 0.25),
    True: CertaintyThreshold(0.35, 0.15),
}
SURE_IF_SHORT: Final = CertaintyThreshold(0.55, 0.2)

# A short paragraph all of whose rare words stand in a row, and in no other row, has become it; two
# neighbours of which this is so were merged. The row has so much of its rare words from them, by
# whether both stand in sections that go together.
MIN_SHARE_IF_KEPT_WHOLE: Final = {False: 0.33, True: 0.21}
MIN_RARE_WORDS_IF_KEPT_WHOLE: Final = 2

# The headings of sections that go together share so much of their rare words.
MIN_TITLE_SHARE: Final = 0.75

# So much less counts a rival in another section.
RIVAL_ELSEWHERE: Final = 0.1

# A paragraph is no rival that surely goes with another, where these two share so much more.
RIVAL_SETTLED: Final = 0.15


# --- The search ----------------------------------------------------------------------------------


# The indexes of an old and of a new paragraph in their texts.
IndexPair = tuple[int, int]


class _Match(NamedTuple):
    """The old paragraphs that a row follows, how, and how certainly."""

    old_indexes: tuple[int, ...]
    lineage_match: LineageMatch
    certainty: Certainty


@dataclass
class _LineageSearch:
    """Searches what each new paragraph continues; a gap lies between two that are sure."""

    old_texts: Sequence[str]
    new_texts: Sequence[str]
    old_is_heading: Sequence[bool]
    new_is_heading: Sequence[bool]
    match_by_new_index: dict[int, _Match] = field(default_factory=dict)

    def __post_init__(self) -> None:
        codes = WordCodes()
        self.old_words, self.new_words = (
            [
                codes.encode(text, is_heading=is_one)
                for text, is_one in zip(texts, is_heading, strict=True)
            ]
            for texts, is_heading in (
                (self.old_texts, self.old_is_heading),
                (self.new_texts, self.new_is_heading),
            )
        )
        self.rare = RareWordShares(self.old_words, self.new_words, codes.figures)
        self.sections = match_sections(
            self.old_is_heading,
            self.new_is_heading,
            self.rare.closest_old_by_new,
        )
        self.matched_old_indexes: set[int] = set()
        # The share of rare words in each pair that is sure, by either index.
        self.sure_share_by_old_index: dict[int, float] = {}
        self.sure_share_by_new_index: dict[int, float] = {}
        self.likeness_by_pair: dict[IndexPair, Likeness] = {}
        self.likeness_by_old_index: dict[int, dict[int, Likeness]] = defaultdict(dict)
        self.likeness_by_new_index: dict[int, dict[int, Likeness]] = defaultdict(dict)

    def match_equal(self) -> None:
        """Match equal paragraphs in order; then equal ones elsewhere, where no other is equal."""
        old_comparable = [comparable_text(text) for text in self.old_texts]
        new_comparable = [comparable_text(text) for text in self.new_texts]
        pairs_in_order = equal_pairs_in_order(old_comparable, new_comparable)
        single_pairs = set(single_equal_pairs(old_comparable, new_comparable))
        # Whether most paragraphs that are equal stand in the same order in both texts. Else the
        # order says nothing, of those either that are repeated.
        self.is_in_order = 2 * len(single_pairs.intersection(pairs_in_order)) > len(single_pairs)
        unchanged_pairs = (
            unmistakable_pairs(pairs_in_order, old_comparable, new_comparable)
            if self.is_in_order
            else [pair for pair in pairs_in_order if pair in single_pairs]
        )
        for old_index, new_index in unchanged_pairs:
            self._set_match(new_index, (old_index,), "same", "sure")
        for old_index, new_index in sorted(single_pairs):
            is_old_matched = old_index in self.matched_old_indexes
            if not is_old_matched and new_index not in self.match_by_new_index:
                is_long = len(self.new_words[new_index]) >= MIN_RECOGNIZABLE_WORDS
                self._set_match(new_index, (old_index,), "moved", "sure" if is_long else "probable")
        self._match_equal_in_sections(old_comparable, new_comparable)
        self._set_gaps(unchanged_pairs)
        self._compare_unmatched()

    def _match_equal_in_sections(
        self, old_comparable: Sequence[str], new_comparable: Sequence[str]
    ) -> None:
        """Match what is equal and single in sections that go together, however often elsewhere."""
        places_by_text: defaultdict[tuple[int, str], tuple[list[int], list[int]]]
        places_by_text = defaultdict(lambda: ([], []))
        for new_index, text in enumerate(new_comparable):
            for old_section in self.sections.origins_of(new_index):
                places_by_text[old_section, text][1].append(new_index)
        for old_index, text in enumerate(old_comparable):
            places_by_text[self.sections.old_section_by_index[old_index], text][0].append(old_index)
        for old_indexes, new_indexes in places_by_text.values():
            if len(old_indexes) == len(new_indexes) == 1:
                old_index, new_index = old_indexes[0], new_indexes[0]
                is_old_matched = old_index in self.matched_old_indexes
                if not is_old_matched and self._is_undecided(new_index):
                    self._set_match(new_index, (old_index,), "same", "sure")

    def _set_gaps(self, sure_pairs: Sequence[IndexPair]) -> None:
        self.last_gap = len(sure_pairs)
        self.gap_by_old_index, self.gap_by_new_index = gap_numbers(
            sure_pairs, len(self.old_words), len(self.new_words)
        )
        self.old_count_by_gap = Counter(self.gap_by_old_index)
        self.new_count_by_gap = Counter(self.gap_by_new_index)

    def _compare_unmatched(self) -> None:
        """Compare the paragraphs that are left with those that share most rare words with them."""
        pairs = {
            (old_index, new_index)
            for old_index in self._unmatched_old_indexes()
            for new_index, _share in self.rare.closest_new_by_old[old_index]
        } | {
            (old_index, new_index)
            for new_index in self._unmatched_new_indexes()
            for old_index, _share in self.rare.closest_old_by_new[new_index]
        }
        for old_index, new_index in sorted(pairs):
            shared = likeness(self.old_words[old_index], self.new_words[new_index])
            self.likeness_by_pair[old_index, new_index] = shared
            self.likeness_by_old_index[old_index][new_index] = shared
            self.likeness_by_new_index[new_index][old_index] = shared

    def match_splits_and_merges(self) -> None:
        """Match one paragraph with several (a split), and several with one (a merge)."""
        for old_index in self._unmatched_old_indexes():
            new_indexes = [
                new_index
                for new_index in sorted(self.likeness_by_old_index[old_index])
                if new_index not in self.match_by_new_index
                and self._is_part_of_old(old_index, new_index)
            ]
            part_words = [self.new_words[new_index] for new_index in new_indexes]
            if certainty := _coverage_certainty(self.old_words[old_index], part_words, new_indexes):
                for new_index in new_indexes:
                    self._set_match(new_index, (old_index,), "split", certainty)
        for new_index in self._unmatched_new_indexes():
            old_indexes = [
                old_index
                for old_index in sorted(self.likeness_by_new_index[new_index])
                if old_index not in self.matched_old_indexes
                and self._is_part_of_new(old_index, new_index)
            ]
            part_words = [self.old_words[old_index] for old_index in old_indexes]
            if certainty := _coverage_certainty(self.new_words[new_index], part_words, old_indexes):
                self._set_match(new_index, tuple(old_indexes), "merged", certainty)

    def match_surely(self) -> None:
        """Match what leaves no doubt, until what is sure by then leaves none about any other."""
        for old_index, new_index in self.sections.heading_pairs:
            is_title_kept = self.rare.likeness(old_index, new_index).of_both >= MIN_TITLE_SHARE
            is_old_matched = old_index in self.matched_old_indexes
            if is_title_kept and not is_old_matched and self._is_undecided(new_index):
                self._match_pair(old_index, new_index, "sure")
        matched_count = -1
        while matched_count < len(self.match_by_new_index):
            matched_count = len(self.match_by_new_index)
            self._match_most_alike({"sure"})
            self._match_by_rare_words()
            self._match_kept_whole()
            self._match_shortened()
            self._match_pieces()
            if self.is_in_order:
                self._set_gaps(self._sure_pairs_in_order())
        for new_index in self._unmatched_new_indexes():
            match = self.match_as_new(new_index)
            if match.certainty == "sure":
                self.match_by_new_index[new_index] = match

    def match_probably(self) -> None:
        """Match the most alike first; then pairs left alone between two that are sure."""
        self._match_most_alike({"probable", "unsure"})
        old_index_by_gap = {
            self.gap_by_old_index[old_index]: old_index
            for old_index in self._unmatched_old_indexes()
        }
        for new_index in self._unmatched_new_indexes():
            old_in_same_gap = old_index_by_gap.get(self.gap_by_new_index[new_index])
            if (
                old_in_same_gap is not None
                and self._position(old_in_same_gap, new_index) == "alone"
                and not self._has_formulas_alone(old_in_same_gap, new_index)
            ):
                self._set_match(new_index, (old_in_same_gap,), "reworded", "unsure")

    def _match_most_alike(self, certainties: Collection[Certainty]) -> None:
        """Match the most alike first, where that has one of these certainties."""
        pairs = [
            pair
            for pair in self.likeness_by_pair
            if pair[0] not in self.matched_old_indexes and pair[1] not in self.match_by_new_index
        ]
        pairs.sort(key=lambda pair: (-self.likeness_by_pair[pair].of_both, pair))
        for old_index, new_index in pairs:
            if old_index in self.matched_old_indexes or new_index in self.match_by_new_index:
                continue
            certainty = self._certainty(old_index, new_index)
            if certainty is not None and certainty in certainties:
                self._match_pair(old_index, new_index, certainty)

    def _match_by_rare_words(self) -> None:
        """Match those that share far more rare words than either does with any other."""
        pairs = [
            (-share, old_index, new_index)
            for new_index in self._unmatched_new_indexes()
            for old_index, share in self.rare.closest_old_by_new[new_index]
        ]
        for _share, old_index, new_index in sorted(pairs):
            if (
                old_index not in self.matched_old_indexes
                and new_index not in self.match_by_new_index
                and self._is_sure_by_rare_words(old_index, new_index)
            ):
                self._match_pair(old_index, new_index, "sure")

    def _is_sure_by_rare_words(self, old_index: int, new_index: int) -> bool:
        if self.new_is_heading[new_index]:
            return False  # a heading goes with its section
        is_at_home = self.sections.is_at_home(old_index, new_index)
        threshold = SURE_BY_RARE_WORDS[is_at_home]
        if self._rare_word_count(old_index, new_index) < MIN_RECOGNIZABLE_WORDS:
            if not is_at_home or not self._share_two_rare_words(old_index, new_index):
                return False
            threshold = SURE_IF_SHORT
        share = self.rare.likeness(old_index, new_index).of_both
        if share < threshold.min_likeness:
            return False
        rival_share = max(self._rival_shares(old_index, new_index), default=0.0)
        return share - rival_share >= threshold.min_lead

    def _share_two_rare_words(self, old_index: int, new_index: int) -> bool:
        """Whether they have two rare words in common: one may be the name of another thing too."""
        shared = self.rare.old_rare_words[old_index] & self.rare.new_rare_words[new_index]
        return len(shared) >= 2

    def _rare_word_count(self, old_index: int, new_index: int) -> int:
        """How many rare words the one of a pair has that has fewer."""
        return min(
            len(self.rare.old_rare_words[old_index]), len(self.rare.new_rare_words[new_index])
        )

    def _match_kept_whole(self) -> None:
        """Match the rows that have all rare words of a short paragraph, or of two neighbours."""
        for new_index in self._unmatched_new_indexes():
            old_indexes = sorted(
                old_index
                for old_index, _share in self.rare.closest_old_by_new[new_index]
                if self._has_kept_whole(old_index, new_index)
            )
            are_free = not self.matched_old_indexes.intersection(old_indexes)
            if not are_free or not all(
                self._is_kept_here_alone(old_index, new_index) for old_index in old_indexes
            ):
                continue
            if len(old_indexes) == 1:
                self._match_pair(old_indexes[0], new_index, "sure")
            elif len(old_indexes) == 2 and old_indexes[1] - old_indexes[0] == 1:
                self._set_match(new_index, tuple(old_indexes), "merged", "sure")

    def _has_kept_whole(self, old_index: int, new_index: int) -> bool:
        old_rare_words = self.rare.old_rare_words[old_index]
        is_at_home = self.sections.is_at_home(old_index, new_index)
        return (
            MIN_RARE_WORDS_IF_KEPT_WHOLE <= len(old_rare_words) < MIN_RECOGNIZABLE_WORDS
            and self.old_is_heading[old_index] == self.new_is_heading[new_index]
            and old_rare_words <= self.rare.new_rare_words[new_index]
            and self.rare.likeness(old_index, new_index).of_new
            >= MIN_SHARE_IF_KEPT_WHOLE[is_at_home]
        )

    def _match_shortened(self) -> None:
        """Match the rows that have rare words of one short paragraph of their section alone."""
        for new_index in self._unmatched_new_indexes():
            rare_words = self.rare.new_rare_words[new_index]
            old_indexes = [
                old_index
                for old_index in self.rare.shared_weights_by_new[new_index]
                if old_index not in self.matched_old_indexes
            ]
            if len(old_indexes) != 1 or self.new_is_heading[new_index]:
                continue
            (old_index,) = old_indexes
            old_rare_words = self.rare.old_rare_words[old_index]
            if (
                len(old_rare_words) < MIN_RECOGNIZABLE_WORDS
                and rare_words <= old_rare_words
                and not self.old_is_heading[old_index]
                and self.sections.is_at_home(old_index, new_index)
                and not any(
                    self.rare.new_rare_words[other_new] <= old_rare_words
                    for other_new, _share in self.rare.closest_new_by_old[old_index]
                    if other_new != new_index and other_new not in self.match_by_new_index
                )
            ):
                self._match_pair(old_index, new_index, "sure")

    def _is_kept_here_alone(self, old_index: int, new_index: int) -> bool:
        return not any(
            self.rare.old_rare_words[old_index] <= self.rare.new_rare_words[other_new]
            for other_new, _share in self.rare.closest_new_by_old[old_index]
            if other_new != new_index
        )

    def _rival_shares(self, old_index: int, new_index: int) -> Iterator[float]:
        """What others share with either of a pair, as far as both cannot be."""
        is_at_home = self.sections.is_at_home
        for other_old, share in self.rare.closest_old_by_new[new_index]:
            is_settled = self.sure_share_by_old_index.get(other_old, 0) > share + RIVAL_SETTLED
            if other_old != old_index and not is_settled:
                contested = self.rare.contested_by_old(old_index, other_old, new_index)
                is_elsewhere = not is_at_home(other_old, new_index)
                yield share * contested - RIVAL_ELSEWHERE * (
                    is_elsewhere and is_at_home(old_index, new_index)
                )
        for other_new, share in self.rare.closest_new_by_old[old_index]:
            is_settled = self.sure_share_by_new_index.get(other_new, 0) > share + RIVAL_SETTLED
            if other_new != new_index and not is_settled:
                contested = self.rare.contested_by_new(new_index, other_new, old_index)
                is_elsewhere = not is_at_home(old_index, other_new)
                yield share * contested - RIVAL_ELSEWHERE * (
                    is_elsewhere and is_at_home(old_index, new_index)
                )

    def _match_pieces(self) -> None:
        """Match a row to what the row beside it surely follows, where it is another piece of it."""
        for new_index in self._unmatched_new_indexes():
            if len(self.new_words[new_index]) < MIN_RECOGNIZABLE_WORDS:
                continue
            for neighbour_index in (new_index - 1, new_index + 1):
                match = self.match_by_new_index.get(neighbour_index)
                if (
                    match
                    and match.certainty == "sure"
                    and len(match.old_indexes) == 1
                    and self._is_piece(match.old_indexes[0], new_index, neighbour_index)
                ):
                    self._set_match(new_index, match.old_indexes, "split", "sure")
                    break

    def _is_piece(self, old_index: int, new_index: int, neighbour_index: int) -> bool:
        """Whether a row is another piece of the paragraph that its neighbour follows."""
        share = self.rare.likeness(old_index, new_index).of_new
        if share < MIN_SHARE_OF_PIECE:
            return False
        if self.rare.contested_by_new(neighbour_index, new_index, old_index) > MAX_SHARED_BY_PIECES:
            return False
        return all(
            share
            - self.rare.likeness(other_old, new_index).of_new
            * self.rare.contested_by_old(old_index, other_old, new_index)
            >= MIN_LEAD_OF_PIECE
            for other_old, _share in self.rare.closest_old_by_new[new_index]
            if other_old != old_index
        )

    def _sure_pairs_in_order(self) -> list[IndexPair]:
        """As many pairs that are sure as there are without any two crossing."""
        old_marks = [str(old_index) for old_index in range(len(self.old_words))]
        new_marks = [
            str(match.old_indexes[0])
            if (match := self.match_by_new_index.get(new_index))
            and match.certainty == "sure"
            and len(match.old_indexes) == 1
            else ""
            for new_index in range(len(self.new_words))
        ]
        return equal_pairs_in_order(old_marks, new_marks)

    def propose_half_merges(self) -> None:
        """Propose a merge where a reworded row holds an old paragraph that no sure row follows."""
        sure_old_indexes = {
            old_index
            for match in self.match_by_new_index.values()
            if match.certainty == "sure"
            for old_index in match.old_indexes
        }
        other_old_indexes = {
            old_index
            for old_index in range(len(self.old_words))
            if old_index not in sure_old_indexes and self._is_long_old(old_index)
        }
        for new_index in self._reworded_new_indexes():
            followed_old_indexes = self.match_by_new_index[new_index].old_indexes
            added_new_words = added_words(
                [self.old_words[old_index] for old_index in followed_old_indexes],
                self.new_words[new_index],
            )
            contained_old_indexes = [
                old_index
                for old_index in sorted(
                    other_old_indexes & self.rare.shared_weights_by_new[new_index].keys()
                )
                if self._is_merged_into(old_index, new_index, added_new_words)
            ]
            if contained_old_indexes:
                is_sure = self._is_surely_merged(contained_old_indexes, new_index)
                self._set_match(
                    new_index,
                    tuple(sorted({*followed_old_indexes, *contained_old_indexes})),
                    "merged",
                    "sure" if is_sure else "probable",
                )

    def _is_surely_merged(self, contained_old_indexes: Sequence[int], new_index: int) -> bool:
        """Whether a row surely follows one paragraph and, with it, its neighbour."""
        match = self.match_by_new_index[new_index]
        if (
            match.certainty != "sure"
            or not len(match.old_indexes) == len(contained_old_indexes) == 1
        ):
            return False
        (old_index,) = contained_old_indexes
        return (
            self._is_neighbour(old_index, match)
            and self._is_closest_new(old_index, new_index)
            and self._share_given(old_index, new_index) >= MIN_GIVEN_SURELY
        )

    def propose_half_splits(self) -> None:
        """Propose a split where a row that is not sure has words of what another row follows.

        Merged rows stay merged: as a split they would follow one paragraph and lose the others.
        """
        reworded_index_by_old_index = {
            old_indexes[0]: new_index
            for new_index in self._reworded_new_indexes()
            if len(old_indexes := self.match_by_new_index[new_index].old_indexes) == 1
        }
        for new_index in range(len(self.new_words)):
            match = self.match_by_new_index.get(new_index) or self.match_as_new(new_index)
            is_short = len(self.new_words[new_index]) < MIN_RECOGNIZABLE_WORDS
            if match.certainty == "sure" or match.lineage_match == "merged" or is_short:
                continue
            # As many of its words must come from the split one as from what it follows so far.
            shares = [self._pair_likeness(index, new_index).of_new for index in match.old_indexes]
            min_share = max([MIN_CONTAINED_SHARE, *shares])
            split_old_index = next(
                (
                    old_index
                    for old_index in reworded_index_by_old_index
                    if self._holds(old_index, new_index, min_share)
                ),
                None,
            )
            if split_old_index is not None and split_old_index not in match.old_indexes:
                first_index = reworded_index_by_old_index[split_old_index]
                for split_index in (first_index, new_index):
                    # The first follows it all the same, if that was sure.
                    if split_index == new_index or not self._is_sure(first_index):
                        self._set_match(split_index, (split_old_index,), "split", "probable")

    def _reworded_new_indexes(self) -> list[int]:
        """The rows that have other words than the paragraph they follow, if that is not unsure."""
        return [
            new_index
            for new_index, match in self.match_by_new_index.items()
            if match.certainty != "unsure"
            and match.lineage_match in ("reworded", "moved", "merged")
            and (
                len(match.old_indexes) > 1
                or self.old_words[match.old_indexes[0]] != self.new_words[new_index]
            )
        ]

    def _is_merged_into(self, old_index: int, new_index: int, added_new_words: str) -> bool:
        """Whether a row holds most of an old paragraph, or most of its added words come from it.

        Words that the row already has from the one it follows do not count.
        """
        is_neighbour = self._is_neighbour(old_index, self.match_by_new_index[new_index])
        if is_neighbour or self._is_closest_new(old_index, new_index):
            min_given = MIN_GIVEN_BY_NEIGHBOUR if is_neighbour else MIN_GIVEN_TO_CLOSEST
            if self._share_given(old_index, new_index) >= min_given:
                return True
        if self.rare.likeness(old_index, new_index).of_old < MIN_RELATED_SHARE:
            return False
        old_words = self.old_words[old_index]
        shared = likeness(old_words, added_new_words)
        if shared.of_old < MIN_ADDED_SHARE:
            return False
        if self._pair_likeness(old_index, new_index).of_old >= MIN_CONTAINED_SHARE:
            return True
        return (
            shared.of_new >= MIN_CONTAINED_SHARE and len(added_new_words) >= MIN_RECOGNIZABLE_WORDS
        )

    def _is_neighbour(self, old_index: int, match: _Match) -> bool:
        """Whether a paragraph stood beside one of those that a row follows."""
        return any(abs(old_index - followed_index) == 1 for followed_index in match.old_indexes)

    def _is_closest_new(self, old_index: int, new_index: int) -> bool:
        """Whether no other row shares more rare words with an old paragraph."""
        closest = self.rare.closest_new_by_old[old_index]
        return bool(closest) and closest[0][0] == new_index

    def _share_given(self, old_index: int, new_index: int) -> float:
        followed_old_indexes = self.match_by_new_index[new_index].old_indexes
        return self.rare.share_given_alone(old_index, new_index, followed_old_indexes)

    def _holds(self, old_index: int, new_index: int, min_share: float) -> bool:
        """Whether at least this share of a new paragraph's words comes from an old one."""
        # A quick test first: rare words in any order.
        is_likely = self.rare.likeness(old_index, new_index).of_new >= MIN_RELATED_SHARE
        return is_likely and self._pair_likeness(old_index, new_index).of_new >= min_share

    def _is_long_old(self, old_index: int) -> bool:
        return len(self.old_words[old_index]) >= MIN_RECOGNIZABLE_WORDS

    def _pair_likeness(self, old_index: int, new_index: int) -> Likeness:
        return self.likeness_by_pair.get((old_index, new_index)) or likeness(
            self.old_words[old_index], self.new_words[new_index]
        )

    def match_as_new(self, new_index: int) -> _Match:
        """A row as new; sure where hardly any of its words were in the old text."""
        if self._is_strange(new_index):
            return _Match((), "new", "sure")
        likenesses_of_row = self.likeness_by_new_index[new_index].values()
        max_share = max((shared.of_both_or_new for shared in likenesses_of_row), default=0.0)
        is_probable = max_share < MIN_SHARE_OF_PART_FROM_WHOLE
        return _Match((), "new", "probable" if is_probable else "unsure")

    def _is_strange(self, new_index: int) -> bool:
        """Whether it shares hardly a rare word with any paragraph, and none may have become it."""
        if len(self.rare.new_rare_words[new_index]) < MIN_RARE_WORDS_IF_STRANGE:
            return self._is_strange_entry(new_index)
        for old_index in self.rare.shared_weights_by_new[new_index]:
            shared = self.rare.likeness(old_index, new_index)
            if (
                shared.of_both >= MAX_STRANGE_SHARE_OF_BOTH
                or shared.of_new >= MAX_STRANGE_SHARE_OF_NEW
            ):
                return False
        return not any(
            self._may_have_become(old_index, new_index)
            for old_index in self._unmatched_old_indexes()
        )

    def _is_strange_entry(self, new_index: int) -> bool:
        """Whether a row of few rare words, such as an entry of a list, may follow no paragraph.

        One that is not followed surely it may follow if they have a rare word in common, and in
        sections that do not go together two; one that is, if it has all its rare words from there.
        """
        rare_words = self.rare.new_rare_words[new_index]
        if (
            len(rare_words) < MIN_RARE_WORDS_IF_KEPT_WHOLE
            or len(self.new_words[new_index]) < MIN_RECOGNIZABLE_WORDS
        ):
            return False
        for old_index in self.rare.shared_weights_by_new[new_index]:
            if rare_words <= self.rare.old_rare_words[old_index]:
                return False
            if old_index not in self.sure_share_by_old_index and (
                self.sections.is_at_home(old_index, new_index)
                or self._share_two_rare_words(old_index, new_index)
            ):
                return False
        # What is left in its place may have been written anew.
        return not self.is_in_order or not any(
            self._is_in_same_gap(old_index, new_index)
            for old_index in self._unmatched_old_indexes()
        )

    def _may_have_become(self, old_index: int, new_index: int) -> bool:
        """Whether an unmatched paragraph has enough in common with a row, where it stands."""
        shared = self.likeness_by_pair.get((old_index, new_index), NOTHING_SHARED)
        if shared.of_both >= MAX_STRANGE_LIKENESS:
            return True
        share = self.rare.likeness(old_index, new_index).of_both
        if self.is_in_order and self._is_in_same_gap(old_index, new_index):
            is_alone = self._position(old_index, new_index) == "alone"
            is_short = self._rare_word_count(old_index, new_index) < MIN_RECOGNIZABLE_WORDS
            return is_alone or is_short or share >= MIN_RELATED_SHARE / 2
        return share >= MIN_RELATED_SHARE

    def _match_pair(self, old_index: int, new_index: int, certainty: Certainty) -> None:
        is_in_place = self._is_in_same_gap(old_index, new_index)
        self._set_match(new_index, (old_index,), "reworded" if is_in_place else "moved", certainty)

    def _set_match(
        self,
        new_index: int,
        old_indexes: tuple[int, ...],
        lineage_match: LineageMatch,
        certainty: Certainty,
    ) -> None:
        self.match_by_new_index[new_index] = _Match(old_indexes, lineage_match, certainty)
        self.matched_old_indexes.update(old_indexes)
        if certainty == "sure":
            for old_index in old_indexes:
                share = self.rare.likeness(old_index, new_index).of_both
                self.sure_share_by_old_index[old_index] = share
                self.sure_share_by_new_index[new_index] = share

    def _is_sure(self, new_index: int) -> bool:
        match = self.match_by_new_index.get(new_index)
        return match is not None and match.certainty == "sure"

    def _is_undecided(self, new_index: int) -> bool:
        """Whether a row is not matched yet, or may well be another paragraph."""
        return not self._is_sure(new_index)

    def _unmatched_old_indexes(self) -> list[int]:
        all_indexes = range(len(self.old_words))
        return [index for index in all_indexes if index not in self.matched_old_indexes]

    def _unmatched_new_indexes(self) -> list[int]:
        all_indexes = range(len(self.new_words))
        return [index for index in all_indexes if index not in self.match_by_new_index]

    def _is_part_of_old(self, old_index: int, new_index: int) -> bool:
        """Whether a new paragraph is cut out of an old one, and shorter than it."""
        shared = self.likeness_by_pair.get((old_index, new_index), NOTHING_SHARED)
        is_from_whole = shared.of_new >= MIN_SHARE_OF_PART_FROM_WHOLE
        return is_from_whole and shared.of_old < MAX_WHOLE_SHARE_IN_PART

    def _is_part_of_new(self, old_index: int, new_index: int) -> bool:
        """Whether an old paragraph is a part of a longer new one."""
        shared = self.likeness_by_pair.get((old_index, new_index), NOTHING_SHARED)
        is_from_whole = shared.of_old >= MIN_SHARE_OF_PART_FROM_WHOLE
        return is_from_whole and shared.of_new < MAX_WHOLE_SHARE_IN_PART

    def _certainty(self, old_index: int, new_index: int) -> Certainty | None:
        """How certain it is that a new paragraph is an old one reworded; None where it is not."""
        shared = self.likeness_by_pair[old_index, new_index]
        lead = shared.of_both - self._highest_other_likeness(old_index, new_index)
        position = self._position(old_index, new_index)
        word_count = min(len(self.old_words[old_index]), len(self.new_words[new_index]))
        is_long = word_count >= MIN_RECOGNIZABLE_WORDS
        is_told = self._rare_word_count(
            old_index, new_index
        ) >= MIN_RECOGNIZABLE_WORDS or self._share_two_rare_words(old_index, new_index)
        is_recognizable = (is_long and is_told) or position == "alone"
        if is_recognizable and any(
            shared.of_both >= threshold.min_likeness and lead >= threshold.min_lead
            for threshold in SURE_BY_POSITION[position]
        ):
            return "sure"
        if (
            shared.of_both >= PROBABLE_BY_POSITION[position].min_likeness
            and lead >= PROBABLE_BY_POSITION[position].min_lead
        ):
            return "probable"
        if self._has_formulas_alone(old_index, new_index):
            return None
        return "unsure" if shared.of_both >= MIN_LIKENESS else None

    def _has_formulas_alone(self, old_index: int, new_index: int) -> bool:
        """Whether two paragraphs with enough rare words have hardly one of them in common."""
        return (
            self._rare_word_count(old_index, new_index) >= MIN_RECOGNIZABLE_WORDS
            and self.rare.likeness(old_index, new_index).of_both < MIN_RELATED_SHARE
        )

    def _highest_other_likeness(self, old_index: int, new_index: int) -> float:
        """The highest likeness that either of a pair has with any other paragraph."""
        other_likenesses = [
            shared.of_both
            for other_new, shared in self.likeness_by_old_index[old_index].items()
            if other_new != new_index
        ]
        other_likenesses += [
            shared.of_both
            for other_old, shared in self.likeness_by_new_index[new_index].items()
            if other_old != old_index
        ]
        return max(other_likenesses, default=0.0)

    def _position(self, old_index: int, new_index: int) -> str:
        """Where a pair stands, a key of `SURE_BY_POSITION`; at an end of the text never "alone"."""
        gap = self.gap_by_old_index[old_index]
        if gap != self.gap_by_new_index[new_index]:
            return "anywhere"
        is_alone = self.old_count_by_gap[gap] == self.new_count_by_gap[gap] == 1
        return "alone" if is_alone and 0 < gap < self.last_gap else "between"

    def _is_in_same_gap(self, old_index: int, new_index: int) -> bool:
        return self.gap_by_old_index[old_index] == self.gap_by_new_index[new_index]


def _coverage_certainty(
    whole_words: Sequence[str], words_of_parts: Sequence[Sequence[str]], part_indexes: Sequence[int]
) -> Certainty | None:
    """How certain it is that parts are the whole: neighbours that have nearly all its words."""
    # Of neighbours each index is one higher than the last; one part alone is no split or merge.
    if len(words_of_parts) < 2 or part_indexes[-1] - part_indexes[0] != len(part_indexes) - 1:
        return None
    shared = likeness([word for part_words in words_of_parts for word in part_words], whole_words)
    if shared.of_new < MIN_WHOLE_SHARE_COVERED_BY_PARTS:  # share of the whole
        return None
    return "sure" if shared.of_both >= MIN_SURE_COVERAGE_LIKENESS else "probable"


# --- Equal paragraphs ----------------------------------------------------------------------------


def unmistakable_pairs(
    pairs: Sequence[IndexPair], old_texts: Sequence[str], new_texts: Sequence[str]
) -> list[IndexPair]:
    """The pairs without those whose text is repeated and could be paired otherwise.

    Between two pairs of texts that are not repeated, a repeated text is sure only when it comes
    equally often on both sides.
    """
    old_counts, new_counts = Counter(old_texts), Counter(new_texts)
    single_pairs = [
        (old_index, new_index)
        for old_index, new_index in pairs
        if old_counts[old_texts[old_index]] == 1 and new_counts[new_texts[new_index]] == 1
    ]
    sure_pairs = set(single_pairs)
    for old_gap, new_gap in gaps_between_pairs(single_pairs, len(old_texts), len(new_texts)):
        old_count_in_gap = Counter(old_texts[index] for index in old_gap)
        new_count_in_gap = Counter(new_texts[index] for index in new_gap)
        sure_pairs.update(
            (old_index, new_index)
            for old_index, new_index in pairs
            if old_index in old_gap
            and new_index in new_gap
            and old_count_in_gap[old_texts[old_index]] == new_count_in_gap[old_texts[old_index]]
        )
    return sorted(sure_pairs)


def single_equal_pairs(old_texts: Sequence[str], new_texts: Sequence[str]) -> Iterator[IndexPair]:
    """Pairs of equal texts that come once on each side, at any place."""
    old_counts, new_counts = Counter(old_texts), Counter(new_texts)
    old_index_by_text = {text: old_index for old_index, text in enumerate(old_texts)}
    for new_index, text in enumerate(new_texts):
        if old_counts[text] == new_counts[text] == 1:
            yield old_index_by_text[text], new_index


def gap_numbers(
    unchanged_pairs: Sequence[IndexPair], old_length: int, new_length: int
) -> tuple[list[int], list[int]]:
    """For each old and each new index, the number of its gap between unchanged paragraphs.

    An unchanged one is in no gap (-1).
    """
    gap_by_old_index, gap_by_new_index = [-1] * old_length, [-1] * new_length
    for gap_number, (old_gap, new_gap) in enumerate(
        gaps_between_pairs(unchanged_pairs, old_length, new_length)
    ):
        for old_index in old_gap:
            gap_by_old_index[old_index] = gap_number
        for new_index in new_gap:
            gap_by_new_index[new_index] = gap_number
    return gap_by_old_index, gap_by_new_index
