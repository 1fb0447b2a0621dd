"""The rows of an uploaded file as read, before they are compared with anything.

A kit is the Word or Excel file that a delegation downloads, fills in with its capital and uploads.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from comments.kit.keys import KitIssuedFor, RowKey
from comments.kit.row_fields import KitFields


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row as the file has it; kind, type and consent are still labels."""

    number: int  # from 1; in a plain table below its headings
    fields: KitFields
    row_key: RowKey | None = None
    reference: str = ""
    labels: tuple[str, ...] = ()  # by any of which the paragraph may be found
    text: str = ""  # of the paragraph itself, its tracked changes accepted
    # Whether a row of a kit has its cell for the text, also an empty one; False in a plain table.
    has_text: bool = False
    margin_notes: tuple[str, ...] = ()  # comments in the margin


@dataclass(frozen=True, slots=True)
class PlainTableRow:
    """A row of a plain table, column by column."""

    number: int  # from 1 below the headings
    cells: tuple[str, ...]
    margin_notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """A file as read: a kit with its rows, or a plain table whose columns are still to name."""

    issued_for: KitIssuedFor | None  # None for a plain table
    kit_rows: tuple[FileRow, ...] = ()
    headings: tuple[str, ...] = ()  # of the columns of a plain table
    plain_rows: tuple[PlainTableRow, ...] = ()

    @property
    def is_plain_table(self) -> bool:
        return self.issued_for is None


def file_rows(file: ParsedFile, field_by_column: Mapping[int, str]) -> tuple[FileRow, ...]:
    """The rows of a file; of a plain table by the field that each column (from 0) holds."""
    if not file.is_plain_table:
        return file.kit_rows
    return tuple(_file_row(row, field_by_column) for row in file.plain_rows)


def _file_row(plain_row: PlainTableRow, field_by_column: Mapping[int, str]) -> FileRow:
    """A row of a plain table, with its cells put into the fields that its columns hold."""

    def filled_cells(field: str) -> list[str]:
        cells = (
            plain_row.cells[column]
            for column in sorted(field_by_column)
            if field_by_column[column] == field
        )
        return [cell for cell in cells if cell.strip()]

    def joined_cells(field: str) -> str:
        return "\n".join(filled_cells(field))

    return FileRow(
        number=plain_row.number,
        fields=KitFields(
            kind=joined_cells("kind"),
            type=joined_cells("type"),
            proposed=joined_cells("proposed"),
            rationale=joined_cells("rationale"),
            consent=joined_cells("consent"),
        ),
        reference=joined_cells("reference").strip(),
        labels=tuple(label.strip() for label in filled_cells("label")),
        text=joined_cells("text"),
        margin_notes=plain_row.margin_notes,
    )
