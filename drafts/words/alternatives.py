"""The alternatives that a bracket offers: [shall/should], [Option A: …] [Option B: …].

Uses no database.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from drafts.words.bracket_places import Splice
from drafts.words.brackets import Pair, within

# The names of options in drafts in the six languages.
_OPTION: Final = re.compile(
    r"(?:Option|OPTION|Alternative|ALTERNATIVE|Alt\.|Variante|Opción|Вариант|الخيار|备选案文)"
    r"\s*(?P<name>[A-Z]|\d{1,2}|[А-Я]|[أ-ي])\s*[:：.]\s*"
)
_BETWEEN: Final = re.compile(r"\s*(?:/|or|ou|o|или|أو|或)?\s*")
_SPACED: Final = re.compile(r"\s+/\s+")
_BARE: Final = re.compile(r"/")


@dataclass(frozen=True, slots=True)
class Alternative:
    """A stretch of words that may replace the bracket; `name` is its letter."""

    start: int
    end: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class BracketChoice:
    """The alternatives of a bracket, and the stretch that the chosen one replaces."""

    start: int
    end: int
    alternatives: tuple[Alternative, ...]

    def splices_for(self, alternative: Alternative) -> tuple[Splice, Splice]:
        """The splices that keep only this alternative."""
        return Splice(self.start, alternative.start), Splice(alternative.end, self.end)


def choice_of(text: str, pairs: Sequence[Pair], pair: Pair) -> BracketChoice | None:
    """The choice that a bracket offers; None where it has only one wording."""
    inner = tuple(_alternatives_inside(text, pairs, pair))
    if len(inner) > 1:
        return BracketChoice(pair[0], pair[1] + 1, inner)
    neighbours = _neighbouring_options(text, pairs, pair)
    if len(neighbours) < 2:
        return None
    options = tuple(_option(text, one) for one in neighbours)
    return BracketChoice(neighbours[0][0], neighbours[-1][1] + 1, options)


def _alternatives_inside(text: str, pairs: Sequence[Pair], pair: Pair) -> Iterator[Alternative]:
    """The alternatives inside one bracket, cut at its options or slashes."""
    start, end = pair[0] + 1, pair[1]
    own = _own_level(text, pairs, pair)
    heads = list(_OPTION.finditer(own, start, end))
    if len(heads) > 1:
        limits = [*(head.start() for head in heads[1:]), end]
        for head, limit in zip(heads, limits, strict=True):
            yield _trimmed_alternative(text, head.end(), limit, head["name"])
        return
    cuts = list(_SPACED.finditer(own, start, end))
    if not cuts and not re.search(r"\s", own[start:end]):
        cuts = list(_BARE.finditer(own, start, end))
    starts = [start, *(cut.end() for cut in cuts)]
    ends = [*(cut.start() for cut in cuts), end]
    yield from (
        _trimmed_alternative(text, one, other) for one, other in zip(starts, ends, strict=True)
    )


def _own_level(text: str, pairs: Sequence[Pair], pair: Pair) -> str:
    """The text with brackets inside this one replaced by as many "x"."""
    signs = list(text)
    for one, other in within(pairs, pair):
        signs[one : other + 1] = "x" * (other + 1 - one)
    return "".join(signs)


def _trimmed_alternative(text: str, start: int, end: int, name: str = "") -> Alternative:
    words = text[start:end]
    return Alternative(
        start + len(words) - len(words.lstrip()),
        max(start, end - (len(words) - len(words.rstrip()))),
        name,
    )


def _neighbouring_options(text: str, pairs: Sequence[Pair], pair: Pair) -> list[Pair]:
    """Neighbouring brackets that each hold one option, this one among them."""
    row: list[Pair] = []
    for one in sorted(pairs):
        if _OPTION.match(text, one[0] + 1) is None or any(
            other[0] < one[0] < other[1] for other in row
        ):
            continue
        if row and not _BETWEEN.fullmatch(text, row[-1][1] + 1, one[0]):
            if pair in row:
                return row
            row = []
        row.append(one)
    return row if pair in row else []


def _option(text: str, pair: Pair) -> Alternative:
    head = _OPTION.match(text, pair[0] + 1)
    assert head is not None
    return _trimmed_alternative(text, head.end(), pair[1], head["name"])


def with_another(text: str, pairs: Sequence[Pair], pair: Pair, words: str) -> list[Splice]:
    """The splices that add one more alternative, written like those that are there."""
    choice = choice_of(text, pairs, pair)
    last_name = choice is not None and choice.alternatives[-1].name
    if choice is not None and last_name:
        before_last = text[: choice.alternatives[-1].start]
        head = list(_OPTION.finditer(before_last))[-1].group()
        next_head = head.replace(last_name, _next_name(last_name), 1)
        if choice.end == pair[1] + 1 and choice.start == pair[0]:
            return [Splice(pair[1], pair[1], f" {next_head}{words}")]
        opens, closes = text[pair[0]], text[pair[1]]
        return [Splice(choice.end, choice.end, f" {opens}{next_head}{words}{closes}")]
    is_bare = not re.search(r"\s", _own_level(text, pairs, pair)[pair[0] : pair[1]] + words)
    if is_bare:
        return [Splice(pair[1], pair[1], f"/{words}")]
    between = [
        Splice(one.end, other.start, " / ")
        for one, other in zip(
            choice.alternatives if choice else (),
            choice.alternatives[1:] if choice else (),
            strict=False,
        )
    ]
    return [*between, Splice(pair[1], pair[1], f" / {words}")]


def _next_name(name: str) -> str:
    """The next letter or number; after the last letter comes 1."""
    if name.isdigit():
        return str(int(name) + 1)
    return "1" if name in "ZЯي" else chr(ord(name) + 1)
