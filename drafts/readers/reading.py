"""Chooses the reader for a file. Runs in the child process of `sandbox.py`."""

from pathlib import PurePath

from django.utils.translation import gettext as _

from drafts.readers.encoding import decode, is_office, within_size
from drafts.readers.proposal import Changes, ReadText, Unreadable


def read_text(name: str, content: bytes, changes: Changes = "accept") -> ReadText:
    """The paragraphs of a file: Word and PDF are known by their content, the others by name.

    Raises Unreadable with every problem found. Only the one reader is imported, because each file
    is read in a process of its own.
    """
    ending = PurePath(name).suffix.lower()
    if is_office(ending, content):
        return _read_word(name, content, changes)
    if ending == ".pdf" or content.startswith(b"%PDF"):
        from drafts.readers.pdf_reader import read_pdf

        return read_pdf(within_size(content))
    if ending in {".xml", ".akn"}:
        from drafts.readers.akn_reader import read_akn

        return read_akn(within_size(content))
    text = decode(content)
    if ending == ".json":
        from drafts.readers.json_reader import read_json

        return read_json(text)
    if ending in {".txt", ".text"}:
        from drafts.readers.text_reader import read_plain_text

        return read_plain_text(text)
    raise Unreadable.because(
        _(
            "“%(name)s” cannot be read. Choose Word (.docx), PDF, Akoma Ntoso (.xml), "
            "plain text (.txt) or JSON (.json)."
        )
        % {"name": name}
    )


def _read_word(name: str, content: bytes, changes: Changes) -> ReadText:
    from drafts.readers.docx_reader import read_docx
    from drafts.readers.package import open_file

    package = open_file(name, content)
    if package.form == "xlsx":
        raise Unreadable.because(
            _("This is an Excel file. Put the text into Word, and choose the .docx file.")
        )
    return read_docx(package, changes)
