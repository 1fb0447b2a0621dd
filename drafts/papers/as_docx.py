"""A text as a Word document, clean or with every change against an earlier revision.

The changes are Word's own: insertions, deletions, moves, and the ends of paragraphs that a split
inserts and a merger deletes. Accepted they leave the new text, refused the old one. Their author is
the revision that made them, their date the moment when it was circulated.
"""

from collections.abc import Iterator, Sequence
from copy import copy
from datetime import UTC, timedelta
from functools import partial
from itertools import chain, count
from typing import Final

from django.utils.translation import override

from drafts.brackets.pairs import split_at_signs
from drafts.models import NegotiationState
from drafts.papers.docx_page import ANNEX_WIDTH, make_document, style_of
from drafts.papers.marked_paragraph import MarkedParagraph, with_first_note_before_kept_end
from drafts.papers.paper import MOVED_AWAY, MOVED_HERE, TextPaper, interface_language, paper_frame
from drafts.papers.redline import mark_all_kept
from drafts.papers.redline_pieces import RedlinePiece
from drafts.parsing.docx_styles import NUMBER_STYLE
from drafts.parsing.docx_words import BESIDE_TEXT
from drafts.printing.conventions import DELETED, INSERTED, KEPT
from drafts.printing.docx import stream_document
from drafts.printing.docx_elements import (
    BOLD_LOOK,
    ITALIC_LOOK,
    Block,
    Element,
    Streamed,
    W,
    annex_blocks,
    attributes,
    direction,
    paragraph,
    run,
    run_properties,
    tracked_change,
)

# The id of a style is its name without spaces.
NUMBER_STYLE_ID: Final = NUMBER_STYLE.replace(" ", "")

# Raised, and set a little apart.
_NOTE_NUMBER_PROPERTIES: Final = run_properties(
    W.spacing(attributes(val=30)), style="footnotereference"
)
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
    paragraphs = [
        element
        for marked_paragraph in ordered_paragraphs
        for element in writer.paragraph(marked_paragraph)
    ]
    document, place = make_document(paper, paper_frame(paper, earlier_paper), writer.footnotes)
    blocks = (*paragraphs, _closing_rule(), *_annexes(paper))
    return b"".join(stream_document(document, place, blocks, paper.circulated_at.astimezone(UTC)))


def _closing_rule() -> Element:
    """A short rule closes the text, as it does on papers of the United Nations.

    It is needed where the last paragraph of the text is deleted: no program can delete the last end
    of a document.
    """
    line = W.bottom(attributes(val="single", sz=4, space=1, color="1A1A1A"))
    return W.p(
        W.pPr(
            W.pBdr(line),
            W.spacing(attributes(before=120)),
            W.ind(attributes(left=4240, right=4240)),
        )
    )


def _annexes(paper: TextPaper) -> Iterator[Block]:
    """The annexes, apart from the text: an import of the file reads the text alone."""
    if paper.annexes:
        new_page = W.p(W.r(W.br(attributes(type="page"))))
        annexes = annex_blocks(paper.annexes, paper.language, ANNEX_WIDTH)
        content = Streamed("w:sdtContent", chain([new_page], annexes))
        yield Streamed("w:sdt", [_beside_text_properties(), content])


def _beside_text_properties() -> Element:
    """Of a control for what is no part of the text; Word locks it against typing."""
    return W.sdtPr(W.tag(attributes(val=BESIDE_TEXT)), W.lock(attributes(val="sdtContentLocked")))


