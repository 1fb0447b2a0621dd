"""Proposes from the words what each paragraph becomes in the next text, and how certain that is.

Conservative: what is not sure is proposed as probable or unsure. docs/testing.md says what tests
hold of it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from drafts.importing.likeness import (
    MIN_RECOGNIZABLE_WORDS,
    NOTHING_SHARED,
    Likeness,
    RareWordIndex,
    added_words,
    comparable_text,
    compared_words,
    likeness,
    likenesses,
    rarity_weights,
)
from drafts.parsing.file_text import ReadParagraph
from drafts.words.differences import equal_pairs_in_order, gaps_between_pairs

LineageMatch = Literal["same", "moved", "reworded", "split", "merged", "new"]
Certainty = Literal["sure", "probable", "unsure"]


@dataclass(frozen=True)
class OldParagraph:
    """A paragraph of the text in force: its permanent key and its words now."""

    key: str
    text: str


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
    """What each row follows, from the words alone: ids, numbers and labels are never looked at.

    Paragraphs with equal words are the same, in place or moved, where no other has these words. Of
    the rest, two are paired that are far more alike than either is to any other. Two between the
    same unchanged neighbours need less in common than two elsewhere.
    """
    search = _LineageSearch(
        [old_paragraph.text for old_paragraph in old_paragraphs],
        [new_paragraph.text for new_paragraph in new_paragraphs],
    )
    search.match_equal()
    search.compare_unmatched()
    search.match_splits_and_merges()
    search.match_most_alike()
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

# A row that shares less of its rare words with every old paragraph was written anew.
MAX_STRANGE_SHARE: Final = 0.35

# With a smaller share of their rare words in common, two paragraphs have nothing to do with each
# other.
MIN_RELATED_SHARE: Final = 0.15

# At least this share of a paragraph that is merged into another is among its added words.
MIN_ADDED_SHARE: Final = 0.3

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
    """Searches what each new paragraph continues; a gap lies between two unchanged paragraphs."""

    old_texts: Sequence[str]
    new_texts: Sequence[str]
    match_by_new_index: dict[int, _Match] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.old_words = [compared_words(text) for text in self.old_texts]
        self.new_words = [compared_words(text) for text in self.new_texts]
        self.weight_by_word = rarity_weights([*self.old_words, *self.new_words])
        self.old_words_index = RareWordIndex(self.old_words, self.weight_by_word)
        self.unchanged_pairs: list[IndexPair] = []
        self.matched_old_indexes: set[int] = set()
        self.likeness_by_pair: Mapping[IndexPair, Likeness] = {}
        self.likeness_by_old_index: dict[int, dict[int, Likeness]] = defaultdict(dict)
        self.likeness_by_new_index: dict[int, dict[int, Likeness]] = defaultdict(dict)

    def match_equal(self) -> None:
        """Match equal paragraphs in order; then equal ones elsewhere, where no other is equal."""
        old_comparable = [comparable_text(text) for text in self.old_texts]
        new_comparable = [comparable_text(text) for text in self.new_texts]
        self.unchanged_pairs = unmistakable_pairs(
            equal_pairs_in_order(old_comparable, new_comparable), old_comparable, new_comparable
        )
        for old_index, new_index in self.unchanged_pairs:
            self._set_match(new_index, (old_index,), "same", "sure")
        for old_index, new_index in single_equal_pairs(old_comparable, new_comparable):
            is_old_matched = old_index in self.matched_old_indexes
            if not is_old_matched and new_index not in self.match_by_new_index:
                is_long = len(self.new_words[new_index]) >= MIN_RECOGNIZABLE_WORDS
                self._set_match(new_index, (old_index,), "moved", "sure" if is_long else "probable")
        # Whether most paragraphs that are equal stand in the same order in both texts.
        self.is_in_order = 2 * len(self.unchanged_pairs) > len(self.match_by_new_index)
        self.gap_by_old_index, self.gap_by_new_index = gap_numbers(
            self.unchanged_pairs, len(self.old_words), len(self.new_words)
        )
        self.old_count_by_gap = Counter(self.gap_by_old_index)
        self.new_count_by_gap = Counter(self.gap_by_new_index)

    def compare_unmatched(self) -> None:
        """Compare the paragraphs that are left with those of the other side."""
        self.likeness_by_pair = likenesses(
            self.old_words,
            self.new_words,
            self._unmatched_old_indexes(),
            self._unmatched_new_indexes(),
            self.weight_by_word,
        )
        for (old_index, new_index), shared in self.likeness_by_pair.items():
            self.likeness_by_old_index[old_index][new_index] = shared
            self.likeness_by_new_index[new_index][old_index] = shared

    def match_splits_and_merges(self) -> None:
        """Match one paragraph with several (a split), and several with one (a merge)."""
        for old_index in self._unmatched_old_indexes():
            new_indexes = [
                new_index
                for new_index in self._unmatched_new_indexes()
                if self._is_part_of_old(old_index, new_index)
            ]
            part_words = [self.new_words[new_index] for new_index in new_indexes]
            if certainty := _coverage_certainty(self.old_words[old_index], part_words, new_indexes):
                for new_index in new_indexes:
                    self._set_match(new_index, (old_index,), "split", certainty)
        for new_index in self._unmatched_new_indexes():
            old_indexes = [
                old_index
                for old_index in self._unmatched_old_indexes()
                if self._is_part_of_new(old_index, new_index)
            ]
            part_words = [self.old_words[old_index] for old_index in old_indexes]
            if certainty := _coverage_certainty(self.new_words[new_index], part_words, old_indexes):
                self._set_match(new_index, tuple(old_indexes), "merged", certainty)

    def match_most_alike(self) -> None:
        """Match the most alike first; then pairs left alone between two unchanged paragraphs."""
        unmatched_old_indexes = set(self._unmatched_old_indexes())
        unmatched_new_indexes = set(self._unmatched_new_indexes())
        pairs = [
            (old_index, new_index)
            for old_index, new_index in self.likeness_by_pair
            if old_index in unmatched_old_indexes and new_index in unmatched_new_indexes
        ]
        pairs.sort(key=lambda pair: (-self.likeness_by_pair[pair].of_both, pair))
        for old_index, new_index in pairs:
            if old_index in self.matched_old_indexes or new_index in self.match_by_new_index:
                continue
            if certainty := self._certainty(old_index, new_index):
                lineage_match: LineageMatch = (
                    "reworded" if self._is_in_same_gap(old_index, new_index) else "moved"
                )
                self._set_match(new_index, (old_index,), lineage_match, certainty)
        old_index_by_gap = {
            self.gap_by_old_index[old_index]: old_index
            for old_index in self._unmatched_old_indexes()
        }
        for new_index in self._unmatched_new_indexes():
            old_in_same_gap = old_index_by_gap.get(self.gap_by_new_index[new_index])
            if (
                old_in_same_gap is not None
                and self._position(old_in_same_gap, new_index) == "alone"
            ):
                self._set_match(new_index, (old_in_same_gap,), "reworded", "unsure")

    def propose_half_merges(self) -> None:
        """Propose a merge where a reworded row holds an old paragraph that no sure row follows."""
        sure_old_indexes = {
            old_index
            for match in self.match_by_new_index.values()
            if match.certainty == "sure"
            for old_index in match.old_indexes
        }
        other_old_indexes = [
            old_index
            for old_index in range(len(self.old_words))
            if old_index not in sure_old_indexes and self._is_long_old(old_index)
        ]
        for new_index in self._reworded_new_indexes():
            followed_old_indexes = self.match_by_new_index[new_index].old_indexes
            added_new_words = added_words(
                [self.old_words[old_index] for old_index in followed_old_indexes],
                self.new_words[new_index],
            )
            contained_old_indexes = [
                old_index
                for old_index in other_old_indexes
                if self._is_merged_into(old_index, new_index, added_new_words)
            ]
            if contained_old_indexes:
                self._set_match(
                    new_index,
                    tuple(sorted({*followed_old_indexes, *contained_old_indexes})),
                    "merged",
                    "probable",
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
                for split_index in (reworded_index_by_old_index[split_old_index], new_index):
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

    def _is_merged_into(
        self, old_index: int, new_index: int, added_new_words: Sequence[str]
    ) -> bool:
        """Whether a row holds most of an old paragraph, or most of its added words come from it.

        Words that the row already has from the one it follows do not count.
        """
        old_words = self.old_words[old_index]
        shared = likeness(old_words, added_new_words)
        if shared.of_old < MIN_ADDED_SHARE:
            return False
        if self._pair_likeness(old_index, new_index).of_old >= MIN_CONTAINED_SHARE:
            return True
        return (
            shared.of_new >= MIN_CONTAINED_SHARE and len(added_new_words) >= MIN_RECOGNIZABLE_WORDS
        )

    def _holds(self, old_index: int, new_index: int, min_share: float) -> bool:
        """Whether at least this share of a new paragraph's words comes from an old one."""
        new_words = set(self.new_words[new_index])  # a quick test first: words in any order
        shared_words = new_words.intersection(self.old_words[old_index])
        is_likely = len(shared_words) >= MIN_CONTAINED_SHARE * len(new_words)
        return is_likely and self._pair_likeness(old_index, new_index).of_new >= min_share

    def _is_long_old(self, old_index: int) -> bool:
        return len(self.old_words[old_index]) >= MIN_RECOGNIZABLE_WORDS

    def _pair_likeness(self, old_index: int, new_index: int) -> Likeness:
        return self.likeness_by_pair.get((old_index, new_index)) or likeness(
            self.old_words[old_index], self.new_words[new_index]
        )

    def match_as_new(self, new_index: int) -> _Match:
        """A row as new; sure where hardly any of its words were in the old text."""
        if len(self.new_words[new_index]) >= MIN_RECOGNIZABLE_WORDS and self._is_strange(new_index):
            return _Match((), "new", "sure")
        likenesses_of_row = self.likeness_by_new_index[new_index].values()
        max_share = max((shared.of_both_or_new for shared in likenesses_of_row), default=0.0)
        is_probable = max_share < MIN_SHARE_OF_PART_FROM_WHOLE
        return _Match((), "new", "probable" if is_probable else "unsure")

    def _is_strange(self, new_index: int) -> bool:
        """Whether it shares hardly a rare word with any paragraph, and none may have become it."""
        likenesses_of_row = self.old_words_index.find_similar(
            self.new_words[new_index], MIN_RELATED_SHARE
        )
        if any(shared.of_both_or_new >= MAX_STRANGE_SHARE for shared in likenesses_of_row.values()):
            return False
        return not any(
            (
                old_index in likenesses_of_row
                and likenesses_of_row[old_index].of_both >= MIN_RELATED_SHARE
            )
            or (self.is_in_order and self._is_in_same_gap(old_index, new_index))
            for old_index in self._unmatched_old_indexes()
        )

    def _set_match(
        self,
        new_index: int,
        old_indexes: tuple[int, ...],
        lineage_match: LineageMatch,
        certainty: Certainty,
    ) -> None:
        self.match_by_new_index[new_index] = _Match(old_indexes, lineage_match, certainty)
        self.matched_old_indexes.update(old_indexes)

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
        is_recognizable = is_long or position == "alone"
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
        return "unsure" if shared.of_both >= MIN_LIKENESS else None

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
        return "alone" if is_alone and 0 < gap < len(self.unchanged_pairs) else "between"

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
