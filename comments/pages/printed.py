"""Rows of a paper on a page: as the paper has them, each cell under the name of its column."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from comments.exports.cells import Cell, Printer
from comments.tables.table import TableRow

# The columns that hold negotiated words: the text of the draft, and what is proposed for it.
WORDS = frozenset({2, 5})


@dataclass(frozen=True, slots=True)
class PrintedCell:
    """A filled cell; on a narrow screen the name of its column stands above it."""

    column: str
    lines: Cell
    is_words: bool


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """One input, with the address to which its first cell leads."""

    url: str
    head: Cell
    cells: tuple[PrintedCell, ...]


def printed_rows(
    printer: Printer, rows: Iterable[tuple[TableRow, str]], *, first: int = 0
) -> Iterator[PrintedRow]:
    """Rows and their addresses; `first` is the column that leads, those before it are left out."""
    columns = printer.head.columns
    for row, url in rows:
        cells = printer.cells(row)
        yield PrintedRow(
            url=url,
            head=cells[first],
            cells=tuple(
                PrintedCell(columns[number], cells[number], number in WORDS)
                for number in range(first + 1, len(columns))
            ),
        )
