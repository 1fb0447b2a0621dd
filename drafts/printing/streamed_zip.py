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

ROWS_PER_BATCH = 200
# Those that XML 1.0 forbids.
FORBIDDEN_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class WriteBuffer(RawIOBase):
    """A file that is only written; `take_written` empties it."""

    def __init__(self) -> None:
        super().__init__()
        self._written: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, chunk: Any) -> int:
        self._written.append(bytes(chunk))
        return len(chunk)

    def take_written(self) -> bytes:
        """What was written since the last time."""
        chunks = b"".join(self._written)
        self._written.clear()
        return chunks


def stream_zip(
    shell_package: ZipFile,
    streamed_part: str,
    xml_before: str,
    rows: Iterable[str],
    xml_after: Callable[[], str],
    entry_date: datetime,
) -> Iterator[bytes]:
    """Copy the zip of the shell as a stream of bytes, with its `streamed_part` written anew.

    That part is `xml_before`, the rows and `xml_after`, which is called last, when all rows were
    read. Every entry has the date `entry_date`, so that the same content gives the same bytes.
    """
    buffer = WriteBuffer()
    with ZipFile(buffer, "w") as package:
        for name in shell_package.namelist():
            if name != streamed_part:
                package.writestr(zip_entry(name, entry_date), shell_package.read(name))
                continue
            # `force_zip64`: how large the part becomes is not known before.
            with package.open(zip_entry(name, entry_date), "w", force_zip64=True) as file:
                file.write(xml_before.encode())
                for batch in batched(rows, ROWS_PER_BATCH):
                    file.write("".join(batch).encode())
                    yield buffer.take_written()
                file.write(xml_after().encode())
    yield buffer.take_written()


def zip_entry(name: str, entry_date: datetime) -> ZipInfo:
    """An entry without a trace of the machine or of the time at which it was made."""
    entry = ZipInfo(name, entry_date.astimezone(UTC).timetuple()[:6])
    entry.compress_type = ZIP_DEFLATED
    # Unix, whatever machine writes it; the mode of a file stands in the upper half.
    entry.create_system = 3
    entry.external_attr = 0o600 << 16
    return entry


def escape_xml(words: str) -> str:
    """Words as XML text. Characters that XML 1.0 forbids become a visible replacement character.

    A bare carriage return would be read as a line end, so it is written as a reference.
    """
    return escape(FORBIDDEN_CHARACTERS.sub("\ufffd", words), {"\r": "&#13;"})
