"""How wide the columns of a paper are: as their words need, so that its rows are low.

Of all shares of the width those are sought under which a sample of the rows is lowest together.
What stands above a column, and its longest word, always fit.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

SAMPLE: Final = 200
LINE: Final = 210  # characters on a line across the page
LONGEST_WORD: Final = 12
CAPITAL: Final = 1.4
EDGES: Final = 3  # of a cell, in characters
TURNS: Final = 40
# Cells nearly as high as their row count nearly as much: or two columns would take turns.
SHARPNESS: Final = 6
STEP: Final = 0.2  # a larger one overshoots, by the sharpness


def widths_of(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> tuple[float, ...]:
    """The share of each column, in hundredths of the width; the same rows give the same shares."""
    sample = list(islice(rows, SAMPLE))
    least = [_least(texts) for texts in zip(columns, *sample, strict=True)]
    lengths = [[len(text) + 1 for text in row] for row in (sample or [columns])]
    shares = _fitted(least, least)
    for _turn in range(TURNS):
        asked = _asked(lengths, shares)
        # Where each column asks for what it has, no other shares make the rows lower.
        pairs = zip(shares, asked, strict=True)
        wanted = [share ** (1 - STEP) * more**STEP for share, more in pairs]
        shares = _fitted(wanted, least)
    return tuple(round(100 * share, 1) for share in shares)


def _least(texts: Iterable[str]) -> float:
    """What the longest word of a column needs, but for what is too long to stand whole."""
    longest = max((_width(word) for text in texts for word in text.split()), default=1.0)
    return (min(longest, LONGEST_WORD) + EDGES) / LINE


def _width(word: str) -> float:
    """In characters of running words; capitals, of which numbers of inputs are made, are wider."""
    return sum(CAPITAL if letter.isupper() else 1.0 for letter in word)


def _asked(rows: Iterable[Sequence[int]], shares: Sequence[float]) -> list[float]:
    """How much of the height of all rows each column is to answer for."""
    asked = [0.0] * len(shares)
    for row in rows:
        heights = [length / share for length, share in zip(row, shares, strict=True)]
        highest = max(heights)
        weights = [(height / highest) ** SHARPNESS for height in heights]
        for at, weight in enumerate(weights):
            asked[at] += highest * weight / sum(weights)
    total = sum(asked)
    return [height / total for height in asked]


def _fitted(shares: Sequence[float], least: Sequence[float]) -> list[float]:
    """Shares that make a whole, none below its least."""
    total = sum(shares)
    fitted = [max(share / total, low) for share, low in zip(shares, least, strict=True)]
    spare = [share - low for share, low in zip(fitted, least, strict=True)]
    over, room = sum(fitted) - 1, sum(spare)
    cut = over / room if room else 0.0
    return [share - cut * some for share, some in zip(fitted, spare, strict=True)]
