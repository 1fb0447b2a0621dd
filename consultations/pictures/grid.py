"""A grid: lines down, columns across, in each cell a number, shaded in steps, with marks.

It is drawn as a table, for that is what it is: who listens walks its cells, a wide one scrolls
beside its first column, and paper repeats its head. The shade only repeats what the number says;
marks differ in shape, and each cell's link says all of it in words.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from html import escape

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

# The last numbers of the steps of shade but the darkest: each step holds twice the one before.
STEPS = (1, 3, 7, 15)
EMPTY = SafeString("<td></td>")


class Mark(Enum):
    """What stands beside a number; the value is its path in a square of 10."""

    OPPOSED = "M4,1 L0,5 L4,9 Z M6,1 L10,5 L6,9 Z"
    SATISFIED = "M0,5 L2,3.4 L4,5.6 L8.4,1 L10,2.6 L4,9 Z"
    MAINTAINS = "M1,1 L9,1 L9,3.6 L1,3.6 Z M1,6.4 L9,6.4 L9,9 L1,9 Z"
    NEW = "M5,0 L6.2,3.8 L10,5 L6.2,6.2 L5,10 L3.8,6.2 L0,5 L3.8,3.8 Z"


@dataclass(frozen=True, slots=True)
class GridColumn:
    """Over a column: short words, what they stand for, and where they lead; empty: nowhere."""

    head: str
    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class GridCell:
    """A number with its marks; `name` says all of it, and where it stands."""

    number: int
    name: str = ""
    url: str = ""
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class GridRow:
    """A line: what it is called, where that leads, its cells, some of its words, its state.

    `notes` are said of the whole line: a mark and words each.
    """

    label: str
    url: str
    cells: tuple[GridCell, ...]
    words: str = ""
    language: str = ""
    # A name of its form, and what it says: the state of what the line stands for.
    state: tuple[str, str] | None = None
    notes: tuple[tuple[Mark, str], ...] = ()


def step_of(number: int) -> int:
    """The step of shade, from 1; 0 for nothing."""
    return 0 if number == 0 else 1 + sum(number > last for last in STEPS)


def grid(
    name: str, corner: str, columns: Sequence[GridColumn], rows: Sequence[GridRow], foot: GridRow
) -> SafeString:
    """The drawing: a table whose first column stays; `corner` is the word over that column."""
    return format_html(
        '{}<table class="grid"><thead><tr><th scope="col">{}</th>{}</tr></thead>'
        "<tbody>{}</tbody><tfoot>{}</tfoot></table>",
        _shapes(name),
        corner,
        format_html_join("", "{}", ((_head(column),) for column in columns)),
        format_html_join("", "{}", ((_row(name, row),) for row in rows)),
        _row(name, foot),
    )


def step_swatches() -> Iterator[tuple[SafeString, int, int | None]]:
    """For the legend: each step with its first and last number; the darkest has no last."""
    firsts = (1, *(last + 1 for last in STEPS))
    for step, (first, last) in enumerate(zip(firsts, (*STEPS, None), strict=True), start=1):
        swatch = format_html('<span class="grid__swatch grid__cell--{}"></span>', step)
        yield swatch, first, last


def mark_swatch(mark: Mark) -> SafeString:
    """For the legend: a mark as it stands in a cell."""
    return format_html(
        '<svg class="grid__mark" viewBox="0 0 10 10" aria-hidden="true"><path d="{}"/></svg>',
        mark.value,
    )


def _shapes(name: str) -> SafeString:
    """Each mark once, for all cells to use."""
    shapes = ((name, mark.name.lower(), mark.value) for mark in Mark)
    return format_html(
        '<svg class="grid__shapes" width="0" height="0" aria-hidden="true">{}</svg>',
        format_html_join(
            "", '<symbol id="{}-{}" viewBox="0 0 10 10"><path d="{}"/></symbol>', shapes
        ),
    )


def _head(column: GridColumn) -> SafeString:
    words = format_html(
        '<abbr title="{}" aria-hidden="true">{}</abbr><span class="visually-hidden">{}</span>',
        column.name,
        column.head,
        column.name,
    )
    return format_html('<th scope="col">{}</th>', _linked(column.url, "grid__head", words))


def _row(name: str, row: GridRow) -> SafeString:
    marks = {mark: _mark(name, mark) for mark in Mark}
    # As a block of its own the words end in "…" where their language ends, whatever the page's.
    words = row.words and format_html(
        '<span class="grid__words" lang="{}" dir="auto">{}</span>', row.language, row.words
    )
    state = row.state and format_html(
        '<span class="grid__state state state--{}"><span class="state__name">{}</span></span>',
        *row.state,
    )
    notes = format_html_join(
        "",
        '<span class="grid__note">{} {}</span>',
        ((marks[mark], said) for mark, said in row.notes),
    )
    return format_html(
        '<tr><th scope="row"><span class="grid__line">{}{}{}{}</span></th>{}</tr>',
        _linked(row.url, "grid__label", format_html("<bdi>{}</bdi>", row.label)),
        words,
        state or "",
        notes,
        SafeString("".join(_cell(marks, cell) for cell in row.cells)),
    )


def _linked(url: str, kind: str, words: str) -> SafeString:
    if not url:
        return format_html('<span class="{}">{}</span>', kind, words)
    return format_html('<a class="{}" href="{}">{}</a>', kind, url, words)


def _mark(name: str, mark: Mark) -> SafeString:
    return format_html(
        '<svg class="grid__mark" aria-hidden="true"><use href="#{}-{}"/></svg>',
        name,
        mark.name.lower(),
    )


def _cell(marks: Mapping[Mark, str], cell: GridCell) -> str:
    """A cell; a drawing has hundreds, and `format_html` asks of each value what it is."""
    if not cell.number:
        return EMPTY
    drawn = "".join(marks[mark] for mark in cell.marks)
    if not cell.url:
        return f'<td><span class="grid__sum">{cell.number}{drawn}</span></td>'
    return (
        f'<td><a class="grid__cell grid__cell--{step_of(cell.number)}" href="{escape(cell.url)}" '
        f'aria-label="{escape(cell.name)}">{cell.number}{drawn}</a></td>'
    )
