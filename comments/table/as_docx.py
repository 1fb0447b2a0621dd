"""The table as a Word document: python-docx makes all but the rows, which are streamed.

Proposed changes are tracked changes in the name of the delegation that proposes them (domain,
rules 7 and 16); the document opens with its mark-up shown.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC
from functools import lru_cache
from itertools import chain, count

from comments.papers.cells import CellLine
from comments.papers.docx import TEXT_WIDTH_TWIPS, make_document
from comments.table.cells import CACHED_CELLS, BlockInput, Cell, Printer
from comments.table.compiled import Table, TableRow
from drafts.printing.conventions import DELETED, INSERTED, KEPT
from drafts.printing.docx import stream_document
from drafts.printing.docx_elements import (
    LOOK_BY_MARK,
    Block,
    Element,
    Streamed,
    W,
    annex_blocks,
    attributes,
    paragraph,
    run,
    serialised,
    table,
    table_cell,
    tracked_change,
)

CHANGE_TAGS = {INSERTED: "ins", DELETED: "del"}


def stream(table: Table) -> Iterator[bytes]:
    """The document as chunks of bytes, a batch of rows at a time."""
    return stream_printed(Printer(table))


def stream_printed(printer: Printer) -> Iterator[bytes]:
    """The document of a printer, as chunks of bytes."""
    table, writer = printer.table, TableDocxWriter(printer)
    document, place = make_document(table, printer.head)
    blocks = writer.blocks(table.rows) if table.layout == "blocks" else writer.grid(table.rows)
    annexes = annex_blocks(table.annexes, printer.language, TEXT_WIDTH_TWIPS)
    cut_off_utc = table.cut_off.astimezone(UTC)
    yield from stream_document(document, place, chain(blocks, annexes), cut_off_utc)


class TableDocxWriter:
    """Writes rows as elements of Word, in a table or in blocks under each paragraph."""

    def __init__(self, printer: Printer) -> None:
        self.printer = printer
        self.change_numbers = count(1)
        shares = printer.width_shares
        self.widths = [round(TEXT_WIDTH_TWIPS * share / sum(shares)) for share in shares]
        self._cached_paragraphs = lru_cache(CACHED_CELLS)(self._paragraphs_without_changes)

    def grid(self, rows: Iterable[TableRow]) -> Iterator[Block]:
        """A table with its column titles on every page; without rows, a sentence that says so."""
        head = self.printer.head
        head_cells = [
            table_cell([self._paragraph(self._paper_line(words), "Tablehead")], width)
            for words, width in zip(head.columns, self.widths, strict=True)
        ]
        remaining_rows = iter(rows)
        first_row = next(remaining_rows, None)
        all_rows = chain([first_row], remaining_rows) if first_row else ()
        yield table(head_cells, self.widths, map(self._row, all_rows), self.printer.language)
        if first_row is None:
            yield self._paragraph(self._paper_line(head.empty_message), "Tabletext")
        yield W.p()  # else Word would join the table of an annex to this one

    def _row(self, row: TableRow) -> Block:
        cells = zip(self.printer.cells(row), self.widths, strict=True)
        return Streamed(
            "w:tr", [b"".join(self._paragraphs(cell, "Tabletext", width) for cell, width in cells)]
        )

    def blocks(self, rows: Iterable[TableRow]) -> Iterator[Block]:
        """The inputs one below another under each paragraph of the text; else a sentence."""
        is_empty = True
        for block in self.printer.blocks(rows):
            is_empty = False
            yield self._paragraphs((self._paper_line(block.label),), "Heading2")
            yield self._paragraphs(block.text, "Draftwords")
            yield from (b"".join(self._input(input)) for input in block.inputs)
        if is_empty:
            yield self._paragraph(self._paper_line(self.printer.head.empty_message), "Tabletext")

    def _input(self, input: BlockInput) -> Iterator[bytes]:
        """One input in the block layout: its head and notes, then each field under its name."""
        yield self._paragraphs((self._paper_line(input.head),), "Heading3")
        yield self._paragraphs(tuple(map(self._paper_line, input.notes)), "Inputnote")
        for column_name, cell in input.fields:
            yield self._paragraphs((self._paper_line(column_name),), "Inputlabel")
            yield self._paragraphs(cell, "Inputwords")

    def _paragraphs(self, cell: Cell, style: str, width: int = 0) -> bytes:
        """The lines of a cell, each as a paragraph; with a width, inside a cell of a table."""
        cached = self._cached_paragraphs(cell, style, width)
        return self._new_paragraphs(cell, style, width) if cached is None else cached

    def _paragraphs_without_changes(self, cell: Cell, style: str, width: int) -> bytes | None:
        """Many cells are the same in several rows. Not so with changes: each has its own number."""
        has_changes = any(mark in CHANGE_TAGS for line in cell for mark, _words in line.pieces)
        return None if has_changes else self._new_paragraphs(cell, style, width)

    def _new_paragraphs(self, cell: Cell, style: str, width: int) -> bytes:
        elements = [self._paragraph(line, style) for line in cell]
        if width:
            # Word repairs a cell without a paragraph, so an empty one has an empty paragraph.
            elements = [table_cell(elements or [paragraph(style)], width)]
        return serialised(elements)

    def _paragraph(self, line: CellLine, style: str) -> Element:
        """One line as a paragraph; inserted and deleted words as tracked changes."""
        language = line.language or self.printer.language
        runs = []
        for mark, words in line.pieces:
            if not words:
                continue
            piece = run(words, *LOOK_BY_MARK[mark], language=language)
            if mark in CHANGE_TAGS:
                change = attributes(id=next(self.change_numbers), author=line.author)
                piece = tracked_change(CHANGE_TAGS[mark], change, [piece])
            runs.append(piece)
        return paragraph(style, runs, line.language, self.printer.language)

    def _paper_line(self, words: str, mark: str = KEPT) -> CellLine:
        """Words in the language of the paper, as a line of a cell."""
        return CellLine(((mark, words),), self.printer.language)
