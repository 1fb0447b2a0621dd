"""How many words two paragraphs have in common, in the same order. Uses no database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import LCSseq, Opcode

from drafts.words.tokens import spaced_words
from drafts.words.typography import without_typography

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


class WordCodes:
    """Gives each word a character, so that texts are compared as strings: many times faster."""

    def __init__(self) -> None:
        self._code_by_word: dict[str, str] = {}
        self.figures: set[str] = set()
        """The codes of words without a letter: limits, dates, numbers of articles."""

    def encode(self, text: str, *, is_heading: bool) -> str:
        """The words of a text, each as its character; of a heading without its number."""
        words = compared_words(text)
        if is_heading:
            words = tuple(word for word in words if not any(map(str.isdigit, word)))
        return "".join(map(self._code_of, words))

    def _code_of(self, word: str) -> str:
        code = self._code_by_word.get(word)
        if code is None:
            # No character from there on is half of another (a surrogate).
            code = self._code_by_word[word] = chr(0xE000 + len(self._code_by_word))
            if not any(map(str.isalpha, word)):
                self.figures.add(code)
        return code


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


def added_words(old_texts: Iterable[str], new_text: str) -> str:
    """The words of a paragraph that come from none of the old ones, in order; all as codes."""
    for old_text in old_texts:
        operations = LCSseq.opcodes(old_text, new_text)
        new_text = "".join(
            new_text[index]
            for operation in operations
            if operation.tag == "insert"
            for index in _inserted_range(operation)
        )
    return new_text


def _inserted_range(operation: Opcode) -> range:
    """The indexes of the words that an operation inserts."""
    return range(operation.dest_start, operation.dest_end)
