"""The pages of a PDF as runs of characters, or the sentence that says why there are none."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from drafts.parsing.encoding import is_pdf_file
from drafts.parsing.file_text import Unreadable
from drafts.parsing.pdf_runs import PdfProblem, read_raw_pages

_MIN_LETTERS_OF_A_PAGE: Final = 20
"""A page with fewer has at most a stamp."""


@dataclass(frozen=True)
class PdfRun:
    """Characters of one size and look on one line; places in points from the lower left corner.

    `text` may hold `THIN_GAP`, where the words around it decide later whether it is a space.
    `font_style` is "b" for bold, "i" for italic, "bi" for both, "" for neither.
    """

    text: str
    left: float
    right: float
    baseline: float
    size: float
    font_style: str = ""


@dataclass(frozen=True)
class PdfPage:
    """One page; `number` counts from 1, sizes are in points."""

    number: int
    width: float
    height: float
    runs: tuple[PdfRun, ...]


def read_pages(content: bytes) -> list[PdfPage]:
    """The pages with their words; raises Unreadable with the way out."""
    if not is_pdf_file(content):
        raise _unreadable("broken")
    try:
        # A PdfRun has the fields of a RawRun.
        pages = [
            PdfPage(number, width, height, tuple(PdfRun(**vars(run)) for run in runs))
            for number, (width, height, runs) in enumerate(read_raw_pages(content), 1)
        ]
    except PdfProblem as error:
        raise _unreadable(str(error)) from error
    if _is_scan(pages):
        raise _unreadable("scan")
    return pages


def _is_scan(pages: Iterable[PdfPage]) -> bool:
    """Whether the pages are pictures: hardly a letter on any of them."""
    return all(
        sum(map(str.isalpha, "".join(run.text for run in page.runs))) < _MIN_LETTERS_OF_A_PAGE
        for page in pages
    )


def _unreadable(problem_code: str) -> Unreadable:
    """The error for a problem code: scan, locked, long or broken."""
    sentences = {
        "scan": _(
            "This PDF is a scan without text. Ask for the original file, or run text "
            "recognition first."
        ),
        "locked": _(
            "This PDF is protected by a password. Save it without one, and choose that file."
        ),
        "long": _("This PDF is too long. Divide it, and choose the part you need."),
        "broken": _("This PDF cannot be read. Download it again, or print it to a new PDF."),
    }
    return Unreadable.because(sentences[problem_code])
