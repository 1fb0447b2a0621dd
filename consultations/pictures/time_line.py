"""Time as a line: spans and points one under the other, and where now is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString

from consultations.pictures.canvas import LINE, Canvas, Fill, lines_of

BAR, GAP = 14, 12  # pixels
MARGIN = 2.0  # hundredths of the width that stay free at each end


@dataclass(frozen=True, slots=True)
class SpanRow:
    """Something that lasts from `start` until `end`, or a point where both are the same."""

    label: str
    when: str
    start: datetime
    end: datetime
    fill: Fill


def time_line(
    canvas: Canvas, rows: Sequence[SpanRow], now: datetime, now_words: str, label: str
) -> SafeString:
    """The drawing, from the first start to the last end, now among them at the latest."""
    first = min([now, *(row.start for row in rows)])
    last = max([now, *(row.end for row in rows)])
    length = (last - first).total_seconds() or 1.0

    def at(moment: datetime) -> float:
        return MARGIN + (100 - 2 * MARGIN) * (moment - first).total_seconds() / length

    shapes: list[SafeString] = []
    y = LINE + 4
    for row in rows:
        lines = [*lines_of(row.label), row.when]
        shapes += _row(canvas, row, lines, y, at(row.start), at(row.end))
        y += len(lines) * LINE + BAR + GAP
    today = canvas.upright(at(now), top=LINE, bottom=y)
    return canvas.drawing(
        y, label, today, canvas.words(now_words, at(now), y=LINE - 5, kind="now"), *shapes
    )


def _row(
    canvas: Canvas, row: SpanRow, lines: Sequence[str], y: int, start: float, end: float
) -> Iterator[SafeString]:
    for number, line in enumerate(lines):
        kind = "quiet" if number == len(lines) - 1 else "words"
        yield canvas.words(line, y=y + (number + 1) * LINE - 5, kind=kind)
    y += len(lines) * LINE
    if row.start == row.end:
        yield canvas.mark(start, y=y + BAR / 2, fill=row.fill)
    else:
        yield canvas.bar(start, max(end - start, 0.5), y=y, height=BAR, fill=row.fill)
