"""What each paragraph becomes in the next text, proposed from the words, with its certainty.

Conservative: what is not sure is never taken for granted. docs/readers.md tells how the thresholds
were measured.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from drafts.readers.likeness import (
    FEW_WORDS,
    NONE,
    Likeness,
    Telling,
    added_words,
    compared_words,
    likeness,
    likenesses,
    plain,
    rarity_of,
)
from drafts.readers.proposal import ReadParagraph
from drafts.words.differences import equal_in_order, gaps

How = Literal["same", "moved", "reworded", "split", "merged", "new"]
Certainty = Literal["sure", "probable", "unsure"]
Pair = tuple[int, int]
"""The places of an old and of a new paragraph in their texts."""

# A piece of a split, or a part of a merge, has so much of its words from the other side.
_PIECE: Final = 0.75
_COVERED: Final = 0.75
_EXACT: Final = 0.97
WITHIN: Final = 0.6
"""So much of a paragraph inside another, by containment, that it may be part of it."""
STRANGE: Final = 0.35
"""A row that has less of its telling words from every old paragraph was written anew."""
REMOTE: Final = 0.15
"""So much of their telling words any two paragraphs of one text have in common."""
# So much of a paragraph that is merged into another comes as words that were not there before.
_ADDED: Final = 0.3
# Below, two paragraphs have hardly more in common than any two of one text.
_SOMEWHAT_ALIKE: Final = 0.35


@dataclass(frozen=True)
class CertaintyStep:
    """From how much in common, and how far ahead of the next alike, a pair is so certain."""

    alike: float
    ahead: float


# By where the pair lies: anywhere; between the same two unchanged paragraphs; alone between them.
SURE: Final = {
    "anywhere": (CertaintyStep(0.8, 0.25), CertaintyStep(0.55, 0.35)),
    "between": (CertaintyStep(0.6, 0.2),),
    "alone": (CertaintyStep(0.5, 0.1),),
}
PROBABLE: Final = {
    "anywhere": CertaintyStep(0.6, 0.1),
    "between": CertaintyStep(0.5, 0.05),
    "alone": CertaintyStep(_SOMEWHAT_ALIKE, 0.0),
}


@dataclass(frozen=True)
class Known:
    """A paragraph that stands: its lasting key, and its words now."""

    key: str
    text: str


@dataclass(frozen=True)
class Proposed:
    """What a row of the new text follows, by key: nothing where it is new, several in a merge."""

    row: int
    keys: tuple[str, ...]
    how: How
    certainty: Certainty


@dataclass(frozen=True)
class Lineage:
    """A proposal for every row; `left` are the keys that no row is proposed to follow."""

    proposed: tuple[Proposed, ...]
    left: tuple[str, ...]

    @property
    def sure(self) -> tuple[Proposed, ...]:
        """Those that may be chosen beforehand."""
        return tuple(found for found in self.proposed if found.certainty == "sure")


def propose_lineage(before: Sequence[Known], after: Sequence[ReadParagraph]) -> Lineage:
    """What each row follows, from the words alone: ids, numbers and labels are never looked at.

    Equal words are the same paragraph, in its place or moved, where no other has them. Of the rest
    those are paired that are each other's likest by far. What lies between the same unchanged
    neighbours needs less in common than what stands elsewhere.
    """
    weighing = _Weighing([known.text for known in before], [row.text for row in after])
    weighing.place_equal()
    weighing.compare_rest()
    weighing.place_parts()
    weighing.place_alike()
    weighing.doubt_half_merges()
    weighing.doubt_half_splits()
    proposed = []
    for place, row in enumerate(after):
        olds, how, certainty = weighing.found.get(place) or weighing.as_new(place)
        keys = tuple(before[old].key for old in olds)
        proposed.append(Proposed(row.row, keys, how, certainty))
    followed = {key for found in proposed for key in found.keys}
    left = tuple(known.key for known in before if known.key not in followed)
    return Lineage(tuple(proposed), left)


@dataclass
class _Weighing:
    """Two texts and what was found so far: for a new place the old ones, how, and how certain."""

    old_texts: Sequence[str]
    new_texts: Sequence[str]
    found: dict[int, tuple[tuple[int, ...], How, Certainty]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.olds = [compared_words(text) for text in self.old_texts]
        self.news = [compared_words(text) for text in self.new_texts]
        self.rarity = rarity_of([*self.olds, *self.news])
        self.telling = Telling(self.olds, self.rarity)
        self.steady: list[Pair] = []
        self.taken: set[int] = set()
        self.likeness: Mapping[Pair, Likeness] = {}
        self.of_old: dict[int, dict[int, Likeness]] = defaultdict(dict)
        self.of_new: dict[int, dict[int, Likeness]] = defaultdict(dict)

    def place_equal(self) -> None:
        """Equal words in order; then equal ones elsewhere, that no other paragraph has."""
        old_plain = [plain(text) for text in self.old_texts]
        new_plain = [plain(text) for text in self.new_texts]
        self.steady = _unmistakable(equal_in_order(old_plain, new_plain), old_plain, new_plain)
        for old, new in self.steady:
            self._take(new, (old,), "same", "sure")
        for old, new in _single_elsewhere(old_plain, new_plain):
            if old not in self.taken and new not in self.found:
                is_long = len(self.news[new]) >= FEW_WORDS
                self._take(new, (old,), "moved", "sure" if is_long else "probable")
        self.is_in_order = 2 * len(self.steady) > len(self.found)
        self.old_gap, self.new_gap = _gap_of_each(self.steady, len(self.olds), len(self.news))
        self.old_sizes, self.new_sizes = Counter(self.old_gap), Counter(self.new_gap)

    def compare_rest(self) -> None:
        """How much the paragraphs that are left have in common with any of the other side."""
        self.likeness = likenesses(
            self.olds, self.news, self._open_olds(), self._open_news(), self.rarity
        )
        for (old, new), found in self.likeness.items():
            self.of_old[old][new] = self.of_new[new][old] = found

    def place_parts(self) -> None:
        """One paragraph in several, and several in one."""
        for old in self._open_olds():
            pieces = [new for new in self._open_news() if self._is_piece(old, new)]
            words = [self.news[new] for new in pieces]
            if certainty := _covered(self.olds[old], words, pieces):
                for new in pieces:
                    self._take(new, (old,), "split", certainty)
        for new in self._open_news():
            parts = [old for old in self._open_olds() if self._is_part(old, new)]
            words = [self.olds[old] for old in parts]
            if certainty := _covered(self.news[new], words, parts):
                self._take(new, tuple(parts), "merged", certainty)

    def place_alike(self) -> None:
        """The pairs that are left, the likest first."""
        open_olds, open_news = set(self._open_olds()), set(self._open_news())
        pairs = [pair for pair in self.likeness if pair[0] in open_olds and pair[1] in open_news]
        pairs.sort(key=lambda pair: (-self.likeness[pair].both, pair))
        for old, new in pairs:
            if old in self.taken or new in self.found:
                continue
            if certainty := self._certainty(old, new):
                how: How = "reworded" if self._keeps_place(old, new) else "moved"
                self._take(new, (old,), how, certainty)
        places = {self.old_gap[old]: old for old in self._open_olds()}
        for new in self._open_news():
            old_there = places.get(self.new_gap[new])
            if old_there is not None and self._where(old_there, new) == "alone":
                self._take(new, (old_there,), "reworded", "unsure")

    def doubt_half_merges(self) -> None:
        """A paragraph that nothing is sure to follow, and whose words stand inside a chosen row."""
        sure = {old for olds, _how, _sure in self._chosen() for old in olds}
        rest = [old for old in range(len(self.olds)) if old not in sure and self._tells_old(old)]
        for new in self._reworded_rows():
            parents = self.found[new][0]
            added = added_words([self.olds[old] for old in parents], self.news[new])
            inside = [old for old in rest if self._is_inside(old, new, added)]
            if inside:
                self._take(new, tuple(sorted({*parents, *inside})), "merged", "probable")

    def doubt_half_splits(self) -> None:
        """A row that is not sure, and whose words stand in what another is sure to follow."""
        heads = {old: new for new in self._reworded_rows() for old in self.found[new][0]}
        for new in range(len(self.news)):
            olds, _how, certainty = self.found.get(new) or self.as_new(new)
            if certainty == "sure" or len(self.news[new]) < FEW_WORDS:
                continue
            least = max([WITHIN, *(self._between(old, new).new for old in olds)])
            whole = next((old for old in heads if self._holds(old, new, least)), None)
            if whole is not None and whole not in olds:
                self._take(heads[whole], (whole,), "split", "probable")
                self._take(new, (whole,), "split", "probable")

    def _chosen(self) -> list[tuple[tuple[int, ...], How, Certainty]]:
        return [found for found in self.found.values() if found[2] == "sure"]

    def _reworded_rows(self) -> list[int]:
        """The rows that have words of their own beside those of the one they follow."""
        return [
            new
            for new, (olds, how, certainty) in self.found.items()
            if certainty != "unsure"
            and how in ("reworded", "moved", "merged")
            and (len(olds) > 1 or self.olds[olds[0]] != self.news[new])
        ]

    def _is_inside(self, old: int, new: int, added: Sequence[str]) -> bool:
        """Whether most of an old paragraph stands in a row, or most of what the row adds is its.

        What the row has from the one it follows alone is no sign: two alike are no merger.
        """
        words = self.olds[old]
        shared = likeness(words, added)
        if shared.old < _ADDED:
            return False
        if self._between(old, new).old >= WITHIN:
            return True
        return shared.new >= WITHIN and len(added) >= FEW_WORDS

    def _holds(self, old: int, new: int, least: float) -> bool:
        words = set(self.news[new])
        is_likely = len(words.intersection(self.olds[old])) >= WITHIN * len(words)
        return is_likely and self._between(old, new).new >= least

    def _tells_old(self, old: int) -> bool:
        return len(self.olds[old]) >= FEW_WORDS

    def _between(self, old: int, new: int) -> Likeness:
        return self.likeness.get((old, new)) or likeness(self.olds[old], self.news[new])

    def as_new(self, new: int) -> tuple[tuple[int, ...], How, Certainty]:
        """New; sure where hardly a word of it stood anywhere, and nothing is missing around it."""
        if len(self.news[new]) >= FEW_WORDS and self._is_strange(new):
            return (), "new", "sure"
        alike = self.of_new[new].values()
        most = max((max(found.both, found.new) for found in alike), default=0.0)
        return (), "new", "probable" if most < _PIECE else "unsure"

    def _is_strange(self, new: int) -> bool:
        """Whether it has hardly a telling word from any paragraph, nor may one have become it."""
        alike = self.telling.like(self.news[new], REMOTE)
        if any(max(found.both, found.new) >= STRANGE for found in alike.values()):
            return False
        return not any(
            (old in alike and alike[old].both >= REMOTE)
            or (self.is_in_order and self._keeps_place(old, new))
            for old in self._open_olds()
        )

    def _take(self, new: int, olds: tuple[int, ...], how: How, certainty: Certainty) -> None:
        self.found[new] = olds, how, certainty
        self.taken.update(olds)

    def _open_olds(self) -> list[int]:
        return [old for old in range(len(self.olds)) if old not in self.taken]

    def _open_news(self) -> list[int]:
        return [new for new in range(len(self.news)) if new not in self.found]

    def _is_piece(self, old: int, new: int) -> bool:
        """Whether a new paragraph is cut out of an old one, and is less than it."""
        found = self.likeness.get((old, new), NONE)
        return found.new >= _PIECE and found.old < _PIECE + 0.1

    def _is_part(self, old: int, new: int) -> bool:
        found = self.likeness.get((old, new), NONE)
        return found.old >= _PIECE and found.new < _PIECE + 0.1

    def _certainty(self, old: int, new: int) -> Certainty | None:
        found = self.likeness[old, new]
        ahead = found.both - self._rival(old, new)
        where = self._where(old, new)
        is_long = min(len(self.olds[old]), len(self.news[new])) >= FEW_WORDS
        tells = is_long or where == "alone"
        if tells and any(found.both >= s.alike and ahead >= s.ahead for s in SURE[where]):
            return "sure"
        if found.both >= PROBABLE[where].alike and ahead >= PROBABLE[where].ahead:
            return "probable"
        return "unsure" if found.both >= _SOMEWHAT_ALIKE else None

    def _rival(self, old: int, new: int) -> float:
        """The most that either of a pair has in common with any other paragraph."""
        others = [found.both for n, found in self.of_old[old].items() if n != new]
        others += [found.both for o, found in self.of_new[new].items() if o != old]
        return max(others, default=0.0)

    def _where(self, old: int, new: int) -> str:
        gap = self.old_gap[old]
        if gap != self.new_gap[new]:
            return "anywhere"
        is_alone = self.old_sizes[gap] == self.new_sizes[gap] == 1
        return "alone" if is_alone and 0 < gap < len(self.steady) else "between"

    def _keeps_place(self, old: int, new: int) -> bool:
        return self.old_gap[old] == self.new_gap[new]


def _covered(
    whole: Sequence[str], parts: Sequence[Sequence[str]], places: Sequence[int]
) -> Certainty | None:
    """Whether neighbouring parts have together, in order, nearly all words of the whole."""
    if len(parts) < 2 or places[-1] - places[0] != len(places) - 1:
        return None
    found = likeness([word for part in parts for word in part], whole)
    if found.new < _COVERED:
        return None
    return "sure" if found.both >= _EXACT else "probable"


def _unmistakable(
    pairs: Sequence[Pair], old_texts: Sequence[str], new_texts: Sequence[str]
) -> list[Pair]:
    """Without those pairs whose text comes several times and could be paired otherwise.

    Between two neighbours that stand once, a repeated text is sure only when it comes equally
    often on both sides.
    """
    old_counts, new_counts = Counter(old_texts), Counter(new_texts)
    single = [
        (old, new)
        for old, new in pairs
        if old_counts[old_texts[old]] == 1 and new_counts[new_texts[new]] == 1
    ]
    sure = set(single)
    for old_gap, new_gap in gaps(single, len(old_texts), len(new_texts)):
        old_here = Counter(old_texts[row] for row in old_gap)
        new_here = Counter(new_texts[row] for row in new_gap)
        sure.update(
            (old, new)
            for old, new in pairs
            if old in old_gap
            and new in new_gap
            and old_here[old_texts[old]] == new_here[old_texts[old]]
        )
    return sorted(sure)


def _single_elsewhere(old_texts: Sequence[str], new_texts: Sequence[str]) -> Iterator[Pair]:
    """Pairs of equal texts that stand once on each side, wherever."""
    old_counts, new_counts = Counter(old_texts), Counter(new_texts)
    places = {text: place for place, text in enumerate(old_texts)}
    for new, text in enumerate(new_texts):
        if old_counts[text] == new_counts[text] == 1:
            yield places[text], new


def _gap_of_each(
    steady: Sequence[Pair], old_length: int, new_length: int
) -> tuple[list[int], list[int]]:
    """For each old and each new place the gap between unchanged paragraphs that it lies in.

    An unchanged one belongs to none (-1).
    """
    old_gaps, new_gaps = [-1] * old_length, [-1] * new_length
    for number, (old_gap, new_gap) in enumerate(gaps(steady, old_length, new_length)):
        for old in old_gap:
            old_gaps[old] = number
        for new in new_gap:
            new_gaps[new] = number
    return old_gaps, new_gaps
