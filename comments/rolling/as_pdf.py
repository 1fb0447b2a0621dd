"""The rolling text as tagged PDF, set by typst in a child process."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC
from pathlib import Path
from typing import Any

from comments.rolling.sheet import RollingPrinter, RollingSheetParagraph
from comments.rolling.text import RollingText
from drafts.printing.pdf import print_paper

TEMPLATE = Path(__file__).with_name("rolling.typ")


def stream(rolling_text: RollingText) -> Iterator[bytes]:
    """One PDF; raises PrintingError where it could not be set."""
    yield print_paper(_document(RollingPrinter(rolling_text)), template=TEMPLATE)


def _document(printer: RollingPrinter) -> dict[str, Any]:
    """What rolling.typ reads; `moment` from the year to the second, in UTC."""
    head, table = printer.head, printer.table
    return {
        "consultation": table.consultation_title,
        "language": table.language,
        "moment": table.cut_off.astimezone(UTC).timetuple()[:6],
        "head": {
            "title": head.title,
            "handling": head.handling,
            "labelled_values": head.labelled_values,
            "legend": head.legend.pieces,
            "disclaimer": head.disclaimer,
            "page_number_template": head.page_number_template,
            "checksums": head.checksums,
        },
        "paragraphs": [_paragraph(paragraph) for paragraph in printer.paragraphs()],
        "annexes": [asdict(annex) for annex in printer.rolling_text.annexes],
    }


def _paragraph(paragraph: RollingSheetParagraph) -> dict[str, Any]:
    return {
        "label": paragraph.label,
        "is_heading": paragraph.is_heading,
        "level": paragraph.level,
        "language": paragraph.language,
        "pieces": [(piece.mark, piece.words) for piece in paragraph.pieces],
        "whole_proposals": paragraph.whole_proposals,
        "notes": paragraph.notes,
        "place_note": paragraph.place_note,
    }
