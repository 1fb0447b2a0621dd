"""The table as CSV (RFC 4180): UTF-8 with a byte order mark, formulas defused."""

from collections.abc import Iterator
from itertools import batched

from comments.papers.rows_csv import BYTE_ORDER_MARK, csv_record
from comments.table.cells import Printer, as_text
from comments.table.compiled import Table

ROWS_PER_CHUNK = 200


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
