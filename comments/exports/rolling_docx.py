"""The rolling text as a Word document, upright; proposals are Word's own insertions and deletions.

Whoever rejects all changes has the revision again, to the character: brackets, names and the
alternatives beside the first are insertions too.
"""

from collections.abc import Iterator
from datetime import UTC
from io import BytesIO
from itertools import chain, count
from typing import cast
from zipfile import ZipFile

from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.shared import Mm
from docx.styles.style import ParagraphStyle

from comments.exports.as_docx import MARKS
from comments.exports.docx_shell import MARGIN, MARKER, make_document
from comments.exports.rolling_sheet import MarkedWords, RollingParagraph, RollingPrinter
from comments.tables.rolling_text import Rolling
from drafts.shells.annex import annexes_docx
from drafts.shells.conventions import ADDED, GONE, is_right_to_left
from drafts.shells.docx_runs import PART, language_properties, run
from drafts.shells.streamed_zip import stream_zip, xml

WIDTH = Mm(210)
LABEL = Mm(16)  # the label hangs in the margin of its paragraph
STEP = Mm(8)  # of each level
# How words of a second voice are set inside the insertion that they are.
AGAIN = {ADDED: '<w:u w:val="single"/>', GONE: "<w:strike/>"}


def stream(rolling: Rolling) -> Iterator[bytes]:
    """The document as chunks of bytes."""
    printer = RollingPrinter(rolling)
    document = make_document(rolling.table, printer.head)
    set_upright(document)
    file = BytesIO()
    document.save(file)
    shell = ZipFile(file)
    whole = shell.read(PART).decode()
    start = whole.rindex("<w:p>", 0, whole.index(MARKER))
    end = whole.index("</w:p>", start) + len("</w:p>")
    writer = RollingDocxWriter(printer)
    rows = (writer.sheet(sheet) for sheet in printer.sheets())
    annexes = annexes_docx(rolling.annexes, printer.language, _twips(WIDTH - 2 * MARGIN))
    moment = rolling.table.cut_off.astimezone(UTC)
    told = chain(rows, annexes)
    yield from stream_zip(shell, PART, whole[:start], told, lambda: whole[end:], moment)


class RollingDocxWriter:
    """Writes paragraphs as WordprocessingML."""

    def __init__(self, printer: RollingPrinter) -> None:
        self.language = printer.language
        self.changes = count(1)

    def sheet(self, sheet: RollingParagraph) -> str:
        """A paragraph with what is proposed on it."""
        lines = []
        if sheet.place:
            lines.append(self._paragraph("Inputnote", run(sheet.place, ""), sheet, self.language))
        label = run(f"{sheet.label}\t", "") if sheet.label else ""
        style = "Heading2" if sheet.is_heading else "Draftwords"
        words = label + "".join(self._mark(mark, sheet.language) for mark in sheet.marks)
        if words:
            lines.append(self._paragraph(style, words, sheet, sheet.language, hangs=bool(label)))
        lines += [self._note(note, sheet, sheet.language) for note in sheet.notes]
        lines += [self._told(told, sheet) for told in sheet.told]
        return "".join(lines)

    def _told(self, told: str, sheet: RollingParagraph) -> str:
        words = self._inserted(run(told, MARKS["*"] + language_properties(self.language)), "")
        return self._paragraph("Inputwords", words, sheet, self.language)

    def _note(self, note: str, sheet: RollingParagraph, language: str) -> str:
        return self._paragraph(
            "Inputnote", run(note, language_properties(language)), sheet, language
        )

    def _mark(self, mark: MarkedWords, language: str) -> str:
        spoken = language_properties(language)
        if mark.is_again:
            properties = MARKS[mark.mark] + AGAIN.get(mark.mark, "") + spoken
            return self._inserted(run(mark.words, properties), mark.by)
        words = run(mark.words, MARKS[mark.mark] + spoken)
        if mark.mark == ADDED:
            return self._inserted(words, mark.by)
        if mark.mark == GONE:
            gone = words.replace("<w:t ", "<w:delText ").replace("</w:t>", "</w:delText>")
            return f"<w:del {self._change(mark.by)}>{gone}</w:del>"
        return words

    def _inserted(self, runs: str, by: str) -> str:
        return f"<w:ins {self._change(by)}>{runs}</w:ins>"

    def _change(self, by: str) -> str:
        author = xml(by).replace('"', "&quot;")
        return f'w:id="{next(self.changes)}" w:author="{author}"'

    def _paragraph(
        self, style: str, runs: str, sheet: RollingParagraph, language: str, *, hangs: bool = False
    ) -> str:
        """Set in by its level; a label hangs before it."""
        is_turned, is_frame_turned = is_right_to_left(language), is_right_to_left(self.language)
        bidi = "<w:bidi/>" if is_turned else '<w:bidi w:val="0"/>' if is_frame_turned else ""
        start = _twips(LABEL + sheet.level * STEP)
        hanging = f' w:hanging="{_twips(LABEL)}"' if hangs else ""
        tabs = f'<w:tabs><w:tab w:val="left" w:pos="{start}"/></w:tabs>' if hangs else ""
        return (
            f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{tabs}{bidi}'
            f'<w:ind w:left="{start}"{hanging}/></w:pPr>{runs}</w:p>'
        )


def _twips(length: int) -> int:
    return round(length / 635)


def set_upright(document: Document) -> None:
    """A page for running words: upright, the lines as long as it is wide."""
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = WIDTH, Mm(297)
    for edge in (section.header, section.footer):
        stops = edge.paragraphs[0].paragraph_format.tab_stops
        right = next(stop for stop in stops if stop.alignment == WD_TAB_ALIGNMENT.RIGHT)
        right.position = WIDTH - 2 * MARGIN
    for name in ("Draft words", "Input words"):
        style = cast("ParagraphStyle", document.styles[name])
        style.paragraph_format.right_indent = None
