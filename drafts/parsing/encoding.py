"""Decodes bytes to text; refuses files that are too big, of another format or another encoding."""

import re
from typing import Final

from django.utils.translation import gettext as _

from drafts.parsing.file_text import Unreadable

MAX_FILE_SIZE: Final = 10 * 1024 * 1024
"""Bytes."""

OLD_OFFICE_START: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The first bytes of an old Office file."""

_MEGABYTE: Final = 1024 * 1024
_OFFICE_ENDINGS: Final = frozenset(
    {".docx", ".docm", ".dotx", ".dotm", ".doc", ".dot", ".odt", ".xlsx"}
)
# The first bytes of a file that is chosen in place of the lineage, and what a sentence calls it.
_LINEAGE_MISTAKEN_FOR: Final = (
    (b"%PDF", "PDF (.pdf)"),
    (b"PK\x03\x04", "Word (.docx)"),
    (OLD_OFFICE_START, "Word (.doc)"),
)
_RTF_START: Final = b"{\\rtf"
# The marks at the start of files in encodings with two or four bytes a letter.
_WIDE_BYTE_ORDER_MARKS: Final = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
# In Latin-1 these bytes are control characters; in Windows-1252, quotation marks and dashes.
_WINDOWS_1252_BYTES: Final = re.compile(rb"[\x80-\x9f]")


def is_office_file(ending: str, content: bytes) -> bool:
    """Whether a file is one of Word or Excel, new or old, by its first bytes or by its name."""
    return content.startswith((b"PK", OLD_OFFICE_START)) or ending in _OFFICE_ENDINGS


def is_pdf_file(content: bytes) -> bool:
    """Whether a file is a PDF, by its first bytes; blanks may stand before them."""
    return content[:1024].lstrip().startswith(b"%PDF")


def require_size(content: bytes) -> bytes:
    """The file as it is; raises Unreadable when it is too big or holds nothing."""
    if len(content) > MAX_FILE_SIZE:
        raise Unreadable.because(
            _(
                "The file has %(size).1f MB. The limit is %(limit)d MB. Divide it, or check "
                "that it is the right file."
            )
            % {"size": len(content) / _MEGABYTE, "limit": MAX_FILE_SIZE // _MEGABYTE}
        )
    if not content.strip(b"\xef\xbb\xbf \t\r\n"):  # only the mark of UTF-8 and blanks
        raise Unreadable.because(_("The file is empty. Choose a file that holds the text."))
    return content


def decode_text(content: bytes) -> str:
    """The text of a UTF-8 file, without its byte order mark; raises Unreadable otherwise."""
    _refuse_other_formats(require_size(content))
    if encoding_name := _wide_encoding_name(content):
        raise _wrong_encoding_error(encoding_name, 1)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The place may be counted after the byte order mark, which holds no line end.
        line = content[: error.start].count(b"\n") + 1
        encoding_name = (
            "Windows-1252" if _WINDOWS_1252_BYTES.search(content) else "Latin-1 (ISO 8859-1)"
        )
        raise _wrong_encoding_error(encoding_name, line) from error


def _refuse_other_formats(content: bytes) -> None:
    """Raises Unreadable for Word, PDF and the like, known by their first bytes.

    Word and PDF come here only in place of a file with the lineage: as a text, other readers get
    them.
    """
    for first_bytes, name in _LINEAGE_MISTAKEN_FOR:
        if content.startswith(first_bytes):
            message = _(
                "This is a %(format)s file. Choose a CSV file (UTF-8) with old id and new id on "
                "each line."
            )
            raise Unreadable.because(message % {"format": name})
    if content.startswith(_RTF_START):
        message = _(
            "This is a %(format)s file, which is not read yet. "
            "Save the text as plain text (.txt, UTF-8) or JSON, and choose that file."
        )
        raise Unreadable.because(message % {"format": "RTF"})


def _wide_encoding_name(content: bytes) -> str:
    """UTF-16 or UTF-32 by its mark, or UTF-16 by its many bytes of zero; empty if neither."""
    for mark, name in _WIDE_BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return name
    start = content[:1000]
    return "UTF-16" if start.count(0) > len(start) // 4 else ""


def _wrong_encoding_error(encoding_name: str, line: int) -> Unreadable:
    return Unreadable.because(
        _(
            "The file is not UTF-8; from line %(line)d on it looks like %(encoding)s. "
            "Save it again with the encoding UTF-8."
        )
        % {"line": line, "encoding": encoding_name}
    )
