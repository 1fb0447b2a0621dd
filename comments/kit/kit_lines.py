"""What a file holds before anything is compared: its rows as they were read."""

from collections.abc import Mapping
from dataclasses import dataclass

from comments.kit.keys import Binding, RowKey
from comments.kit.phrases import KitFields


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row as the file has it; kind and type are still words."""

    place: int  # in the file, from 1
    said: KitFields
    key: RowKey | None = None
    reference: str = ""
    labels: tuple[str, ...] = ()  # under any of them the paragraph may be found
    text: str = ""  # of the paragraph itself, its tracked changes accepted
    has_text: bool = False  # whether there is a cell for it, were it empty
    is_tracked: bool = False  # whether there are such changes
    notes: tuple[str, ...] = ()  # comments in the margin


@dataclass(frozen=True, slots=True)
class ForeignRow:
    """A row of a plain table, column by column."""

    place: int
    cells: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file as read: a kit with its lines, or a plain table whose columns are still to name."""

    binding: Binding | None
    lines: tuple[FileRow, ...] = ()
    headings: tuple[str, ...] = ()
    rows: tuple[ForeignRow, ...] = ()

    @property
    def is_table(self) -> bool:
        return self.binding is None


def lines_of(file: ReadFile, columns: Mapping[int, str]) -> tuple[FileRow, ...]:
    """The lines of a file; of a plain table by what each column (from 0) stands for."""
    if not file.is_table:
        return file.lines
    return tuple(_line(row, columns) for row in file.rows)


def _line(row: ForeignRow, columns: Mapping[int, str]) -> FileRow:
    def cells(field: str) -> list[str]:
        told = (row.cells[place] for place in sorted(columns) if columns[place] == field)
        return [words for words in told if words.strip()]

    def one(field: str) -> str:
        return "\n".join(cells(field))

    return FileRow(
        place=row.place,
        said=KitFields(one("kind"), one("type"), one("proposed"), one("rationale"), one("consent")),
        reference=one("reference").strip(),
        labels=tuple(words.strip() for words in cells("label")),
        text=one("text"),
        notes=row.notes,
    )
