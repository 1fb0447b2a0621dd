"""A text as tagged PDF, clean or with every change against an earlier revision, set by typst."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext, override

from drafts.models import Kind, NegotiationState
from drafts.papers.redline_pieces import RedlinePiece
from drafts.papers.text_paper import (
    FROM,
    TO,
    PaperFrame,
    TextPaper,
    interface_language,
    paper_frame,
)
from drafts.papers.text_redline import MarkedParagraph, unmarked
from drafts.shells.conventions import DELETED, INSERTED, KEPT
from drafts.shells.printing import print_paper

TEMPLATE: Final = Path(__file__).with_name("text.typ")


def text_pdf(
    paper: TextPaper, since: TextPaper | None, rows: Sequence[MarkedParagraph] | None
) -> bytes:
    """The whole file; with `since` and its rows, the redline. Raises PrintingError."""
    frame = paper_frame(paper, since)
    marked = rows or unmarked(paper.paragraphs)
    with override(interface_language(paper.language)):
        document = _typst_document(paper, frame, marked)
    return print_paper(document, template=TEMPLATE)


def _typst_document(
    paper: TextPaper, frame: PaperFrame, rows: Sequence[MarkedParagraph]
) -> dict[str, Any]:
    has_title = any(row.set_as.kind == Kind.TITLE for row in rows)
    return {
        "consultation": paper.consultation,
        "handling": paper.handling,
        "language": paper.language,
        "moment": paper.circulated_at.astimezone(UTC).timetuple()[:6],
        "symbol": paper.symbol,
        "title": frame.title,
        "stage": frame.stage,
        "since": frame.since,
        "key": frame.key,
        "facts": frame.facts,
        "seal": frame.seal,
        "page": frame.page,
        "heading": "" if has_title else paper.title,
        "rows": list(_row_values(rows, has_title=has_title)),
        "annexes": [asdict(annex) for annex in paper.annexes],
    }


def _row_values(rows: Sequence[MarkedParagraph], *, has_title: bool) -> Iterator[dict[str, Any]]:
    # A reader for the blind goes from heading to heading: none may skip a level.
    deepest = 0 if has_title else 1
    for row in rows:
        paragraph = row.set_as
        depth = 0
        if paragraph.is_heading:
            depth = min(_depth(paragraph.kind, paragraph.level), deepest + 1)
            deepest = depth
        yield {
            "depth": depth,
            "level": paragraph.level,
            "number": [_piece_values(piece) for piece in row.number],
            "pieces": [_piece_values(piece) for piece in row.pieces],
            "notes": [_piece_values(piece) for piece in row.notes],
            "said": _change_label(row),
            "state": _state_names(row.state),
        }


def _depth(kind: str, level: int) -> int:
    return 1 if kind == Kind.TITLE else level + 2


def _piece_values(piece: RedlinePiece) -> tuple[str, str, bool]:
    return piece.mark, piece.words, piece.is_italic


def _state_names(state: str) -> list[str]:
    """The state of the paragraph as its code and its name in print; empty if there is none."""
    return [state, str(NegotiationState(state).label)] if state else []


def _change_label(row: MarkedParagraph) -> str:
    """The note on a change that no underline shows: a move, a split or a merger."""
    if row.mark == FROM:
        values = {"number": row.elsewhere}
        return gettext("moved to %(number)s") % values if row.elsewhere else gettext("moved")
    if row.mark == TO:
        values = {"number": row.elsewhere}
        return gettext("moved from %(number)s") % values if row.elsewhere else gettext("moved here")
    if row.elsewhere:
        sentence = (
            gettext("joined to %(number)s")
            if row.mark == DELETED
            else gettext("divided from %(number)s")
        )
        return sentence % {"number": row.elsewhere}
    has_kept = any(piece.mark == KEPT for piece in row.pieces)
    if row.mark == INSERTED and has_kept:
        return gettext("divided here")
    if row.mark == DELETED and has_kept:
        return gettext("joined to the next")
    return ""
