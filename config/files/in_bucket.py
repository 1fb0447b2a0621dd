"""Stores generated files in a bucket of S3 (a server of files), where the settings name one."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files import File
from s3transfer.exceptions import RetriesExceededError
from storages.backends.s3 import S3Storage

from config.outages.breaker import Breaker

# The libraries' errors: no answer, a refusal of the server, a failed transfer, a transfer that
# broke off at each attempt.
FAILURES = (BotoCoreError, ClientError, Boto3Error, RetriesExceededError)


def files_in_bucket(name: str) -> dict[str, Any]:
    """The Django setting of the storage in this bucket.

    The library reads the bucket's address and keys from the variables AWS_….
    """
    return {
        "BACKEND": "config.files.in_bucket.FilesInBucket",
        "OPTIONS": {
            "bucket_name": name,
            "max_memory_size": 2 * 1024 * 1024,  # bytes of a file in memory while it is handed out
            # A file is generated while it is uploaded: in this thread, with its language.
            "transfer_config": TransferConfig(use_threads=False),
            "client_config": Config(
                connect_timeout=5,  # seconds
                read_timeout=20,
                retries={"total_max_attempts": 2},
                s3={"addressing_style": "path"},  # every server of S3 knows it
            ),
        },
    }


class FilesInBucket(S3Storage):  # type: ignore[misc]  # it comes without types
    """Raises ConnectionError for every failure, so that callers need not know the library of S3."""

    @cached_property
    def breaker(self) -> Breaker:
        # Both are parts of a line in the log: what fails, and what follows.
        return Breaker("The server of files", "none is handed out, and papers fail")

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        with self._connection_errors():
            file: File[bytes] = super()._open(name, mode)
            if "r" in mode:
                # Downloads it now: later, a failure would cut off a response that has begun.
                _ = file.file
        return file

    def _save(self, name: str, content: "File[bytes]") -> str:
        with self._connection_errors():
            saved_name: str = super()._save(name, content)
        return saved_name

    def exists(self, name: str) -> bool:
        with self._connection_errors():
            does_exist: bool = super().exists(name)
        return does_exist

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        with self._connection_errors():
            folders_and_files: tuple[list[str], list[str]] = super().listdir(name)
        return folders_and_files

    def delete(self, name: str) -> None:
        with self._connection_errors():
            super().delete(name)

    @contextmanager
    def _connection_errors(self) -> Iterator[None]:
        """Inside the block, turn errors of the server into ConnectionError, and note them."""
        if self.breaker.is_open():
            raise ConnectionError("It failed a moment ago.")
        try:
            yield
        except FAILURES as error:
            self.breaker.note_failure(error)
            raise ConnectionError("It did not answer.") from error
        self.breaker.note_answer()
