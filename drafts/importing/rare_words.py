"""How much paragraphs have in common by their rare words alone, in any order. Uses no database.

Formulas such as "in accordance with national law" make all paragraphs of a treaty alike. What a
paragraph is about stands in words that few others have: they are left where all else is rewritten.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set as AbstractSet
from heapq import nlargest
from typing import Final

from drafts.importing.likeness import NOTHING_SHARED, Likeness

# A word that so few paragraphs have is rare even in a short text.
_COUNT_ALWAYS_RARE: Final = 10
_CLOSEST_COUNT: Final = 8  # paragraphs of the other text that one is compared with
_MIN_CLOSE_SHARE: Final = 0.05  # less is chance

# Another paragraph, with the share of their rare words that both have in common.
Close = tuple[int, float]


class RareWordShares:
    """The rare words of two texts, given as words, and what their paragraphs share of them."""

    def __init__(
        self, old_texts: Sequence[str], new_texts: Sequence[str], figures: AbstractSet[str]
    ) -> None:
        self.weight_by_word = _weights([*old_texts, *new_texts], figures)
        rare_words = self.weight_by_word.keys()
        self.old_rare_words = [rare_words & set(text) for text in old_texts]
        self.new_rare_words = [rare_words & set(text) for text in new_texts]
        self._old_weights = [self._weight(words) for words in self.old_rare_words]
        self._new_weights = [self._weight(words) for words in self.new_rare_words]
        self.shared_weights_by_new = self._shared_weights()
        """For each new paragraph, the weight of what it shares with each old one, by index."""
        self.closest_old_by_new, self.closest_new_by_old = self._closest()
        """For each paragraph the few of the other text that share most with it, closest first."""

    def _closest(self) -> tuple[list[list[Close]], list[list[Close]]]:
        closest_old_by_new: list[list[Close]] = []
        shares_by_old: list[list[tuple[float, int]]] = [[] for _weight in self._old_weights]
        for new_index, shared_weights in enumerate(self.shared_weights_by_new):
            new_weight = self._new_weights[new_index]
            shares = []
            for old_index, weight in shared_weights.items():
                share = 2 * weight / (self._old_weights[old_index] + new_weight)
                if share >= _MIN_CLOSE_SHARE:
                    shares.append((share, -old_index))
                    shares_by_old[old_index].append((share, -new_index))
            closest_old_by_new.append(_largest(shares))
        return closest_old_by_new, [_largest(shares) for shares in shares_by_old]

    def _shared_weights(self) -> list[dict[int, float]]:
        old_indexes_by_word: defaultdict[str, list[int]] = defaultdict(list)
        for old_index, words in enumerate(self.old_rare_words):
            for word in words:
                old_indexes_by_word[word].append(old_index)
        shared_weights_by_new = []
        for words in self.new_rare_words:
            shared_weights: defaultdict[int, float] = defaultdict(float)
            for word in sorted(words):  # a sum of floats depends on their order, and a set has none
                weight = self.weight_by_word[word]
                for old_index in old_indexes_by_word.get(word, ()):
                    shared_weights[old_index] += weight
            shared_weights_by_new.append(dict(shared_weights))
        return shared_weights_by_new

    def likeness(self, old_index: int, new_index: int) -> Likeness:
        """The shares of the rare words of both, of the old and of the new paragraph, by weight."""
        shared_weight = self.shared_weights_by_new[new_index].get(old_index)
        if not shared_weight:
            return NOTHING_SHARED
        old_weight, new_weight = self._old_weights[old_index], self._new_weights[new_index]
        return Likeness(
            2 * shared_weight / (old_weight + new_weight),
            shared_weight / old_weight,
            shared_weight / new_weight,
        )

    def contested_by_old(self, old_index: int, other_old: int, new_index: int) -> float:
        """Of what a new paragraph has from `other_old`, the share that `old_index` has as well.

        Two that gave different words to one do not contest it: it may be their merger.
        """
        return self._share_within(
            self.old_rare_words[other_old] & self.new_rare_words[new_index],
            self.old_rare_words[old_index],
        )

    def contested_by_new(self, new_index: int, other_new: int, old_index: int) -> float:
        """Of what `other_new` has from an old paragraph, the share that `new_index` has as well."""
        return self._share_within(
            self.new_rare_words[other_new] & self.old_rare_words[old_index],
            self.new_rare_words[new_index],
        )

    def share_given_alone(
        self, old_index: int, new_index: int, followed_old_indexes: Iterable[int]
    ) -> float:
        """The share of an old paragraph that a new one has from it, and from none it follows."""
        given_words = self.old_rare_words[old_index] & self.new_rare_words[new_index]
        for followed_index in followed_old_indexes:
            given_words = given_words - self.old_rare_words[followed_index]
        old_weight = self._old_weights[old_index]
        return self._weight(given_words) / old_weight if old_weight else 0.0

    def _share_within(self, words: AbstractSet[str], other_words: AbstractSet[str]) -> float:
        weight = self._weight(words)
        return self._weight(words & other_words) / weight if weight else 0.0

    def _weight(self, words: Iterable[str]) -> float:
        return sum(self.weight_by_word[word] for word in sorted(words))


def _weights(texts: Sequence[str], figures: AbstractSet[str]) -> Mapping[str, float]:
    """The rare words, which at most a fifth of the texts or ten have; the rarer, the heavier."""
    text_count_by_word = Counter(word for text in texts for word in set(text))
    max_count = max(_COUNT_ALWAYS_RARE, len(texts) // 5)
    return {
        word: math.log(1 + len(texts) / count) ** 2
        for word, count in text_count_by_word.items()
        if count <= max_count and word not in figures
    }


def _largest(shares: Iterable[tuple[float, int]]) -> list[Close]:
    """Those that share most, out of shares and negative indexes: of equal ones the first."""
    return [(-index, share) for share, index in nlargest(_CLOSEST_COUNT, shares)]
