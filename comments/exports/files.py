"""Names, writes, lists and removes the files of papers in the storage.

They are kept in Django's storage, which is a folder or a bucket (`config/settings`); a bucket
whose server is away raises ConnectionError. A file counts as a paper only once its row names it,
so an incomplete file never does.
"""

import re
from collections.abc import Buffer, Iterable
from contextlib import suppress
from io import BufferedReader, RawIOBase

from django.core.files import File
from django.core.files.storage import default_storage

from comments.models import Export

FOLDER = "exports"
# The public id of the paper, the number of the attempt (missing in earlier versions), the ending.
PAPER_FILE_PATTERN = re.compile(
    r"(?P<public_id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:-\d+)?\.[\w.]+"
)


def stored_file_name(export: Export, attempt_number: int, suffix: str) -> str:
    """The name of a file in the storage, with its folder; no other attempt writes to it."""
    return f"{FOLDER}/{export.public_id}-{attempt_number}{suffix}"


def write_whole_file(name: str, chunks: Iterable[bytes]) -> None:
    """Write a file completely, or leave nothing.

    Raises OSError for a full disk, and ConnectionError where the server is away.
    """
    try:
        default_storage.save(name, File(BufferedReader(_ChunkReader(chunks))))
    except BaseException:
        default_storage.delete(name)
        raise


def remove_files(export: Export) -> None:
    """Remove all files of a paper, whichever attempt wrote them.

    Where the storage is away, `delete_orphaned_files` removes them within the hour.
    """
    with suppress(ConnectionError):
        for name in _file_names():
            if name.startswith(str(export.public_id)):
                default_storage.delete(f"{FOLDER}/{name}")


def stored_names_with_public_ids() -> list[tuple[str, str]]:
    """Each stored file of a paper: its name as in a row, and the public id of its paper.

    Other files are left out.
    """
    matches = ((name, PAPER_FILE_PATTERN.fullmatch(name)) for name in _file_names())
    return [(f"{FOLDER}/{name}", match["public_id"]) for name, match in matches if match]


def _file_names() -> list[str]:
    """The names in the folder of papers, without the folder."""
    try:
        _folders, names = default_storage.listdir(FOLDER)
    except FileNotFoundError:  # no paper was made yet
        return []
    return names


class _ChunkReader(RawIOBase):
    """Reads chunks as a file, once from beginning to end, without holding all of them."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._unread = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        """Fill the buffer with the next bytes; returns how many, 0 at the end."""
        target = memoryview(buffer)
        while not self._unread:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._unread = memoryview(chunk)
        size = min(len(target), len(self._unread))
        target[:size], self._unread = self._unread[:size], self._unread[size:]
        return size
