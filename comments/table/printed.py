"""Rows of a paper as a page shows them, each cell with the name of its column."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from comments.table.cells import Cell, Printer
from comments.table.compiled import TableRow

# The columns, from 0, with negotiated words: the text of the draft, and what is proposed for it.
NEGOTIATED_WORDS_COLUMNS = frozenset({2, 5})


@dataclass(frozen=True, slots=True)
class PrintedCell:
    """A filled cell; on a narrow screen the name of its column stands above it."""

    # The name of the column.
    column: str
    lines: Cell
    # Whether these are words of the text, or words proposed for it.
    is_words: bool


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """One input, with the address to which its first cell leads."""

    url: str
    # The first cell, which holds the link.
    head: Cell
    cells: tuple[PrintedCell, ...]


def printed_rows(
    printer: Printer, rows_with_urls: Iterable[tuple[TableRow, str]], *, link_column: int = 0
) -> Iterator[PrintedRow]:
    """Rows of a table with their addresses, as a page shows them.

    `link_column` is the number, from 0, of the column with the link; those before it are left out.
    """
    columns = printer.head.columns
    for table_row, url in rows_with_urls:
        cells = printer.cells(table_row)
        yield PrintedRow(
            url=url,
            head=cells[link_column],
            cells=tuple(
                PrintedCell(columns[column], cells[column], column in NEGOTIATED_WORDS_COLUMNS)
                for column in range(link_column + 1, len(columns))
            ),
        )
