"""A record as a Word document: lines under headings, changed words as tracked changes.

There are records of a meeting (minutes) and of a silence.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from typing import NamedTuple

from django.utils.translation import get_language, gettext

from comments.papers.cells import CellLine, Head
from comments.papers.docx import make_document, set_portrait
from drafts.printing.conventions import DELETED, INSERTED, KEPT
from drafts.printing.docx import stream_document
from drafts.printing.docx_elements import Element, attributes, paragraph, run, tracked_change
from drafts.words.differences import Redline


class _RecordInfo(NamedTuple):
    """What the document needs to know of a record (PaperInfo)."""

    consultation_title: str
    language: str
    cut_off: datetime


def record_paper(
    consultation_title: str, cut_off: datetime, head: Head, paragraphs: Iterator[Element]
) -> bytes:
    """The document, in the language that is active; dated with its cut-off (domain, rule 21)."""
    paper = _RecordInfo(consultation_title, get_language() or "en", cut_off)
    document, place = make_document(paper, head)
    set_portrait(document)
    return b"".join(stream_document(document, place, paragraphs, cut_off.astimezone(UTC)))


def changes_legend() -> CellLine:
    """The printed legend of the marks of changed words."""
    return CellLine(
        (
            (KEPT, gettext("Key: ")),
            (INSERTED, gettext("words inserted")),
            (KEPT, gettext(", ")),
            (DELETED, gettext("words deleted")),
        ),
        get_language() or "en",
    )


class RecordWriter:
    """Writes lines of a record as paragraphs; `style` is the id of a style of the document."""

    def __init__(self, changes_author: str) -> None:
        """`changes_author` is the name under which changed words are tracked."""
        self.language, self.changes_author = get_language() or "en", changes_author
        self.change_numbers = count(1)

    def paper_line(self, style: str, words: str) -> Element:
        """A line in the language of the paper."""
        return self.received_line(style, words, self.language)

    def received_line(self, style: str, words: str, language: str) -> Element:
        """A line of words as received, in their language."""
        return paragraph(style, [run(words, language=language)], language)

    def changed_line(self, style: str, redline: Redline, language: str) -> Element:
        """A line of words as received, with insertions and deletions."""
        runs = (self._marked_run(mark, words, language) for mark, words in redline)
        return paragraph(style, runs, language)

    def _marked_run(self, mark: str, words: str, language: str) -> Element:
        """Inserted or deleted words as a tracked change (domain, rule 16), kept ones as a run."""
        words_run = run(words, language=language)
        if mark == KEPT:
            return words_run
        change = attributes(id=next(self.change_numbers), author=self.changes_author)
        return tracked_change("ins" if mark == INSERTED else "del", change, [words_run])
