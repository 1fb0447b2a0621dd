"""The raw contents of a Word or Excel file, read in a separate process."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from comments.kit.keys import RowKey


@dataclass(frozen=True, slots=True)
class WordRow:
    """A row of a table, or a paragraph outside of one: cells, and the texts of a kit's controls."""

    table_number: int  # counted from 1; 0 outside of tables
    cells: tuple[str, ...]
    row_key: RowKey | None = None  # None in what is no row of a kit
    text_by_field_name: Mapping[str, str] = field(default_factory=dict)
    margin_notes: tuple[str, ...] = ()


# The rows of a sheet, cell by cell.
Sheet = list[tuple[str, ...]]


@dataclass(frozen=True)
class FileContents:
    """Of Word the rows, the headings and the properties; of Excel the sheets in order, by name."""

    is_word: bool
    properties: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[WordRow, ...] = ()
    page_headings: tuple[tuple[str, ...], ...] = ()  # rows of the tables in page headers
    sheets: Mapping[str, Sheet] = field(default_factory=dict)
