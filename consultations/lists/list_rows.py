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

    fields: tuple[str, ...]  # of the columns that are known, in order
    headings: tuple[str, ...]  # of the same columns, as the list had them; () where it had none
    delimiter: str
    rows: tuple[ListRow, ...]

    def as_text(self, rows: Sequence[ListRow]) -> str:
        """Some of the rows as the list had them, under its headings where it had any."""
        output = StringIO()
        writer = csv.writer(output, delimiter=self.delimiter, lineterminator="\n")
        if self.headings:  # without them the columns would be read as `default_fields`
            writer.writerow(self.headings)
        writer.writerows([row.cell(field) for field in self.fields] for row in rows)
        return output.getvalue()


def decode_list(content: bytes) -> str:
    """The text of an uploaded file. Raises UnreadableList."""
    if len(content) > MAX_BYTES:
        raise UnreadableList(
            _("The list is too long. The limit is %(limit)d kB. Divide it.")
            % {"limit": MAX_BYTES // 1024}
        )
    # The first bytes of .xlsx (a zip file) and of .xls.
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UnreadableList(
            _("This is an Excel file. Save it as CSV (UTF-8), or copy the rows and paste them.")
        )
    try:
        text = content.decode("utf-8-sig")  # with or without the mark that Excel puts first
    except UnicodeDecodeError:
        raise UnreadableList(_("The file is not UTF-8. Save it as CSV (UTF-8), or paste its rows."))
    if "\x00" in text:
        raise UnreadableList(_("This is not a text list. Save it as CSV (UTF-8)."))
    return text


def read_list(
    text: str, field_by_heading: Mapping[str, str], default_fields: Sequence[str]
) -> ParsedList:
    """The rows of a list without the empty ones. Raises UnreadableList.

    `field_by_heading` maps each possible heading of a column, in small letters, to its field. In
    a list without headings the columns are `default_fields`, in this order.
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
    numbered_rows = [
        (row_number, [cell.strip() for cell in cells])
        for row_number, cells in enumerate(raw_rows, start=1)
        if any(cell.strip() for cell in cells)
    ]
    if not numbered_rows:
        raise UnreadableList(_("The list is empty. Paste its rows, or choose a file."))
    first_cells = numbered_rows[0][1]
    heading_fields = _heading_fields(first_cells, field_by_heading)
    headings: tuple[str, ...] = ()
    if heading_fields:
        numbered_rows = numbered_rows[1:]
        headings = tuple(
            cell for cell, field in zip(first_cells, heading_fields, strict=True) if field
        )
    if len(numbered_rows) > MAX_ROWS:
        raise UnreadableList(
            _("The list has %(rows)d rows. The limit is %(limit)d. Divide it.")
            % {"rows": len(numbered_rows), "limit": MAX_ROWS}
        )
    column_fields = heading_fields or tuple(default_fields)
    rows = (
        ListRow(
            row_number,
            {field: cell for field, cell in zip(column_fields, cells, strict=False) if field},
        )
        for row_number, cells in numbered_rows
    )
    known_fields = tuple(field for field in column_fields if field)
    return ParsedList(known_fields, headings, delimiter, tuple(rows))


def _delimiter_of(text: str) -> str:
    """The delimiter of the first line with words: a tab before a semicolon before a comma."""
    first_line = next((line for line in text.splitlines() if line.strip()), "")
    return next((delimiter for delimiter in DELIMITERS if delimiter in first_line), ",")


def _heading_fields(cells: Sequence[str], field_by_heading: Mapping[str, str]) -> tuple[str, ...]:
    """The field of each column, empty for an unknown heading; () where these are no headings.

    They are headings where at least one is known and none comes twice.
    """
    fields = [field_by_heading.get(cell.casefold(), "") for cell in cells]
    known_fields = [field for field in fields if field]
    return tuple(fields) if known_fields and len(set(known_fields)) == len(known_fields) else ()
