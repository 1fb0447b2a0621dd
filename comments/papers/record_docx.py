"""A record as a Word document: lines under headings, changed words as tracked changes.

There are records of a meeting (minutes) and of a silence.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from itertools import count
from typing import NamedTuple
from zipfile import ZipFile

from django.utils.translation import get_language, gettext

from comments.papers.cells import CellLine, Head
from comments.papers.docx import RUN_PROPERTIES, make_document, set_portrait, split_at_marker
from drafts.printing.conventions import (
    DELETED,
    INSERTED,
    KEPT,
    is_right_to_left,
)
from drafts.printing.docx import DOCUMENT_PART, language_properties, run_xml
from drafts.printing.streamed_zip import escape_xml, stream_zip
from drafts.words.differences import Redline


class _RecordInfo(NamedTuple):
    """What the shell needs to know of a record (PaperInfo)."""

    consultation_title: str
    language: str
    cut_off: datetime


def record_paper(
    consultation_title: str, cut_off: datetime, head: Head, body_xml: Iterator[str]
) -> bytes:
    """The document, in the language that is active; dated with its cut-off (domain, rule 21)."""
    paper = _RecordInfo(consultation_title, get_language() or "en", cut_off)
    document = make_document(paper, head)
    set_portrait(document)
    file = BytesIO()
    document.save(file)
    shell = ZipFile(file)
    xml_before_rows, xml_after_rows = split_at_marker(shell.read(DOCUMENT_PART).decode())
    cut_off_utc = cut_off.astimezone(UTC)
    return b"".join(
        stream_zip(
            shell, DOCUMENT_PART, xml_before_rows, body_xml, lambda: xml_after_rows, cut_off_utc
        )
    )


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
    """Writes lines of a record as WordprocessingML; `style` is the id of a style of the shell."""

    def __init__(self, changes_author: str) -> None:
        """`changes_author` is the name under which changed words are tracked."""
        self.language, self.changes_author = get_language() or "en", changes_author
        self.change_numbers = count(1)

    def paper_line(self, style: str, words: str) -> str:
        """A line in the language of the paper."""
        return self.received_line(style, words, self.language)

    def received_line(self, style: str, words: str, language: str) -> str:
        """A line of words as received, in their language."""
        return self.paragraph_xml(style, run_xml(words, language_properties(language)), language)

    def changed_line(self, style: str, redline: Redline, language: str) -> str:
        """A line of words as received, with insertions and deletions."""
        runs_xml = (self.marked_runs_xml(*piece, language) for piece in redline)
        return self.paragraph_xml(style, "".join(runs_xml), language)

    def marked_runs_xml(self, mark: str, words: str, language: str) -> str:
        """Inserted or deleted words as tracked changes, kept ones as they are (domain, rule 16)."""
        runs = run_xml(words, RUN_PROPERTIES[mark] + language_properties(language))
        if mark == KEPT:
            return runs
        author_attribute = escape_xml(self.changes_author).replace('"', "&quot;")
        tag = "ins" if mark == INSERTED else "del"
        if mark == DELETED:  # the text of deleted runs has an element of its own
            runs = runs.replace("<w:t ", "<w:delText ").replace("</w:t>", "</w:delText>")
        attributes = f'w:id="{next(self.change_numbers)}" w:author="{author_attribute}"'
        return f"<w:{tag} {attributes}>{runs}</w:{tag}>"

    def paragraph_xml(self, style: str, runs_xml: str, language: str) -> str:
        """A paragraph of these runs in a style."""
        bidi = "<w:bidi/>" if is_right_to_left(language) else ""
        return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{bidi}</w:pPr>{runs_xml}</w:p>'
