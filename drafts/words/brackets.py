"""Square brackets: words that are not agreed. Found and counted, never added and never mended.

Pure.
"""

from dataclasses import dataclass
from typing import Final

OPENING: Final = "[［"
CLOSING: Final = "]］"


@dataclass(frozen=True)
class Brackets:
    """Where pairs open and close, and where brackets stand that have no partner."""

    opens: frozenset[int]
    closes: frozenset[int]
    alone: tuple[int, ...]


def brackets_in(text: str) -> Brackets:
    """Pairs may stand inside pairs. A closing bracket ends the last one that is still open."""
    waiting: list[int] = []
    pairs: list[tuple[int, int]] = []
    alone: list[int] = []
    for place, character in enumerate(text):
        if character in OPENING:
            waiting.append(place)
        elif character in CLOSING and waiting:
            pairs.append((waiting.pop(), place))
        elif character in CLOSING:
            alone.append(place)
    return Brackets(
        opens=frozenset(start for start, _end in pairs),
        closes=frozenset(end for _start, end in pairs),
        alone=tuple(sorted(alone + waiting)),
    )


def has_brackets(text: str) -> bool:
    """Whether it is worth looking closer."""
    return any(character in text for character in OPENING + CLOSING)
