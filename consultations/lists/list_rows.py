"""Read rows from text with columns: from a spreadsheet, a CSV file, or typed by hand."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from django.utils.translation import gettext as _

MAX_BYTES = 512 * 1024  # some ten thousand rows
MAX_ROWS = 2000
DELIMITERS = ("\t", ";", ",")


class UnreadableList(Exception):
    """The error raised when a list cannot be read; its message is a sentence for the sender."""


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row: its number in the list as sent, and its cell under each field."""

    number: int
    cells: Mapping[str, str]

    def cell(self, field: str) -> str:
        return self.cells.get(field, "")


@dataclass(frozen=True, slots=True)
class ParsedList:
    """The rows of a list, with its columns and delimiter, so that some can be written again."""

    fields: tuple[str, ...]
    delimiter: str
    rows: tuple[ListRow, ...]

    def as_text(self, rows: Sequence[ListRow]) -> str:
        """Some of the rows as the list had them, without its headings."""
        out = StringIO()
        writer = csv.writer(out, delimiter=self.delimiter, lineterminator="\n")
        writer.writerows([row.cell(field) for field in self.fields] for row in rows)
        return out.getvalue()


def decode_list(content: bytes) -> str:
    """The text of an uploaded file. Raises UnreadableList."""
    if len(content) > MAX_BYTES:
        raise UnreadableList(
            _("The list is too long. The limit is %(limit)d kB. Divide it.")
            % {"limit": MAX_BYTES // 1024}
        )
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UnreadableList(
            _("This is an Excel file. Save it as CSV (UTF-8), or copy the rows and paste them.")
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableList(_("The file is not UTF-8. Save it as CSV (UTF-8), or paste its rows."))
    if "\x00" in text:
        raise UnreadableList(_("This is not a text list. Save it as CSV (UTF-8)."))
    return text


def read_list(text: str, headings: Mapping[str, str], fields: Sequence[str]) -> ParsedList:
    """The rows of a list without the empty ones. Raises UnreadableList.

    `headings` maps each possible heading of a column, in small letters, to its field. Without
    headings the columns are `fields`, in this order.
    """
    if len(text.encode()) > MAX_BYTES:
        raise UnreadableList(
            _("The list is too long. The limit is %(limit)d kB. Divide it.")
            % {"limit": MAX_BYTES // 1024}
        )
    delimiter = _delimiter_of(text)
    try:
        raw_rows = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        raise UnreadableList(_("A quotation mark is not closed. Correct it, and try again."))
    numbered = [
        (number, [cell.strip() for cell in cells])
        for number, cells in enumerate(raw_rows, start=1)
        if any(cell.strip() for cell in cells)
    ]
    if not numbered:
        raise UnreadableList(_("The list is empty. Paste its rows, or choose a file."))
    heading_fields = _heading_fields(numbered[0][1], headings)
    if heading_fields:
        numbered = numbered[1:]
    if len(numbered) > MAX_ROWS:
        raise UnreadableList(
            _("The list has %(rows)d rows. The limit is %(limit)d. Divide it.")
            % {"rows": len(numbered), "limit": MAX_ROWS}
        )
    columns = heading_fields or tuple(fields)
    rows = (
        ListRow(number, {field: cell for field, cell in zip(columns, cells, strict=False) if field})
        for number, cells in numbered
    )
    return ParsedList(tuple(field for field in columns if field), delimiter, tuple(rows))


def _delimiter_of(text: str) -> str:
    """The delimiter of the first line with words: a tab before a semicolon before a comma."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return next((sign for sign in DELIMITERS if sign in first), ",")


def _heading_fields(cells: Sequence[str], headings: Mapping[str, str]) -> tuple[str, ...]:
    """The field of each column, empty for an unknown heading; () where these are no headings."""
    fields = [headings.get(cell.casefold(), "") for cell in cells]
    known = [field for field in fields if field]
    return tuple(fields) if known and len(set(known)) == len(known) else ()
