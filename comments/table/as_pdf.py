"""The table as tagged PDF, set by typst in a child process; long tables in numbered parts."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC
from itertools import batched
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from django.utils.translation import gettext, override

from comments.table.cells import Cell, Printer
from comments.table.compiled import Table, TableRow
from drafts.printing.annex import Annex
from drafts.printing.pdf import print_paper
from drafts.printing.streamed_zip import WriteBuffer, zip_entry

PART_ROWS = 1_000  # typst needs about 0.4 GB for this many
TEMPLATE = Path(__file__).with_name("table.typ")


def is_set_in_parts(table: Table) -> bool:
    """Whether the file is a zip of numbered parts, each a PDF."""
    return table.row_count > PART_ROWS


def stream(table: Table) -> Iterator[bytes]:
    """One PDF, or above 1,000 rows a zip of PDFs that are compiled one after the other."""
    printer = Printer(table)
    if not is_set_in_parts(table):
        yield compile_rows(printer, table.rows, part_label="", annexes=table.annexes)
        return
    buffer = WriteBuffer()
    cut_off_utc = table.cut_off.astimezone(UTC)
    part_count = -(-table.row_count // PART_ROWS)  # rounded up
    with ZipFile(buffer, "w") as package:
        for part_number, rows in enumerate(batched(table.rows, PART_ROWS), start=1):
            part_label = _part_label(table, part_number, part_count, len(rows))
            annexes = table.annexes if part_number == part_count else ()
            paper = compile_rows(printer, rows, part_label=part_label, annexes=annexes)
            # The number has leading zeros, so that the parts sort by name.
            package.writestr(
                zip_entry(f"part-{part_number:0{len(str(part_count))}}.pdf", cut_off_utc), paper
            )
            yield buffer.take_written()
    yield buffer.take_written()  # the list of the parts, with which a zip ends


def compile_rows(
    printer: Printer, rows: Iterable[TableRow], *, part_label: str, annexes: Iterable[Annex] = ()
) -> bytes:
    """The PDF of some rows, made in a child process. Raises PrintingError."""
    document = _document(printer, rows, part_label) | {
        "annexes": [asdict(annex) for annex in annexes]
    }
    return print_paper(document, template=TEMPLATE)


def _part_label(table: Table, part_number: int, part_count: int, row_count: int) -> str:
    """Which part of the table a PDF is; `row_count` is that of the part."""
    first_row = (part_number - 1) * PART_ROWS + 1
    with override(table.language):
        return gettext("Part %(part)s of %(parts)s: rows %(first)s to %(last)s") % {
            "part": part_number,
            "parts": part_count,
            "first": first_row,
            "last": first_row + row_count - 1,
        }


def _document(printer: Printer, rows: Iterable[TableRow], part_label: str) -> dict[str, Any]:
    """What table.typ reads; `moment` from the year to the second, in UTC."""
    table, head = printer.table, printer.head
    in_blocks = table.layout == "blocks"
    return {
        "consultation": table.consultation_title,
        "language": table.language,
        "layout": table.layout,
        "moment": table.cut_off.astimezone(UTC).timetuple()[:6],
        "part_label": part_label,
        "width_shares": printer.width_shares,
        "head": {
            "title": head.title,
            "handling": head.handling,
            "labelled_values": head.labelled_values,
            "columns": head.columns,
            "legend": head.legend.pieces,
            "disclaimer": head.disclaimer,
            "page_number_template": head.page_number_template,
            "empty_message": head.empty_message,
            "checksums": head.checksums,
        },
        "rows": []
        if in_blocks
        else [[_lines(cell) for cell in printer.cells(row)] for row in rows],
        "blocks": list(_blocks(printer, rows)) if in_blocks else [],
    }


def _lines(cell: Cell) -> list[tuple[str, Any]]:
    """The lines of a cell, as table.typ reads them: language, and pieces of mark and words."""
    return [(line.language, line.pieces) for line in cell]


def _blocks(printer: Printer, rows: Iterable[TableRow]) -> Iterator[dict[str, Any]]:
    """The rows in the block layout, as table.typ reads them."""
    for block in printer.blocks(rows):
        yield {
            "label": block.label,
            "text": _lines(block.text),
            "inputs": [
                {
                    "head": input.head,
                    "notes": input.notes,
                    "fields": [(name, _lines(cell)) for name, cell in input.fields],
                }
                for input in block.inputs
            ],
        }
