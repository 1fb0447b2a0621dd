"""The record of a silence as a Word document and as tagged PDF."""

from datetime import UTC
from pathlib import Path
from typing import Any, Final

from django.utils.translation import get_language, gettext

from comments.papers.record_docx import RecordWriter, record_paper
from comments.silences.record import SilenceBody, SilenceRecord, silence_head
from consultations.rules.access import Access
from drafts.printing.pdf import print_paper
from drafts.words.differences import Redline


def silence_docx(access: Access, record: SilenceRecord) -> bytes:
    """The document, in the language that is active; dated to the minute (domain, rule 21)."""
    writer = RecordWriter(changes_author=gettext("Text under silence"))
    body = SilenceBody(writer, access, record)
    cut_off = access.moment.replace(second=0, microsecond=0)
    head = silence_head(access, record)
    return record_paper(access.consultation.title, cut_off, head, body.lines())


TEMPLATE: Final = Path(__file__).with_name("record.typ")

# A line of the paper: its style, its language, and its words as pieces of a redline.
type PdfLine = tuple[str, str, Redline]


def silence_pdf(access: Access, record: SilenceRecord) -> bytes:
    """The PDF, in the language that is active; dated to the minute (domain, rule 21).

    Raises PrintingError where it could not be set.
    """
    return print_paper(_document(access, record), template=TEMPLATE)


def _document(access: Access, record: SilenceRecord) -> dict[str, Any]:
    """What record.typ reads; `moment` from the year to the second, in UTC."""
    cut_off = access.moment.replace(second=0, microsecond=0)
    head = silence_head(access, record)
    writer = _PdfLineWriter(get_language() or "en")
    return {
        "consultation": access.consultation.title,
        "handling": head.handling,
        "language": writer.language,
        "moment": cut_off.astimezone(UTC).timetuple()[:6],
        "title": head.title,
        "labelled_values": head.labelled_values,
        "legend": head.legend.pieces,
        "disclaimer": head.disclaimer,
        "page_number_template": head.page_number_template,
        "lines": list(SilenceBody(writer, access, record).lines()),
    }


class _PdfLineWriter:
    """Writes lines in the form that record.typ reads; `LineWriter` says what its methods take."""

    def __init__(self, language: str) -> None:
        self.language = language

    def paper_line(self, style: str, words: str) -> PdfLine:
        return self.received_line(style, words, self.language)

    def received_line(self, style: str, words: str, language: str) -> PdfLine:
        return style, language, (("=", words),)  # one piece, kept

    def changed_line(self, style: str, redline: Redline, language: str) -> PdfLine:
        return style, language, redline
