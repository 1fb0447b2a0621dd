"""Streams a zipped document: a library makes all but the rows, which are written as they come.

Writers that hold the whole document cost seconds and hundreds of megabytes at 50,000 rows.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import RawIOBase
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
    shell_package: ZipFile, streamed_part: str, chunks: Iterable[bytes], entry_date: datetime
) -> Iterator[bytes]:
    """Copy a zip as a stream of bytes, with its `streamed_part` written anew, of these chunks.

    Every entry has the date `entry_date`, so that the same content gives the same bytes.
    """
    buffer = WriteBuffer()
    with ZipFile(buffer, "w") as package:
        for name in shell_package.namelist():
            if name != streamed_part:
                package.writestr(zip_entry(name, entry_date), shell_package.read(name))
                continue
            # `force_zip64`: how large the part becomes is not known before.
            with package.open(zip_entry(name, entry_date), "w", force_zip64=True) as file:
                for chunk in chunks:
                    file.write(chunk)
                    yield buffer.take_written()
    yield buffer.take_written()


def zip_entry(name: str, entry_date: datetime) -> ZipInfo:
    """An entry without a trace of the machine or of the time at which it was made."""
    entry = ZipInfo(name, entry_date.astimezone(UTC).timetuple()[:6])
    entry.compress_type = ZIP_DEFLATED
    # Unix, whatever machine writes it; the mode of a file stands in the upper half.
    entry.create_system = 3
    entry.external_attr = 0o600 << 16
    return entry


def replace_forbidden(words: str) -> str:
    """Words without characters that XML 1.0 forbids: a visible replacement stands for each."""
    return FORBIDDEN_CHARACTERS.sub("\ufffd", words)


def escape_xml(words: str) -> str:
    """Words as XML text, without forbidden characters.

    A bare carriage return would be read as a line end, so it is written as a reference.
    """
    return escape(replace_forbidden(words), {"\r": "&#13;"})
