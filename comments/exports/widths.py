"""The widths of the columns of a paper, chosen so that its rows are low.

The shares of the width are improved step by step, so that the first rows have the least height in
all. The longest word of a column and of its heading fits, unless it is very long.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

SAMPLE_ROWS: Final = 200
LINE_LENGTH: Final = 210  # characters on a line across the page
MAX_WORD_LENGTH: Final = 12  # of words that no line may break
CAPITAL_WIDTH: Final = 1.4  # of a capital letter, where others have 1
CELL_EDGES: Final = 3  # the padding of a cell, in characters
ITERATIONS: Final = 40
# The cells of a row are weighted by their height to this power, so that a cell nearly as high as
# the highest counts nearly as much. If only the highest counted, two columns would take the width
# from each other in turn.
SHARPNESS: Final = 6
STEP_EXPONENT: Final = 0.2  # a larger step overshoots with this sharpness


def width_shares(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> tuple[float, ...]:
    """The share of each column, in hundredths of the width; the same rows give the same shares."""
    sample = list(islice(rows, SAMPLE_ROWS))
    min_shares = [_min_share(texts) for texts in zip(columns, *sample, strict=True)]
    # One is added to each length, so that a row of empty cells has a height too.
    lengths = [[len(text) + 1 for text in row] for row in (sample or [columns])]
    shares = _fitting_shares(min_shares, min_shares)
    for _iteration in range(ITERATIONS):
        needed_shares = _needed_shares(lengths, shares)
        # When every column has the share it needs, no other shares make the rows lower.
        pairs = zip(shares, needed_shares, strict=True)
        wanted_shares = [
            share ** (1 - STEP_EXPONENT) * needed_share**STEP_EXPONENT
            for share, needed_share in pairs
        ]
        shares = _fitting_shares(wanted_shares, min_shares)
    return tuple(round(100 * share, 1) for share in shares)


def _min_share(texts: Iterable[str]) -> float:
    """The share that the longest word of a column needs, up to MAX_WORD_LENGTH characters."""
    longest = max((_width(word) for text in texts for word in text.split()), default=1.0)
    return (min(longest, MAX_WORD_LENGTH) + CELL_EDGES) / LINE_LENGTH


def _width(word: str) -> float:
    """The width of a word in characters; capitals, as in numbers of inputs, are wider."""
    return sum(CAPITAL_WIDTH if letter.isupper() else 1.0 for letter in word)


def _needed_shares(rows: Iterable[Sequence[int]], shares: Sequence[float]) -> list[float]:
    """The share of the total height of all rows that each column causes."""
    needed = [0.0] * len(shares)
    for row in rows:
        # How many lines each cell takes, but for a factor that all have in common.
        heights = [length / share for length, share in zip(row, shares, strict=True)]
        highest = max(heights)
        weights = [(height / highest) ** SHARPNESS for height in heights]
        for column_index, weight in enumerate(weights):
            needed[column_index] += highest * weight / sum(weights)
    total = sum(needed)
    return [height / total for height in needed]


def _fitting_shares(shares: Sequence[float], min_shares: Sequence[float]) -> list[float]:
    """Shares that add up to 1, none below its minimum.

    What raising some to their minimum adds is taken off the others, by what these have to spare.
    """
    total = sum(shares)
    raised = [
        max(share / total, min_share) for share, min_share in zip(shares, min_shares, strict=True)
    ]
    spare = [share - min_share for share, min_share in zip(raised, min_shares, strict=True)]
    excess, total_spare = sum(raised) - 1, sum(spare)
    cut_per_spare = excess / total_spare if total_spare else 0.0
    return [
        share - cut_per_spare * column_spare
        for share, column_spare in zip(raised, spare, strict=True)
    ]
