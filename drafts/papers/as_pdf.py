"""A text as tagged PDF, clean or with every change against an earlier revision, set by typst."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext, override

from drafts.models import NegotiationState, ParagraphKind
from drafts.papers.marked_paragraph import MarkedParagraph
from drafts.papers.paper import (
    MOVED_AWAY,
    MOVED_HERE,
    PaperFrame,
    TextPaper,
    interface_language,
    paper_frame,
)
from drafts.papers.redline import mark_all_kept
from drafts.papers.redline_pieces import RedlinePiece
from drafts.printing.conventions import DELETED, INSERTED, KEPT
from drafts.printing.pdf import print_paper

TEMPLATE: Final = Path(__file__).with_name("text.typ")


def text_pdf(
    paper: TextPaper,
    earlier_paper: TextPaper | None,
    marked_paragraphs: Sequence[MarkedParagraph] | None,
) -> bytes:
    """The whole file; with `earlier_paper` and `marked_paragraphs`, the redline against it.

    Raises PrintingError.
    """
    frame = paper_frame(paper, earlier_paper)
    paragraphs_to_print = marked_paragraphs or mark_all_kept(paper.paragraphs)
    with override(interface_language(paper.language)):
        document = _typst_document(paper, frame, paragraphs_to_print)
    return print_paper(document, template=TEMPLATE)


def _typst_document(
    paper: TextPaper, frame: PaperFrame, marked_paragraphs: Sequence[MarkedParagraph]
) -> dict[str, Any]:
    """All values that the typst template prints."""
    has_title = any(
        marked_paragraph.styled_paragraph.kind == ParagraphKind.TITLE
        for marked_paragraph in marked_paragraphs
    )
    return {
        "consultation": paper.consultation_title,
        "handling": paper.handling,
        "language": paper.language,
        "moment": paper.circulated_at.astimezone(UTC).timetuple()[:6],  # year to second
        "symbol": paper.symbol,
        "title": frame.title,
        "stage": frame.stage,
        "changes_since": frame.changes_since,
        "redline_key": frame.redline_key,
        "masthead_lines": frame.masthead_lines,
        "seal_lines": frame.seal_lines,
        "page_line": frame.page_line,
        "heading": "" if has_title else paper.title,
        "rows": list(_paragraph_values(marked_paragraphs, has_title=has_title)),
        "annexes": [asdict(annex) for annex in paper.annexes],
    }


def _paragraph_values(
    marked_paragraphs: Sequence[MarkedParagraph], *, has_title: bool
) -> Iterator[dict[str, Any]]:
    """The values of each paragraph for the typst template."""
    # Somebody with a screen reader goes from heading to heading: none may skip a level. A text
    # without a title gets that of its paper, as a heading of depth 1.
    previous_depth = 0 if has_title else 1
    for marked_paragraph in marked_paragraphs:
        paragraph = marked_paragraph.styled_paragraph
        heading_depth = 0  # no heading
        # A heading without words would be a step to nowhere.
        has_words = any(
            piece.words.strip()
            for piece in (*marked_paragraph.number_pieces, *marked_paragraph.text_pieces)
        )
        if paragraph.is_heading and has_words:
            heading_depth = min(_heading_depth(paragraph.kind, paragraph.level), previous_depth + 1)
            previous_depth = heading_depth
        yield {
            "heading_depth": heading_depth,
            "level": paragraph.level,
            "number": [_piece_values(piece) for piece in marked_paragraph.number_pieces],
            "pieces": [_piece_values(piece) for piece in marked_paragraph.text_pieces],
            "notes": [_piece_values(piece) for piece in marked_paragraph.note_pieces],
            "change_label": _change_label(marked_paragraph),
            "state_and_name": _state_and_name(marked_paragraph.negotiation_state),
        }


def _heading_depth(kind: str, level: int) -> int:
    """The depth of a heading in the PDF: 1 for the title, then from 2 on; levels begin at 0."""
    return 1 if kind == ParagraphKind.TITLE else level + 2


def _piece_values(piece: RedlinePiece) -> tuple[str, str, bool]:
    """A piece as the typst template takes it: mark, words, and whether they are in italics."""
    return piece.mark, piece.words, piece.is_italic


def _state_and_name(state: str) -> list[str]:
    """The state of the paragraph as its code and its name in print; empty if there is none."""
    return [state, str(NegotiationState(state).label)] if state else []


def _change_label(marked_paragraph: MarkedParagraph) -> str:
    """The note on a change that no underline shows: a move, a split or a merger."""
    if marked_paragraph.mark == MOVED_AWAY:
        number_values = {"number": marked_paragraph.number_elsewhere}
        return (
            gettext("moved to %(number)s") % number_values
            if marked_paragraph.number_elsewhere
            else gettext("moved")
        )
    if marked_paragraph.mark == MOVED_HERE:
        number_values = {"number": marked_paragraph.number_elsewhere}
        return (
            gettext("moved from %(number)s") % number_values
            if marked_paragraph.number_elsewhere
            else gettext("moved here")
        )
    if marked_paragraph.number_elsewhere:
        sentence = (
            gettext("joined to %(number)s")
            if marked_paragraph.mark == DELETED
            else gettext("divided from %(number)s")
        )
        return sentence % {"number": marked_paragraph.number_elsewhere}
    # The mark of a paragraph is that of its end: an inserted end after kept words divides them from
    # the rest, a deleted one joins them to it.
    has_kept = any(piece.mark == KEPT for piece in marked_paragraph.text_pieces)
    if marked_paragraph.mark == INSERTED and has_kept:
        return gettext("divided here")
    if marked_paragraph.mark == DELETED and has_kept:
        return gettext("joined to the next")
    return ""