class _TextDocxWriter:
    """Writes paragraphs as elements of Word, and gathers their footnotes."""

    def __init__(self, paper: TextPaper) -> None:
        self.footnotes: list[Element] = []
        self._language = paper.language
        self._change_ids = count(1)
        author = f"{paper.consultation_title}, {paper.stage}"
        circulated_at = paper.circulated_at.astimezone(UTC)
        # Who changed the text and when, as attributes; the other one is dated DATE_SHIFT later.
        self._attribution, self._other_attribution = (
            {"author": author, "date": f"{change_date:%Y-%m-%dT%H:%M:%SZ}"}
            for change_date in (circulated_at, circulated_at + DATE_SHIFT)
        )
        self._previous_paragraph: MarkedParagraph | None = None

    def paragraph(self, marked_paragraph: MarkedParagraph) -> Iterator[Element]:
        """One paragraph of the text with its changes, its number before its words.

        Where its end moves with the words, the end of the move stands behind the paragraph.
        """
        if self._previous_paragraph and _insertions_meet(
            self._previous_paragraph, marked_paragraph
        ):
            # They take turns: the two dates differ by DATE_SHIFT.
            self._attribution, self._other_attribution = self._other_attribution, self._attribution
        self._previous_paragraph = marked_paragraph
        content = [
            *self._number(marked_paragraph.number_pieces),
            *chain.from_iterable(map(self._piece, marked_paragraph.text_pieces)),
            *chain.from_iterable(map(self._note, marked_paragraph.note_pieces)),
            *self._state(marked_paragraph),
        ]
        if not marked_paragraph.move_number:
            yield W.p(self._paragraph_properties(marked_paragraph), *content)
            return
        move_start, move_end = self._move_range(marked_paragraph.mark, marked_paragraph.move_number)
        properties = self._paragraph_properties(marked_paragraph)
        if marked_paragraph.other_end_mark:  # the end is not moved with the words
            yield W.p(properties, move_start, *content, move_end)
        else:
            yield W.p(properties, move_start, *content)
            yield move_end

    def _paragraph_properties(self, marked_paragraph: MarkedParagraph) -> Element:
        """The style of a paragraph, the change of its end, and the style that it had before."""
        styled, old = marked_paragraph.styled_paragraph, marked_paragraph.old_paragraph
        style = style_of(styled.kind, styled.level)
        properties = self._style_properties(style)
        end_tags = END_TAGS_BY_MARK[marked_paragraph.end_mark]
        if end_tags:
            properties.append(W.rPr(*(W(tag, self._change_attributes()) for tag in end_tags)))
        is_in_both_texts = old is not None and marked_paragraph.new_paragraph is not None
        old_style = style_of(old.kind, old.level) if old and is_in_both_texts else style
        if old_style != style:
            properties.append(
                W.pPrChange(self._change_attributes(), self._style_properties(old_style))
            )
        return properties

    def _style_properties(self, style: str) -> Element:
        return W.pPr(W.pStyle(attributes(val=style)), *direction(self._language))

    def _number(self, pieces: Sequence[RedlinePiece]) -> Iterator[Element]:
        """The number and a tab; where one number replaces another, the tab belongs to neither.

        A style of its own tells them from the words. A paragraph that has no number, or may have
        none once the changes are accepted, begins with an empty run of that style.
        """
        number_run = partial(run, language=self._language, style=NUMBER_STYLE_ID)
        # Also where there are no pieces.
        if all(piece.mark != KEPT for piece in pieces):
            yield number_run("")
        for piece in pieces:
            yield from self._change(piece.mark, [number_run(piece.words)])
        if pieces:
            tab_mark = KEPT if len(pieces) > 1 else pieces[0].mark
            tab_run = W.r(run_properties(style=NUMBER_STYLE_ID), W.tab())
            yield from self._change(tab_mark, [tab_run])

    def _piece(self, piece: RedlinePiece) -> list[Element]:
        """Words with their change; those that moved without their paragraph, in a move range."""
        words = self._change(piece.mark, self._runs(piece))
        if not piece.move_number:
            return words
        start, end = self._move_range(piece.mark, piece.move_number)
        return [start, *words, end]

    def _runs(self, piece: RedlinePiece) -> list[Element]:
        """Words as runs, each with the change of its italics where only that changed.

        Square brackets are bold, as papers of the United Nations set them.
        """
        was_italic = piece.was_italic if piece.mark == KEPT else piece.is_italic
        runs = []
        for words, is_sign in split_at_signs(piece.words):
            bold_look = BOLD_LOOK if is_sign else ()
            look, old_look = (
                (*bold_look, *(ITALIC_LOOK if has_italics else ()))
                for has_italics in (piece.is_italic, was_italic)
            )
            words_run = run(words, *look, language=self._language)
            if was_italic != piece.is_italic:
                # All properties that the run had before, not only the changed one.
                old_properties = run_properties(*old_look, language=self._language)
                change = W.rPrChange(self._change_attributes(), old_properties)
                words_run[0].append(change)
            runs.append(words_run)
        return runs

    def _note(self, piece: RedlinePiece) -> list[Element]:
        """The raised number of a footnote; keeps the footnote itself."""
        number = len(self.footnotes) + 1
        note_number = W.r(copy(_NOTE_NUMBER_PROPERTIES), W.footnoteRef())
        reference = W.r(copy(_NOTE_NUMBER_PROPERTIES), W.footnoteReference(attributes(id=number)))
        note_words = self._runs(RedlinePiece(KEPT, f" {piece.words}"))
        note_paragraph = paragraph("footnotetext", [note_number, *note_words], self._language)
        self.footnotes.append(W.footnote(attributes(id=number), note_paragraph))
        return self._change(piece.mark, [reference])

    def _state(self, marked_paragraph: MarkedParagraph) -> Iterator[Element]:
        """The state of the paragraph as a word with a border."""
        if not marked_paragraph.negotiation_state:
            return
        state = NegotiationState(marked_paragraph.negotiation_state)
        with override(interface_language(self._language)):
            state_name = str(state.label).replace(" ", "\u00a0")  # no line breaks in its border
        runs = [
            run(" ", language=self._language),
            run(f"\u00a0{state_name}\u00a0", *LOOK_BY_STATE[state], language=self._language),
        ]
        content = W.sdtContent(*self._change(marked_paragraph.mark, runs))
        yield W.sdt(_beside_text_properties(), content)

    def _change(self, mark: str, runs: list[Element]) -> list[Element]:
        """Runs inside the element of their change; as they are where they are kept."""
        if mark == KEPT:
            return runs
        return [tracked_change(CHANGE_TAG_BY_MARK[mark], self._change_attributes(), runs)]

    def _move_range(self, mark: str, move_number: int) -> tuple[Element, Element]:
        """The start and the end of the range of a move; its two places have the same name."""
        move_tag = CHANGE_TAG_BY_MARK[mark]
        range_id = next(self._change_ids)
        start = attributes(id=range_id, name=f"move{move_number}", **self._attribution)
        return (
            W(f"{move_tag}RangeStart", start),
            W(f"{move_tag}RangeEnd", attributes(id=range_id)),
        )

    def _change_attributes(self) -> dict[str, str]:
        """The attributes of one change: an id of its own, author and date."""
        return attributes(id=next(self._change_ids), **self._attribution)


