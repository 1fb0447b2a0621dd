"""Pairs of paragraphs with equal words in two texts, and the gaps between them."""

from collections import Counter
from collections.abc import Iterator, Sequence

from drafts.words.differences import gaps_between_pairs

IndexPair = tuple[int, int]
"""The indexes of an old and of a new paragraph in their texts."""


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
