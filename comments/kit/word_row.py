"""A row of a Word table, as read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from comments.kit.keys import RowKey


@dataclass(frozen=True, slots=True)
class WordRow:
    """A row of a table: its cells, and in a kit the text of each content control."""

    table_number: int  # counted from 1; 0 outside of tables
    cells: tuple[str, ...]
    row_key: RowKey | None = None
    text_by_field_name: Mapping[str, str] = field(default_factory=dict)
    is_tracked: bool = False  # the paragraph's own text
    margin_notes: tuple[str, ...] = ()
