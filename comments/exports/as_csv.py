"""The table as CSV: UTF-8 with a byte order mark, formulas defused."""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import batched

from comments.exports.cells import Printer, as_text
from comments.table import Row, Table

BATCH = 200
# What a spreadsheet would take for the start of a formula, the full-width forms included.
FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")


def stream(table: Table) -> Iterator[bytes]:
    """Head, an empty record, the columns, then one record a row."""
    printer = Printer(table)
    head = printer.head
    yield b"\xef\xbb\xbf" + _records(
        [
            [head.title],
            [head.handling],
            *(list(fact) for fact in head.facts),
            [as_text((head.key,))],
            [head.disclaimer],
            [],
            list(head.columns),
        ]
    )
    for rows in batched(table.rows, BATCH):
        yield _records(_printed(printer, rows))


def defused(words: str) -> str:
    """Words no spreadsheet takes for a formula: an apostrophe stands before its first sign."""
    return f"'{words}" if words[:1] in FORMULA_STARTS else words


def _printed(printer: Printer, rows: Iterable[Row]) -> Iterator[list[str]]:
    for row in rows:
        yield [as_text(cell) for cell in printer.cells(row)]


def _records(records: Iterable[list[str]]) -> bytes:
    page = io.StringIO(newline="")
    csv.writer(page).writerows([defused(words) for words in record] for record in records)
    return page.getvalue().encode()
