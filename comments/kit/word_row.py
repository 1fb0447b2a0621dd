"""A row of a table in an uploaded Word file, as `docx_in` reads it."""

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
