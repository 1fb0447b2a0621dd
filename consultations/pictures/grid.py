"""A grid of numbers: each cell is shaded in steps, and may have marks.

It is an HTML table: screen readers walk its cells, a wide one scrolls beside its first column, and
print repeats its head. The shade only repeats the number; marks differ in shape, and the link of
each cell says everything in words.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from html import escape
from operator import itemgetter

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

SHADE_COUNT = 5  # that the sheet `components/grid.css` has
EMPTY_CELL = SafeString("<td></td>")


class Mark(Enum):
    """A mark beside a number of inputs; the value is the path of its shape in a square of 10.

    Inputs are opposed, are new, or were answered: then their delegations are satisfied with the
    answer or maintain their position.
    """

    OPPOSED = "M4,1 L0,5 L4,9 Z M6,1 L10,5 L6,9 Z"
    SATISFIED = "M0,5 L2,3.4 L4,5.6 L8.4,1 L10,2.6 L4,9 Z"
    MAINTAINS = "M1,1 L9,1 L9,3.6 L1,3.6 Z M1,6.4 L9,6.4 L9,9 L1,9 Z"
    NEW = "M5,0 L6.2,3.8 L10,5 L6.2,6.2 L5,10 L3.8,6.2 L0,5 L3.8,3.8 Z"


@dataclass(frozen=True, slots=True)
class GridColumn:
    """The heading of a column: a short form, its full name, and a link where there is one."""

    head: str
    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class GridCell:
    """A number with its marks; `accessible_label` says all of it, with its row and column."""

    text: str  # the number as it is shown; an empty cell has none
    accessible_label: str = ""
    url: str = ""
    marks: tuple[Mark, ...] = ()
    shade: int = 0  # from 1, the lightest, to SHADE_COUNT; 0 for none


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row: its label with a link, its cells, the beginning of its text, and its state.

    `excerpt` is that beginning, in `language`. `notes` are about the whole row: a mark and words
    each.
    """

    label: str
    url: str
    cells: tuple[GridCell, ...]
    excerpt: str = ""
    language: str = ""
    # The suffix of the state's CSS class, and the state's name.
    state_class_and_name: tuple[str, str] | None = None
    notes: tuple[tuple[Mark, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Shades:
    """The shades of a grid, the lightest first, each by the first and last number that has it.

    There are fewer than SHADE_COUNT where there are fewer different numbers. Numbers between two
    shades are not there.
    """

    first_and_last_numbers: tuple[tuple[int, int], ...]

    def shade_of(self, number: int) -> int:
        """How dark a number is, from 1; 0 for the number 0."""
        if not number:
            return 0
        return bisect_left(self.first_and_last_numbers, number, key=itemgetter(1)) + 1

    def ranges(self) -> Iterator[tuple[int, int, int]]:
        """Each shade with the first and the last number that has it."""
        for shade, (first_number, last_number) in enumerate(self.first_and_last_numbers, start=1):
            yield shade, first_number, last_number


def shades_of(numbers: Iterable[int]) -> Shades:
    """Shades of which each has about as many of these numbers; the same number has one shade.

    Zeros have none.
    """
    frequencies = sorted(Counter(number for number in numbers if number).items())
    remaining = sum(frequency for _number, frequency in frequencies)
    first_and_last_numbers: list[tuple[int, int]] = []
    first_number, in_shade = 0, 0
    for index, (number, frequency) in enumerate(frequencies):
        share = remaining / (SHADE_COUNT - len(first_and_last_numbers))
        # A frequent number begins the next shade where this one would come further from its share.
        if in_shade and in_shade + frequency - share > share - in_shade:
            first_and_last_numbers.append((first_number, frequencies[index - 1][0]))
            remaining -= in_shade
            in_shade = 0
        first_number = first_number if in_shade else number
        in_shade += frequency
        shades_left = SHADE_COUNT - len(first_and_last_numbers)
        # Of the last numbers each has a shade of its own.
        if len(frequencies) - index <= shades_left:
            first_and_last_numbers.append((first_number, number))
            remaining -= in_shade
            in_shade = 0
    return Shades(tuple(first_and_last_numbers))


def grid(
    name: str,
    corner_heading: str,
    columns: Sequence[GridColumn],
    rows: Sequence[GridRow],
    sum_row: GridRow,
) -> SafeString:
    """The table; its first column stays in view, with `corner_heading` above it.

    In the second column are the sums of the rows, in `sum_row` those of the columns.
    `name` is a prefix for the ids of its symbols, unique on the page.
    """
    return format_html(
        '{}<table class="grid"><thead><tr><th scope="col">{}</th>{}</tr></thead>'
        "<tbody>{}</tbody><tfoot>{}</tfoot></table>",
        _mark_symbols(name),
        corner_heading,
        format_html_join("", "{}", ((_heading_cell(column),) for column in columns)),
        format_html_join("", "{}", ((_table_row(name, row),) for row in rows)),
        _table_row(name, sum_row),
    )


def shade_swatch(shade: int) -> SafeString:
    """For the legend: a shade as of a cell."""
    return format_html('<span class="grid__swatch grid__cell--{}"></span>', shade)


def mark_swatch(mark: Mark) -> SafeString:
    """For the legend: a mark as in a cell."""
    return format_html(
        '<svg class="grid__mark" viewBox="0 0 10 10" aria-hidden="true"><path d="{}"/></svg>',
        mark.value,
    )


def _mark_symbols(name: str) -> SafeString:
    """The symbol of each mark, which all cells use."""
    symbols = ((name, mark.name.lower(), mark.value) for mark in Mark)
    return format_html(
        '<svg class="grid__shapes" width="0" height="0" aria-hidden="true">{}</svg>',
        format_html_join(
            "", '<symbol id="{}-{}" viewBox="0 0 10 10"><path d="{}"/></symbol>', symbols
        ),
    )


def _heading_cell(column: GridColumn) -> SafeString:
    """The heading of a column: its short form to see, its full name for screen readers."""
    content = format_html(
        '<abbr title="{}" aria-hidden="true">{}</abbr><span class="visually-hidden">{}</span>',
        column.name,
        column.head,
        column.name,
    )
    return format_html('<th scope="col">{}</th>', _link_or_span(column.url, "grid__head", content))


def _table_row(name: str, row: GridRow) -> SafeString:
    """A row: its heading with label, words, state and notes, and its cells."""
    svg_by_mark = {mark: _mark_svg(name, mark) for mark in Mark}
    # In an element with its own direction, a label or words that are cut end in their "…".
    words = row.excerpt and format_html(
        '<span class="grid__words" lang="{}" dir="auto">{}</span>', row.language, row.excerpt
    )
    state = row.state_class_and_name and format_html(
        '<span class="grid__state state state--{}"><span class="state__name">{}</span></span>',
        *row.state_class_and_name,
    )
    notes = format_html_join(
        "",
        '<span class="grid__note">{} {}</span>',
        ((svg_by_mark[mark], note) for mark, note in row.notes),
    )
    return format_html(
        '<tr><th scope="row"><span class="grid__line">{}{}{}{}</span></th>{}</tr>',
        _link_or_span(row.url, "grid__label", row.label, direction="auto"),
        words,
        state or "",
        notes,
        SafeString("".join(_table_cell(svg_by_mark, cell) for cell in row.cells)),
    )


def _link_or_span(url: str, css_class: str, content: str, direction: str = "") -> SafeString:
    """The content as a link where there is an address."""
    attributes = format_html('class="{}"', css_class)
    if direction:
        attributes += format_html(' dir="{}"', direction)
    if not url:
        return format_html("<span {}>{}</span>", attributes, content)
    return format_html('<a {} href="{}">{}</a>', attributes, url, content)


def _mark_svg(name: str, mark: Mark) -> SafeString:
    """A mark in a cell, as a reference to its symbol."""
    return format_html(
        '<svg class="grid__mark" aria-hidden="true"><use href="#{}-{}"/></svg>',
        name,
        mark.name.lower(),
    )


def _table_cell(svg_by_mark: Mapping[Mark, str], cell: GridCell) -> str:
    """A cell. A grid has hundreds of them, so this does without the slower `format_html`."""
    if not cell.text:
        return EMPTY_CELL
    mark_shapes = "".join(svg_by_mark[mark] for mark in cell.marks)
    if not cell.url:  # a sum
        css_class = f"grid__sum grid__cell--{cell.shade}" if cell.shade else "grid__sum"
        return f'<td><span class="{css_class}">{escape(cell.text)}{mark_shapes}</span></td>'
    css_class = f"grid__cell grid__cell--{cell.shade}"
    return (
        f'<td><a class="{css_class}" href="{escape(cell.url)}" '
        f'aria-label="{escape(cell.accessible_label)}">{escape(cell.text)}{mark_shapes}</a></td>'
    )
