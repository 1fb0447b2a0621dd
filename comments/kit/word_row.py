"""A row of a Word table, as read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from comments.kit.keys import RowKey


@dataclass(frozen=True, slots=True)
class WordRow:
    """A row of a table: its cells, and in a kit the text of each content control."""

    table: int
    cells: tuple[str, ...]
    row_key: RowKey | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    is_tracked: bool = False  # the paragraph's own text
    notes: tuple[str, ...] = ()
