"""Writes the paper of a text as a file, in any of the formats.

The same revision gives the same bytes on the same installed versions: dates inside the files are
the moment of circulation, and the words around the text are in its own language.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from drafts.papers.as_pdf import text_pdf
from drafts.papers.as_plain import text_markdown, text_plain
from drafts.papers.marked_paragraph import MarkedParagraph
from drafts.papers.paper import TextPaper, text_filename
from drafts.printing import conventions


@dataclass(frozen=True, slots=True)
class TextRedline:
    """The changes since an earlier revision: its paper, and the paragraphs with their marks."""

    earlier_paper: TextPaper
    marked_paragraphs: tuple[MarkedParagraph, ...]


@dataclass(frozen=True, slots=True)
class TextFormat:
    """A file format: its name, its ending and media type, and the function that writes it."""

    name: str
    file_ending: str
    content_type: str
    write: Callable[[TextPaper, TextRedline | None], bytes]
    # Word and PDF: only these print redlines, translations and annexes.
    is_laid_out: bool = False


def _docx_content(paper: TextPaper, redline: TextRedline | None) -> bytes:
    """The paper as a Word file."""
    from drafts.papers.as_docx import text_docx  # its library is loaded only when needed

    return text_docx(paper, *_paper_and_paragraphs(redline))


def _pdf_content(paper: TextPaper, redline: TextRedline | None) -> bytes:
    return text_pdf(paper, *_paper_and_paragraphs(redline))


def _akn_content(paper: TextPaper, _redline: TextRedline | None) -> bytes:
    from drafts.papers.as_akn import text_akn  # likewise

    return text_akn(paper)


def _paper_and_paragraphs(
    redline: TextRedline | None,
) -> tuple[TextPaper | None, Sequence[MarkedParagraph] | None]:
    """The two arguments of a redline for the writers, both None without one."""
    return (redline.earlier_paper, redline.marked_paragraphs) if redline else (None, None)


FORMATS: Final[dict[str, TextFormat]] = {
    "docx": TextFormat("Word", "docx", conventions.DOCX, _docx_content, is_laid_out=True),
    "pdf": TextFormat("PDF", "pdf", conventions.PDF, _pdf_content, is_laid_out=True),
    "akn": TextFormat("Akoma Ntoso", "xml", "application/akn+xml", _akn_content),
    "md": TextFormat(
        "Markdown",
        "md",
        "text/markdown; charset=utf-8",
        lambda paper, _redline: text_markdown(paper),
    ),
    "txt": TextFormat(
        "Plain text",
        "txt",
        "text/plain; charset=utf-8",
        lambda paper, _redline: text_plain(paper),
    ),
}


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file of a text, ready to be served."""

    name: str
    content_type: str
    content: bytes


def make_text_file(
    paper: TextPaper, format_name: str, redline: TextRedline | None = None
) -> TextFile:
    """The file; KeyError for a format not in FORMATS, PrintingError for a PDF that fails."""
    text_format = FORMATS[format_name]
    name = text_filename(paper, text_format.file_ending, redline.earlier_paper if redline else None)
    return TextFile(name, text_format.content_type, text_format.write(paper, redline))
