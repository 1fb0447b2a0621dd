"""A text as a Word document, clean or with every change against an earlier revision.

The changes are Word's own: insertions, deletions, moves, and the ends of paragraphs that a split
inserts and a merger deletes. Accepted they leave the new text, refused the old one. Their author is
the revision that made them, their date the moment when it was circulated.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, timedelta
from io import BytesIO
from itertools import count
from typing import Final
from xml.sax.saxutils import quoteattr
from zipfile import ZipFile

from django.utils.translation import override

from drafts.models import NegotiationState
from drafts.papers.redline_pieces import RedlinePiece
from drafts.papers.state_frames import FRAMES
from drafts.papers.text_paper import FROM, TO, TextPaper, interface_language, paper_frame
from drafts.papers.text_redline import MarkedParagraph, unmarked, with_first_note_before_kept_end
from drafts.papers.text_shell import ANNEX_WIDTH, MARKER, make_text_shell, notes_part, style_of
from drafts.readers.docx_styles import NUMBER_STYLE
from drafts.readers.docx_words import BESIDE_TEXT
from drafts.shells.annex import annexes_docx
from drafts.shells.conventions import (
    DELETED,
    INSERTED,
    KEPT,
    is_right_to_left,
)
from drafts.shells.docx_runs import PART, language_properties, run
from drafts.shells.streamed_zip import stream_zip
from drafts.words.brackets import signs_apart

NUMBERED: Final = f'<w:rStyle w:val="{NUMBER_STYLE.replace(" ", "")}"/>'
BOLD_SIGN: Final = "<w:b/><w:bCs/>"
CHANGES: Final = {INSERTED: "ins", DELETED: "del", FROM: "moveFrom", TO: "moveTo"}
# An end that moves is also marked as inserted or deleted: where words changed with the move,
# LibreOffice would otherwise leave it behind.
ENDS: Final = {
    KEPT: (),
    INSERTED: ("ins",),
    DELETED: ("del",),
    FROM: ("del", "moveFrom"),
    TO: ("ins", "moveTo"),
}
# LibreOffice takes insertions of one author within a minute for one change, across the end of a
# paragraph too. Where two such meet at a kept end, the second is dated a little later.
APART: Final = timedelta(minutes=2)

# A short rule closes the text, as it does on papers of the United Nations. It also takes over where
# the last paragraph is deleted: no reader can delete the last end of a document.
CLOSING: Final = (
    '<w:p><w:pPr><w:pBdr><w:bottom w:val="single" w:sz="4" w:space="1" w:color="1A1A1A"/></w:pBdr>'
    '<w:spacing w:before="120"/><w:ind w:left="4240" w:right="4240"/></w:pPr></w:p>'
)

NEW_PAGE: Final = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'


def text_docx(
    paper: TextPaper, since: TextPaper | None, rows: Sequence[MarkedParagraph] | None
) -> bytes:
    """The whole document; with `since` and its rows, the redline against that revision."""
    writer = _TextDocxWriter(paper)
    marked = with_first_note_before_kept_end(rows or unmarked(paper.paragraphs))
    body = [writer.paragraph(row) for row in marked]
    notes = notes_part(writer.notes) if writer.notes else b""
    shell = ZipFile(BytesIO(make_text_shell(paper, paper_frame(paper, since), notes)))
    document = shell.read(PART).decode()
    start = document.rindex("<w:p>", 0, document.index(MARKER))
    end = document.index("</w:p>", start) + len("</w:p>")
    before, after = document[:start], f"{CLOSING}{_annexes(paper)}{document[end:]}"
    return b"".join(
        stream_zip(shell, PART, before, body, lambda: after, paper.circulated_at.astimezone(UTC))
    )


def _annexes(paper: TextPaper) -> str:
    """The annexes, apart from the text: an import of the file reads the text alone."""
    tables = "".join(annexes_docx(paper.annexes, paper.language, ANNEX_WIDTH))
    return beside_text(f"{NEW_PAGE}{tables}") if tables else ""


def beside_text(content: str) -> str:
    """Content that is no part of the text, in a control that Word locks against typing."""
    properties = f'<w:tag w:val="{BESIDE_TEXT}"/><w:lock w:val="sdtContentLocked"/>'
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


class _TextDocxWriter:
    """Writes paragraphs as WordprocessingML, and gathers their footnotes."""

    def __init__(self, paper: TextPaper) -> None:
        self.notes: list[str] = []
        self._language = paper.language
        self._language_run = language_properties(paper.language)
        self._is_right_to_left = is_right_to_left(paper.language)
        self._ids = count(1)
        author = quoteattr(f"{paper.consultation}, {paper.stage}")
        moment = paper.circulated_at.astimezone(UTC)
        self._attributions = [
            f'w:author={author} w:date="{at:%Y-%m-%dT%H:%M:%SZ}"' for at in (moment, moment + APART)
        ]
        self._attribution = self._attributions[0]
        self._above: MarkedParagraph | None = None

    def paragraph(self, row: MarkedParagraph) -> str:
        """One paragraph of the text with its changes, its number before its words."""
        if self._above and _insertions_meet(self._above, row):
            self._attribution = self._attributions[self._attribution == self._attributions[0]]
        self._above = row
        inside = "".join(
            (
                *self._number(row.number),
                *(self._piece(piece) for piece in row.pieces),
                *(self._note(piece) for piece in row.notes),
                self._state(row),
            )
        )
        if not row.move:
            return f"<w:p>{self._paragraph_properties(row)}{inside}</w:p>"
        start, end = self._move_range(row.mark, row.move)
        if row.end:  # it is not moved with its words
            return f"<w:p>{self._paragraph_properties(row)}{start}{inside}{end}</w:p>"
        return f"<w:p>{self._paragraph_properties(row)}{start}{inside}</w:p>{end}"

    def _paragraph_properties(self, row: MarkedParagraph) -> str:
        """Its style, the change of its end, and the style that it had."""
        style, bidi = style_of(row.set_as.kind, row.set_as.level), self._bidi()
        marks = "".join(f"<w:{mark} {self._attributes()}/>" for mark in ENDS[row.ends_as])
        end = f"<w:rPr>{marks}</w:rPr>" if marks else ""
        was = style_of(row.then.kind, row.then.level) if row.then and row.now else style
        if was != style:
            old = f'<w:pPr><w:pStyle w:val="{was}"/>{bidi}</w:pPr>'
            end += f"<w:pPrChange {self._attributes()}>{old}</w:pPrChange>"
        return f'<w:pPr><w:pStyle w:val="{style}"/>{bidi}{end}</w:pPr>'

    def _bidi(self) -> str:
        return "<w:bidi/>" if self._is_right_to_left else ""

    def _number(self, pieces: Sequence[RedlinePiece]) -> Iterator[str]:
        """The number and a tab; where one number replaces another, the tab belongs to neither.

        A style of its own tells them from the words. A paragraph that has no number, or may have
        none once the changes are accepted, begins with an empty run of that style.
        """
        if all(piece.mark != KEPT for piece in pieces):
            yield run("", self._language_run, NUMBERED)
        for piece in pieces:
            yield self._change(piece.mark, run(piece.words, self._language_run, NUMBERED))
        if pieces:
            mark = KEPT if len(pieces) > 1 else pieces[0].mark
            yield self._change(mark, f"<w:r><w:rPr>{NUMBERED}</w:rPr><w:tab/></w:r>")

    def _piece(self, piece: RedlinePiece) -> str:
        """Words with their change; those that moved without their paragraph, in a move range."""
        words = self._change(piece.mark, self._words_run(piece))
        if not piece.move:
            return words
        start, end = self._move_range(piece.mark, piece.move)
        return f"{start}{words}{end}"

    def _words_run(self, piece: RedlinePiece) -> str:
        """Words as runs, with the change of their italics where only that changed."""
        italics = "<w:i/><w:iCs/>"
        properties = (italics if piece.is_italic else "") + self._language_run
        if piece.mark == KEPT and piece.was_italic != piece.is_italic:
            old = f"<w:rPr>{italics if piece.was_italic else ''}</w:rPr>"
            properties += f"<w:rPrChange {self._attributes()}>{old}</w:rPrChange>"
        return self._runs(piece.words, properties)

    def _runs(self, words: str, properties: str = "") -> str:
        """Words as runs; square brackets in bold, as papers of the United Nations set them."""
        properties = properties or self._language_run
        return "".join(
            run(piece, f"{BOLD_SIGN}{properties}" if is_sign else properties)
            for piece, is_sign in signs_apart(words)
        )

    def _note(self, piece: RedlinePiece) -> str:
        """The raised number of a footnote, and the footnote itself."""
        number = len(self.notes) + 1
        raised = '<w:rPr><w:rStyle w:val="footnotereference"/><w:spacing w:val="30"/></w:rPr>'
        self.notes.append(
            f'<w:footnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val="footnotetext"/>'
            f"{self._bidi()}</w:pPr><w:r>{raised}<w:footnoteRef/></w:r>"
            f"{self._runs(f' {piece.words}')}</w:p></w:footnote>"
        )
        return self._change(
            piece.mark, f'<w:r>{raised}<w:footnoteReference w:id="{number}"/></w:r>'
        )

    def _state(self, row: MarkedParagraph) -> str:
        """The state of the paragraph as a word in a frame."""
        if not row.state:
            return ""
        look = f"{FRAMES[NegotiationState(row.state)]}{self._language_run}"
        with override(interface_language(self._language)):
            word = str(NegotiationState(row.state).label).replace(" ", "\u00a0")  # one frame
        runs = run(" ", self._language_run) + run(f"\u00a0{word}\u00a0", look)
        return beside_text(self._change(row.mark, runs))

    def _change(self, mark: str, runs: str) -> str:
        """Runs inside the element of their change; as they are where they are kept."""
        if mark == KEPT:
            return runs
        if mark == DELETED:
            runs = runs.replace("<w:t ", "<w:delText ").replace("</w:t>", "</w:delText>")
        return f"<w:{CHANGES[mark]} {self._attributes()}>{runs}</w:{CHANGES[mark]}>"

    def _move_range(self, mark: str, move: int) -> tuple[str, str]:
        """The start and the end of the range of a move; its two places have the same name."""
        side = CHANGES[mark]
        number = next(self._ids)
        start = f'<w:{side}RangeStart w:id="{number}" w:name="move{move}" {self._attribution}/>'
        return start, f'<w:{side}RangeEnd w:id="{number}"/>'

    def _attributes(self) -> str:
        return f'w:id="{next(self._ids)}" {self._attribution}'


def _insertions_meet(above: MarkedParagraph, row: MarkedParagraph) -> bool:
    """Whether words are inserted right before a kept end, and right behind it."""
    last = (*above.number, *above.pieces, *above.notes)[-1:]
    first = (*row.number, *row.pieces, *row.notes)[:1]
    inserted = {INSERTED, TO}
    is_standing = above.ends_as == KEPT
    return is_standing and all(bool(p) and p[0].mark in inserted for p in (last, first))
