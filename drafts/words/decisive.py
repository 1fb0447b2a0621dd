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

NOTHING: Final = frozenset("-–—")
BRACKETS: Final = frozenset("[]")
_BETWEEN_SIDES: Final = re.compile(r"(?:^|\s)/(?:\s|$)")  # "and/or" is one word


class Difference(NamedTuple):
    """Words of one text, and the words of the other instead; one of the two may be empty."""

    one: str
    other: str


class Option(NamedTuple):
    """One side of a choice: the number of the choice in the list, and of the side in it."""

    choice: int
    side: int


@dataclass(frozen=True, slots=True)
class DecisiveWords:
    """A list of one language, ready for finding its words in texts."""

    # By the tokens of `joined`.
    options: Mapping[str, Option]
    # For each choice, whether it matters if none of its words is there: its line has a dash.
    may_be_missing: tuple[bool, ...]
    # By their first word, the phrases of more than one, the longest first.
    phrases: Mapping[str, tuple[tuple[str, ...], ...]]

    def joined(self, tokens: Sequence[str]) -> list[str]:
        """The tokens, with each listed phrase joined to one token, "women and girls"."""
        if self.phrases.keys().isdisjoint(tokens):
            return list(tokens)
        joined: list[str] = []
        end = 0  # of the last phrase
        for place in [n for n, token in enumerate(tokens) if token in self.phrases]:
            length = self._length_at(tokens, place)
            if place < end or length == 1:
                continue
            joined += [*tokens[end:place], " ".join(tokens[place : place + length])]
            end = place + length
        return joined + list(tokens[end:])

    def _length_at(self, tokens: Sequence[str], place: int) -> int:
        for phrase in self.phrases.get(tokens[place], ()):
            if tuple(tokens[place : place + len(phrase)]) == phrase:
                return len(phrase)
        return 1


@lru_cache(maxsize=256)
def decisive_words(text: str) -> DecisiveWords:
    """Read a list. Raises `ValueError` with the first line that cannot be read."""
    options: dict[tuple[str, ...], Option] = {}
    may_be_missing: list[bool] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        sides = [side.strip() for side in _BETWEEN_SIDES.split(line)]
        listed = [side for side in sides if side not in NOTHING]
        if not listed or not all(listed):
            raise ValueError(line)
        for side, forms in enumerate(listed):
            for form in forms.split(","):
                words = tuple(plain_tokens(form))
                if not words:
                    raise ValueError(line)
                options.setdefault(words, Option(len(may_be_missing), side))
        may_be_missing.append(len(listed) < len(sides) or len(listed) == 1)
    by_token = {" ".join(words): option for words, option in options.items()}
    return DecisiveWords(by_token, tuple(may_be_missing), _by_first_word(options))


@dataclass(frozen=True, slots=True)
class Stance:
    """The decisive words of a text: those that decide by being there, and its choices."""

    deciding: tuple[str, ...]
    chosen: tuple[tuple[int, tuple[tuple[int, str], ...]], ...]


class MarkedText:
    """A text as tokens of `joined`, with those marked that decide by being there."""

    def __init__(self, tokens: Sequence[str], words: DecisiveWords) -> None:
        self.tokens = tokens
        self._words = words

    @cached_property
    def deciding(self) -> list[str]:
        """The tokens that decide by being there; computed only where they are needed."""
        return list(compress(self.tokens, self._marks))

    @cached_property
    def before(self) -> list[int]:
        """How many of them are before each token, and before the end."""
        return list(accumulate(self._marks, initial=0))

    @cached_property
    def _marks(self) -> list[bool]:
        options = self._words.options
        return [
            (token in options or not token.isalpha())
            and _decides(token, options.get(token), self._words)
            for token in self.tokens
        ]


class StanceReader:
    """Reads the decisive words of texts of one language."""

    def __init__(self, words: DecisiveWords) -> None:
        self._words = words
        self._may_be_decisive = _MayBeDecisive(words.options)

    def read(self, tokens: Sequence[str]) -> Stance:
        """The decisive words of a text, as tokens of `joined`."""
        chosen: dict[int, list[tuple[int, str]]] = {}
        deciding: list[str] = []
        may_be_decisive, options = self._may_be_decisive, self._words.options
        for token in [token for token in tokens if may_be_decisive[token]]:
            option = options.get(token)
            if _decides(token, option, self._words):
                deciding.append(token)
            elif option is not None:
                chosen.setdefault(option.choice, []).append((option.side, token))
        return Stance(
            tuple(sorted(deciding)), tuple((key, tuple(chosen[key])) for key in sorted(chosen))
        )


class _MayBeDecisive(dict[str, bool]):
    """Whether a token may be decisive, kept for each token; most words of a text are not."""

    def __init__(self, options: Mapping[str, Option]) -> None:
        super().__init__()
        self._options = options

    def __missing__(self, token: str) -> bool:
        self[token] = may = token in self._options or not token.isalpha()
        return may


def deciding_changes(one: MarkedText, other: MarkedText) -> tuple[Difference, ...]:
    """The changes that insert, delete or move a word that decides by being there."""
    our_words, their_words = one.deciding, other.deciding
    if not our_words and not their_words:
        return ()
    found: list[Difference] = []
    for old, new in changed_ranges(one.tokens, other.tokens):
        first, last = one.before[old.start], one.before[old.stop]
        start, stop = other.before[new.start], other.before[new.stop]
        if first != last or start != stop:
            found.append(
                Difference(" ".join(our_words[first:last]), " ".join(their_words[start:stop]))
            )
    return tuple(dict.fromkeys(found))


def has_deciding_changes(one: MarkedText, other: MarkedText) -> bool:
    """Whether there are such changes; faster than listing them."""
    return one.deciding != other.deciding or bool(deciding_changes(one, other))


def choice_differences(one: Stance, other: Stance) -> tuple[Difference, ...]:
    """Where two texts chose different words; an "and" that is only added decides nothing."""
    if one.chosen == other.chosen:
        return ()
    theirs = dict(other.chosen)
    shared_choices = ((mine, theirs[choice]) for choice, mine in one.chosen if choice in theirs)
    unlike = (
        _first_difference(mine, yours)
        for mine, yours in shared_choices
        if not (_is_subsequence(mine, yours) or _is_subsequence(yours, mine))
    )
    return tuple(dict.fromkeys(unlike))


def _decides(token: str, option: Option | None, words: DecisiveWords) -> bool:
    if option is not None:
        return words.may_be_missing[option.choice]
    return token in BRACKETS or (not token.isalpha() and any(map(str.isdigit, token)))


def _is_subsequence(short: Sequence[tuple[int, str]], long: Sequence[tuple[int, str]]) -> bool:
    """Whether the choices of `short` come in `long` in this order, perhaps with others between."""
    rest = iter([side for side, _token in long])
    return all(side in rest for side, _token in short)


def _first_difference(
    mine: Sequence[tuple[int, str]], yours: Sequence[tuple[int, str]]
) -> Difference:
    pairs = zip(mine, yours, strict=False)
    unlike = ((one, other) for (a, one), (b, other) in pairs if a != b)
    return Difference(*next(unlike, (mine[-1][1], yours[-1][1])))


def _by_first_word(
    phrases: Mapping[tuple[str, ...], Option],
) -> dict[str, tuple[tuple[str, ...], ...]]:
    long = sorted((p for p in phrases if len(p) > 1), key=len, reverse=True)
    firsts = dict.fromkeys(chain.from_iterable(p[:1] for p in long))
    return {first: tuple(p for p in long if p[0] == first) for first in firsts}
