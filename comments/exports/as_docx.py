"""The table as a Word document: python-docx makes the shell, the rows stream into it.

Proposed changes are Word's own insertions and deletions, in the name of the delegation that
proposes them (domain, rules 7 and 16); the document opens with its mark-up shown.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC
from io import BytesIO
from itertools import chain, count
from zipfile import ZipFile

from comments.exports.cells import (
    BlockInput,
    Cell,
    CellLine,
    Printer,
)
from comments.exports.docx_shell import MARKER, PAGE_WIDTH, make_shell
from comments.tables.table import Table, TableRow
from drafts.shells.annex import annexes_docx, table_row, table_start
from drafts.shells.conventions import (
    ADDED,
    BOLD,
    GONE,
    ITALIC,
    KEPT,
    is_right_to_left,
)
from drafts.shells.docx_runs import PART, language_properties, run
from drafts.shells.streamed_zip import stream_zip, xml

# How words are set that stand, or that are put in or taken out: those are changes of their own.
MARKS = {
    KEPT: "",
    ADDED: "",
    GONE: "",
    ITALIC: "<w:i/><w:iCs/>",
    BOLD: "<w:b/><w:bCs/>",
}
CHANGES = {ADDED: "ins", GONE: "del"}


def stream(table: Table) -> Iterator[bytes]:
    """The document as chunks of bytes, a batch of rows at a time."""
    return stream_printed(Printer(table))


def stream_printed(printer: Printer) -> Iterator[bytes]:
    """The same with what the printer sets around the rows."""
    table, writer = printer.table, TableDocxWriter(printer)
    shell = ZipFile(BytesIO(make_shell(table, printer.head)))
    document = shell.read(PART).decode()
    start = document.rindex("<w:p>", 0, document.index(MARKER))
    end = document.index("</w:p>", start) + len("</w:p>")
    body: Callable[[Iterable[TableRow]], Iterator[str]] = (
        writer.blocks if table.layout == "blocks" else writer.grid
    )
    moment = table.cut_off.astimezone(UTC)
    annexes = annexes_docx(table.annexes, printer.language, PAGE_WIDTH)
    printed = chain(body(table.rows), annexes)
    yield from stream_zip(shell, PART, document[:start], printed, lambda: document[end:], moment)


class TableDocxWriter:
    """Writes rows as WordprocessingML, in a table or in blocks under each paragraph."""

    def __init__(self, printer: Printer) -> None:
        self.printer = printer
        self.changes = count(1)
        self.is_turned = is_right_to_left(printer.language)
        shares = printer.widths
        self.widths = [round(PAGE_WIDTH * share / sum(shares)) for share in shares]

    def grid(self, rows: Iterable[TableRow]) -> Iterator[str]:
        """A table of which each row is an input and the first is repeated on every page."""
        heads = ((self._own(words),) for words in self.printer.head.columns)
        yield table_start(self._sized(heads, "Tablehead"), self.is_turned)
        is_empty = True
        for row in rows:
            is_empty = False
            yield table_row(self._sized(self.printer.cells(row)))
        yield "</w:tbl>"
        if is_empty:
            yield self.paragraph(self._own(self.printer.head.empty), "Tabletext")
        yield "<w:p/>"

    def blocks(self, rows: Iterable[TableRow]) -> Iterator[str]:
        """Under each paragraph of the text, its inputs one below the other."""
        is_empty = True
        for block in self.printer.blocks(rows):
            is_empty = False
            yield self.paragraph(self._own(block.label), "Heading2")
            yield from (self.paragraph(line, "Draftwords") for line in block.text)
            yield from map(self._input, block.inputs)
        if is_empty:
            yield self.paragraph(self._own(self.printer.head.empty), "Tabletext")

    def paragraph(self, line: CellLine, style: str) -> str:
        """One line as a paragraph that runs in the direction of its language."""
        turned = is_right_to_left(line.language)
        bidi = "<w:bidi/>" if turned else '<w:bidi w:val="0"/>' if self.is_turned else ""
        return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{bidi}</w:pPr>{self.runs(line)}</w:p>'

    def runs(self, line: CellLine) -> str:
        """The pieces of a line, each a run that says its language and how it is set."""
        language = line.language or self.printer.language
        spoken = language_properties(language)
        return "".join(
            self._change(mark, run(words, MARKS[mark] + spoken), line.by)
            for mark, words in line.pieces
            if words
        )

    def _change(self, mark: str, runs: str, by: str) -> str:
        """Words put in or taken out, as a change that somebody proposes."""
        if mark not in CHANGES:
            return runs
        tag = CHANGES[mark]
        if mark == GONE:
            runs = runs.replace("<w:t ", "<w:delText ").replace("</w:t>", "</w:delText>")
        author = xml(by).replace('"', "&quot;")
        return f'<w:{tag} w:id="{next(self.changes)}" w:author="{author}">{runs}</w:{tag}>'

    def _own(self, words: str, mark: str = KEPT) -> CellLine:
        return CellLine(((mark, words),), self.printer.language)

    def _sized(self, cells: Iterable[Cell], style: str = "Tabletext") -> list[tuple[str, int]]:
        """The paragraphs of each cell with the width of its column."""
        return [
            (self._cell(cell, style), width) for cell, width in zip(cells, self.widths, strict=True)
        ]

    def _cell(self, cell: Cell, style: str) -> str:
        # Word repairs a cell without a paragraph, so an empty one has an empty paragraph.
        return "".join(self.paragraph(line, style) for line in cell) or (
            f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr></w:p>'
        )

    def _input(self, shown: BlockInput) -> str:
        lines = [self.paragraph(self._own(shown.head), "Heading3")]
        lines += [self.paragraph(self._own(words), "Inputnote") for words in shown.notes]
        for name, cell in shown.fields:
            lines.append(self.paragraph(self._own(name), "Inputlabel"))
            lines += [self.paragraph(line, "Inputwords") for line in cell]
        return "".join(lines)
