"""The readers' one door: a file in, a proposed list of paragraphs out; nothing is written."""

from pathlib import PurePath

from django.utils.translation import gettext as _

from drafts.readers.docx_reader import Changes, read_docx
from drafts.readers.encoding import decode
from drafts.readers.json_reader import read_json
from drafts.readers.package import is_office, open_file
from drafts.readers.proposal import ReadText, Unreadable
from drafts.readers.text_reader import read_plain_text


def read_draft(name: str, content: bytes, changes: Changes = "accept") -> ReadText:
    """The paragraphs that a file proposes: Word by what it is, else .json, .txt or .text by name.

    `changes` says what becomes of changes that were tracked in Word. Raises Unreadable with every
    problem found, each a sentence that says where and what to do.
    """
    ending = PurePath(name).suffix.lower()
    if is_office(ending, content):
        return _read_word(name, content, changes)
    text = decode(content)
    if ending == ".json":
        return read_json(text)
    if ending in {".txt", ".text"}:
        return read_plain_text(text)
    raise Unreadable.because(
        _(
            "“%(name)s” is not a file we read. Save the text as Word (.docx), plain text (.txt) "
            "or JSON (.json)."
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
