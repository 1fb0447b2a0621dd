"""How many words two paragraphs have in common, in the same order. Uses no database."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from rapidfuzz.distance import LCSseq, Opcode

from drafts.words.tokens import spaced_words
from drafts.words.typography import without_typography

_MAX_CANDIDATES: Final = 8  # paragraphs of the other text that one is compared with
# A word that so few paragraphs have is rare even in a short text.
_COUNT_ALWAYS_RARE: Final = 10
MIN_RECOGNIZABLE_WORDS: Final = 6
"""With fewer words a paragraph cannot be recognized by them."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """The words that two paragraphs have in common, in order, as shares from 0 to 1.

    They are shares of both texts together, of the old one alone, and of the new one alone.
    """

    of_both: float
    of_old: float
    of_new: float

    @property
    def of_both_or_new(self) -> float:
        """The larger of the two: a new paragraph may be a part of the old one."""
        return max(self.of_both, self.of_new)


NOTHING_SHARED: Final = Likeness(0.0, 0.0, 0.0)


def compared_words(text: str) -> tuple[str, ...]:
    """The words for comparing: without typography, case and the signs around them."""
    words = (
        token.strip().strip(".,;:()[]\"'").casefold()
        for token in spaced_words(comparable_text(text))
    )
    return tuple(word for word in words if word)


def comparable_text(text: str) -> str:
    """A text as it is compared: without typography and with single spaces."""
    return " ".join(without_typography(text).split())


def likeness(old_words: Sequence[str], new_words: Sequence[str]) -> Likeness:
    """The likeness of two paragraphs, given as words."""
    if not old_words or not new_words:
        return NOTHING_SHARED
    shared_count = LCSseq.similarity(old_words, new_words)  # the longest common subsequence
    return Likeness(
        2 * shared_count / (len(old_words) + len(new_words)),
        shared_count / len(old_words),
        shared_count / len(new_words),
    )


def added_words(old_word_lists: Iterable[Sequence[str]], new_words: Sequence[str]) -> list[str]:
    """The words of a paragraph that come from none of the old ones, in order."""
    remaining_words = list(new_words)
    for old_words in old_word_lists:
        operations = LCSseq.opcodes(old_words, remaining_words)
        remaining_words = [
            remaining_words[index]
            for operation in operations
            if operation.tag == "insert"
            for index in _inserted_range(operation)
        ]
    return remaining_words


def _inserted_range(operation: Opcode) -> range:
    """The indexes of the words that an operation inserts."""
    return range(operation.dest_start, operation.dest_end)


def likenesses(
    old_words: Sequence[Sequence[str]],
    new_words: Sequence[Sequence[str]],
    unmatched_old_indexes: Iterable[int],
    unmatched_new_indexes: Iterable[int],
    weight_by_word: Mapping[str, float],
) -> Mapping[tuple[int, int], Likeness]:
    """By old and new index, the likeness of each unmatched paragraph and a few of the other side.

    These few, which may be matched already, share most of its rare words.
    """
    pairs = set(
        _pairs_sharing_rare_words(old_words, unmatched_old_indexes, new_words, weight_by_word)
    )
    pairs |= {
        (old_index, new_index)
        for new_index, old_index in _pairs_sharing_rare_words(
            new_words, unmatched_new_indexes, old_words, weight_by_word
        )
    }
    return {
        (old_index, new_index): likeness(old_words[old_index], new_words[new_index])
        for old_index, new_index in sorted(pairs)
    }


class RareWordIndex:
    """Finds similar texts, given as words, by their rare words: those in `weight_by_word`.

    Frequent words, such as "the", would make all texts of one language alike. A text with few rare
    words is compared by all of its words, with all words of the others.
    """

    def __init__(self, texts: Sequence[Sequence[str]], weight_by_word: Mapping[str, float]) -> None:
        self.weight_by_word = weight_by_word
        self.all_words_index = _WordIndex(texts)
        self.rare_words_index = _WordIndex([self._rare_words(text) for text in texts])

    def find_similar(self, words: Sequence[str], min_share: float) -> dict[int, Likeness]:
        """The likeness of each similar text, by its index.

        Similar are those that share at least `min_share` of the words of both, or of `words`
        alone; only rare words count where there are enough.
        """
        rare_words = self._rare_words(words)
        if len(rare_words) < MIN_RECOGNIZABLE_WORDS:
            return self.all_words_index.find_similar(words, min_share)
        return self.rare_words_index.find_similar(rare_words, min_share)

    def _rare_words(self, words: Sequence[str]) -> Sequence[str]:
        return [word for word in words if word in self.weight_by_word]


class _WordIndex:
    """Texts, given as words, with an index from each word to the texts that hold it."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        self.texts = texts

    @cached_property
    def text_indexes_by_word(self) -> Mapping[str, Sequence[int]]:
        """The indexes of the texts that hold a word."""
        text_indexes_by_word: defaultdict[str, list[int]] = defaultdict(list)
        for text_index, text in enumerate(self.texts):
            for word in set(text):
                text_indexes_by_word[word].append(text_index)
        return text_indexes_by_word

    def find_similar(self, words: Sequence[str], min_share: float) -> dict[int, Likeness]:
        """The likeness of each similar text, by its index.

        Similar are those that share at least `min_share` of the words of both, or of `words`
        alone.
        """
        # Two texts never share more words in order than in any order: where these are too few, the
        # likeness need not be worked out.
        max_shared = Counter(
            text_index for word in words for text_index in self.text_indexes_by_word.get(word, ())
        )
        likeness_by_text_index = {
            text_index: likeness(self.texts[text_index], words)
            for text_index, count in max_shared.items()
            if count >= min_share * min(len(words), (len(words) + len(self.texts[text_index])) / 2)
        }
        return {
            text_index: shared
            for text_index, shared in likeness_by_text_index.items()
            if shared.of_both_or_new >= min_share
        }


def rarity_weights(texts: Sequence[Sequence[str]]) -> Mapping[str, float]:
    """The rare words, which at most a fifth of the texts or ten have; the rarer, the heavier."""
    text_count_by_word = Counter(word for text in texts for word in set(text))
    max_count = max(_COUNT_ALWAYS_RARE, len(texts) // 5)
    return {
        word: math.log(1 + len(texts) / count) ** 2
        for word, count in text_count_by_word.items()
        if count <= max_count
    }


def _pairs_sharing_rare_words(
    texts: Sequence[Sequence[str]],
    text_indexes: Iterable[int],
    other_texts: Sequence[Sequence[str]],
    weight_by_word: Mapping[str, float],
) -> Iterable[tuple[int, int]]:
    """Pairs of indexes: each of these texts with the others that share most rare words with it."""
    other_indexes_by_word: defaultdict[str, list[int]] = defaultdict(list)
    for other_index, other_text in enumerate(other_texts):
        for word in weight_by_word.keys() & set(other_text):
            other_indexes_by_word[word].append(other_index)
    for text_index in text_indexes:
        weight_by_other_index: defaultdict[int, float] = defaultdict(float)
        # Sorted: a sum of floats depends on their order, and a set has none.
        for word in sorted(weight_by_word.keys() & set(texts[text_index])):
            for other_index in other_indexes_by_word.get(word, ()):
                weight_by_other_index[other_index] += weight_by_word[word]
        heaviest_first = sorted(
            weight_by_other_index,
            key=lambda other_index: (-weight_by_other_index[other_index], other_index),
        )
        yield from ((text_index, other_index) for other_index in heaviest_first[:_MAX_CANDIDATES])
