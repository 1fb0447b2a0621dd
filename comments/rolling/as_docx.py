"""The rolling text as a Word document in portrait; proposals are tracked changes.

A rolling text is a circulated revision with all proposals in place, in brackets, with names.
Whoever rejects all changes gets the revision back exactly: brackets, names and further
alternatives are insertions too.
"""

from collections.abc import Iterator
from datetime import UTC
from io import BytesIO
from itertools import chain, count
from zipfile import ZipFile

from docx.shared import Mm

from comments.papers.docx import (
    EMU_PER_TWIP,
    MARGIN,
    PAGE_WIDTH,
    RUN_PROPERTIES,
    make_document,
    set_portrait,
    split_at_marker,
)
from comments.rolling.sheet import MarkedWords, RollingPrinter, RollingSheetParagraph
from comments.rolling.text import RollingText
from drafts.printing.annex import annexes_xml
from drafts.printing.conventions import (
    BOLD,
    DELETED,
    INSERTED,
    is_right_to_left,
)
from drafts.printing.docx import DOCUMENT_PART, language_properties, run_xml
from drafts.printing.streamed_zip import escape_xml, stream_zip

LABEL_WIDTH = Mm(16)  # the label hangs in the margin of its paragraph
LEVEL_INDENT = Mm(8)  # of each level
# How deleted and inserted words look in further alternatives. Tracked changes cannot show them
# there, since all words of a further alternative are insertions.
FURTHER_ALTERNATIVE_MARKS = {INSERTED: '<w:u w:val="single"/>', DELETED: "<w:strike/>"}


def stream(rolling_text: RollingText) -> Iterator[bytes]:
    """The document as chunks of bytes."""
    printer = RollingPrinter(rolling_text)
    document = make_document(rolling_text.table, printer.head)
    set_portrait(document)
    file = BytesIO()
    document.save(file)
    shell = ZipFile(file)
    xml_before_rows, xml_after_rows = split_at_marker(shell.read(DOCUMENT_PART).decode())
    writer = RollingDocxWriter(printer)
    paragraphs_xml = (
        writer.paragraph_with_proposals_xml(paragraph) for paragraph in printer.paragraphs()
    )
    annexes = annexes_xml(rolling_text.annexes, printer.language, _twips(PAGE_WIDTH - 2 * MARGIN))
    cut_off_utc = rolling_text.table.cut_off.astimezone(UTC)
    body_xml = chain(paragraphs_xml, annexes)
    yield from stream_zip(
        shell, DOCUMENT_PART, xml_before_rows, body_xml, lambda: xml_after_rows, cut_off_utc
    )


class RollingDocxWriter:
    """Writes paragraphs as WordprocessingML.

    A style is named by its id, which is its name without spaces: "Draftwords" of "Draft words".
    """

    def __init__(self, printer: RollingPrinter) -> None:
        self.language = printer.language
        self.change_numbers = count(1)

    def paragraph_with_proposals_xml(self, paragraph: RollingSheetParagraph) -> str:
        """A paragraph with what is proposed on it."""
        paragraphs_xml = []
        if paragraph.place_note:
            paragraphs_xml.append(
                self._paragraph_xml(
                    "Inputnote", run_xml(paragraph.place_note, ""), paragraph, self.language
                )
            )
        label_xml = run_xml(f"{paragraph.label}\t", "") if paragraph.label else ""
        style = "Heading2" if paragraph.is_heading else "Draftwords"
        runs_xml = label_xml + "".join(
            self._piece_xml(piece, paragraph.language) for piece in paragraph.pieces
        )
        if runs_xml:
            paragraphs_xml.append(
                self._paragraph_xml(
                    style, runs_xml, paragraph, paragraph.language, has_label=bool(label_xml)
                )
            )
        paragraphs_xml += [
            self._note_xml(note, paragraph, paragraph.language) for note in paragraph.notes
        ]
        paragraphs_xml += [
            self._proposal_xml(proposal, paragraph) for proposal in paragraph.whole_proposals
        ]
        return "".join(paragraphs_xml)

    def _proposal_xml(self, proposal: str, paragraph: RollingSheetParagraph) -> str:
        """A proposal on the paragraph as a whole, on a line of its own below it."""
        # Its words name those who propose it, if they may be named; the change has no author.
        runs_xml = self._insertion_xml(
            run_xml(proposal, RUN_PROPERTIES[BOLD] + language_properties(self.language)), ""
        )
        return self._paragraph_xml("Inputwords", runs_xml, paragraph, self.language)

    def _note_xml(self, note: str, paragraph: RollingSheetParagraph, language: str) -> str:
        return self._paragraph_xml(
            "Inputnote", run_xml(note, language_properties(language)), paragraph, language
        )

    def _piece_xml(self, piece: MarkedWords, language: str) -> str:
        """Marked words as runs; inserted and deleted ones as tracked changes.

        All words of further alternatives are insertions.
        """
        language_xml = language_properties(language)
        if piece.is_further_alternative:
            properties = (
                RUN_PROPERTIES[piece.mark]
                + FURTHER_ALTERNATIVE_MARKS.get(piece.mark, "")
                + language_xml
            )
            return self._insertion_xml(run_xml(piece.words, properties), piece.author)
        runs_xml = run_xml(piece.words, RUN_PROPERTIES[piece.mark] + language_xml)
        if piece.mark == INSERTED:
            return self._insertion_xml(runs_xml, piece.author)
        if piece.mark == DELETED:  # the text of deleted runs has an element of its own
            deleted_runs = runs_xml.replace("<w:t ", "<w:delText ").replace(
                "</w:t>", "</w:delText>"
            )
            return f"<w:del {self._change_attributes(piece.author)}>{deleted_runs}</w:del>"
        return runs_xml

    def _insertion_xml(self, runs: str, author: str) -> str:
        return f"<w:ins {self._change_attributes(author)}>{runs}</w:ins>"

    def _change_attributes(self, author: str) -> str:
        author_attribute = escape_xml(author).replace('"', "&quot;")
        return f'w:id="{next(self.change_numbers)}" w:author="{author_attribute}"'

    def _paragraph_xml(
        self,
        style: str,
        runs: str,
        paragraph: RollingSheetParagraph,
        language: str,
        *,
        has_label: bool = False,
    ) -> str:
        """A paragraph indented by its level, with its label in a hanging indent."""
        if is_right_to_left(language):
            bidi = "<w:bidi/>"
        elif is_right_to_left(self.language):  # the paper as a whole runs from right to left
            bidi = '<w:bidi w:val="0"/>'
        else:
            bidi = ""
        indent = _twips(LABEL_WIDTH + paragraph.level * LEVEL_INDENT)
        hanging = f' w:hanging="{_twips(LABEL_WIDTH)}"' if has_label else ""
        tabs = f'<w:tabs><w:tab w:val="left" w:pos="{indent}"/></w:tabs>' if has_label else ""
        return (
            f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{tabs}{bidi}'
            f'<w:ind w:left="{indent}"{hanging}/></w:pPr>{runs}</w:p>'
        )


def _twips(length: int) -> int:
    """A length of python-docx in twentieths of a point, as Word's XML wants it."""
    return round(length / EMU_PER_TWIP)
