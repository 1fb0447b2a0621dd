"""The pages of a PDF as runs of characters, taken out in a child process within limits."""

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from drafts.readers.proposal import Unreadable

TIME_LIMIT: Final = 30
"""Seconds; a text of 300 pages takes about 5."""

_CHILD: Final = Path(__file__).with_name("pdf_child.py")
_LETTERS_OF_A_SCAN: Final = 20
"""A page with fewer has at most a stamp."""


@dataclass(frozen=True)
class PdfRun:
    """Characters of one size and look on one line; places in points from the lower left corner.

    `look` is "b" for bold, "i" for italic, "bi" for both.
    """

    text: str
    left: float
    right: float
    baseline: float
    size: float
    look: str = ""


@dataclass(frozen=True)
class PdfPage:
    """One page; `number` counts from 1."""

    number: int
    width: float
    height: float
    runs: tuple[PdfRun, ...]


def pages_of(content: bytes) -> list[PdfPage]:
    """The pages with their words; raises Unreadable with the way out."""
    if not content[:1024].lstrip().startswith(b"%PDF"):
        raise _unreadable("broken")
    found = [
        PdfPage(number, page["width"], page["height"], tuple(PdfRun(**run) for run in page["runs"]))
        for number, page in enumerate(_asked(content), 1)
    ]
    if _is_scan(found):
        raise _unreadable("scan")
    return found


def _asked(content: bytes) -> list[dict[str, Any]]:
    """What the child says; whatever ends it ends the reading and nothing else."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_CHILD)],
            input=content,
            capture_output=True,
            check=False,
            timeout=TIME_LIMIT,
        )
    except subprocess.TimeoutExpired as error:
        raise _unreadable("heavy") from error
    if done.returncode:
        raise _unreadable("heavy" if done.returncode < 0 else "broken")
    answer: dict[str, Any] = json.loads(done.stdout)
    if "unfit" in answer:
        raise _unreadable(answer["unfit"])
    pages: list[dict[str, Any]] = answer["pages"]
    return pages


def _is_scan(pages: Iterable[PdfPage]) -> bool:
    """Whether the pages are pictures: hardly a letter on any of them."""
    return all(
        sum(map(str.isalpha, "".join(run.text for run in page.runs))) < _LETTERS_OF_A_SCAN
        for page in pages
    )


def _unreadable(why: str) -> Unreadable:
    sentences = {
        "scan": _(
            "This PDF holds pictures of pages and no text: it is a scan. "
            "Ask for the file that it was printed from, or have its text recognized first."
        ),
        "locked": _(
            "This PDF is locked with a password. Save it without one, and choose that file."
        ),
        "long": _("This PDF is too long to be one text. Divide it, and choose the part you need."),
        "heavy": _(
            "This PDF could not be read within the limits of time and memory. "
            "Print it to a new PDF, or save its text as .txt."
        ),
        "broken": _("This PDF is broken, or is none. Download it again, or print it to a new PDF."),
    }
    return Unreadable.because(sentences[why])
