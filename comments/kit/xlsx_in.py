"""Reads an Excel file sheet by sheet, every cell as text."""

import re
from io import BytesIO
from typing import Any, Final

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from comments.kit.file_contents import Sheet
from drafts.parsing.file_text import Unreadable
from drafts.parsing.package import Package, damaged_message, require_complete_xml

MAX_CELLS: Final = 1_000_000
"""Of all sheets, empty cells included: the library holds a sheet in memory from its first to its
last cell."""

LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384
"""The largest sheet that Excel has."""

# The attribute r of a row ("12") or of a cell ("AB12"): letters of its column, number of its row.
# "AB$12" is no valid reference; it is counted nevertheless, and the library refuses it later.
_CELL_REFERENCE: Final = re.compile(rb"""\sr\s*=\s*["'](?:([A-Za-z]+)\$?)?(\d+)["']""")
_XML_ENDINGS: Final = (".xml", ".rels")
# Parts that the reader would read half where they are cut off: by their usual names, and by the
# endings of their types, as a sheet may be stored under any name and its type may not be stated.
_NAMES_READ: Final = re.compile(r"xl/(worksheets/[^/]+|sharedStrings|workbook|styles)\.xml")
_TYPES_READ: Final = ("worksheet+xml", "sheet.main+xml", "sharedStrings+xml", "styles+xml")


def sheets_of(package: Package) -> dict[str, Sheet]:
    """The sheets of a workbook in their order, each as rows of text. Raises Unreadable."""
    _require_readable(package)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(package.content))
        return {
            name: [
                tuple(_cell_text(cell) for cell in row)
                # With the empty rows and columns before the first cell, so that rows keep places.
                for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            ]
            for name in book.sheet_names
        }
    # Beside its own errors the library may raise those of Python for reading and for values.
    except (CalamineError, OSError, ValueError) as error:
        raise Unreadable.because(damaged_message()) from error


def _require_readable(package: Package) -> None:
    """Refuse a broken workbook, and one with cells far apart, before it fills the memory.

    Cells are counted in every part, as a sheet may be stored under any name.
    """
    cell_count = 0
    for name in package.zip_file.namelist():
        # `xml_part` also refuses what no parser should be given.
        part = package.xml_part(name) if name.endswith(_XML_ENDINGS) else package.part_bytes(name)
        content_type = package.content_type_by_part_name.get(name, "")
        if _NAMES_READ.fullmatch(name) or content_type.endswith(_TYPES_READ):
            require_complete_xml(part)
        cell_count += _cell_count(part)
        if cell_count > MAX_CELLS:
            raise Unreadable.because(_too_many_cells())


def _cell_count(part: bytes) -> int:
    """How many cells there are from the first to the last one used, the empty ones included."""
    last_row = last_column = 0
    # More than 7 digits or 3 letters are beyond the largest sheet, whatever they are.
    for letters, digits in _CELL_REFERENCE.findall(part):
        row = int(digits) if len(digits) <= 7 else LAST_ROW + 1
        column = _column_number(letters) if len(letters) <= 3 else LAST_COLUMN + 1
        last_row, last_column = max(last_row, row), max(last_column, column)
    if last_row > LAST_ROW or last_column > LAST_COLUMN:
        raise Unreadable.because(_too_many_cells())
    return last_row * max(last_column, 1)  # rows without a cell count as one column


def _too_many_cells() -> str:
    return _(
        "A sheet of this file is too large. Delete the cells outside the table, and "
        "upload it again."
    )


def _column_number(letters: bytes) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _cell_text(cell: Any) -> str:
    """A cell as text; a whole number is written without a fraction."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)
