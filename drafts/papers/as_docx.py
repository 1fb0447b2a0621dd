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

from drafts.brackets.pairs import split_at_signs
from drafts.models import NegotiationState
from drafts.papers.docx_page import (
    ANNEX_WIDTH,
    MARKER,
    footnotes_part,
    make_text_shell,
    style_of,
)
from drafts.papers.marked_paragraph import MarkedParagraph, with_first_note_before_kept_end
from drafts.papers.paper import (
    MOVED_AWAY,
    MOVED_HERE,
    TextPaper,
    interface_language,
    paper_frame,
)
from drafts.papers.redline import mark_all_kept
from drafts.papers.redline_pieces import RedlinePiece
from drafts.printing.annex import annexes_xml
from drafts.printing.conventions import (
    DELETED,
    INSERTED,
    KEPT,
    is_right_to_left,
)
from drafts.printing.docx import (
    DOCUMENT_PART,
    language_properties,
    run_xml,
    with_font_hint,
)
from drafts.printing.streamed_zip import stream_zip
from drafts.readers.docx_styles import NUMBER_STYLE
from drafts.readers.docx_words import BESIDE_TEXT


def _border_properties(
    colour: str,
    border_style: str,
    border_eighths_of_point: int,
    *,
    border_colour: str = "",
    background: str = "",
) -> str:
    """The run properties (XML) of small words (8 points: `w:sz` counts halves) inside a border."""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{background}"/>' if background else ""
    return (
        f'<w:color w:val="{colour}"/><w:sz w:val="16"/><w:szCs w:val="16"/>'
        f'<w:bdr w:val="{border_style}" w:sz="{border_eighths_of_point}" w:space="0" '
        f'w:color="{border_colour or colour}"/>{shade}'
    )


_INK, _GREEN, _GREY = "1A1A1A", "1D5C4F", "555555"
STATE_BORDERS: Final = {
    NegotiationState.AGREED_AD_REF: _border_properties(_INK, "single", 8),
    NegotiationState.AGREED_IN_ROOM: _border_properties(_GREEN, "single", 6),
    NegotiationState.AGREED_IN_PLENARY: _border_properties(
        _GREEN, "single", 18, background="E0F1EC"
    ),
    NegotiationState.PARKED: _border_properties(_INK, "dashed", 6, border_colour=_GREY),
    NegotiationState.INFORMALS: _border_properties(_INK, "dotted", 8, border_colour=_GREY),
    NegotiationState.REOPENED: _border_properties(_INK, "single", 4),
}


# The id of a style is its name without spaces.
NUMBER_RUN_STYLE: Final = f'<w:rStyle w:val="{NUMBER_STYLE.replace(" ", "")}"/>'
BOLD_PROPERTIES: Final = "<w:b/><w:bCs/>"
ITALIC_PROPERTIES: Final = "<w:i/><w:iCs/>"
CHANGE_TAG_BY_MARK: Final = {
    INSERTED: "ins",
    DELETED: "del",
    MOVED_AWAY: "moveFrom",
    MOVED_HERE: "moveTo",
}

# An end that moves is also marked as inserted or deleted: where words changed with the move,
# LibreOffice would otherwise leave it behind.
END_TAGS_BY_MARK: Final = {
    KEPT: (),
    INSERTED: ("ins",),
    DELETED: ("del",),
    MOVED_AWAY: ("del", "moveFrom"),
    MOVED_HERE: ("ins", "moveTo"),
}

# LibreOffice takes insertions of one author within a minute for one change, across the end of a
# paragraph too. Where two such meet at a kept end, the second is dated a little later.
DATE_SHIFT: Final = timedelta(minutes=2)

# A short rule closes the text, as it does on papers of the United Nations. It is needed where the
# last paragraph of the text is deleted: no program can delete the last end of a document.
CLOSING_RULE: Final = (
    '<w:p><w:pPr><w:pBdr><w:bottom w:val="single" w:sz="4" w:space="1" w:color="1A1A1A"/></w:pBdr>'
    '<w:spacing w:before="120"/><w:ind w:left="4240" w:right="4240"/></w:pPr></w:p>'
)
NEW_PAGE: Final = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'


