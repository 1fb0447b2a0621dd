"""The table as a Word document: python-docx makes the shell, the rows stream into it.

Proposed changes are Word's own insertions and deletions, in the name of the delegation that
proposes them (domain, rules 7 and 16); the document opens with its mark-up shown.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
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
from comments.tables.annexes import Annex
from comments.tables.table import Table, TableRow
from drafts.shells.conventions import (
    ADDED,
    BOLD,
    GONE,
    ITALIC,
    KEPT,
    is_right_to_left,
)
from drafts.shells.docx_runs import PART, run, spoken_in
from drafts.shells.streamed_zip import pour, xml

# How words are set that stand, or that are put in or taken out: those are changes of their own.
MARKS = {
    KEPT: "",
    ADDED: "",
    GONE: "",
    ITALIC: "<w:i/><w:iCs/>",
    BOLD: "<w:b/><w:bCs/>",
}
CHANGES = {ADDED: "ins", GONE: "del"}
RULE = '<w:{edge} w:val="single" w:sz="{size}" w:space="0" w:color="{color}"/>'
RULES = "".join(
    RULE.format(edge=edge, size=size, color=color)
    for edge, size, color in (
        ("top", 8, "222222"),
        ("bottom", 8, "222222"),
        ("insideH", 2, "8A8A8A"),
    )
)


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
    printed = chain(body(table.rows), writer.annexes(table.annexes))
    yield from pour(shell, PART, document[:start], printed, lambda: document[end:], moment)


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
        yield self._table_start(self.printer.head.columns, self.widths)
        is_empty = True
        for row in rows:
            is_empty = False
            yield self._row(self.printer.cells(row), self.widths)
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

    def annexes(self, annexes: Iterable[Annex]) -> Iterator[str]:
        """Each behind the rows: a heading and a table."""
        for annex in annexes:
            shares = [round(PAGE_WIDTH * share / sum(annex.widths)) for share in annex.widths]
            yield self.paragraph(self._own(annex.title), "Heading2")
            yield self._table_start(annex.columns, shares)
            for row in annex.rows:
                yield self._row([(self._own(words),) for words in row], shares)
            yield "</w:tbl><w:p/>"

    def paragraph(self, line: CellLine, style: str) -> str:
        """One line as a paragraph that runs in the direction of its language."""
        turned = is_right_to_left(line.language)
        bidi = "<w:bidi/>" if turned else '<w:bidi w:val="0"/>' if self.is_turned else ""
        return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{bidi}</w:pPr>{self.runs(line)}</w:p>'

    def runs(self, line: CellLine) -> str:
        """The pieces of a line, each a run that says its language and how it is set."""
        language = line.language or self.printer.language
        spoken = spoken_in(language)
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

    def _table_start(self, names: Sequence[str], widths: Sequence[int]) -> str:
        turned = "<w:bidiVisual/>" if self.is_turned else ""
        columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        heads = "".join(
            self._cell((self._own(words),), width, "Tablehead")
            for words, width in zip(names, widths, strict=True)
        )
        return (
            f'<w:tbl><w:tblPr>{turned}<w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
            f'<w:tblInd w:w="70" w:type="dxa"/><w:tblBorders>{RULES}</w:tblBorders>'
            '<w:tblLayout w:type="fixed"/>'
            '<w:tblCellMar><w:top w:w="45" w:type="dxa"/><w:left w:w="70" w:type="dxa"/>'
            '<w:bottom w:w="45" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar>'
            f'<w:tblLook w:firstRow="1"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>'
            f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{heads}</w:tr>"
        )

    def _row(self, cells: Sequence[Cell], widths: Sequence[int]) -> str:
        printed = "".join(
            self._cell(cell, width) for cell, width in zip(cells, widths, strict=True)
        )
        return f"<w:tr>{printed}</w:tr>"

    def _cell(self, cell: Cell, width: int, style: str = "Tabletext") -> str:
        # Word repairs a cell without a paragraph, so an empty one has an empty paragraph.
        lines = "".join(self.paragraph(line, style) for line in cell) or (
            f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr></w:p>'
        )
        # A width in every cell: without it the columns collapse in some readers.
        return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{lines}</w:tc>'

    def _input(self, shown: BlockInput) -> str:
        lines = [self.paragraph(self._own(shown.head), "Heading3")]
        lines += [self.paragraph(self._own(words), "Inputnote") for words in shown.notes]
        for name, cell in shown.fields:
            lines.append(self.paragraph(self._own(name), "Inputlabel"))
            lines += [self.paragraph(line, "Inputwords") for line in cell]
        return "".join(lines)
