"""Words on which a negotiation turns, and where two proposals differ in them. Pure.

A list is plain text, a line for each choice between words: "shall / should / may". Forms of one
word stand with commas, "urge, urges / encourage, encourages"; a dash stands for no word at all,
"as appropriate / –". A word alone in its line is meant so. Numbers and square brackets are decisive
without being listed.
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


class MarkedText:
    """A text as tokens of `joined`, and which of them decide by being there."""

    def __init__(self, tokens: Sequence[str], words: DecisiveWords) -> None:
        self.tokens = tokens
        self._words = words

    @cached_property
    def deciding(self) -> list[str]:
        """The tokens that decide by being there; most pairs of texts are told apart without."""
        return list(compress(self.tokens, self._marks))

    @cached_property
    def before(self) -> list[int]:
        """How many of them stand before each token, and before the end."""
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
    """Reads what texts of one language say in decisive words."""

    def __init__(self, words: DecisiveWords) -> None:
        self._words = words
        self._weighs = _Weighs(words.options)

    def read(self, tokens: Sequence[str]) -> Stance:
        """The decisive words of a text, as tokens of `joined`."""
        chosen: dict[int, list[tuple[int, str]]] = {}
        deciding: list[str] = []
        weighs, options = self._weighs, self._words.options
        for token in [token for token in tokens if weighs[token]]:
            option = options.get(token)
            if _decides(token, option, self._words):
                deciding.append(token)
            elif option is not None:
                chosen.setdefault(option.choice, []).append((option.side, token))
        return Stance(
            tuple(sorted(deciding)), tuple((key, tuple(chosen[key])) for key in sorted(chosen))
        )


class _Weighs(dict[str, bool]):
    """Token → whether it may be decisive: nearly every word of a text is not."""

    def __init__(self, options: Mapping[str, Option]) -> None:
        super().__init__()
        self._options = options

    def __missing__(self, token: str) -> bool:
        self[token] = may = token in self._options or not token.isalpha()
        return may


def come_or_gone(one: MarkedText, other: MarkedText) -> tuple[Difference, ...]:
    """What decides by being there and comes, goes or moves, change by change."""
    ours, theirs = one.deciding, other.deciding
    if not ours and not theirs:
        return ()
    found: list[Difference] = []
    for gone, come in changed_ranges(one.tokens, other.tokens):
        first, last = one.before[gone.start], one.before[gone.stop]
        start, stop = other.before[come.start], other.before[come.stop]
        if first != last or start != stop:
            found.append(Difference(" ".join(ours[first:last]), " ".join(theirs[start:stop])))
    return tuple(dict.fromkeys(found))


def comes_or_goes(one: MarkedText, other: MarkedText) -> bool:
    """Whether there is such a change, where it is not to be shown."""
    return one.deciding != other.deciding or bool(come_or_gone(one, other))


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
