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

FIRST_SIGN_CODE = 0x10000
# With at most 255 different signs strings are compared fastest; further words reuse the signs.
ROUGH_SIGN_COUNT = 255


@dataclass(eq=False)
class Edits:
    """The ranges that a proposal changes, and a sign for each deleted or inserted word."""

    changed_ranges: list[tuple[range, range]]
    # In at most 255 signs, one for several words: two edits never share less in them than in fact.
    rough_signs: str
    _reader: "EditsReader"
    _words: Sequence[str]

    @cached_property
    def signs(self) -> str:
        """The same with a sign of its own for each stem; computed only where it is needed."""
        return self._reader.signs_of(self.changed_ranges, self._words)


class _SignByWord(dict[str, str]):
    """A sign for each word by its stem, numbered from `first_number`."""

    def __init__(self, first_number: int) -> None:
        super().__init__()
        self._next_number, self._sign_by_stem = first_number, dict[str, str]()

    def __missing__(self, word: str) -> str:
        word_stem = stem(word)
        if word_stem not in self._sign_by_stem:
            self._sign_by_stem[word_stem] = chr(FIRST_SIGN_CODE + self._next_number)
            self._next_number += 1
        self[word] = self._sign_by_stem[word_stem]
        return self[word]


class _RoughSignByWord(dict[str, str]):
    """A rough sign for each word by its stem."""

    def __init__(self, sign_by_word: _SignByWord) -> None:
        super().__init__()
        self._sign_by_word = sign_by_word

    def __missing__(self, word: str) -> str:
        self[word] = rough_sign = _rough_sign_of(self._sign_by_word[word])
        return rough_sign


class EditsReader:
    """Reads the edits of the proposals on one paragraph, with the same signs for all of them."""

    def __init__(self, paragraph_words: Sequence[str]) -> None:
        self.paragraph_words = paragraph_words
        self._sign_by_index = "".join(
            chr(FIRST_SIGN_CODE + index) for index in range(len(paragraph_words))
        )
        self._rough_sign_by_index = "".join(map(_rough_sign_of, self._sign_by_index))
        self._sign_by_word = _SignByWord(len(paragraph_words))
        self._rough_sign_by_word = _RoughSignByWord(self._sign_by_word)

    def read(self, words: Sequence[str]) -> Edits:
        """The edits that lead from the paragraph to these words."""
        ranges = list(changed_ranges(self.paragraph_words, words))
        rough_signs = _signs_in(
            ranges,
            self._rough_sign_by_index,
            "".join([self._rough_sign_by_word[word] for word in words]),
        )
        return Edits(ranges, rough_signs, self, words)

    def signs_of(self, ranges: Sequence[tuple[range, range]], words: Sequence[str]) -> str:
        """A sign for each deleted or inserted word in these ranges."""
        return _signs_in(
            ranges, self._sign_by_index, "".join([self._sign_by_word[word] for word in words])
        )


def _signs_in(ranges: Sequence[tuple[range, range]], old_signs: str, new_signs: str) -> str:
    """The signs of the words that each range deletes, then of those it inserts."""
    return "".join(
        [
            old_signs[old_range.start : old_range.stop]
            + new_signs[new_range.start : new_range.stop]
            for old_range, new_range in ranges
        ]
    )


def _rough_sign_of(sign: str) -> str:
    """The rough sign, of at most 255, that stands for this sign."""
    return chr(1 + (ord(sign) - FIRST_SIGN_CODE) % ROUGH_SIGN_COUNT)


def indexes_of_likely_edits(
    edits: Edits, other_rough_signs: Sequence[str], min_share: float
) -> list[int]:
    """The indexes of the other edits that may share at least `min_share` with these."""
    likely_edits = process.extract(
        edits.rough_signs,
        other_rough_signs,
        scorer=Indel.normalized_similarity,
        score_cutoff=min_share - 0.01,
        limit=None,
    )
    return sorted(index for _rough_signs, _share, index in likely_edits)


def shared_part(first_edits: Edits, second_edits: Edits, min_share: float) -> float:
    """How much of two edits is the same, from 0 to 1; 0 where it is well below `min_share`."""
    return Indel.normalized_similarity(
        first_edits.signs, second_edits.signs, score_cutoff=min_share - 0.01
    )
