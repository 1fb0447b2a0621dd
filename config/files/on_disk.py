"""Stores generated files in a folder of the server, where the settings name no bucket."""

import os
from pathlib import Path
from typing import IO, Any

from django.core.files.storage import FileSystemStorage


class FilesOnDisk(FileSystemStorage):
    """Writes each saved file and its name to the disk, so that it survives a loss of power."""

    def save(self, name: str | None, content: IO[Any], max_length: int | None = None) -> str:
        saved_name = super().save(name, content, max_length)
        path = Path(self.path(saved_name))
        for path_to_sync in (path, path.parent):  # a folder holds the names of its files
            descriptor = os.open(path_to_sync, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        return saved_name
