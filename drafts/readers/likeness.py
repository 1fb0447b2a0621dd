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

_CANDIDATES: Final = 8
_FEW_TEXTS: Final = 10
FEW_WORDS: Final = 6
"""With fewer words a paragraph cannot be recognized by them."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """The words that two paragraphs have in common, in order, as shares from 0 to 1.

    `both` is their share of both texts, `old` of the old one alone, `new` of the new one alone.
    """

    both: float
    old: float
    new: float


NOTHING_SHARED: Final = Likeness(0.0, 0.0, 0.0)


def compared_words(text: str) -> tuple[str, ...]:
    """The words for comparing: without typography, case and the signs around them."""
    found = (
        token.strip().strip(".,;:()[]\"'").casefold() for token in spaced_words(comparable(text))
    )
    return tuple(word for word in found if word)


def comparable(text: str) -> str:
    """A text as it is compared: without typography and with single spaces."""
    return " ".join(without_typography(text).split())


def likeness(old: Sequence[str], new: Sequence[str]) -> Likeness:
    """The likeness of two paragraphs, given as words."""
    if not old or not new:
        return NOTHING_SHARED
    shared = LCSseq.similarity(old, new)
    return Likeness(2 * shared / (len(old) + len(new)), shared / len(old), shared / len(new))


def added_words(olds: Iterable[Sequence[str]], new: Sequence[str]) -> list[str]:
    """The words of a paragraph that come from none of the old ones, in order."""
    left = list(new)
    for old in olds:
        steps = LCSseq.opcodes(old, left)
        left = [left[at] for step in steps if step.tag == "insert" for at in _new_range(step)]
    return left


def _new_range(step: Opcode) -> range:
    return range(step.dest_start, step.dest_end)


def likenesses(
    olds: Sequence[Sequence[str]],
    news: Sequence[Sequence[str]],
    open_olds: Iterable[int],
    open_news: Iterable[int],
    rarity: Mapping[str, float],
) -> Mapping[tuple[int, int], Likeness]:
    """The likeness of each open paragraph and the few others that share most of its rare words."""
    pairs = set(_nearest(olds, open_olds, news, rarity))
    pairs |= {(old, new) for new, old in _nearest(news, open_news, olds, rarity)}
    return {(old, new): likeness(olds[old], news[new]) for old, new in sorted(pairs)}


class RareWordIndex:
    """Finds similar texts, given as words, by the words that less than every fifth of them has.

    So two texts have hardly anything in common by their language alone. A text with few such
    words is compared by all of its words, with all words of the others.
    """

    def __init__(self, texts: Sequence[Sequence[str]], rarity: Mapping[str, float]) -> None:
        self.rarity = rarity
        self.all = _WordIndex(texts)
        self.rare = _WordIndex([self._rare_words(text) for text in texts])

    def similar(self, text: Sequence[str], min_share: float) -> dict[int, Likeness]:
        """The texts, by index, that have at least this share of words in common with it."""
        words = self._rare_words(text)
        if len(words) < FEW_WORDS:
            return self.all.similar(text, min_share)
        return self.rare.similar(words, min_share)

    def _rare_words(self, words: Sequence[str]) -> Sequence[str]:
        return [word for word in words if word in self.rarity]


class _WordIndex:
    """Texts, given as words, with an index from each word to the texts that hold it."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        self.texts = texts

    @cached_property
    def holders(self) -> Mapping[str, Sequence[int]]:
        holders: defaultdict[str, list[int]] = defaultdict(list)
        for place, text in enumerate(self.texts):
            for word in set(text):
                holders[word].append(place)
        return holders

    def similar(self, words: Sequence[str], min_share: float) -> dict[int, Likeness]:
        # Two texts never share more words in order than in any order.
        max_shared = Counter(place for word in words for place in self.holders.get(word, ()))
        found = {
            place: likeness(self.texts[place], words)
            for place, count in max_shared.items()
            if count >= min_share * min(len(words), (len(words) + len(self.texts[place])) / 2)
        }
        return {place: one for place, one in found.items() if max(one.both, one.new) >= min_share}


def rarity_of(texts: Sequence[Sequence[str]]) -> Mapping[str, float]:
    """A weight for each word that less than every fifth paragraph has; "the" has none."""
    counts = Counter(word for text in texts for word in set(text))
    max_count = max(_FEW_TEXTS, len(texts) // 5)
    return {
        word: math.log(1 + len(texts) / count) ** 2
        for word, count in counts.items()
        if count <= max_count
    }


def _nearest(
    texts: Sequence[Sequence[str]],
    places: Iterable[int],
    others: Sequence[Sequence[str]],
    rarity: Mapping[str, float],
) -> Iterable[tuple[int, int]]:
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for place, other in enumerate(others):
        for word in rarity.keys() & set(other):
            holders[word].append(place)
    for place in places:
        weights: defaultdict[int, float] = defaultdict(float)
        for word in sorted(rarity.keys() & set(texts[place])):
            for holder in holders.get(word, ()):
                weights[holder] += rarity[word]
        likest = sorted(weights, key=lambda holder: (-weights[holder], holder))
        yield from ((place, holder) for holder in likest[:_CANDIDATES])
