"""Files of papers: a name stands for a whole file, and what a lost worker left is removed."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

from django.core.files.storage import default_storage

from comments.models import Export

FOLDER = "exports"
PART = ".part"
# The number of the paper, which attempt made it (earlier versions did not say), the ending.
OURS = re.compile(r"(?P<paper>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:-\d+)?\.[\w.]+")


def file_name(export: Export, attempt: int, suffix: str) -> str:
    """The name of a file, which no other attempt writes to."""
    return f"{FOLDER}/{export.public_id}-{attempt}{suffix}"


def write_whole(name: str, chunks: Iterable[bytes]) -> None:
    """Write a file that gets its name once it is whole and on the disk.

    Whatever fails, a full disk (OSError) too, leaves nothing.
    """
    final = Path(default_storage.path(name))
    final.parent.mkdir(parents=True, exist_ok=True)
    part = final.with_name(final.name + PART)
    try:
        with open(part, "wb", opener=_for_us_alone) as file:
            file.writelines(chunks)
            file.flush()
            os.fsync(file.fileno())
        part.replace(final)
    finally:
        part.unlink(missing_ok=True)


def remove_files(export: Export) -> None:
    """Remove what there is of a paper, whichever attempt wrote it."""
    for path in _folder().glob(f"{export.public_id}*"):
        path.unlink(missing_ok=True)


def files_of_papers() -> list[tuple[Path, str, str]]:
    """Each file of a paper that lies in the folder: where, its name as in a row, and the public
    id of its paper. Files of others are left out."""
    named = ((path, OURS.fullmatch(path.name)) for path in _folder().glob("*"))
    return [(path, f"{FOLDER}/{path.name}", ours["paper"]) for path, ours in named if ours]


def _folder() -> Path:
    return Path(default_storage.path(FOLDER))


def _for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
