"""The rows of an uploaded file as read, before they are compared with anything."""

from collections.abc import Mapping
from dataclasses import dataclass

from comments.kit.keys import Binding, RowKey
from comments.kit.phrases import KitFields


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row as the file has it; kind and type are still labels."""

    place: int  # in the file, from 1
    fields: KitFields
    key: RowKey | None = None
    reference: str = ""
    labels: tuple[str, ...] = ()  # by any of which the paragraph may be found
    text: str = ""  # of the paragraph itself, its tracked changes accepted
    has_text: bool = False  # whether it has a cell for the text, also an empty one
    is_tracked: bool = False  # whether the text has tracked changes
    notes: tuple[str, ...] = ()  # comments in the margin


@dataclass(frozen=True, slots=True)
class ForeignRow:
    """A row of a plain table, column by column."""

    place: int
    cells: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file as read: a kit with its rows, or a plain table whose columns are still to name."""

    binding: Binding | None
    kit_rows: tuple[FileRow, ...] = ()
    headings: tuple[str, ...] = ()
    table_rows: tuple[ForeignRow, ...] = ()

    @property
    def is_table(self) -> bool:
        return self.binding is None


def file_rows(file: ReadFile, columns: Mapping[int, str]) -> tuple[FileRow, ...]:
    """The rows of a file; of a plain table by the field that each column (from 0) holds."""
    if not file.is_table:
        return file.kit_rows
    return tuple(_file_row(row, columns) for row in file.table_rows)


def _file_row(row: ForeignRow, columns: Mapping[int, str]) -> FileRow:
    def filled(field: str) -> list[str]:
        cells = (row.cells[place] for place in sorted(columns) if columns[place] == field)
        return [cell for cell in cells if cell.strip()]

    def joined(field: str) -> str:
        return "\n".join(filled(field))

    return FileRow(
        place=row.place,
        fields=KitFields(
            joined("kind"),
            joined("type"),
            joined("proposed"),
            joined("rationale"),
            joined("consent"),
        ),
        reference=joined("reference").strip(),
        labels=tuple(label.strip() for label in filled("label")),
        text=joined("text"),
        notes=row.notes,
    )
