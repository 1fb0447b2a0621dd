"""A time line: spans and points one under the other, and a line for now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString

from consultations.pictures.canvas import BASELINE_OFFSET, LINE_HEIGHT, Canvas, Fill, wrapped_lines

BAR_HEIGHT, BAR_GAP = 14, 12  # pixels
MARGIN = 2.0  # hundredths of the width that stay free at each end
MIN_BAR_WIDTH = 0.5  # hundredths, so that a short span can be seen


@dataclass(frozen=True, slots=True)
class SpanRow:
    """A span from `start` to `end`, or a point where both are the same."""

    label: str
    time_text: str
    start: datetime
    end: datetime
    fill: Fill


def time_line(
    canvas: Canvas, rows: Sequence[SpanRow], now: datetime, now_words: str, label: str
) -> SafeString:
    """The drawing, from the first start or now to the last end or now.

    `now_words` stand above the line for now, `label` is for screen readers.
    """
    first_moment = min([now, *(row.start for row in rows)])
    last_moment = max([now, *(row.end for row in rows)])
    total_seconds = (last_moment - first_moment).total_seconds() or 1.0

    def x_of(moment: datetime) -> float:
        """The position of a moment, in hundredths of the width."""
        return MARGIN + (100 - 2 * MARGIN) * (moment - first_moment).total_seconds() / total_seconds

    shapes: list[SafeString] = []
    y = LINE_HEIGHT + 4  # below the words for now
    for row in rows:
        lines = [*wrapped_lines(row.label), row.time_text]
        shapes += _span_shapes(canvas, row, lines, y, x_of(row.start), x_of(row.end))
        y += len(lines) * LINE_HEIGHT + BAR_HEIGHT + BAR_GAP
    now_line = canvas.vertical_line(x_of(now), top=LINE_HEIGHT, bottom=y)
    y_of_now = LINE_HEIGHT - BASELINE_OFFSET
    now_label = canvas.centred_text(now_words, x_of(now), y=y_of_now, css_suffix="now")
    return canvas.drawing(y, label, now_line, now_label, *shapes)


def _span_shapes(
    canvas: Canvas, row: SpanRow, lines: Sequence[str], y: int, start: float, end: float
) -> Iterator[SafeString]:
    """A row at the height `y`: its lines of words, and below them the bar or the point."""
    for number, line in enumerate(lines):
        # The last line is the time.
        css_suffix = "quiet" if number == len(lines) - 1 else "words"
        y_of_line = y + (number + 1) * LINE_HEIGHT - BASELINE_OFFSET
        yield canvas.centred_text(line, y=y_of_line, css_suffix=css_suffix)
    y += len(lines) * LINE_HEIGHT
    if row.start == row.end:
        yield canvas.diamond(start, y=y + BAR_HEIGHT / 2, fill=row.fill)
    else:
        yield canvas.bar(
            start, max(end - start, MIN_BAR_WIDTH), y=y, height=BAR_HEIGHT, fill=row.fill
        )
