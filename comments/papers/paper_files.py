"""Files of papers, wherever they are kept: what a lost worker left is removed.

All goes through Django's storage, which is a folder or a bucket (`config/settings`); a bucket
whose server is away raises ConnectionError. A file counts once its row names it, so that
a part of one is nobody's paper.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from io import BufferedReader, RawIOBase
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage

from comments.models import Export

FOLDER = "exports"
# The number of the paper, which attempt made it (earlier versions did not say), the ending.
OURS = re.compile(r"(?P<paper>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:-\d+)?\.[\w.]+")


def file_name(export: Export, attempt: int, suffix: str) -> str:
    """The name of a file, which no other attempt writes to."""
    return f"{FOLDER}/{export.public_id}-{attempt}{suffix}"


def write_whole(name: str, chunks: Iterable[bytes]) -> None:
    """Write a file, and return once the storage has it for good.

    Whatever fails, a full disk (OSError) or a server that is away (ConnectionError) too, leaves
    nothing.
    """
    try:
        default_storage.save(name, File(BufferedReader(_Chunks(chunks))))
    except BaseException:
        default_storage.delete(name)
        raise


def remove_files(export: Export) -> None:
    """Remove what there is of a paper, whichever attempt wrote it.

    What is out of reach now is nobody's paper, and goes within the hour (`clear_orphans`).
    """
    with suppress(ConnectionError):
        for name in _names():
            if name.startswith(str(export.public_id)):
                default_storage.delete(f"{FOLDER}/{name}")


def files_of_papers() -> list[tuple[str, str]]:
    """Each file of a paper that is kept: its name as in a row, and the public id of its paper.

    Files of others are left out.
    """
    named = ((name, OURS.fullmatch(name)) for name in _names())
    return [(f"{FOLDER}/{name}", ours["paper"]) for name, ours in named if ours]


def _names() -> list[str]:
    try:
        _folders, names = default_storage.listdir(FOLDER)
    except FileNotFoundError:  # no paper was made yet
        return []
    return names


class _Chunks(RawIOBase):
    """Bytes as they are made, read once from beginning to end, and never all at hand."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._coming = iter(chunks)
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            chunk = next(self._coming, None)
            if chunk is None:
                return 0
            self._left = memoryview(chunk)
        size = min(len(buffer), len(self._left))
        buffer[:size], self._left = self._left[:size], self._left[size:]
        return size
