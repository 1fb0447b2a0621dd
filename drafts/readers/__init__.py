"""Readers of files: each proposes a list of paragraphs and writes nothing to the database."""

from drafts.readers.file_text import ReadText, TrackedChangesChoice
from drafts.readers.sandbox import read_in_child


def read_draft(name: str, content: bytes, changes: TrackedChangesChoice = "accept") -> ReadText:
    """The paragraphs that a file proposes, read in a process of their own.

    `changes` says what becomes of changes that were tracked in Word. Raises Unreadable with every
    problem found, each a sentence that says where and what to do.
    """
    reader = "drafts.readers.reading:read_text"
    return read_in_child(ReadText, reader, content, name=name, changes=changes)