def _insertions_meet(above: MarkedParagraph, below: MarkedParagraph) -> bool:
    """Whether words are inserted right before a kept end, and right behind it."""
    last_pieces = (*above.number_pieces, *above.text_pieces, *above.note_pieces)[-1:]
    first_pieces = (*below.number_pieces, *below.text_pieces, *below.note_pieces)[:1]
    insertion_marks = {INSERTED, MOVED_HERE}
    return above.end_mark == KEPT and all(
        bool(pieces) and pieces[0].mark in insertion_marks for pieces in (last_pieces, first_pieces)
    )


# --- The border of a state -----------------------------------------------------------------------


def _border_look(
    colour: str,
    border_style: str,
    border_eighths_of_point: int,
    *,
    border_colour: str = "",
    background: str = "",
) -> tuple[Element, ...]:
    """The properties of a run of small words (8 points: `w:sz` counts halves) inside a border."""
    border = attributes(
        val=border_style,
        sz=border_eighths_of_point,
        space=0,
        color=border_colour or colour,
    )
    shade = attributes(val="clear", color="auto", fill=background)
    return (
        W.color(attributes(val=colour)),
        W.sz(attributes(val=16)),
        W.szCs(attributes(val=16)),
        W.bdr(border),
        *([W.shd(shade)] if background else []),
    )


_INK, _GREEN, _GREY = "1A1A1A", "1D5C4F", "555555"
LOOK_BY_STATE: Final = {
    NegotiationState.AGREED_AD_REF: _border_look(_INK, "single", 8),
    NegotiationState.AGREED_IN_ROOM: _border_look(_GREEN, "single", 6),
    NegotiationState.AGREED_IN_PLENARY: _border_look(_GREEN, "single", 18, background="E0F1EC"),
    NegotiationState.PARKED: _border_look(_INK, "dashed", 6, border_colour=_GREY),
    NegotiationState.INFORMALS: _border_look(_INK, "dotted", 8, border_colour=_GREY),
    NegotiationState.REOPENED: _border_look(_INK, "single", 4),
}
