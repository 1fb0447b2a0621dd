"""The edits that proposals make to one paragraph, and how much of them two share.

Uses no database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import Indel

from drafts.words.differences import changed_ranges
from drafts.words.normal_words import stem

FIRST_SIGN = 0x10000
# With at most 255 different signs strings are compared fastest; further words reuse the signs.
ROUGH_SIGNS = 255


@dataclass(eq=False)
class Edits:
    """The ranges that a proposal changes, and a sign for each deleted or inserted word."""

    ranges: list[tuple[range, range]]
    # In at most 255 signs, one for several words: two edits never share less in them than in fact.
    rough: str
    _reader: "EditsReader"
    _words: Sequence[str]

    @cached_property
    def signs(self) -> str:
        """The same with a sign of its own for each stem; computed only where it is needed."""
        return self._reader.signs_of(self.ranges, self._words)


class _Signs(dict[str, str]):
    """A sign for each word by its stem, numbered from `first`."""

    def __init__(self, first: int) -> None:
        super().__init__()
        self._next, self._stems = first, dict[str, str]()

    def __missing__(self, word: str) -> str:
        word_stem = stem(word)
        if word_stem not in self._stems:
            self._stems[word_stem] = chr(FIRST_SIGN + self._next)
            self._next += 1
        self[word] = self._stems[word_stem]
        return self[word]


class _RoughSigns(dict[str, str]):
    """A rough sign for each word by its stem."""

    def __init__(self, signs: _Signs) -> None:
        super().__init__()
        self._signs = signs

    def __missing__(self, word: str) -> str:
        self[word] = rough = _rough(self._signs[word])
        return rough


class EditsReader:
    """Reads the edits of the proposals on one paragraph, with the same signs for all of them."""

    def __init__(self, paragraph: Sequence[str]) -> None:
        self.paragraph = paragraph
        self._places = "".join(chr(FIRST_SIGN + place) for place in range(len(paragraph)))
        self._rough_places = "".join(map(_rough, self._places))
        self._signs = _Signs(len(paragraph))
        self._rough = _RoughSigns(self._signs)

    def read(self, words: Sequence[str]) -> Edits:
        """The edits that lead from the paragraph to these words."""
        ranges = list(changed_ranges(self.paragraph, words))
        rough = _signs_in(
            ranges, self._rough_places, "".join([self._rough[word] for word in words])
        )
        return Edits(ranges, rough, self, words)

    def signs_of(self, ranges: Sequence[tuple[range, range]], words: Sequence[str]) -> str:
        """A sign for each deleted or inserted word in these ranges."""
        return _signs_in(ranges, self._places, "".join([self._signs[word] for word in words]))


def _signs_in(ranges: Sequence[tuple[range, range]], old_signs: str, new_signs: str) -> str:
    return "".join([old_signs[o.start : o.stop] + new_signs[n.start : n.stop] for o, n in ranges])


def _rough(sign: str) -> str:
    return chr(1 + (ord(sign) - FIRST_SIGN) % ROUGH_SIGNS)


def likely_indexes(edits: Edits, others: Sequence[str], min_share: float) -> list[int]:
    """The indexes of those `others`, given as rough signs, that may share at least `min_share`."""
    found = process.extract(
        edits.rough,
        others,
        scorer=Indel.normalized_similarity,
        score_cutoff=min_share - 0.01,
        limit=None,
    )
    return sorted(number for _rough, _share, number in found)


def share(one: Edits, other: Edits, min_share: float) -> float:
    """How much of two edits is the same, from 0 to 1; 0 where it is well below `min_share`."""
    return Indel.normalized_similarity(one.signs, other.signs, score_cutoff=min_share - 0.01)
