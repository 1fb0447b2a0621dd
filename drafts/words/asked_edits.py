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

# Words as characters, for a library that compares strings: from this one on none has a meaning.
_FIRST_CODE = 0x10000
# With at most 255 different codes strings are compared fastest; further words reuse the codes.
_ROUGH_CODE_COUNT = 255
# Edits are cut off so far below the wanted share: rounding leaves out none that reach it.
_CUTOFF_MARGIN = 0.01


@dataclass(eq=False)
class Edits:
    """The ranges that a proposal changes, and one character (a code) for each word of them.

    A code stands for each deleted or inserted word, so that edits are compared as strings.
    """

    changed_ranges: list[tuple[range, range]]
    # In at most 255 codes, one for several words: two edits never share less in them than in fact.
    rough_codes: str
    # For `codes`: what read the edits, and all words of the proposal.
    _reader: "EditsReader"
    _words: Sequence[str]

    @cached_property
    def codes(self) -> str:
        """The same with a code of its own for each stem; computed only where it is needed."""
        return self._reader.codes_of(self.changed_ranges, self._words)


class _CodeByWord(dict[str, str]):
    """A code for each word by its stem, numbered from `first_number`."""

    def __init__(self, first_number: int) -> None:
        super().__init__()
        self._next_number, self._code_by_stem = first_number, dict[str, str]()

    def __missing__(self, word: str) -> str:
        word_stem = stem(word)
        if word_stem not in self._code_by_stem:
            self._code_by_stem[word_stem] = chr(_FIRST_CODE + self._next_number)
            self._next_number += 1
        self[word] = self._code_by_stem[word_stem]
        return self[word]


class _RoughCodeByWord(dict[str, str]):
    """A rough code for each word by its stem."""

    def __init__(self, code_by_word: _CodeByWord) -> None:
        super().__init__()
        self._code_by_word = code_by_word

    def __missing__(self, word: str) -> str:
        self[word] = rough_code = _rough_code_of(self._code_by_word[word])
        return rough_code


class EditsReader:
    """Reads the edits of the proposals on one paragraph, with the same codes for all of them."""

    def __init__(self, paragraph_words: Sequence[str]) -> None:
        self.paragraph_words = paragraph_words
        # Deleted words have codes by their index in the paragraph, inserted ones, from there on, by
        # their stem.
        self._code_by_index = "".join(
            chr(_FIRST_CODE + index) for index in range(len(paragraph_words))
        )
        self._rough_code_by_index = "".join(map(_rough_code_of, self._code_by_index))
        self._code_by_word = _CodeByWord(len(paragraph_words))
        self._rough_code_by_word = _RoughCodeByWord(self._code_by_word)

    def read(self, words: Sequence[str]) -> Edits:
        """The edits that lead from the paragraph to these words."""
        ranges = list(changed_ranges(self.paragraph_words, words))
        rough_codes = _codes_in(
            ranges,
            self._rough_code_by_index,
            "".join([self._rough_code_by_word[word] for word in words]),
        )
        return Edits(ranges, rough_codes, self, words)

    def codes_of(self, ranges: Sequence[tuple[range, range]], words: Sequence[str]) -> str:
        """A code for each deleted or inserted word in these ranges."""
        return _codes_in(
            ranges, self._code_by_index, "".join([self._code_by_word[word] for word in words])
        )


def _codes_in(ranges: Sequence[tuple[range, range]], old_codes: str, new_codes: str) -> str:
    """The codes of the words that each range deletes, then of those it inserts."""
    return "".join(
        [
            old_codes[old_range.start : old_range.stop]
            + new_codes[new_range.start : new_range.stop]
            for old_range, new_range in ranges
        ]
    )


def _rough_code_of(code: str) -> str:
    """The rough code, of at most 255, that stands for this code."""
    return chr(1 + (ord(code) - _FIRST_CODE) % _ROUGH_CODE_COUNT)


def indexes_of_likely_edits(
    edits: Edits, other_rough_codes: Sequence[str], min_share: float
) -> list[int]:
    """The indexes of the other edits that may share at least `min_share` with these."""
    likely_edits = process.extract(
        edits.rough_codes,
        other_rough_codes,
        scorer=Indel.normalized_similarity,
        score_cutoff=min_share - _CUTOFF_MARGIN,
        limit=None,
    )
    return sorted(index for _rough_codes, _share, index in likely_edits)


def share_in_common(first_edits: Edits, second_edits: Edits, min_share: float) -> float:
    """How much of two edits is the same, from 0 to 1; 0 where it is well below `min_share`."""
    return Indel.normalized_similarity(
        first_edits.codes, second_edits.codes, score_cutoff=min_share - _CUTOFF_MARGIN
    )
