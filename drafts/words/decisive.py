"""Decisive words, those that a negotiation is about, and how two proposals differ in them.

Uses no database.

A list is plain text, a line for each choice between words: "shall / should / may". Commas separate
forms of one word, "urge, urges / encourage, encourages"; a dash stands for no word at all, "as
appropriate / –". A word alone in its line means the same as with a dash. Numbers and square
brackets are always decisive.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate, chain, compress
from typing import Final, NamedTuple

from drafts.words.differences import changed_ranges
from drafts.words.normal_words import plain_tokens

NO_WORD_SIGNS: Final = frozenset("-–—")
BRACKET_SIGNS: Final = frozenset("[]")
_BETWEEN_SIDES: Final = re.compile(r"(?:^|\s)/(?:\s|$)")  # "and/or" is one word


class Difference(NamedTuple):
    """Words of one text, and the words of the other instead; one of the two may be empty."""

    first_words: str
    second_words: str


class ListedOption(NamedTuple):
    """One side of a choice: the number of the choice in the list, and of the side in it."""

    choice: int
    side: int


@dataclass(frozen=True, slots=True)
class DecisiveWords:
    """A list of one language, ready for finding its words in texts."""

    # By the tokens of `with_joined_phrases`.
    option_by_token: Mapping[str, ListedOption]
    # For each choice, whether it matters if none of its words is there: its line has a dash.
    may_be_missing: tuple[bool, ...]
    # By their first word, the phrases of more than one, the longest first.
    phrases_by_first_word: Mapping[str, tuple[tuple[str, ...], ...]]

    def with_joined_phrases(self, tokens: Sequence[str]) -> list[str]:
        """The tokens, with each listed phrase joined to one token, "women and girls"."""
        if self.phrases_by_first_word.keys().isdisjoint(tokens):
            return list(tokens)
        joined_tokens: list[str] = []
        last_phrase_end = 0
        for index, token in enumerate(tokens):
            if token not in self.phrases_by_first_word:
                continue
            length = self._phrase_length_at(tokens, index)
            if index < last_phrase_end or length == 1:
                continue
            joined_tokens += [
                *tokens[last_phrase_end:index],
                " ".join(tokens[index : index + length]),
            ]
            last_phrase_end = index + length
        return joined_tokens + list(tokens[last_phrase_end:])

    def _phrase_length_at(self, tokens: Sequence[str], index: int) -> int:
        """How many tokens the longest listed phrase at this index has; 1 without one."""
        for phrase in self.phrases_by_first_word.get(tokens[index], ()):
            if tuple(tokens[index : index + len(phrase)]) == phrase:
                return len(phrase)
        return 1


@lru_cache(maxsize=256)
def decisive_words(list_text: str) -> DecisiveWords:
    """Read a list. Raises `ValueError` with the first line that cannot be read."""
    option_by_words: dict[tuple[str, ...], ListedOption] = {}
    may_be_missing: list[bool] = []
    for line in filter(None, map(str.strip, list_text.splitlines())):
        sides = [side.strip() for side in _BETWEEN_SIDES.split(line)]
        listed_sides = [side for side in sides if side not in NO_WORD_SIGNS]
        if not listed_sides or not all(listed_sides):
            raise ValueError(line)
        for side_number, forms in enumerate(listed_sides):
            for form in forms.split(","):
                words = tuple(plain_tokens(form))
                if not words:
                    raise ValueError(line)
                option_by_words.setdefault(words, ListedOption(len(may_be_missing), side_number))
        may_be_missing.append(len(listed_sides) < len(sides) or len(listed_sides) == 1)
    option_by_token = {" ".join(words): option for words, option in option_by_words.items()}
    return DecisiveWords(option_by_token, tuple(may_be_missing), _by_first_word(option_by_words))


@dataclass(frozen=True, slots=True)
class StanceOnWords:
    """The decisive words of a text: those that decide by being there, and its choices.

    `options_by_choice` has, for each choice of the list by number, the words that the text chose in
    it, each with the number of its side.
    """

    deciding_words: tuple[str, ...]
    options_by_choice: tuple[tuple[int, tuple[tuple[int, str], ...]], ...]


class MarkedText:
    """A text as tokens of `with_joined_phrases`, with those marked that decide by being there."""

    def __init__(self, tokens: Sequence[str], word_list: DecisiveWords) -> None:
        self.tokens = tokens
        self._word_list = word_list

    @cached_property
    def deciding_words(self) -> list[str]:
        """The tokens that decide by being there; computed only where they are needed."""
        return list(compress(self.tokens, self._deciding_marks))

    @cached_property
    def deciding_counts(self) -> list[int]:
        """How many of them are before each token, and before the end."""
        return list(accumulate(self._deciding_marks, initial=0))

    @cached_property
    def _deciding_marks(self) -> list[bool]:
        """For each token, whether it decides by being there."""
        option_by_token = self._word_list.option_by_token
        return [
            (token in option_by_token or not token.isalpha())
            and _decides(token, option_by_token.get(token), self._word_list)
            for token in self.tokens
        ]


class StanceReader:
    """Reads the decisive words of texts of one language."""

    def __init__(self, word_list: DecisiveWords) -> None:
        self._word_list = word_list
        self._may_be_decisive_cache = _MayBeDecisiveCache(word_list.option_by_token)

    def read(self, tokens: Sequence[str]) -> StanceOnWords:
        """The decisive words of a text, as tokens of `with_joined_phrases`."""
        options_by_choice: dict[int, list[tuple[int, str]]] = {}
        deciding_words: list[str] = []
        may_be_decisive = self._may_be_decisive_cache
        option_by_token = self._word_list.option_by_token
        for token in [token for token in tokens if may_be_decisive[token]]:
            option = option_by_token.get(token)
            if _decides(token, option, self._word_list):
                deciding_words.append(token)
            elif option is not None:
                options_by_choice.setdefault(option.choice, []).append((option.side, token))
        return StanceOnWords(
            tuple(sorted(deciding_words)),
            tuple(
                (choice, tuple(options_by_choice[choice])) for choice in sorted(options_by_choice)
            ),
        )


class _MayBeDecisiveCache(dict[str, bool]):
    """Whether a token may be decisive, kept for each token; most words of a text are not."""

    def __init__(self, option_by_token: Mapping[str, ListedOption]) -> None:
        super().__init__()
        self._option_by_token = option_by_token

    def __missing__(self, token: str) -> bool:
        self[token] = may_be_decisive = token in self._option_by_token or not token.isalpha()
        return may_be_decisive


def deciding_changes(first_text: MarkedText, second_text: MarkedText) -> tuple[Difference, ...]:
    """The changes that insert, delete or move a word that decides by being there."""
    first_deciding, second_deciding = first_text.deciding_words, second_text.deciding_words
    if not first_deciding and not second_deciding:
        return ()
    differences: list[Difference] = []
    for first_range, second_range in changed_ranges(first_text.tokens, second_text.tokens):
        first_start, first_end = (
            first_text.deciding_counts[first_range.start],
            first_text.deciding_counts[first_range.stop],
        )
        second_start, second_end = (
            second_text.deciding_counts[second_range.start],
            second_text.deciding_counts[second_range.stop],
        )
        if first_start != first_end or second_start != second_end:
            differences.append(
                Difference(
                    " ".join(first_deciding[first_start:first_end]),
                    " ".join(second_deciding[second_start:second_end]),
                )
            )
    return tuple(dict.fromkeys(differences))


def has_deciding_changes(first_text: MarkedText, second_text: MarkedText) -> bool:
    """Whether there are such changes; faster than listing them."""
    return first_text.deciding_words != second_text.deciding_words or bool(
        deciding_changes(first_text, second_text)
    )


def choice_differences(
    first_stance: StanceOnWords, second_stance: StanceOnWords
) -> tuple[Difference, ...]:
    """Where two texts chose different words; an "and" that is only added decides nothing."""
    if first_stance.options_by_choice == second_stance.options_by_choice:
        return ()
    second_options_by_choice = dict(second_stance.options_by_choice)
    options_of_shared_choices = (
        (first_options, second_options_by_choice[choice])
        for choice, first_options in first_stance.options_by_choice
        if choice in second_options_by_choice
    )
    differences = (
        _first_difference(first_options, second_options)
        for first_options, second_options in options_of_shared_choices
        if not (
            _is_subsequence(first_options, second_options)
            or _is_subsequence(second_options, first_options)
        )
    )
    return tuple(dict.fromkeys(differences))


def _decides(token: str, option: ListedOption | None, word_list: DecisiveWords) -> bool:
    """Whether a word decides by being there: in the list, a bracket or a number."""
    if option is not None:
        return word_list.may_be_missing[option.choice]
    return token in BRACKET_SIGNS or (not token.isalpha() and any(map(str.isdigit, token)))


def _is_subsequence(shorter: Sequence[tuple[int, str]], longer: Sequence[tuple[int, str]]) -> bool:
    """Whether the sides of `shorter` come in `longer` in the same order, others between allowed."""
    sides_left = iter([side for side, _token in longer])
    return all(side in sides_left for side, _token in shorter)


def _first_difference(
    first_options: Sequence[tuple[int, str]], second_options: Sequence[tuple[int, str]]
) -> Difference:
    """The first words of two choices that belong to different sides."""
    pairs = zip(first_options, second_options, strict=False)
    different_words = (
        (first_word, second_word)
        for (first_side, first_word), (second_side, second_word) in pairs
        if first_side != second_side
    )
    return Difference(*next(different_words, (first_options[-1][1], second_options[-1][1])))


def _by_first_word(
    option_by_phrase: Mapping[tuple[str, ...], ListedOption],
) -> dict[str, tuple[tuple[str, ...], ...]]:
    """The listed phrases of several words by their first word, the longest first."""
    long_phrases = sorted(
        (phrase for phrase in option_by_phrase if len(phrase) > 1), key=len, reverse=True
    )
    first_words = dict.fromkeys(chain.from_iterable(phrase[:1] for phrase in long_phrases))
    return {
        first_word: tuple(phrase for phrase in long_phrases if phrase[0] == first_word)
        for first_word in first_words
    }
