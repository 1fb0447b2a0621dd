"""The table as CSV (RFC 4180): UTF-8 with a byte order mark, formulas defused."""

import re
from collections.abc import Iterable, Iterator
from itertools import batched

from comments.exports.cells import Printer, as_text
from comments.tables.table import Table

BYTE_ORDER_MARK = "\ufeff"  # without it Excel does not read the file as UTF-8
ROWS_PER_CHUNK = 200
# What a spreadsheet would read as the start of a formula, the full-width forms included: where a
# cell begins, and where one would begin for a spreadsheet that separates by semicolons (Excel, in
# most of Europe) or tabs. It does not know our quotation marks, so a line end begins a cell too.
# A tab or line end at the start of a cell is always defused, as some programs drop it (rule 22).
# Two patterns: FORMULA_INSIDE, which searches cells as a whole, begins with a set of characters,
# which is fast. A single pattern for both took half of the time of a table.
FORMULA = r" *[=+\-@＝＋－＠]"
FORMULA_AT_START = re.compile(rf"[\t\r\n]|{FORMULA}")
FORMULA_INSIDE = re.compile(rf"[;\t\r\n](?={FORMULA})")


def stream(table: Table) -> Iterator[bytes]:
    """Head, an empty record, the columns, then one record a row; 200 rows a chunk of bytes."""
    printer = Printer(table, lists_members=True)
    printed_head = printer.head
    yield (
        "".join(
            (
                BYTE_ORDER_MARK,
                csv_record([printed_head.title]),
                csv_record([printed_head.handling]),
                *(csv_record(labelled_value) for labelled_value in printed_head.labelled_values),
                csv_record([as_text((printed_head.legend,))]),
                csv_record([printed_head.disclaimer]),
                *(csv_record(labelled_value) for labelled_value in printed_head.checksums),
                "\r\n",
                csv_record(printed_head.columns),
            )
        ).encode()
    )
    for rows in batched(table.rows, ROWS_PER_CHUNK):
        records = [csv_record([as_text(cell) for cell in printer.cells(row)]) for row in rows]
        yield "".join(records).encode()


def csv_record(cells: Iterable[str]) -> str:
    """One record, every field in quotation marks.

    The csv module is slower: it checks each character to see whether a field needs quotation marks.
    """
    fields = '","'.join([defused(words).replace('"', '""') for words in cells])
    return f'"{fields}"\r\n'


def defused(words: str) -> str:
    """Words with an apostrophe wherever a spreadsheet would read the start of a formula."""
    safe_words = FORMULA_INSIDE.sub(r"\g<0>'", words)
    return f"'{safe_words}" if FORMULA_AT_START.match(words) else safe_words
