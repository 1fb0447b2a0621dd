"""The raw contents of a Word or Excel file, read in a separate process."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from comments.kit.word_row import WordRow
from drafts.readers.sandbox import read_in_child

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


def contents_of(name: str, content: bytes) -> FileContents:
    """The contents of a file. Raises Unreadable with a message."""
    return read_in_child(
        FileContents, "comments.kit.file_reading:read_contents", content, name=name
    )
