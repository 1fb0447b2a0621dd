"""A text as tagged PDF, clean or with every change against an earlier revision, set by typst."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext, override

from drafts.models import Kind, NegotiationState
from drafts.papers.text_paper import FROM, TO, PaperFrame, TextPaper, paper_frame, spoken
from drafts.papers.text_redline import Marked, unmarked
from drafts.papers.weaving import RedlinePiece
from drafts.shells.conventions import ADDED, GONE, KEPT
from drafts.shells.printing import print_paper

TEMPLATE: Final = Path(__file__).with_name("text.typ")


def text_pdf(paper: TextPaper, since: TextPaper | None, rows: Sequence[Marked] | None) -> bytes:
    """The whole file; with `since` and its rows, the redline. Raises PrintingError."""
    frame = paper_frame(paper, since)
    marked = rows or unmarked(paper.paragraphs)
    with override(spoken(paper.language)):
        document = _document(paper, frame, marked)
    return print_paper(document, template=TEMPLATE)


def _document(paper: TextPaper, frame: PaperFrame, rows: Sequence[Marked]) -> dict[str, Any]:
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
        "rows": list(_rows(rows, has_title=has_title)),
        "annexes": [asdict(annex) for annex in paper.annexes],
    }


def _rows(rows: Sequence[Marked], *, has_title: bool) -> Iterator[dict[str, Any]]:
    # A reader for the blind goes from heading to heading: none may skip a level.
    deepest = 0 if has_title else 1
    for row in rows:
        shown = row.set_as
        depth = 0
        if shown.is_heading:
            depth = min(_depth(shown.kind, shown.level), deepest + 1)
            deepest = depth
        yield {
            "depth": depth,
            "level": shown.level,
            "number": [_piece(piece) for piece in row.number],
            "pieces": [_piece(piece) for piece in row.pieces],
            "notes": [_piece(piece) for piece in row.notes],
            "said": _said(row),
            "state": _state(row.state),
        }


def _depth(kind: str, level: int) -> int:
    return 1 if kind == Kind.TITLE else level + 2


def _piece(piece: RedlinePiece) -> tuple[str, str, bool]:
    return piece.mark, piece.words, piece.is_italic


def _state(state: str) -> list[str]:
    """What was made of the paragraph, as a word of the code and of the paper; empty if nothing."""
    return [state, str(NegotiationState(state).label)] if state else []


def _said(row: Marked) -> str:
    """What no underline tells: where a paragraph moved, where one was divided or joined."""
    if row.mark == FROM:
        where = {"number": row.elsewhere}
        return gettext("moved to %(number)s") % where if row.elsewhere else gettext("moved")
    if row.mark == TO:
        where = {"number": row.elsewhere}
        return gettext("moved from %(number)s") % where if row.elsewhere else gettext("moved here")
    if row.elsewhere:
        words = (
            gettext("joined to %(number)s")
            if row.mark == GONE
            else gettext("divided from %(number)s")
        )
        return words % {"number": row.elsewhere}
    has_kept = any(piece.mark == KEPT for piece in row.pieces)
    if row.mark == ADDED and has_kept:
        return gettext("divided here")
    if row.mark == GONE and has_kept:
        return gettext("joined to the next")
    return ""
