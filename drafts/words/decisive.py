"""Words on which a negotiation turns, and where two proposals differ in them. Pure.

A list is plain text, a line for each choice between words: "shall / should / may". Forms of one
word stand with commas, "urge, urges / encourage, encourages"; a dash stands for no word at all,
"as appropriate / –". A word alone in its line is meant so. Numbers and square brackets are decisive
without being listed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Final, NamedTuple

from drafts.words.differences import changed_ranges
from drafts.words.normal_words import plain_tokens

NOTHING: Final = frozenset("-–—")
BRACKETS: Final = frozenset("[]")
_BETWEEN_SIDES: Final = re.compile(r"(?:^|\s)/(?:\s|$)")  # "and/or" is one word


class Difference(NamedTuple):
    """Words that one says, and what the other says instead; one of the two may be empty."""

    one: str
    other: str


class Option(NamedTuple):
    """One side of a choice: which choice of the list, and which side of it."""

    choice: int
    side: int


@dataclass(frozen=True, slots=True)
class DecisiveWords:
    """A list of one language, ready to be looked for in texts."""

    # By the tokens of `joined`.
    options: Mapping[str, Option]
    # Of each choice: whether it decides something that none of its words is there at all.
    may_be_missing: tuple[bool, ...]
    # By their first word, the phrases of more than one, the longest first.
    phrases: Mapping[str, tuple[tuple[str, ...], ...]]

    def joined(self, tokens: Sequence[str]) -> list[str]:
        """The tokens with each listed phrase as one token of its own, "women and girls"."""
        if self.phrases.keys().isdisjoint(tokens):
            return list(tokens)
        out: list[str] = []
        behind = 0  # the last phrase
        for place in [n for n, token in enumerate(tokens) if token in self.phrases]:
            length = self._length_at(tokens, place)
            if place < behind or length == 1:
                continue
            out += [*tokens[behind:place], " ".join(tokens[place : place + length])]
            behind = place + length
        return out + list(tokens[behind:])

    def _length_at(self, tokens: Sequence[str], place: int) -> int:
        for phrase in self.phrases.get(tokens[place], ()):
            if tuple(tokens[place : place + len(phrase)]) == phrase:
                return len(phrase)
        return 1


@lru_cache(maxsize=256)
def decisive_words(text: str) -> DecisiveWords:
    """A list as it is written. Raises `ValueError` with the first line that cannot be read."""
    options: dict[tuple[str, ...], Option] = {}
    may_be_missing: list[bool] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        sides = [side.strip() for side in _BETWEEN_SIDES.split(line)]
        said = [side for side in sides if side not in NOTHING]
        if not said or not all(said):
            raise ValueError(line)
        for side, forms in enumerate(said):
            for form in forms.split(","):
                words = tuple(plain_tokens(form))
                if not words:
                    raise ValueError(line)
                options.setdefault(words, Option(len(may_be_missing), side))
        may_be_missing.append(len(said) < len(sides) or len(said) == 1)
    by_token = {" ".join(words): option for words, option in options.items()}
    return DecisiveWords(by_token, tuple(may_be_missing), _by_first_word(options))


@dataclass(frozen=True, slots=True)
class Stance:
    """What a text says in decisive words: those that decide by being there, and what it chose."""

    deciding: tuple[str, ...]
    chosen: tuple[tuple[int, tuple[tuple[int, str], ...]], ...]


def stance_of(tokens: Sequence[str], words: DecisiveWords) -> Stance:
    """The decisive words of a text, as tokens of `joined`."""
    chosen: dict[int, list[tuple[int, str]]] = {}
    deciding: list[str] = []
    options = words.options
    # Nearly every word of a text is none of them.
    for token in [t for t in tokens if t in options or not t.isalpha()]:
        option = options.get(token)
        if _decides(token, option, words):
            deciding.append(token)
        elif option is not None:
            chosen.setdefault(option.choice, []).append((option.side, token))
    return Stance(
        tuple(sorted(deciding)), tuple((key, tuple(chosen[key])) for key in sorted(chosen))
    )


def come_or_gone(
    one: Sequence[str], other: Sequence[str], words: DecisiveWords
) -> tuple[Difference, ...]:
    """What decides by being there and comes, goes or moves, change by change."""
    found: list[Difference] = []
    for gone, come in changed_ranges(one, other):
        ours, theirs = (
            " ".join(t for t in side if _decides(t, words.options.get(t), words))
            for side in (one[gone.start : gone.stop], other[come.start : come.stop])
        )
        if ours or theirs:
            found.append(Difference(ours, theirs))
    return tuple(dict.fromkeys(found))


def chosen_otherwise(one: Stance, other: Stance) -> tuple[Difference, ...]:
    """Where one chose this word and the other that; an "and" that is only added decides nothing."""
    if one.chosen == other.chosen:
        return ()
    theirs = dict(other.chosen)
    both = ((mine, theirs[choice]) for choice, mine in one.chosen if choice in theirs)
    unlike = (
        _first_difference(mine, yours)
        for mine, yours in both
        if not (_runs_through(mine, yours) or _runs_through(yours, mine))
    )
    return tuple(dict.fromkeys(unlike))


def _decides(token: str, option: Option | None, words: DecisiveWords) -> bool:
    if option is not None:
        return words.may_be_missing[option.choice]
    return token in BRACKETS or (not token.isalpha() and any(map(str.isdigit, token)))


def _runs_through(short: Sequence[tuple[int, str]], long: Sequence[tuple[int, str]]) -> bool:
    """Whether what was chosen here was chosen there in this order, with more between."""
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
