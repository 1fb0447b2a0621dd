"""The table as tagged PDF, set by typst in a child process; long tables in numbered parts."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC
from itertools import batched
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from django.utils.translation import gettext, override

from comments.exports.cells import Cell, Printer
from comments.tables.table import Table, TableRow
from drafts.shells.annex import Annex
from drafts.shells.printing import print_paper
from drafts.shells.streamed_zip import WriteBuffer, zip_entry

PART_ROWS = 1_000  # typst needs about 0.4 GB for this many
TEMPLATE = Path(__file__).with_name("table.typ")


def comes_in_parts(table: Table) -> bool:
    """Whether the paper is a zip of numbered parts."""
    return table.count > PART_ROWS


def stream(table: Table) -> Iterator[bytes]:
    """One PDF, or above 1,000 rows a zip of PDFs that are compiled one after the other."""
    printer = Printer(table)
    if not comes_in_parts(table):
        yield compile_rows(printer, table.rows, part="", annexes=table.annexes)
        return
    spout = WriteBuffer()
    moment = table.cut_off.astimezone(UTC)
    parts = -(-table.count // PART_ROWS)
    with ZipFile(spout, "w") as package:
        for place, rows in enumerate(batched(table.rows, PART_ROWS), start=1):
            part = _part_label(table, place, parts, len(rows))
            annexes = table.annexes if place == parts else ()
            paper = compile_rows(printer, rows, part=part, annexes=annexes)
            package.writestr(zip_entry(f"part-{place:0{len(str(parts))}}.pdf", moment), paper)
            yield spout.take_written()
    yield spout.take_written()


def compile_rows(
    printer: Printer, rows: Iterable[TableRow], *, part: str, annexes: Iterable[Annex] = ()
) -> bytes:
    """The PDF of some rows, made in a child process. Raises PrintingError."""
    document = _document(printer, rows, part) | {"annexes": [asdict(annex) for annex in annexes]}
    return print_paper(document, template=TEMPLATE)


def _part_label(table: Table, place: int, parts: int, count: int) -> str:
    first = (place - 1) * PART_ROWS + 1
    with override(table.language):
        return gettext("Part %(part)s of %(parts)s: rows %(first)s to %(last)s") % {
            "part": place,
            "parts": parts,
            "first": first,
            "last": first + count - 1,
        }


def _document(printer: Printer, rows: Iterable[TableRow], part: str) -> dict[str, Any]:
    table, head = printer.table, printer.head
    in_blocks = table.layout == "blocks"
    return {
        "consultation": table.consultation,
        "language": table.language,
        "layout": table.layout,
        "moment": table.cut_off.astimezone(UTC).timetuple()[:6],
        "part": part,
        "widths": printer.widths,
        "head": {
            "title": head.title,
            "handling": head.handling,
            "facts": head.facts,
            "columns": head.columns,
            "key": head.key.pieces,
            "disclaimer": head.disclaimer,
            "page": head.page,
            "empty": head.empty,
            "seals": head.seals,
        },
        "rows": []
        if in_blocks
        else [[_lines(cell) for cell in printer.cells(row)] for row in rows],
        "blocks": list(_blocks(printer, rows)) if in_blocks else [],
    }


def _lines(cell: Cell) -> list[tuple[str, Any]]:
    return [(line.language, line.pieces) for line in cell]


def _blocks(printer: Printer, rows: Iterable[TableRow]) -> Iterator[dict[str, Any]]:
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
