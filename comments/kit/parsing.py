"""Reads the rows of a file: those of our kit by their ids, any other table by its headings."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from django.utils.translation import gettext as _

from comments.kit.file_contents import FileContents, Sheet, WordRow
from comments.kit.file_rows import (
    FileRow,
    KitFields,
    ParsedFile,
    PlainTableRow,
    field_of_heading,
    file_rows,
    translated_placeholders,
)
from comments.kit.head import PLACEHOLDERS
from comments.kit.keys import (
    CONSENT_FIELD,
    FIELD_NAMES,
    HIDDEN_SHEET,
    ID_COLUMN,
    KitIssuedFor,
    parse_tag,
)
from drafts.parsing.file_text import Unreadable
from drafts.parsing.sandbox import read_in_child


def read_file(file_name: str, content: bytes) -> ParsedFile:
    """The rows of a Word or Excel file. Raises Unreadable with a sentence."""
    contents = read_in_child(
        FileContents, "comments.kit.reading:read_contents", content, name=file_name
    )
    return parse_contents(contents)


def parse_contents(contents: FileContents) -> ParsedFile:
    """The rows in the contents of a file. Raises Unreadable for none, or for a forged kit."""
    return _read_word(contents) if contents.is_word else _read_excel(contents)


# --- Word ----------------------------------------------------------------------------------------


def _read_word(contents: FileContents) -> ParsedFile:
    """The rows of a Word file: of a kit by its controls, else of its tables."""
    issued_for, rows = _issued_for(contents.properties), contents.rows
    placeholder_texts = translated_placeholders(dict.fromkeys(PLACEHOLDERS.values()))
    kit_rows = tuple(
        _kit_row_of_word(row_number, row, placeholder_texts)
        for row_number, row in enumerate(rows, start=1)
        if row.row_key
    )
    if issued_for and kit_rows:
        return ParsedFile(issued_for, kit_rows=kit_rows)
    rows_by_table = groupby(
        (row for row in rows if row.table_number), key=lambda row: row.table_number
    )
    tables = {
        table_number: [_TableRow(row.cells, row.margin_notes) for row in rows_of_table]
        for table_number, rows_of_table in rows_by_table
    }
    return _read_table(list(tables.values()), issued_for, contents.page_headings)


def _kit_row_of_word(row_number: int, row: WordRow, placeholder_texts: frozenset[str]) -> FileRow:
    """A row of a kit; a placeholder that was left in a cell counts as empty."""
    text_by_field_name = {
        name: "" if text in placeholder_texts else text
        for name, text in row.text_by_field_name.items()
    }
    label = text_by_field_name.get("label")
    return FileRow(
        number=row_number,
        fields=_kit_fields(text_by_field_name),
        row_key=row.row_key,
        labels=(label,) if label else (),
        text=text_by_field_name.get("text", ""),
        has_text="text" in text_by_field_name,
        margin_notes=row.margin_notes,
    )


def _kit_fields(text_by_field_name: Mapping[str, str]) -> KitFields:
    """The cells of a row that a person fills in."""
    names = ("kind", "type", "proposed", "rationale", CONSENT_FIELD)
    return KitFields(*(text_by_field_name.get(name, "") for name in names))


def _issued_for(properties: Mapping[str, str]) -> KitIssuedFor | None:
    """For whom a kit was made; None if the file is no kit. Raises Unreadable for a forged one."""
    try:
        return KitIssuedFor.from_properties(properties)
    except ValueError as error:
        raise Unreadable.because(
            _("This kit was damaged. Download a new kit, and copy the words into it.")
        ) from error


# --- Excel ---------------------------------------------------------------------------------------


def _read_excel(contents: FileContents) -> ParsedFile:
    """The rows of an Excel file: of a kit by its hidden ids, else of its sheets."""
    sheets = dict(contents.sheets)
    # The first two columns of the hidden sheet hold names and values: for whom the kit was made.
    properties = {row[0]: row[1] for row in sheets.pop(HIDDEN_SHEET, []) if len(row) > 1}
    issued_for = _issued_for(properties)
    for sheet in sheets.values():
        rows = tuple(_kit_rows_of_sheet(sheet))
        if issued_for and rows:
            return ParsedFile(issued_for, kit_rows=rows)
    tables = [
        [_TableRow(row, margin_notes=()) for row in sheet] for sheet in sheets.values() if sheet
    ]
    return _read_table(tables, issued_for, [])


def _kit_rows_of_sheet(sheet: Sheet) -> Iterable[FileRow]:
    """The rows of a kit; its hidden row of names says which field each column holds."""
    name_row = next((row for row in sheet if ID_COLUMN in row and "proposed" in row), ())
    column_by_name = {
        name: column
        for column, name in enumerate(name_row)
        if name in {ID_COLUMN, *FIELD_NAMES, CONSENT_FIELD}
    }
    for number, row in enumerate(sheet, start=1):
        text_by_field_name = {
            name: row[column] for name, column in column_by_name.items() if column < len(row)
        }
        key_and_name = parse_tag(text_by_field_name.get(ID_COLUMN, ""))
        if key_and_name is None:
            continue
        row_key, _field = key_and_name  # an id of a sheet names no field
        label = text_by_field_name.get("label")
        yield FileRow(
            number=number,
            fields=_kit_fields(text_by_field_name),
            row_key=row_key,
            labels=(label,) if label else (),
            text=text_by_field_name.get("text", ""),
            has_text="text" in text_by_field_name,
        )


# --- Any table -----------------------------------------------------------------------------------

_HEADING_SEARCH_ROWS: Final = 10
"""The headings of a table are looked for in so many of its first rows."""
_MIN_KNOWN_HEADINGS: Final = 2
"""A row with so many known headings is taken for the headings of a table."""
_MAX_HEADING_LENGTH: Final = 80
"""A cell with more characters is no heading."""
_MAX_COLUMNS: Final = 40
"""Columns beyond these are not read."""
_REQUIRED_FIELDS: Final = frozenset({"proposed", "rationale"})
"""A table of inputs has a column for at least one of these."""


class _TableRow(NamedTuple):
    """A row of a table that is no kit."""

    cells: tuple[str, ...]
    margin_notes: tuple[str, ...]


_PlainTable = list[_TableRow]


def _read_table(
    tables: Sequence[_PlainTable],
    issued_for: KitIssuedFor | None,
    page_headings: Sequence[tuple[str, ...]],
) -> ParsedFile:
    """The table with the most known headings, and the rows as wide in the tables after it.

    Raises Unreadable where no row is filled.
    """
    candidates = [
        (_heading_score(cells), table_index, row_index)
        for table_index, table in enumerate(tables)
        for row_index, (cells, _notes) in enumerate(table[:_HEADING_SEARCH_ROWS])
    ]
    # The best score, of the first row that has it; 0, so no headings, where there is no table.
    score, table_index, heading_row_index = max(
        candidates, key=lambda candidate: candidate[0], default=(0, 0, 0)
    )
    if score >= _MIN_KNOWN_HEADINGS:
        headings = tables[table_index][heading_row_index].cells
        rows = tables[table_index][heading_row_index + 1 :]
        rows += _rows_of_width(tables[table_index + 1 :], len(headings), headings)
    else:
        headings, rows = _rows_without_headings(tables, page_headings)
    filled_rows = tuple(
        PlainTableRow(row_number, _padded_cells(cells, len(headings)), notes)
        for row_number, (cells, notes) in enumerate(rows, start=1)
        if any(cell.strip() for cell in cells)
    )
    if not filled_rows:
        raise Unreadable.because(
            _(
                "This file has no comments. Use the kit, or a table with columns for "
                "paragraph, comment and proposed text."
            )
        )
    table = ParsedFile(None, headings=headings[:_MAX_COLUMNS], plain_rows=filled_rows)
    field_by_column = guessed_columns(headings)
    if issued_for and "reference" in field_by_column.values():
        # A kit whose controls were lost: its visible references still place every row.
        return ParsedFile(issued_for, kit_rows=file_rows(table, field_by_column))
    return table


def _heading_score(cells: Sequence[str]) -> int:
    """How many known columns a row names; 0 without one for a proposed wording or a reason."""
    short_cells = [cell if len(cell) <= _MAX_HEADING_LENGTH else "" for cell in cells]
    fields = set(guessed_columns(short_cells).values())
    return len(fields) if fields & _REQUIRED_FIELDS else 0


def guessed_columns(headings: Sequence[str]) -> dict[int, str]:
    """The field that each column (from 0) seems to hold; only labels may come from several."""
    field_by_column: dict[int, str] = {}
    for column, heading in enumerate(headings):
        field = field_of_heading(heading)
        if field and (field == "label" or field not in field_by_column.values()):
            field_by_column[column] = field
    return field_by_column


def _rows_of_width(
    tables: Sequence[_PlainTable], width: int, headings: tuple[str, ...]
) -> _PlainTable:
    """The rows with so many cells, without the headings where a table repeats them."""
    return [
        row
        for table in tables
        for row in table
        if len(row.cells) == width and row.cells != headings
    ]


def _rows_without_headings(
    tables: Sequence[_PlainTable], page_headings: Sequence[tuple[str, ...]]
) -> tuple[tuple[str, ...], _PlainTable]:
    """Headings from the page header (as in the ISO form), or else the first row of a table."""
    widths = Counter(len(cells) for table in tables for cells, _notes in table)
    fitting_headings = [
        row
        for row in page_headings
        if widths.get(len(row)) and _heading_score(row) >= _MIN_KNOWN_HEADINGS
    ]
    if fitting_headings:
        headings = max(fitting_headings, key=_heading_score)
        return headings, _rows_of_width(tables, len(headings), headings)
    longest_table = max(tables, key=_rank_as_table, default=[])
    # Its first row with several filled cells is taken for the headings.
    filled_indexes = (
        row_index
        for row_index, (cells, _notes) in enumerate(longest_table)
        if sum(bool(cell.strip()) for cell in cells) > 1
    )
    heading_row_index = next(filled_indexes, None)
    if heading_row_index is None:
        return (), []
    return longest_table[heading_row_index].cells, longest_table[heading_row_index + 1 :]


def _rank_as_table(table: _PlainTable) -> int:
    """How many rows a table has; 0 where its first row has one cell only."""
    return len(table) if len(table[0].cells) > 1 else 0


def _padded_cells(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    """As many cells as there are headings, at most `_MAX_COLUMNS`; missing ones are empty."""
    return (cells + ("",) * width)[: min(width, _MAX_COLUMNS)]
