"""A zipped document whose rows are poured in as they come: a shell is made once, the rows stream.

Writers that hold the whole document cost seconds and hundreds of megabytes at 50,000 rows; here
the library makes everything but the rows, with a marker where they belong.
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


class Spout(RawIOBase):
    """A file that is only written, and emptied as it fills."""

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
        taken = b"".join(self._written)
        self._written.clear()
        return taken


def pour(
    shell: ZipFile,
    part: str,
    before: str,
    rows: Iterable[str],
    after: Callable[[], str],
    moment: datetime,
) -> Iterator[bytes]:
    """The package ``shell`` as a stream of bytes, its ``part`` made of before, rows and after.

    ``after`` is asked for last, when the rows have been counted. Every entry bears ``moment``, so
    that the same table gives the same bytes.
    """
    spout = Spout()
    with ZipFile(spout, "w") as package:
        for name in shell.namelist():
            if name != part:
                package.writestr(entry(name, moment), shell.read(name))
                continue
            with package.open(entry(name, moment), "w", force_zip64=True) as file:
                file.write(before.encode())
                for some in batched(rows, BATCH):
                    file.write("".join(some).encode())
                    yield spout.take()
                file.write(after().encode())
    yield spout.take()


def entry(name: str, moment: datetime) -> ZipInfo:
    """An entry that says nothing of the machine or the hour it was made."""
    info = ZipInfo(name, moment.astimezone(UTC).timetuple()[:6])
    info.compress_type = ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = 0o600 << 16
    return info


def xml(words: str) -> str:
    """Words as XML text. What XML 1.0 forbids is refused on entry; should one come, it shows.

    A bare carriage return would be read as a line end, so it is written as a reference.
    """
    return escape(FORBIDDEN.sub("\ufffd", words), {"\r": "&#13;"})
