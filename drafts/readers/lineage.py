"""Proposes from the words what each paragraph becomes in the next text, and how certain that is.

Conservative: what is not sure is proposed as probable or unsure. docs/readers.md tells how the
thresholds were measured.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from drafts.readers.likeness import (
    FEW_WORDS,
    NOTHING_SHARED,
    Likeness,
    RareWordIndex,
    added_words,
    comparable,
    compared_words,
    likeness,
    likenesses,
    rarity_of,
)
from drafts.readers.proposal import ReadParagraph
from drafts.words.differences import equal_in_order, gaps

How = Literal["same", "moved", "reworded", "split", "merged", "new"]
Certainty = Literal["sure", "probable", "unsure"]
Pair = tuple[int, int]
"""The indexes of an old and of a new paragraph in their texts."""

# A piece of a split, or a part of a merge, has at least this share of its words from the whole.
_PIECE: Final = 0.75
_COVERED: Final = 0.75
_EXACT: Final = 0.97
WITHIN: Final = 0.6
"""A paragraph may be part of another that holds at least this share of its words."""
STRANGE: Final = 0.35
"""A row that shares less of its rare words with every old paragraph was written anew."""
REMOTE: Final = 0.15
"""Any two paragraphs of one text have this share of their rare words in common."""
# At least this share of a paragraph that is merged into another is among its added words.
_ADDED: Final = 0.3
# Below, two paragraphs have hardly more in common than any two of one text.
_SOMEWHAT_ALIKE: Final = 0.35


@dataclass(frozen=True)
class CertaintyStep:
    """The least likeness of a pair, and its least lead over the next likest, for a certainty."""

    alike: float
    ahead: float


# By the position of the pair: anywhere; between the same two unchanged paragraphs; alone there.
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
class OldParagraph:
    """A paragraph of the text in force: its permanent key and its words now."""

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
        """The proposals that a page may choose for the person."""
        return tuple(found for found in self.proposed if found.certainty == "sure")


def propose_lineage(before: Sequence[OldParagraph], after: Sequence[ReadParagraph]) -> Lineage:
    """What each row follows, from the words alone: ids, numbers and labels are never looked at.

    Paragraphs with equal words are the same, in place or moved, where no other has these words. Of
    the rest, two are paired that are each other's likest by far. Two between the same unchanged
    neighbours need less in common than two elsewhere.
    """
    search = _LineageSearch([known.text for known in before], [row.text for row in after])
    search.place_equal()
    search.compare_rest()
    search.place_parts()
    search.place_alike()
    search.propose_half_merges()
    search.propose_half_splits()
    proposed = []
    for place, row in enumerate(after):
        olds, how, certainty = search.matches.get(place) or search.new_row(place)
        keys = tuple(before[old].key for old in olds)
        proposed.append(Proposed(row.row, keys, how, certainty))
    followed = {key for found in proposed for key in found.keys}
    left = tuple(known.key for known in before if known.key not in followed)
    return Lineage(tuple(proposed), left)


@dataclass
class _LineageSearch:
    """Two texts and, in `matches`, for a new index the old ones, how it follows, how certainly."""

    old_texts: Sequence[str]
    new_texts: Sequence[str]
    matches: dict[int, tuple[tuple[int, ...], How, Certainty]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.olds = [compared_words(text) for text in self.old_texts]
        self.news = [compared_words(text) for text in self.new_texts]
        self.rarity = rarity_of([*self.olds, *self.news])
        self.rare_words = RareWordIndex(self.olds, self.rarity)
        self.unchanged: list[Pair] = []
        self.matched_olds: set[int] = set()
        self.likeness: Mapping[Pair, Likeness] = {}
        self.by_old: dict[int, dict[int, Likeness]] = defaultdict(dict)
        self.by_new: dict[int, dict[int, Likeness]] = defaultdict(dict)

    def place_equal(self) -> None:
        """Match equal paragraphs in order; then equal ones elsewhere, where no other is equal."""
        old_plain = [comparable(text) for text in self.old_texts]
        new_plain = [comparable(text) for text in self.new_texts]
        self.unchanged = _unmistakable(equal_in_order(old_plain, new_plain), old_plain, new_plain)
        for old, new in self.unchanged:
            self._match(new, (old,), "same", "sure")
        for old, new in _single_elsewhere(old_plain, new_plain):
            if old not in self.matched_olds and new not in self.matches:
                is_long = len(self.news[new]) >= FEW_WORDS
                self._match(new, (old,), "moved", "sure" if is_long else "probable")
        self.is_in_order = 2 * len(self.unchanged) > len(self.matches)
        self.old_gap, self.new_gap = _gap_of_each(self.unchanged, len(self.olds), len(self.news))
        self.old_sizes, self.new_sizes = Counter(self.old_gap), Counter(self.new_gap)

    def compare_rest(self) -> None:
        """Compare the paragraphs that are left with those of the other side."""
        self.likeness = likenesses(
            self.olds, self.news, self._open_olds(), self._open_news(), self.rarity
        )
        for (old, new), shared in self.likeness.items():
            self.by_old[old][new] = self.by_new[new][old] = shared

    def place_parts(self) -> None:
        """Match one paragraph with several (a split), and several with one (a merge)."""
        for old in self._open_olds():
            pieces = [new for new in self._open_news() if self._is_piece(old, new)]
            words = [self.news[new] for new in pieces]
            if certainty := _coverage(self.olds[old], words, pieces):
                for new in pieces:
                    self._match(new, (old,), "split", certainty)
        for new in self._open_news():
            parts = [old for old in self._open_olds() if self._is_part(old, new)]
            words = [self.olds[old] for old in parts]
            if certainty := _coverage(self.news[new], words, parts):
                self._match(new, tuple(parts), "merged", certainty)

    def place_alike(self) -> None:
        """Match the pairs that are left, the likest first."""
        open_olds, open_news = set(self._open_olds()), set(self._open_news())
        pairs = [pair for pair in self.likeness if pair[0] in open_olds and pair[1] in open_news]
        pairs.sort(key=lambda pair: (-self.likeness[pair].both, pair))
        for old, new in pairs:
            if old in self.matched_olds or new in self.matches:
                continue
            if certainty := self._certainty(old, new):
                how: How = "reworded" if self._keeps_place(old, new) else "moved"
                self._match(new, (old,), how, certainty)
        places = {self.old_gap[old]: old for old in self._open_olds()}
        for new in self._open_news():
            old_there = places.get(self.new_gap[new])
            if old_there is not None and self._position(old_there, new) == "alone":
                self._match(new, (old_there,), "reworded", "unsure")

    def propose_half_merges(self) -> None:
        """Propose a merge where a reworded row holds an old paragraph that no row follows."""
        sure = {old for olds, _how, _sure in self._sure_matches() for old in olds}
        rest = [old for old in range(len(self.olds)) if old not in sure and self._is_long_old(old)]
        for new in self._reworded_rows():
            parents = self.matches[new][0]
            added = added_words([self.olds[old] for old in parents], self.news[new])
            inside = [old for old in rest if self._is_inside(old, new, added)]
            if inside:
                self._match(new, tuple(sorted({*parents, *inside})), "merged", "probable")

    def propose_half_splits(self) -> None:
        """Propose a split where an unsure row has its words from a paragraph with another row."""
        heads = {old: new for new in self._reworded_rows() for old in self.matches[new][0]}
        for new in range(len(self.news)):
            olds, _how, certainty = self.matches.get(new) or self.new_row(new)
            if certainty == "sure" or len(self.news[new]) < FEW_WORDS:
                continue
            min_share = max([WITHIN, *(self._pair_likeness(old, new).new for old in olds)])
            split_old = next((old for old in heads if self._holds(old, new, min_share)), None)
            if split_old is not None and split_old not in olds:
                self._match(heads[split_old], (split_old,), "split", "probable")
                self._match(new, (split_old,), "split", "probable")

    def _sure_matches(self) -> list[tuple[tuple[int, ...], How, Certainty]]:
        return [match for match in self.matches.values() if match[2] == "sure"]

    def _reworded_rows(self) -> list[int]:
        """The rows that have other words than the paragraph they follow."""
        return [
            new
            for new, (olds, how, certainty) in self.matches.items()
            if certainty != "unsure"
            and how in ("reworded", "moved", "merged")
            and (len(olds) > 1 or self.olds[olds[0]] != self.news[new])
        ]

    def _is_inside(self, old: int, new: int, added: Sequence[str]) -> bool:
        """Whether a row holds most of an old paragraph, or most of its added words come from it.

        Words that the row already has from the one it follows do not count.
        """
        words = self.olds[old]
        shared = likeness(words, added)
        if shared.old < _ADDED:
            return False
        if self._pair_likeness(old, new).old >= WITHIN:
            return True
        return shared.new >= WITHIN and len(added) >= FEW_WORDS

    def _holds(self, old: int, new: int, min_share: float) -> bool:
        words = set(self.news[new])
        is_likely = len(words.intersection(self.olds[old])) >= WITHIN * len(words)
        return is_likely and self._pair_likeness(old, new).new >= min_share

    def _is_long_old(self, old: int) -> bool:
        return len(self.olds[old]) >= FEW_WORDS

    def _pair_likeness(self, old: int, new: int) -> Likeness:
        return self.likeness.get((old, new)) or likeness(self.olds[old], self.news[new])

    def new_row(self, new: int) -> tuple[tuple[int, ...], How, Certainty]:
        """A row as new; sure where hardly any of its words were in the old text."""
        if len(self.news[new]) >= FEW_WORDS and self._is_strange(new):
            return (), "new", "sure"
        alike = self.by_new[new].values()
        max_share = max((max(shared.both, shared.new) for shared in alike), default=0.0)
        return (), "new", "probable" if max_share < _PIECE else "unsure"

    def _is_strange(self, new: int) -> bool:
        """Whether it shares hardly a rare word with any paragraph, and none may have become it."""
        alike = self.rare_words.similar(self.news[new], REMOTE)
        if any(max(shared.both, shared.new) >= STRANGE for shared in alike.values()):
            return False
        return not any(
            (old in alike and alike[old].both >= REMOTE)
            or (self.is_in_order and self._keeps_place(old, new))
            for old in self._open_olds()
        )

    def _match(self, new: int, olds: tuple[int, ...], how: How, certainty: Certainty) -> None:
        self.matches[new] = olds, how, certainty
        self.matched_olds.update(olds)

    def _open_olds(self) -> list[int]:
        return [old for old in range(len(self.olds)) if old not in self.matched_olds]

    def _open_news(self) -> list[int]:
        return [new for new in range(len(self.news)) if new not in self.matches]

    def _is_piece(self, old: int, new: int) -> bool:
        """Whether a new paragraph is cut out of an old one, and shorter than it."""
        shared = self.likeness.get((old, new), NOTHING_SHARED)
        return shared.new >= _PIECE and shared.old < _PIECE + 0.1

    def _is_part(self, old: int, new: int) -> bool:
        shared = self.likeness.get((old, new), NOTHING_SHARED)
        return shared.old >= _PIECE and shared.new < _PIECE + 0.1

    def _certainty(self, old: int, new: int) -> Certainty | None:
        """How certain it is that a new paragraph is an old one reworded; None where it is not."""
        shared = self.likeness[old, new]
        ahead = shared.both - self._rival(old, new)
        position = self._position(old, new)
        is_long = min(len(self.olds[old]), len(self.news[new])) >= FEW_WORDS
        is_telling = is_long or position == "alone"
        if is_telling and any(
            shared.both >= step.alike and ahead >= step.ahead for step in SURE[position]
        ):
            return "sure"
        if shared.both >= PROBABLE[position].alike and ahead >= PROBABLE[position].ahead:
            return "probable"
        return "unsure" if shared.both >= _SOMEWHAT_ALIKE else None

    def _rival(self, old: int, new: int) -> float:
        """The highest likeness that either of a pair has with any other paragraph."""
        others = [shared.both for n, shared in self.by_old[old].items() if n != new]
        others += [shared.both for o, shared in self.by_new[new].items() if o != old]
        return max(others, default=0.0)

    def _position(self, old: int, new: int) -> str:
        """Where a pair stands, as in `SURE`: alone or between the same two, or anywhere."""
        gap = self.old_gap[old]
        if gap != self.new_gap[new]:
            return "anywhere"
        is_alone = self.old_sizes[gap] == self.new_sizes[gap] == 1
        return "alone" if is_alone and 0 < gap < len(self.unchanged) else "between"

    def _keeps_place(self, old: int, new: int) -> bool:
        return self.old_gap[old] == self.new_gap[new]


def _coverage(
    whole: Sequence[str], parts: Sequence[Sequence[str]], places: Sequence[int]
) -> Certainty | None:
    """How certain it is that neighbouring parts are the whole: they have nearly all its words."""
    if len(parts) < 2 or places[-1] - places[0] != len(places) - 1:
        return None
    shared = likeness([word for part in parts for word in part], whole)
    if shared.new < _COVERED:
        return None
    return "sure" if shared.both >= _EXACT else "probable"


def _unmistakable(
    pairs: Sequence[Pair], old_texts: Sequence[str], new_texts: Sequence[str]
) -> list[Pair]:
    """The pairs without those whose text is repeated and could be paired otherwise.

    Between two neighbours that are not repeated, a repeated text is sure only when it comes
    equally often on both sides.
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
    """Pairs of equal texts that come once on each side, at any place."""
    old_counts, new_counts = Counter(old_texts), Counter(new_texts)
    places = {text: place for place, text in enumerate(old_texts)}
    for new, text in enumerate(new_texts):
        if old_counts[text] == new_counts[text] == 1:
            yield places[text], new


def _gap_of_each(
    unchanged: Sequence[Pair], old_length: int, new_length: int
) -> tuple[list[int], list[int]]:
    """For each old and each new index, the number of its gap between unchanged paragraphs.

    An unchanged one is in no gap (-1).
    """
    old_gaps, new_gaps = [-1] * old_length, [-1] * new_length
    for number, (old_gap, new_gap) in enumerate(gaps(unchanged, old_length, new_length)):
        for old in old_gap:
            old_gaps[old] = number
        for new in new_gap:
            new_gaps[new] = number
    return old_gaps, new_gaps
