"""Bars one under the other, each divided into parts: how many there are of each kind."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from consultations.pictures.canvas import BASELINE_OFFSET, LINE_HEIGHT, Canvas, Fill, wrapped_lines

BAR_HEIGHT, BAR_GAP = 22, 14  # pixels
# The narrowest part, in hundredths of the width, in which a number of two figures fits on a phone.
MIN_WIDTH_FOR_COUNT = 6.0


@dataclass(frozen=True, slots=True)
class BarRow:
    """A bar: its label, and how many there are of each kind."""

    label: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


def stacked_bars(
    canvas: Canvas, rows: Sequence[BarRow], fills: Sequence[Fill], label: str
) -> SafeString:
    """The drawing; the longest bar is as wide as the picture. `fills` are those of the counts."""
    longest_total = max((row.total for row in rows), default=0) or 1
    shapes: list[SafeString] = []
    y = 0
    for row in rows:
        lines = wrapped_lines(row.label)
        shapes += [
            canvas.centred_text(line, y=y + (number + 1) * LINE_HEIGHT - BASELINE_OFFSET)
            for number, line in enumerate(lines)
        ]
        y += len(lines) * LINE_HEIGHT
        shapes += _bar_shapes(canvas, row, fills, longest_total, y)
        y += BAR_HEIGHT + BAR_GAP
    return canvas.drawing(y, label, *shapes)


def _bar_shapes(
    canvas: Canvas, row: BarRow, fills: Sequence[Fill], longest_total: int, y: int
) -> Iterator[SafeString]:
    """The parts of one bar at the height `y`, each with its number where there is room for it."""
    start = 0.0
    for count, fill in zip(row.counts, fills, strict=True):
        width = 100 * count / longest_total
        if count:
            yield canvas.bar(start, width, y=y, height=BAR_HEIGHT, fill=fill)
        if width >= MIN_WIDTH_FOR_COUNT:
            y_of_count = y + BAR_HEIGHT / 2 + BASELINE_OFFSET
            yield canvas.count(count, start + width / 2, y=y_of_count, fill=fill)
        start += width
