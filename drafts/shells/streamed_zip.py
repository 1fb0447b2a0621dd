"""Streams a zipped document: a shell is made once, its rows are written as they come.

Writers that hold the whole document cost seconds and hundreds of megabytes at 50,000 rows; here
the library makes everything except the rows, with a marker where they belong.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from io import RawIOBase
from itertools import batched
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

BATCH = 200
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class WriteBuffer(RawIOBase):
    """A file that is only written; `take` empties it."""

    def __init__(self) -> None:
        super().__init__()
        self._written: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, chunk: Any) -> int:
        self._written.append(bytes(chunk))
        return len(chunk)

    def take(self) -> bytes:
        """What was written since the last time."""
        written = b"".join(self._written)
        self._written.clear()
        return written


def stream_zip(
    shell: ZipFile,
    part: str,
    before: str,
    rows: Iterable[str],
    after: Callable[[], str],
    moment: datetime,
) -> Iterator[bytes]:
    """The package ``shell`` as a stream of bytes, its ``part`` made of before, rows and after.

    ``after`` is called last, when the rows have been counted. Every entry has the date ``moment``,
    so that the same table gives the same bytes.
    """
    buffer = WriteBuffer()
    with ZipFile(buffer, "w") as package:
        for name in shell.namelist():
            if name != part:
                package.writestr(zip_entry(name, moment), shell.read(name))
                continue
            with package.open(zip_entry(name, moment), "w", force_zip64=True) as file:
                file.write(before.encode())
                for batch in batched(rows, BATCH):
                    file.write("".join(batch).encode())
                    yield buffer.take()
                file.write(after().encode())
    yield buffer.take()


def zip_entry(name: str, moment: datetime) -> ZipInfo:
    """An entry without a trace of the machine or of the time at which it was made."""
    info = ZipInfo(name, moment.astimezone(UTC).timetuple()[:6])
    info.compress_type = ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = 0o600 << 16
    return info


def xml(words: str) -> str:
    """Words as XML text. Characters that XML 1.0 forbids become a visible replacement character.

    A bare carriage return would be read as a line end, so it is written as a reference.
    """
    return escape(FORBIDDEN.sub("\ufffd", words), {"\r": "&#13;"})
