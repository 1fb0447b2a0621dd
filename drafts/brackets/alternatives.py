"""The alternatives that a bracket offers: [shall/should], [Option A: …] [Option B: …].

Uses no database.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Final

from drafts.brackets.pair_places import Splice
from drafts.brackets.pairs import BracketPair, pairs_inside

# The names of options in drafts in the six languages.
_OPTION_NAME: Final = re.compile(
    r"(?:Option|OPTION|Alternative|ALTERNATIVE|Alt\.|Variante|Opción|Вариант|الخيار|备选案文)"
    r"\s*(?P<name>[A-Z]|\d{1,2}|[А-Я]|[أ-ي])\s*[:：.]\s*"
)
# The letters of options, in the order in which documents list by them: in Arabic the old order.
_LETTERS_IN_ORDER: Final = (
    ascii_uppercase,
    "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ",
    "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ",
)
# What may stand between two brackets that hold an option each: nothing, a slash, or "or".
_SIGN_BETWEEN_OPTIONS: Final = re.compile(r"\s*(?:/|or|ou|o|или|أو|或)?\s*")
# Between alternatives of several words; a slash without spaces only parts single words.
_SPACED_SLASH: Final = re.compile(r"\s+/\s+")
_SLASH: Final = re.compile(r"/")


@dataclass(frozen=True, slots=True)
class Alternative:
    """A stretch of words that may replace the bracket, from `start` to `end` in the text.

    `name` is the letter or number of an option; empty for words between slashes.
    """

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


def choice_in_bracket(
    text: str, pairs: Sequence[BracketPair], pair: BracketPair
) -> BracketChoice | None:
    """The choice that a bracket offers; None where it has only one wording.

    `pairs` are all brackets of the text, `pair` is this one.
    """
    inner_alternatives = tuple(_alternatives_inside(text, pairs, pair))
    if len(inner_alternatives) > 1:
        return BracketChoice(pair[0], pair[1] + 1, inner_alternatives)
    neighbouring_pairs = _neighbouring_options(text, pairs, pair)
    if len(neighbouring_pairs) < 2:
        return None
    options = tuple(_option(text, neighbour) for neighbour in neighbouring_pairs)
    return BracketChoice(neighbouring_pairs[0][0], neighbouring_pairs[-1][1] + 1, options)


def _alternatives_inside(
    text: str, pairs: Sequence[BracketPair], pair: BracketPair
) -> Iterator[Alternative]:
    """The alternatives inside one bracket, cut at its options or slashes."""
    start, end = pair[0] + 1, pair[1]
    own_level_text = _own_level_text(text, pairs, pair)
    option_names = list(_OPTION_NAME.finditer(own_level_text, start, end))
    if len(option_names) > 1:
        option_ends = [*(option_name.start() for option_name in option_names[1:]), end]
        for option_name, option_end in zip(option_names, option_ends, strict=True):
            yield _trimmed_alternative(text, option_name.end(), option_end, option_name["name"])
        return
    slashes = list(_SPACED_SLASH.finditer(own_level_text, start, end))
    # In a bracket with spaces, such as [and/or its agencies], a slash is a part of its word.
    if not slashes and not re.search(r"\s", own_level_text[start:end]):
        slashes = list(_SLASH.finditer(own_level_text, start, end))
    starts = [start, *(slash.end() for slash in slashes)]
    ends = [*(slash.start() for slash in slashes), end]
    yield from (
        _trimmed_alternative(text, alternative_start, alternative_end)
        for alternative_start, alternative_end in zip(starts, ends, strict=True)
    )


def _own_level_text(text: str, pairs: Sequence[BracketPair], pair: BracketPair) -> str:
    """The text with brackets inside this one replaced by as many "x", to hide their slashes."""
    characters = list(text)
    for inner_start, inner_end in pairs_inside(pairs, pair):
        characters[inner_start : inner_end + 1] = "x" * (inner_end + 1 - inner_start)
    return "".join(characters)


def _trimmed_alternative(text: str, start: int, end: int, name: str = "") -> Alternative:
    """The alternative between two positions, without spaces at its ends."""
    words = text[start:end]
    return Alternative(
        start + len(words) - len(words.lstrip()),
        max(start, end - (len(words) - len(words.rstrip()))),
        name,
    )


def _neighbouring_options(
    text: str, pairs: Sequence[BracketPair], pair: BracketPair
) -> list[BracketPair]:
    """Neighbouring brackets that each hold one option, this one among them."""
    neighbours: list[BracketPair] = []
    for candidate in sorted(pairs):
        # It holds no option, or stands inside one.
        if _OPTION_NAME.match(text, candidate[0] + 1) is None or any(
            neighbour[0] < candidate[0] < neighbour[1] for neighbour in neighbours
        ):
            continue
        # Other words stand between it and the options before it: a new row of options begins.
        if neighbours and not _SIGN_BETWEEN_OPTIONS.fullmatch(
            text, neighbours[-1][1] + 1, candidate[0]
        ):
            if pair in neighbours:
                return neighbours
            neighbours = []
        neighbours.append(candidate)
    return neighbours if pair in neighbours else []


def _option(text: str, pair: BracketPair) -> Alternative:
    """The alternative that a bracket with an option's name holds."""
    option_name = _OPTION_NAME.match(text, pair[0] + 1)
    assert option_name is not None
    return _trimmed_alternative(text, option_name.end(), pair[1], option_name["name"])


def splices_for_another_alternative(
    text: str, pairs: Sequence[BracketPair], pair: BracketPair, words: str
) -> list[Splice]:
    """The splices that add one more alternative, written like those that are there."""
    choice = choice_in_bracket(text, pairs, pair)
    last_name = choice.alternatives[-1].name if choice is not None else ""
    if choice is not None and last_name:
        text_before_last = text[: choice.alternatives[-1].start]
        last_option_name = list(_OPTION_NAME.finditer(text_before_last))[-1].group()
        # The letter may be in the word before it as well: "Вариант В".
        word_before, _last_name, sign_after = last_option_name.rpartition(last_name)
        next_option_name = f"{word_before}{_next_name(last_name)}{sign_after}"
        # The options stand inside this bracket; else each has a bracket of its own.
        if choice.end == pair[1] + 1 and choice.start == pair[0]:
            return [Splice(pair[1], pair[1], f" {next_option_name}{words}")]
        opening_sign, closing_sign = text[pair[0]], text[pair[1]]
        return [
            Splice(
                choice.end, choice.end, f" {opening_sign}{next_option_name}{words}{closing_sign}"
            )
        ]
    has_no_spaces = not re.search(
        r"\s", _own_level_text(text, pairs, pair)[pair[0] : pair[1]] + words
    )
    if has_no_spaces:
        return [Splice(pair[1], pair[1], f"/{words}")]
    # The alternatives that are there get slashes with spaces as well.
    splices_between = [
        Splice(alternative.end, next_alternative.start, " / ")
        for alternative, next_alternative in zip(
            choice.alternatives if choice else (),
            choice.alternatives[1:] if choice else (),
            strict=False,
        )
    ]
    return [*splices_between, Splice(pair[1], pair[1], f" / {words}")]


def _next_name(name: str) -> str:
    """The next letter or number; after the last letter, or one that lists leave out, comes 1."""
    if name.isdigit():
        return str(int(name) + 1)
    letters = next((letters for letters in _LETTERS_IN_ORDER if name in letters), name)
    return letters[letters.index(name) + 1 :][:1] or "1"