def text_docx(
    paper: TextPaper,
    earlier_paper: TextPaper | None,
    marked_paragraphs: Sequence[MarkedParagraph] | None,
) -> bytes:
    """The whole document; with `earlier_paper` and `marked_paragraphs`, the redline against it."""
    writer = _TextDocxWriter(paper)
    ordered_paragraphs = with_first_note_before_kept_end(
        marked_paragraphs or mark_all_kept(paper.paragraphs)
    )
    paragraphs_xml = [
        writer.paragraph_xml(marked_paragraph) for marked_paragraph in ordered_paragraphs
    ]
    footnotes_content = footnotes_part(writer.footnotes_xml) if writer.footnotes_xml else b""
    frame = paper_frame(paper, earlier_paper)
    shell = ZipFile(BytesIO(make_text_shell(paper, frame, footnotes_content)))
    document_xml = shell.read(DOCUMENT_PART).decode()
    # The paragraph that holds the marker gives way to those of the text.
    marker_start = document_xml.rindex("<w:p>", 0, document_xml.index(MARKER))
    marker_end = document_xml.index("</w:p>", marker_start) + len("</w:p>")
    xml_before = document_xml[:marker_start]
    xml_after = f"{CLOSING_RULE}{_annexes_xml(paper)}{document_xml[marker_end:]}"
    return b"".join(
        stream_zip(
            shell,
            DOCUMENT_PART,
            xml_before,
            paragraphs_xml,
            lambda: xml_after,
            paper.circulated_at.astimezone(UTC),
        )
    )


def _annexes_xml(paper: TextPaper) -> str:
    """The annexes, apart from the text: an import of the file reads the text alone."""
    tables_xml = "".join(annexes_xml(paper.annexes, paper.language, ANNEX_WIDTH))
    return _beside_text_xml(f"{NEW_PAGE}{tables_xml}") if tables_xml else ""


def _beside_text_xml(content_xml: str) -> str:
    """Content that is no part of the text, in a control that Word locks against typing."""
    properties = f'<w:tag w:val="{BESIDE_TEXT}"/><w:lock w:val="sdtContentLocked"/>'
    return (
        f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content_xml}</w:sdtContent></w:sdt>"
    )


