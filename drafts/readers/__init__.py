"""Readers of files: each proposes a list of paragraphs and writes nothing to the database."""

from drafts.readers.file_text import ReadText, TrackedChangesChoice
from drafts.readers.sandbox import read_in_child


def read_draft(
    name: str, content: bytes, tracked_changes_choice: TrackedChangesChoice = "accept"
) -> ReadText:
    """The paragraphs that a file proposes, read in a process of their own.

    `tracked_changes_choice` says what becomes of changes that were tracked in Word. Raises
    Unreadable with every problem found, each a sentence that says where and what to do.
    """
    reader_path = "drafts.readers.reading:read_text"
    return read_in_child(
        ReadText, reader_path, content, name=name, tracked_changes_choice=tracked_changes_choice
    )
