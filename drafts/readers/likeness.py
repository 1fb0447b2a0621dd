"""How much of its words one paragraph has from another. Pure; order of words counts."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import LCSseq

from drafts.differences import tokens, without_typography

_CANDIDATES: Final = 8


@dataclass(frozen=True, slots=True)
class Likeness:
    """The words that two paragraphs have in common, in order, as shares from 0 to 1.

    `both` is their share of both texts, `old` of the old one alone, `new` of the new one alone.
    """

    both: float
    old: float
    new: float


NONE: Final = Likeness(0.0, 0.0, 0.0)


def words_of(text: str) -> tuple[str, ...]:
    """The words for comparing: without typography, case and the signs around them."""
    found = (token.strip().strip(".,;:()[]\"'").casefold() for token in tokens(plain(text)))
    return tuple(word for word in found if word)


def plain(text: str) -> str:
    """A text as it is compared: what changes no word is taken away."""
    return " ".join(without_typography(text).split())


def likeness(old: Sequence[str], new: Sequence[str]) -> Likeness:
    """Of two paragraphs, given as words."""
    if not old or not new:
        return NONE
    shared = LCSseq.similarity(old, new)
    return Likeness(2 * shared / (len(old) + len(new)), shared / len(old), shared / len(new))


def likenesses(
    olds: Sequence[Sequence[str]], news: Sequence[Sequence[str]]
) -> Mapping[tuple[int, int], Likeness]:
    """Of each paragraph of either side with the few of the other that share most rare words."""
    rarity = _rarity([*olds, *news])
    pairs = {*_nearest(olds, news, rarity)}
    pairs |= {(old, new) for new, old in _nearest(news, olds, rarity)}
    return {(old, new): likeness(olds[old], news[new]) for old, new in sorted(pairs)}


def _rarity(texts: Sequence[Sequence[str]]) -> Mapping[str, float]:
    """A weight for each word: that of "the" is next to nothing."""
    often = Counter(word for text in texts for word in set(text))
    return {word: math.log(1 + len(texts) / count) ** 2 for word, count in often.items()}


def _nearest(
    texts: Sequence[Sequence[str]], others: Sequence[Sequence[str]], rarity: Mapping[str, float]
) -> Iterable[tuple[int, int]]:
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for place, other in enumerate(others):
        for word in set(other):
            holders[word].append(place)
    for place, text in enumerate(texts):
        weights: Counter[int] = Counter()
        for word in sorted(set(text)):
            for holder in holders.get(word, ()):
                weights[holder] += rarity[word]  # type: ignore[assignment]
        likest = sorted(weights, key=lambda holder: (-weights[holder], holder))
        yield from ((place, holder) for holder in likest[:_CANDIDATES])