class _TextDocxWriter:
    """Writes paragraphs as WordprocessingML, and gathers their footnotes."""

    def __init__(self, paper: TextPaper) -> None:
        self.footnotes_xml: list[str] = []
        self._language = paper.language
        self._language_properties = language_properties(paper.language)
        self._is_right_to_left = is_right_to_left(paper.language)
        self._change_ids = count(1)
        author = quoteattr(f"{paper.consultation_title}, {paper.stage}")
        circulated_at = paper.circulated_at.astimezone(UTC)
        # Who changed the text and when, as attributes; the other one is dated DATE_SHIFT later.
        self._attribution, self._other_attribution = (
            f'w:author={author} w:date="{change_date:%Y-%m-%dT%H:%M:%SZ}"'
            for change_date in (circulated_at, circulated_at + DATE_SHIFT)
        )
        self._previous_paragraph: MarkedParagraph | None = None

    def paragraph_xml(self, marked_paragraph: MarkedParagraph) -> str:
        """One paragraph of the text with its changes, its number before its words."""
        if self._previous_paragraph and _insertions_meet(
            self._previous_paragraph, marked_paragraph
        ):
            # They take turns: the two dates differ by DATE_SHIFT.
            self._attribution, self._other_attribution = self._other_attribution, self._attribution
        self._previous_paragraph = marked_paragraph
        content_xml = "".join(
            (
                *self._number_xml(marked_paragraph.number_pieces),
                *(self._piece_xml(piece) for piece in marked_paragraph.text_pieces),
                *(self._note_xml(piece) for piece in marked_paragraph.note_pieces),
                self._state_xml(marked_paragraph),
            )
        )
        if not marked_paragraph.move_number:
            return f"<w:p>{self._paragraph_properties_xml(marked_paragraph)}{content_xml}</w:p>"
        move_start, move_end = self._move_range_xml(
            marked_paragraph.mark, marked_paragraph.move_number
        )
        properties_xml = self._paragraph_properties_xml(marked_paragraph)
        if marked_paragraph.other_end_mark:  # the end is not moved with the words
            return f"<w:p>{properties_xml}{move_start}{content_xml}{move_end}</w:p>"
        return f"<w:p>{properties_xml}{move_start}{content_xml}</w:p>{move_end}"

    def _paragraph_properties_xml(self, marked_paragraph: MarkedParagraph) -> str:
        """The style of a paragraph, the change of its end, and the style that it had before."""
        styled, old = marked_paragraph.styled_paragraph, marked_paragraph.old_paragraph
        style, bidi_xml = style_of(styled.kind, styled.level), self._bidi_xml()
        end_tags = "".join(
            f"<w:{tag} {self._change_attributes()}/>"
            for tag in END_TAGS_BY_MARK[marked_paragraph.end_mark]
        )
        end_xml = f"<w:rPr>{end_tags}</w:rPr>" if end_tags else ""
        is_in_both_texts = old is not None and marked_paragraph.new_paragraph is not None
        old_style = style_of(old.kind, old.level) if old and is_in_both_texts else style
        if old_style != style:
            old_properties = f'<w:pPr><w:pStyle w:val="{old_style}"/>{bidi_xml}</w:pPr>'
            end_xml += f"<w:pPrChange {self._change_attributes()}>{old_properties}</w:pPrChange>"
        return f'<w:pPr><w:pStyle w:val="{style}"/>{bidi_xml}{end_xml}</w:pPr>'

    def _bidi_xml(self) -> str:
        """The property of a paragraph whose language runs from right to left."""
        return "<w:bidi/>" if self._is_right_to_left else ""

    def _number_xml(self, pieces: Sequence[RedlinePiece]) -> Iterator[str]:
        """The number and a tab; where one number replaces another, the tab belongs to neither.

        A style of its own tells them from the words. A paragraph that has no number, or may have
        none once the changes are accepted, begins with an empty run of that style.
        """
        # Also where there are no pieces.
        if all(piece.mark != KEPT for piece in pieces):
            yield run_xml("", self._language_properties, NUMBER_RUN_STYLE)
        for piece in pieces:
            yield self._change_xml(
                piece.mark, run_xml(piece.words, self._language_properties, NUMBER_RUN_STYLE)
            )
        if pieces:
            tab_mark = KEPT if len(pieces) > 1 else pieces[0].mark
            yield self._change_xml(
                tab_mark, f"<w:r><w:rPr>{NUMBER_RUN_STYLE}</w:rPr><w:tab/></w:r>"
            )

    def _piece_xml(self, piece: RedlinePiece) -> str:
        """Words with their change; those that moved without their paragraph, in a move range."""
        words_xml = self._change_xml(piece.mark, self._words_xml(piece))
        if not piece.move_number:
            return words_xml
        start, end = self._move_range_xml(piece.mark, piece.move_number)
        return f"{start}{words_xml}{end}"

    def _words_xml(self, piece: RedlinePiece) -> str:
        """Words as runs, each with the change of its italics where only that changed."""
        was_italic = piece.was_italic if piece.mark == KEPT else piece.is_italic
        return "".join(
            run_xml(words, self._run_properties(piece.is_italic, was_italic, is_sign=is_sign))
            for words, is_sign in split_at_signs(piece.words)
        )

    def _run_properties(self, is_italic: bool, was_italic: bool, *, is_sign: bool) -> str:
        """The properties of a run; where its italics changed, all that it had before as well.

        Square brackets (`is_sign`) are bold, as papers of the United Nations set them.
        """
        bold_xml = BOLD_PROPERTIES if is_sign else ""
        properties, old_properties = (
            f"{bold_xml}{ITALIC_PROPERTIES if has_italics else ''}{self._language_properties}"
            for has_italics in (is_italic, was_italic)
        )
        if was_italic == is_italic:
            return properties
        old_xml = f"<w:rPr>{with_font_hint(old_properties)}</w:rPr>"
        return f"{properties}<w:rPrChange {self._change_attributes()}>{old_xml}</w:rPrChange>"

    def _note_xml(self, piece: RedlinePiece) -> str:
        """The raised number of a footnote, set a little apart; keeps the footnote itself."""
        number = len(self.footnotes_xml) + 1
        raised_style = '<w:rPr><w:rStyle w:val="footnotereference"/><w:spacing w:val="30"/></w:rPr>'
        self.footnotes_xml.append(
            f'<w:footnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val="footnotetext"/>'
            f"{self._bidi_xml()}</w:pPr><w:r>{raised_style}<w:footnoteRef/></w:r>"
            f"{self._words_xml(RedlinePiece(KEPT, f' {piece.words}'))}</w:p></w:footnote>"
        )
        return self._change_xml(
            piece.mark, f'<w:r>{raised_style}<w:footnoteReference w:id="{number}"/></w:r>'
        )

    def _state_xml(self, marked_paragraph: MarkedParagraph) -> str:
        """The state of the paragraph as a word with a border."""
        if not marked_paragraph.negotiation_state:
            return ""
        state = NegotiationState(marked_paragraph.negotiation_state)
        border_properties = f"{STATE_BORDERS[state]}{self._language_properties}"
        with override(interface_language(self._language)):
            state_name = str(state.label).replace(" ", "\u00a0")  # no line breaks in its border
        space_xml = run_xml(" ", self._language_properties)
        runs_xml = space_xml + run_xml(f"\u00a0{state_name}\u00a0", border_properties)
        return _beside_text_xml(self._change_xml(marked_paragraph.mark, runs_xml))

    def _change_xml(self, mark: str, runs_xml: str) -> str:
        """Runs inside the element of their change; as they are where they are kept."""
        if mark == KEPT:
            return runs_xml
        if mark == DELETED:
            runs_xml = runs_xml.replace("<w:t ", "<w:delText ").replace("</w:t>", "</w:delText>")
        tag = CHANGE_TAG_BY_MARK[mark]
        return f"<w:{tag} {self._change_attributes()}>{runs_xml}</w:{tag}>"

    def _move_range_xml(self, mark: str, move_number: int) -> tuple[str, str]:
        """The start and the end of the range of a move; its two places have the same name."""
        move_tag = CHANGE_TAG_BY_MARK[mark]
        range_id = next(self._change_ids)
        attributes = f'w:id="{range_id}" w:name="move{move_number}" {self._attribution}'
        return (
            f"<w:{move_tag}RangeStart {attributes}/>",
            f'<w:{move_tag}RangeEnd w:id="{range_id}"/>',
        )

    def _change_attributes(self) -> str:
        """The attributes of one change: an id of its own, author and date."""
        return f'w:id="{next(self._change_ids)}" {self._attribution}'


def _insertions_meet(above: MarkedParagraph, below: MarkedParagraph) -> bool:
    """Whether words are inserted right before a kept end, and right behind it."""
    last_pieces = (*above.number_pieces, *above.text_pieces, *above.note_pieces)[-1:]
    first_pieces = (*below.number_pieces, *below.text_pieces, *below.note_pieces)[:1]
    insertion_marks = {INSERTED, MOVED_HERE}
    return above.end_mark == KEPT and all(
        bool(pieces) and pieces[0].mark in insertion_marks for pieces in (last_pieces, first_pieces)
    )
