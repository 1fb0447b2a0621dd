"""Decisive words, those that a negotiation is about, and how two proposals differ in them.

Uses no database.

A list is plain text, a line for each choice between words: "shall / should / may", with slashes
between its sides. Commas separate forms of one word, "urge, urges / encourage, encourages"; a dash
stands for no word at all, "as appropriate / –". A word alone in its line means the same as with a
dash. Numbers and square brackets are always decisive.

A presence word is a decisive word that matters by being there or not; the others only matter where
the two texts chose differently.
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


class WordDifference(NamedTuple):
    """Words of one text, and the words of the other instead; one of the two may be empty."""

    first_words: str
    second_words: str


class ListedOption(NamedTuple):
    """One side of a choice: the number of the choice in the list, and of the side in it."""

    choice_number: int
    side_number: int


@dataclass(frozen=True, slots=True)
class DecisiveWords:
    """A list of one language, ready for finding its words in texts."""

    # By the tokens of `with_joined_phrases`.
    option_by_token: Mapping[str, ListedOption]
    # For each choice, whether it matters if none of its words is there: its line has a dash.
    may_be_missing_by_choice: tuple[bool, ...]
    # The forms of one word have the same: the first of them.
    first_form_by_token: Mapping[str, str]
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
            # Inside the phrase before it, or no listed phrase begins here.
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
def read_decisive_words(list_text: str) -> DecisiveWords:
    """Read a list. Raises `ValueError` with the first line that cannot be read."""
    option_by_words: dict[tuple[str, ...], ListedOption] = {}
    first_form_by_token: dict[str, str] = {}
    may_be_missing_by_choice: list[bool] = []
    for line in filter(None, map(str.strip, list_text.splitlines())):
        sides = [side.strip() for side in _BETWEEN_SIDES.split(line)]
        listed_sides = [side for side in sides if side not in NO_WORD_SIGNS]
        # Only dashes, or nothing beside a slash.
        if not listed_sides or not all(listed_sides):
            raise ValueError(line)
        for side_number, forms in enumerate(listed_sides):
            words_of_forms = [tuple(plain_tokens(form)) for form in forms.split(",")]
            if not all(words_of_forms):
                raise ValueError(line)
            for words in words_of_forms:
                first_form_by_token.setdefault(" ".join(words), " ".join(words_of_forms[0]))
                # Words listed twice belong to the first of their choices.
                option_by_words.setdefault(
                    words, ListedOption(len(may_be_missing_by_choice), side_number)
                )
        may_be_missing_by_choice.append(len(listed_sides) < len(sides) or len(listed_sides) == 1)
    option_by_token = {" ".join(words): option for words, option in option_by_words.items()}
    return DecisiveWords(
        option_by_token,
        tuple(may_be_missing_by_choice),
        first_form_by_token,
        _by_first_word(option_by_words),
    )


@dataclass(frozen=True, slots=True)
class DecisiveProfile:
    """The decisive words of a text: its presence words, and its choices.

    `presence_words` has the first form of each. `options_by_choice` has, for each choice of the
    list by number, the words that the text chose in it, each with the number of its side.
    """

    presence_words: tuple[str, ...]
    options_by_choice: tuple[tuple[int, tuple[tuple[int, str], ...]], ...]


class PresenceMarkedText:
    """A text as tokens of `with_joined_phrases`, with its presence words marked."""

    def __init__(self, tokens: Sequence[str], word_list: DecisiveWords) -> None:
        self.tokens = tokens
        self._word_list = word_list

    @cached_property
    def presence_words(self) -> list[str]:
        """The presence words among the tokens; computed only where they are needed."""
        return list(compress(self.tokens, self._presence_word_flags))

    @cached_property
    def first_forms(self) -> list[str]:
        """The same, each in the first of its forms: other forms are no other word."""
        first_form_by_token = self._word_list.first_form_by_token
        return [first_form_by_token.get(word, word) for word in self.presence_words]

    @cached_property
    def presence_word_counts(self) -> list[int]:
        """How many of them are before each token, and before the end."""
        return list(accumulate(self._presence_word_flags, initial=0))

    @cached_property
    def _presence_word_flags(self) -> list[bool]:
        """For each token, whether it is a presence word."""
        option_by_token = self._word_list.option_by_token
        return [
            # Most words fail this test, which is faster than the other.
            (token in option_by_token or not token.isalpha())
            and _decides_by_presence(token, option_by_token.get(token), self._word_list)
            for token in self.tokens
        ]


class DecisiveProfileReader:
    """Reads the decisive words of texts of one language."""

    def __init__(self, word_list: DecisiveWords) -> None:
        self._word_list = word_list
        self._may_be_decisive_cache = _MayBeDecisiveCache(word_list.option_by_token)

    def read(self, tokens: Sequence[str]) -> DecisiveProfile:
        """The decisive words of a text, as tokens of `with_joined_phrases`."""
        options_by_choice: dict[int, list[tuple[int, str]]] = {}
        presence_words: list[str] = []
        may_be_decisive = self._may_be_decisive_cache
        option_by_token = self._word_list.option_by_token
        for token in [token for token in tokens if may_be_decisive[token]]:
            option = option_by_token.get(token)
            if _decides_by_presence(token, option, self._word_list):
                presence_words.append(self._word_list.first_form_by_token.get(token, token))
            elif option is not None:
                options_by_choice.setdefault(option.choice_number, []).append(
                    (option.side_number, token)
                )
        return DecisiveProfile(
            tuple(sorted(presence_words)),
            tuple(
                (choice, tuple(options_by_choice[choice])) for choice in sorted(options_by_choice)
            ),
        )


class _MayBeDecisiveCache(dict[str, bool]):
    """Whether a token may be decisive, kept for each token; most words of a text are not.

    It may be where it is listed, or no plain word: a number, a sign.
    """

    def __init__(self, option_by_token: Mapping[str, ListedOption]) -> None:
        super().__init__()
        self._option_by_token = option_by_token

    def __missing__(self, token: str) -> bool:
        self[token] = may_be_decisive = token in self._option_by_token or not token.isalpha()
        return may_be_decisive


def presence_changes(
    first_text: PresenceMarkedText, second_text: PresenceMarkedText
) -> tuple[WordDifference, ...]:
    """The changes that insert, delete or move a presence word."""
    first_presence_words, second_presence_words = (
        first_text.presence_words,
        second_text.presence_words,
    )
    if not first_presence_words and not second_presence_words:
        return ()
    differences: list[WordDifference] = []
    for first_range, second_range in changed_ranges(first_text.tokens, second_text.tokens):
        # How many are before a range, and before its end, are the indexes of those inside it.
        first_start, first_end = (
            first_text.presence_word_counts[first_range.start],
            first_text.presence_word_counts[first_range.stop],
        )
        second_start, second_end = (
            second_text.presence_word_counts[second_range.start],
            second_text.presence_word_counts[second_range.stop],
        )
        words = WordDifference(
            " ".join(first_presence_words[first_start:first_end]),
            " ".join(second_presence_words[second_start:second_end]),
        )
        first_forms = first_text.first_forms[first_start:first_end]
        is_other_form = (
            words.first_words != words.second_words
            and first_forms == second_text.first_forms[second_start:second_end]
        )
        if any(words) and not is_other_form:
            differences.append(words)
    return tuple(dict.fromkeys(differences))


def has_presence_changes(first_text: PresenceMarkedText, second_text: PresenceMarkedText) -> bool:
    """Whether there are such changes; faster than listing them."""
    return first_text.first_forms != second_text.first_forms or bool(
        presence_changes(first_text, second_text)
    )


def choice_differences(
    first_profile: DecisiveProfile, second_profile: DecisiveProfile
) -> tuple[WordDifference, ...]:
    """Where two texts chose different words of a choice that both make.

    An "and" that is only added decides nothing.
    """
    if first_profile.options_by_choice == second_profile.options_by_choice:
        return ()
    second_options_by_choice = dict(second_profile.options_by_choice)
    options_of_shared_choices = (
        (first_options, second_options_by_choice[choice])
        for choice, first_options in first_profile.options_by_choice
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


def _decides_by_presence(token: str, option: ListedOption | None, word_list: DecisiveWords) -> bool:
    """Whether a word decides by being there: in a line with a dash, a bracket or a number."""
    if option is not None:
        return word_list.may_be_missing_by_choice[option.choice_number]
    return token in BRACKET_SIGNS or (not token.isalpha() and any(map(str.isdigit, token)))


def _is_subsequence(shorter: Sequence[tuple[int, str]], longer: Sequence[tuple[int, str]]) -> bool:
    """Whether the sides of `shorter` come in `longer` in the same order, others between allowed."""
    sides_left = iter([side for side, _token in longer])
    # Each `in` takes from the iterator up to the side that it finds.
    return all(side in sides_left for side, _token in shorter)


def _first_difference(
    first_options: Sequence[tuple[int, str]], second_options: Sequence[tuple[int, str]]
) -> WordDifference:
    """The first words of two choices that belong to different sides."""
    pairs = zip(first_options, second_options, strict=False)
    different_words = (
        (first_word, second_word)
        for (first_side, first_word), (second_side, second_word) in pairs
        if first_side != second_side
    )
    # The default is never used: where no pair differs, one is a part of the other (see the caller).
    return WordDifference(*next(different_words, (first_options[-1][1], second_options[-1][1])))


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
