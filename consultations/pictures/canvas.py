"""Write shapes as SVG. Horizontal positions are hundredths of the width, so that one drawing fits
every screen and its text keeps its size; vertical ones are pixels.

Colours come from the sheet `components/picture.css` through `currentColor`. The fill of a shape
tells what it means, never colour alone. For a language written from the right, the picture is
mirrored.
"""

from dataclasses import dataclass
from enum import Enum
from unicodedata import east_asian_width

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

# Height of a line of words in pixels, and how many letters fit into one on the narrowest screen.
LINE_HEIGHT = 19
LETTERS_A_LINE = 46
# Pixels from the bottom of a line of words up to its letters, or from the middle of a shape down to
# the foot of the number in it.
BASELINE_OFFSET = 5


class Fill(Enum):
    """How a shape is filled; all but the first two by a pattern, whose path is the value.

    A pattern is 6 by 6 pixels.
    """

    SOLID = "solid"
    EMPTY = "empty"
    SLANTED = "M-1,1 l2,-2 M0,6 l6,-6 M5,7 l2,-2"
    DOTTED = "M2,3 h2"
    LEVEL = "M0,3 h6"
    GRID = "M0,3 h6 M3,0 v6"


@dataclass(frozen=True, slots=True)
class Canvas:
    """Writes the shapes of one picture; `name` is a prefix for the ids of its patterns."""

    name: str
    is_mirrored: bool = False

    def drawing(self, height: float, label: str, *shapes: SafeString) -> SafeString:
        """The whole picture, as wide as its container; `label` is for screen readers."""
        return format_html(
            '<svg class="picture__drawing" role="img" aria-label="{}" width="100%" height="{}">'
            "<defs>{}</defs>{}</svg>",
            label,
            round(height),
            self._patterns(),
            format_html_join("", "{}", ((shape,) for shape in shapes)),
        )

    def bar(self, start: float, width: float, *, y: float, height: float, fill: Fill) -> SafeString:
        """A bar from `start`, as wide as `width` (both in hundredths)."""
        return format_html(
            '<rect class="picture__shape" x="{}" y="{}" width="{}" height="{}" fill="{}"/>',
            _percent(100 - start - width if self.is_mirrored else start),
            round(y),
            _percent(width),
            round(height),
            self._fill_value(fill),
        )

    def diamond(self, x: float, *, y: float, fill: Fill = Fill.SOLID) -> SafeString:
        """A small diamond around a point."""
        return format_html(
            '<svg x="{}" y="{}" overflow="visible"><path class="picture__shape" '
            'd="M0,-7 L7,0 L0,7 L-7,0 Z" fill="{}"/></svg>',
            self._x(x),
            round(y),
            self._fill_value(fill),
        )

    def vertical_line(self, x: float, *, top: float, bottom: float) -> SafeString:
        """A line from top to bottom."""
        return format_html(
            '<line class="picture__line" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>',
            self._x(x),
            round(top),
            round(bottom),
        )

    def centred_text(
        self, text: str, x: float = 0, *, y: float, css_suffix: str = "words"
    ) -> SafeString:
        """Words centred at a position; near an edge they begin or end there, to be seen whole.

        `css_suffix` ends the name of their class, `picture__words`.
        """
        anchor = "start" if x < 15 else "end" if x > 85 else "middle"
        return self._text(text, x, y=y, anchor=anchor, css_suffix=css_suffix)

    def count(self, number: int, x: float, *, y: float, fill: Fill) -> SafeString:
        """A number in the middle of a shape."""
        # On the solid fill the number has a second class, for another colour.
        css_suffix = "count picture__count--solid" if fill is Fill.SOLID else "count"
        return self._text(str(number), x, y=y, anchor="middle", css_suffix=css_suffix)

    def swatch(self, fill: Fill) -> SafeString:
        """A small shape for the legend, filled like those of the drawing."""
        return format_html(
            '<svg class="picture__swatch" width="22" height="14" aria-hidden="true">'
            '<rect class="picture__shape" x="1" y="1" width="20" height="12" fill="{}"/></svg>',
            self._fill_value(fill),
        )

    def diamond_swatch(self) -> SafeString:
        """The diamond for the legend."""
        return format_html(
            '<svg class="picture__swatch" width="22" height="14" aria-hidden="true">{}</svg>',
            self.diamond(50, y=7),
        )

    def _text(self, text: str, x: float, *, y: float, anchor: str, css_suffix: str) -> SafeString:
        return format_html(
            '<text class="picture__{}" x="{}" y="{}" text-anchor="{}">{}</text>',
            css_suffix,
            self._x(x),
            round(y),
            anchor,
            text,
        )

    def _x(self, x: float) -> str:
        """A horizontal position as SVG takes it, mirrored where the picture is."""
        return _percent(100 - x if self.is_mirrored else x)

    def _fill_value(self, fill: Fill) -> str:
        """The SVG attribute `fill`: a colour, or a link to one of the patterns of the drawing."""
        if fill is Fill.SOLID:
            return "currentColor"
        return "none" if fill is Fill.EMPTY else f"url(#{self.name}-{fill.name.lower()})"

    def _patterns(self) -> SafeString:
        """The patterns of the drawing, to which its shapes link by their ids."""
        patterned_fills = (fill for fill in Fill if fill not in {Fill.SOLID, Fill.EMPTY})
        return format_html_join(
            "",
            '<pattern id="{}-{}" width="6" height="6" patternUnits="userSpaceOnUse">'
            '<path d="{}" stroke="currentColor" stroke-width="1.6" fill="none"/></pattern>',
            ((self.name, fill.name.lower(), fill.value) for fill in patterned_fills),
        )


def wrapped_lines(text: str, max_lines: int = 2) -> list[str]:
    """Text in lines that fit the narrowest screen; what exceeds `max_lines` ends in "…"."""
    lines, line = [], ""
    for word in _unbreakable_pieces(text):
        if line and _width(line + word) > LETTERS_A_LINE:
            lines.append(line.strip())
            line = ""
        line += word
    lines.append(line.strip())
    return (
        lines if len(lines) <= max_lines else [*lines[: max_lines - 1], f"{lines[max_lines - 1]} …"]
    )


def _unbreakable_pieces(text: str) -> list[str]:
    """The pieces between which a line may break: words with their space, or Chinese signs."""
    pieces: list[str] = []
    for character in text:
        is_wide = _width(character) > 1
        # It continues a word that has not ended, and that is no Chinese sign.
        if pieces and not is_wide and not pieces[-1].endswith(" ") and _width(pieces[-1][0]) == 1:
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _width(text: str) -> int:
    """The width of a text in letters; Chinese signs are twice as wide.

    Unicode calls such signs W (wide) or F (full width).
    """
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _percent(value: float) -> str:
    return f"{value:.2f}%"
