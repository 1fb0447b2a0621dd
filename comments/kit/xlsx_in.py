"""An Excel file read sheet by sheet, as words."""

import re
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any, Final

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from drafts.readers.package import Package, broken, require_whole
from drafts.readers.proposal import Unreadable

MOST_CELLS: Final = 1_000_000
"""The reader lays a sheet out in full, from its first to its last cell: that is memory."""

_PLACE: Final = re.compile(rb"""\sr\s*=\s*["'](?:([A-Za-z]{1,7})\$?)?(\d{1,9})["']""")

Sheet = list[tuple[str, ...]]


def sheets_of(package: Package) -> dict[str, Sheet]:
    """The sheets of a workbook in their order, each as rows of words. Raises Unreadable."""
    cells = 0
    for name in package.names(r"xl/(worksheets/[^/]+|sharedStrings|workbook|styles)\.xml"):
        part = package.part(name)
        require_whole(part)
        if "worksheets/" in name:
            cells += _area_of(part)
            if cells > MOST_CELLS:
                raise Unreadable.because(_too_many_cells())
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(package.content))
        return {
            name: [
                tuple(_words(cell) for cell in row)
                for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            ]
            for name in book.sheet_names
        }
    except (CalamineError, OSError, ValueError) as error:
        raise Unreadable.because(broken()) from error


def _area_of(sheet: bytes) -> int:
    """Cells from the first to the last: two in opposite corners have thousands of millions."""
    row = column = 1
    for letters, digits in _PLACE.findall(sheet):
        row = max(row, int(digits))
        column = max(column, _number_of(letters))
    return row * column


def _too_many_cells() -> str:
    return _(
        "A sheet of this file reaches far beyond any table of comments. "
        "Delete what stands far outside of the table, and send it again."
    )


def _number_of(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _words(cell: Any) -> str:
    """A cell as words; a whole number is written without a fraction."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date | time | timedelta):
        return str(cell)
    return "" if cell is None else str(cell)
