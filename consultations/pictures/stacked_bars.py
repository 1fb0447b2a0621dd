"""Bars one under the other, each divided into parts: how many there are of each kind."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from consultations.pictures.canvas import BASELINE_OFFSET, LINE_HEIGHT, Canvas, Fill, wrapped_lines

BAR_HEIGHT, BAR_GAP = 22, 14  # pixels
# In hundredths of the width: the narrowest part, so that one of thousands can be seen; and what a
# figure of a number needs on a phone, and its two ends together.
MIN_WIDTH, FIGURE_WIDTH, ENDS_WIDTH = 0.5, 2.4, 1.2


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
    """The drawing; the longest bar is as wide as the picture. `fills` are those of the counts.

    Numbers that have no room in their parts stand beside the label, as does 0 in place of a bar.
    """
    shapes: list[SafeString] = []
    y = 0
    for row, widths in zip(rows, _part_widths(rows), strict=True):
        has_room = row.total and all(map(_has_room, row.counts, widths))
        numbers = " + ".join(str(count) for count in row.counts if count) or "0"
        lines = wrapped_lines(row.label if has_room else f"{row.label} · {numbers}")
        shapes += [
            canvas.centred_text(line, y=y + (number + 1) * LINE_HEIGHT - BASELINE_OFFSET)
            for number, line in enumerate(lines)
        ]
        y += len(lines) * LINE_HEIGHT
        if row.total:
            shapes += _bar_shapes(canvas, row, widths, fills, y)
            y += BAR_HEIGHT
        y += BAR_GAP
    return canvas.drawing(y, label, *shapes)


def _part_widths(rows: Sequence[BarRow]) -> list[list[float]]:
    """The widths of the parts of each bar, in hundredths; of parts that can hardly be seen, more
    than their share."""
    longest_total = max((row.total for row in rows), default=0) or 1
    widths = [
        [max(100 * count / longest_total, MIN_WIDTH) if count else 0.0 for count in row.counts]
        for row in rows
    ]
    longest = max([100.0, *map(sum, widths)])
    return [[width * 100 / longest for width in widths_of_row] for widths_of_row in widths]


def _has_room(count: int, width: float) -> bool:
    """Whether a part is wide enough for its number; the number 0 is not shown."""
    return not count or width >= ENDS_WIDTH + FIGURE_WIDTH * len(str(count))


def _bar_shapes(
    canvas: Canvas, row: BarRow, widths: Sequence[float], fills: Sequence[Fill], y: int
) -> Iterator[SafeString]:
    """The parts of one bar at the height `y`, each with its number where there is room for it."""
    start = 0.0
    for count, width, fill in zip(row.counts, widths, fills, strict=True):
        if not count:
            continue
        yield canvas.bar(start, width, y=y, height=BAR_HEIGHT, fill=fill)
        if _has_room(count, width):
            y_of_count = y + BAR_HEIGHT / 2 + BASELINE_OFFSET
            yield canvas.count(count, start + width / 2, y=y_of_count, fill=fill)
        start += width
