"""Chooses the reader for a file, in the child process of `sandbox.py`, which has all readers."""

from pathlib import PurePath

from django.utils.translation import gettext as _

from drafts.parsing.akn_file import read_akn
from drafts.parsing.docx_file import read_docx
from drafts.parsing.encoding import decode_text, is_office_file, is_pdf_file, require_size
from drafts.parsing.file_text import ReadText, TrackedChangesChoice, Unreadable
from drafts.parsing.json_file import read_json
from drafts.parsing.opening import with_short_openings
from drafts.parsing.package import open_file
from drafts.parsing.pdf_file import read_pdf
from drafts.parsing.text_file import read_plain_text


def read_text(
    name: str, content: bytes, tracked_changes_choice: TrackedChangesChoice = "accept"
) -> ReadText:
    """The paragraphs of a file: Word and PDF are known by content or name, the others by name.

    Raises Unreadable with every problem found.
    """
    return with_short_openings(_read_by_kind_of_file(name, content, tracked_changes_choice))


def _read_by_kind_of_file(
    name: str, content: bytes, tracked_changes_choice: TrackedChangesChoice
) -> ReadText:
    """The paragraphs as the reader for this kind of file finds them."""
    file_ending = PurePath(name).suffix.lower()
    # By its content first: a PDF may have the name of a Word file.
    if is_pdf_file(content):
        return read_pdf(require_size(content))
    if is_office_file(file_ending, content):
        return _read_word(name, require_size(content), tracked_changes_choice)
    if file_ending == ".pdf":
        return read_pdf(require_size(content))
    if file_ending in {".xml", ".akn"}:
        return read_akn(require_size(content))
    text = decode_text(content)
    if file_ending == ".json":
        return read_json(text)
    if file_ending in {".txt", ".text"}:
        return read_plain_text(text)
    raise Unreadable.because(
        _(
            "“%(name)s” cannot be read. Choose Word (.docx), PDF, Akoma Ntoso (.xml), "
            "plain text (.txt) or JSON (.json)."
        )
        % {"name": name}
    )


def _read_word(name: str, content: bytes, tracked_changes_choice: TrackedChangesChoice) -> ReadText:
    """The paragraphs of an Office file; raises Unreadable for Excel, which holds no draft."""
    package = open_file(name, content)
    if package.kind == "xlsx":
        raise Unreadable.because(
            _("This is an Excel file. Put the text into Word, and choose the .docx file.")
        )
    return read_docx(package, tracked_changes_choice)
