"""The table as a Word document: python-docx makes the shell, the rows stream into it.

Proposed changes are tracked changes in the name of the delegation that proposes them (domain,
rules 7 and 16); the document opens with its mark-up shown.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC
from io import BytesIO
from itertools import chain, count
from zipfile import ZipFile

from comments.papers.cells import CellLine
from comments.papers.docx import RUN_PROPERTIES, TEXT_WIDTH_TWIPS, make_shell, split_at_marker
from comments.table.cells import BlockInput, Cell, Printer
from comments.table.compiled import Table, TableRow
from drafts.printing.annex import annexes_xml, table_row_xml, table_start_xml
from drafts.printing.conventions import (
    DELETED,
    INSERTED,
    KEPT,
    is_right_to_left,
)
from drafts.printing.docx import DOCUMENT_PART, language_properties, run_xml
from drafts.printing.streamed_zip import escape_xml, stream_zip

CHANGE_TAGS = {INSERTED: "ins", DELETED: "del"}


def stream(table: Table) -> Iterator[bytes]:
    """The document as chunks of bytes, a batch of rows at a time."""
    return stream_printed(Printer(table))


def stream_printed(printer: Printer) -> Iterator[bytes]:
    """The document of a printer, as chunks of bytes."""
    table, writer = printer.table, TableDocxWriter(printer)
    shell = ZipFile(BytesIO(make_shell(table, printer.head)))
    xml_before_rows, xml_after_rows = split_at_marker(shell.read(DOCUMENT_PART).decode())
    rows_to_xml: Callable[[Iterable[TableRow]], Iterator[str]] = (
        writer.blocks_xml if table.layout == "blocks" else writer.grid_xml
    )
    cut_off_utc = table.cut_off.astimezone(UTC)
    annexes = annexes_xml(table.annexes, printer.language, TEXT_WIDTH_TWIPS)
    body_xml = chain(rows_to_xml(table.rows), annexes)
    yield from stream_zip(
        shell, DOCUMENT_PART, xml_before_rows, body_xml, lambda: xml_after_rows, cut_off_utc
    )


class TableDocxWriter:
    """Writes rows as WordprocessingML, in a table or in blocks under each paragraph."""

    def __init__(self, printer: Printer) -> None:
        self.printer = printer
        self.change_numbers = count(1)
        self.is_right_to_left = is_right_to_left(printer.language)
        shares = printer.width_shares
        self.widths = [round(TEXT_WIDTH_TWIPS * share / sum(shares)) for share in shares]

    def grid_xml(self, rows: Iterable[TableRow]) -> Iterator[str]:
        """A table with its column titles on every page; without rows, a sentence that says so."""
        heading_cells = ((self._paper_line(words),) for words in self.printer.head.columns)
        yield table_start_xml(
            self._cells_with_widths(heading_cells, "Tablehead"), self.is_right_to_left
        )
        is_empty = True
        for row in rows:
            is_empty = False
            yield table_row_xml(self._cells_with_widths(self.printer.cells(row)))
        yield "</w:tbl>"
        if is_empty:
            yield self.paragraph_xml(self._paper_line(self.printer.head.empty_message), "Tabletext")
        yield "<w:p/>"  # else Word would join the table of an annex to this one

    def blocks_xml(self, rows: Iterable[TableRow]) -> Iterator[str]:
        """The inputs one below another under each paragraph of the text; else a sentence."""
        is_empty = True
        for paragraph in self.printer.blocks(rows):
            is_empty = False
            yield self.paragraph_xml(self._paper_line(paragraph.label), "Heading2")
            yield from (self.paragraph_xml(line, "Draftwords") for line in paragraph.text)
            yield from map(self._input_xml, paragraph.inputs)
        if is_empty:
            yield self.paragraph_xml(self._paper_line(self.printer.head.empty_message), "Tabletext")

    def paragraph_xml(self, line: CellLine, style: str) -> str:
        """One line as a paragraph, in the direction of its language; `style` is a style's id."""
        is_rtl = is_right_to_left(line.language)
        # In a paper from right to left every other paragraph says that it runs from left to right.
        explicit_left_to_right = '<w:bidi w:val="0"/>' if self.is_right_to_left else ""
        direction = "<w:bidi/>" if is_rtl else explicit_left_to_right
        return (
            f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{direction}</w:pPr>{self.runs_xml(line)}</w:p>'
        )

    def runs_xml(self, line: CellLine) -> str:
        """The pieces of a line, each a run with its language; changes as tracked changes."""
        language = line.language or self.printer.language
        language_xml = language_properties(language)
        return "".join(
            self._tracked_change(
                mark, run_xml(words, RUN_PROPERTIES[mark] + language_xml), line.author
            )
            for mark, words in line.pieces
            if words
        )

    def _tracked_change(self, mark: str, runs: str, author: str) -> str:
        """Inserted or deleted words as a tracked change by their author; others as they are."""
        if mark not in CHANGE_TAGS:
            return runs
        tag = CHANGE_TAGS[mark]
        if mark == DELETED:  # deleted words stand in elements of another name
            runs = runs.replace("<w:t ", "<w:delText ").replace("</w:t>", "</w:delText>")
        author_attribute = escape_xml(author).replace('"', "&quot;")
        attributes = f'w:id="{next(self.change_numbers)}" w:author="{author_attribute}"'
        return f"<w:{tag} {attributes}>{runs}</w:{tag}>"

    def _paper_line(self, words: str, mark: str = KEPT) -> CellLine:
        """Words in the language of the paper, as a line of a cell."""
        return CellLine(((mark, words),), self.printer.language)

    def _cells_with_widths(
        self, cells: Iterable[Cell], style: str = "Tabletext"
    ) -> list[tuple[str, int]]:
        """The paragraphs of each cell with the width of its column."""
        return [
            (self._cell_xml(cell, style), width)
            for cell, width in zip(cells, self.widths, strict=True)
        ]

    def _cell_xml(self, cell: Cell, style: str) -> str:
        """The lines of a cell, each as a paragraph."""
        # Word repairs a cell without a paragraph, so an empty one has an empty paragraph.
        return "".join(self.paragraph_xml(line, style) for line in cell) or (
            f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr></w:p>'
        )

    def _input_xml(self, input: BlockInput) -> str:
        """One input in the block layout: its head and notes, then each field under its name."""
        paragraphs_xml = [self.paragraph_xml(self._paper_line(input.head), "Heading3")]
        paragraphs_xml += [
            self.paragraph_xml(self._paper_line(words), "Inputnote") for words in input.notes
        ]
        for column_name, cell in input.fields:
            paragraphs_xml.append(self.paragraph_xml(self._paper_line(column_name), "Inputlabel"))
            paragraphs_xml += [self.paragraph_xml(line, "Inputwords") for line in cell]
        return "".join(paragraphs_xml)
