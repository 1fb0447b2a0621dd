"""What reads files: a file in, a proposed list of paragraphs out; nothing is written."""

from drafts.readers.proposal import Changes, ReadText
from drafts.readers.sandbox import read_apart


def read_draft(name: str, content: bytes, changes: Changes = "accept") -> ReadText:
    """The paragraphs that a file proposes, read in a process apart.

    `changes` says what becomes of changes that were tracked in Word. Raises Unreadable with every
    problem found, each a sentence that says where and what to do.
    """
    reader = "drafts.readers.reading:read_text"
    return read_apart(ReadText, reader, content, name=name, changes=changes)
