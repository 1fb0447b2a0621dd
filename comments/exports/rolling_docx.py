"""The rolling text as a Word document in portrait; proposals are tracked changes.

Whoever rejects all changes gets the revision back exactly: brackets, names and further
alternatives are insertions too.
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
from comments.exports.rolling_sheet import MarkedWords, PrintedParagraph, RollingPrinter
from comments.tables.rolling_text import RollingText
from drafts.shells.annex import annexes_xml
from drafts.shells.conventions import DELETED, INSERTED, is_right_to_left
from drafts.shells.docx_runs import DOCUMENT_PART, language_properties, run_xml
from drafts.shells.streamed_zip import escape_xml, stream_zip

WIDTH = Mm(210)
LABEL = Mm(16)  # the label hangs in the margin of its paragraph
STEP = Mm(8)  # of each level
# How deleted and inserted words of further alternatives look: all of them are insertions.
AGAIN = {INSERTED: '<w:u w:val="single"/>', DELETED: "<w:strike/>"}


def stream(rolling: RollingText) -> Iterator[bytes]:
    """The document as chunks of bytes."""
    printer = RollingPrinter(rolling)
    document = make_document(rolling.table, printer.head)
    set_upright(document)
    file = BytesIO()
    document.save(file)
    shell = ZipFile(file)
    document_xml = shell.read(DOCUMENT_PART).decode()
    start = document_xml.rindex("<w:p>", 0, document_xml.index(MARKER))
    end = document_xml.index("</w:p>", start) + len("</w:p>")
    writer = RollingDocxWriter(printer)
    paragraphs = (writer.paragraph(paragraph) for paragraph in printer.paragraphs())
    annexes = annexes_xml(rolling.annexes, printer.language, _twips(WIDTH - 2 * MARGIN))
    moment = rolling.table.cut_off.astimezone(UTC)
    chunks = chain(paragraphs, annexes)
    yield from stream_zip(
        shell, DOCUMENT_PART, document_xml[:start], chunks, lambda: document_xml[end:], moment
    )


class RollingDocxWriter:
    """Writes paragraphs as WordprocessingML."""

    def __init__(self, printer: RollingPrinter) -> None:
        self.language = printer.language
        self.changes = count(1)

    def paragraph(self, paragraph: PrintedParagraph) -> str:
        """A paragraph with what is proposed on it."""
        lines = []
        if paragraph.place:
            lines.append(
                self._paragraph_xml(
                    "Inputnote", run_xml(paragraph.place, ""), paragraph, self.language
                )
            )
        label = run_xml(f"{paragraph.label}\t", "") if paragraph.label else ""
        style = "Heading2" if paragraph.is_heading else "Draftwords"
        words = label + "".join(
            self._marked_xml(mark, paragraph.language) for mark in paragraph.marks
        )
        if words:
            lines.append(
                self._paragraph_xml(style, words, paragraph, paragraph.language, hangs=bool(label))
            )
        lines += [self._note_xml(note, paragraph, paragraph.language) for note in paragraph.notes]
        lines += [self._proposal_xml(proposal, paragraph) for proposal in paragraph.whole_proposals]
        return "".join(lines)

    def _proposal_xml(self, proposal: str, paragraph: PrintedParagraph) -> str:
        words = self._insertion_xml(
            run_xml(proposal, MARKS["*"] + language_properties(self.language)), ""
        )
        return self._paragraph_xml("Inputwords", words, paragraph, self.language)

    def _note_xml(self, note: str, paragraph: PrintedParagraph, language: str) -> str:
        return self._paragraph_xml(
            "Inputnote", run_xml(note, language_properties(language)), paragraph, language
        )

    def _marked_xml(self, mark: MarkedWords, language: str) -> str:
        spoken = language_properties(language)
        if mark.is_again:
            properties = MARKS[mark.mark] + AGAIN.get(mark.mark, "") + spoken
            return self._insertion_xml(run_xml(mark.words, properties), mark.by)
        words = run_xml(mark.words, MARKS[mark.mark] + spoken)
        if mark.mark == INSERTED:
            return self._insertion_xml(words, mark.by)
        if mark.mark == DELETED:
            gone = words.replace("<w:t ", "<w:delText ").replace("</w:t>", "</w:delText>")
            return f"<w:del {self._change_attributes(mark.by)}>{gone}</w:del>"
        return words

    def _insertion_xml(self, runs: str, by: str) -> str:
        return f"<w:ins {self._change_attributes(by)}>{runs}</w:ins>"

    def _change_attributes(self, by: str) -> str:
        author = escape_xml(by).replace('"', "&quot;")
        return f'w:id="{next(self.changes)}" w:author="{author}"'

    def _paragraph_xml(
        self,
        style: str,
        runs: str,
        paragraph: PrintedParagraph,
        language: str,
        *,
        hangs: bool = False,
    ) -> str:
        """A paragraph indented by its level, with its label in a hanging indent."""
        is_rtl, is_frame_rtl = is_right_to_left(language), is_right_to_left(self.language)
        bidi = "<w:bidi/>" if is_rtl else '<w:bidi w:val="0"/>' if is_frame_rtl else ""
        start = _twips(LABEL + paragraph.level * STEP)
        hanging = f' w:hanging="{_twips(LABEL)}"' if hangs else ""
        tabs = f'<w:tabs><w:tab w:val="left" w:pos="{start}"/></w:tabs>' if hangs else ""
        return (
            f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{tabs}{bidi}'
            f'<w:ind w:left="{start}"{hanging}/></w:pPr>{runs}</w:p>'
        )


def _twips(length: int) -> int:
    return round(length / 635)


def set_upright(document: Document) -> None:
    """Set the document to portrait, with lines as wide as the page."""
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
