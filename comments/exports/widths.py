"""The widths of the columns of a paper, chosen so that its rows are low.

It looks for the shares of the width that minimise the total height of a sample of rows. The
heading of a column and its longest word always fit.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

SAMPLE: Final = 200
LINE: Final = 210  # characters on a line across the page
MAX_WORD_LENGTH: Final = 12
CAPITAL: Final = 1.4
EDGES: Final = 3  # of a cell, in characters
ROUNDS: Final = 40
# Cells nearly as high as their row count nearly as much; otherwise two columns would alternate.
SHARPNESS: Final = 6
STEP: Final = 0.2  # a larger step overshoots with this sharpness


def widths_of(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> tuple[float, ...]:
    """The share of each column, in hundredths of the width; the same rows give the same shares."""
    sample = list(islice(rows, SAMPLE))
    min_shares = [_min_share(texts) for texts in zip(columns, *sample, strict=True)]
    lengths = [[len(text) + 1 for text in row] for row in (sample or [columns])]
    shares = _fitting_shares(min_shares, min_shares)
    for _round in range(ROUNDS):
        needed = _needed_shares(lengths, shares)
        # When every column has the share it needs, no other shares make the rows lower.
        pairs = zip(shares, needed, strict=True)
        wanted = [share ** (1 - STEP) * need**STEP for share, need in pairs]
        shares = _fitting_shares(wanted, min_shares)
    return tuple(round(100 * share, 1) for share in shares)


def _min_share(texts: Iterable[str]) -> float:
    """The share that the longest word of a column needs, up to MAX_WORD_LENGTH characters."""
    longest = max((_width(word) for text in texts for word in text.split()), default=1.0)
    return (min(longest, MAX_WORD_LENGTH) + EDGES) / LINE


def _width(word: str) -> float:
    """The width of a word in characters; capitals, as in numbers of inputs, are wider."""
    return sum(CAPITAL if letter.isupper() else 1.0 for letter in word)


def _needed_shares(rows: Iterable[Sequence[int]], shares: Sequence[float]) -> list[float]:
    """The share of the total height of all rows that each column causes."""
    needed = [0.0] * len(shares)
    for row in rows:
        heights = [length / share for length, share in zip(row, shares, strict=True)]
        highest = max(heights)
        weights = [(height / highest) ** SHARPNESS for height in heights]
        for place, weight in enumerate(weights):
            needed[place] += highest * weight / sum(weights)
    total = sum(needed)
    return [height / total for height in needed]


def _fitting_shares(shares: Sequence[float], min_shares: Sequence[float]) -> list[float]:
    """Shares that add up to 1, none below its minimum."""
    total = sum(shares)
    raised = [max(share / total, low) for share, low in zip(shares, min_shares, strict=True)]
    spare = [share - low for share, low in zip(raised, min_shares, strict=True)]
    over, room = sum(raised) - 1, sum(spare)
    cut = over / room if room else 0.0
    return [share - cut * extra for share, extra in zip(raised, spare, strict=True)]
