"""What reads files: a file in, a proposed list of paragraphs out; nothing is written."""

from pathlib import PurePath

from django.utils.translation import gettext as _

from drafts.readers.akn_reader import read_akn
from drafts.readers.docx_reader import Changes, read_docx
from drafts.readers.encoding import decode, within_size
from drafts.readers.json_reader import read_json
from drafts.readers.package import is_office, open_file
from drafts.readers.pdf_reader import read_pdf
from drafts.readers.proposal import ReadText, Unreadable
from drafts.readers.text_reader import read_plain_text


def read_draft(name: str, content: bytes, changes: Changes = "accept") -> ReadText:
    """The paragraphs that a file proposes: Word and PDF by what they are, the others by name.

    `changes` says what becomes of changes that were tracked in Word. Raises Unreadable with every
    problem found, each a sentence that says where and what to do.
    """
    ending = PurePath(name).suffix.lower()
    if is_office(ending, content):
        return _read_word(name, content, changes)
    if ending == ".pdf" or content.startswith(b"%PDF"):
        return read_pdf(within_size(content))
    if ending in {".xml", ".akn"}:
        return read_akn(within_size(content))
    text = decode(content)
    if ending == ".json":
        return read_json(text)
    if ending in {".txt", ".text"}:
        return read_plain_text(text)
    raise Unreadable.because(
        _(
            "“%(name)s” is not a file we read. Choose Word (.docx), PDF, Akoma Ntoso (.xml), "
            "plain text (.txt) or JSON (.json)."
        )
        % {"name": name}
    )


def _read_word(name: str, content: bytes, changes: Changes) -> ReadText:
    package = open_file(name, content)
    if package.form == "xlsx":
        raise Unreadable.because(
            _("This is an Excel file. Put the text into Word, and choose the .docx file.")
        )
    return read_docx(package, changes)
