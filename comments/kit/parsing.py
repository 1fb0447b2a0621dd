"""Reads the rows of a file: those of our kit by their ids, any other table by its headings."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final

from django.utils.translation import gettext as _

from comments.kit.file_contents import FileContents, Sheet, contents_of
from comments.kit.file_rows import FileRow, ForeignRow, ReadFile, file_rows
from comments.kit.head import PLACEHOLDERS
from comments.kit.keys import BOUND, CONSENT, FIELDS, ID, Binding, key_and_field
from comments.kit.phrases import KitFields, column_of, placeholders
from comments.kit.word_row import WordRow
from drafts.readers.proposal import Unreadable

_HEADING_SEARCH_ROWS: Final = 10
"""The headings of a table are looked for in so many of its first rows."""
_MAX_COLUMNS: Final = 40
_REQUIRED_FIELDS: Final = frozenset({"proposed", "rationale"})


def read_file(name: str, content: bytes) -> ReadFile:
    """The rows of a Word or Excel file. Raises Unreadable with a sentence."""
    return parse_contents(contents_of(name, content))


def parse_contents(contents: FileContents) -> ReadFile:
    """The rows in the contents of a file. Raises Unreadable for none, or for a forged kit."""
    return _read_word(contents) if contents.is_word else _read_excel(contents)


def guessed_columns(headings: Sequence[str]) -> dict[int, str]:
    """The field that each column (from 0) seems to hold; only labels may come from several."""
    guessed: dict[int, str] = {}
    for place, heading in enumerate(headings):
        field = column_of(heading)
        if field and (field == "label" or field not in guessed.values()):
            guessed[place] = field
    return guessed


# --- Word ----------------------------------------------------------------------------------------


def _read_word(contents: FileContents) -> ReadFile:
    binding, rows = _binding(contents.properties), contents.rows
    empty = placeholders(dict.fromkeys(PLACEHOLDERS.values()))
    kit_rows = tuple(
        _kit_row_of_word(place, row, empty) for place, row in enumerate(rows, start=1) if row.key
    )
    if binding and kit_rows:
        return ReadFile(binding, kit_rows=kit_rows)
    in_tables = groupby((row for row in rows if row.table), key=lambda row: row.table)
    tables = {number: [(row.cells, row.notes) for row in same] for number, same in in_tables}
    return _read_table(list(tables.values()), binding, contents.headings)


def _kit_row_of_word(place: int, row: WordRow, empty: frozenset[str]) -> FileRow:
    """A row of a kit; a placeholder that was left in a cell counts as empty."""
    fields = {name: "" if text in empty else text for name, text in row.fields.items()}
    return FileRow(
        place=place,
        fields=_kit_fields(fields),
        key=row.key,
        labels=(fields["label"],) if fields.get("label") else (),
        text=fields.get("text", ""),
        has_text="text" in fields,
        is_tracked=row.is_tracked,
        notes=row.notes,
    )


def _kit_fields(fields: Mapping[str, str]) -> KitFields:
    names = ("kind", "type", "proposed", "rationale", CONSENT)
    return KitFields(*(fields.get(name, "") for name in names))


def _binding(properties: Mapping[str, str]) -> Binding | None:
    try:
        return Binding.carried(properties)
    except ValueError as error:
        raise Unreadable.because(
            _("This kit was damaged. Download a new kit, and copy the words into it.")
        ) from error


# --- Excel ---------------------------------------------------------------------------------------


def _read_excel(contents: FileContents) -> ReadFile:
    sheets = dict(contents.sheets)
    properties = {row[0]: row[1] for row in sheets.pop(BOUND, []) if len(row) > 1}
    binding = _binding(properties)
    for sheet in sheets.values():
        rows = tuple(_kit_rows_of_sheet(sheet))
        if binding and rows:
            return ReadFile(binding, kit_rows=rows)
    tables: list[_PlainTable] = [[(row, ()) for row in sheet] for sheet in sheets.values()]
    return _read_table(tables, binding, [])


def _kit_rows_of_sheet(sheet: Sheet) -> Iterable[FileRow]:
    """The rows of a kit; its hidden row of names says which field each column holds."""
    names = next((row for row in sheet if ID in row and "proposed" in row), ())
    places = {name: place for place, name in enumerate(names) if name in {ID, *FIELDS, CONSENT}}
    for number, row in enumerate(sheet, start=1):
        fields = {name: row[place] for name, place in places.items() if place < len(row)}
        match = key_and_field(fields.get(ID, ""))
        if match is None:
            continue
        yield FileRow(
            place=number,
            fields=_kit_fields(fields),
            key=match[0],
            labels=(fields["label"],) if fields.get("label") else (),
            text=fields.get("text", ""),
            has_text="text" in fields,
        )


# --- Any table -----------------------------------------------------------------------------------

_PlainTable = list[tuple[tuple[str, ...], tuple[str, ...]]]
"""A table: cells and margin notes of each row."""


def _read_table(
    tables: Sequence[_PlainTable], binding: Binding | None, page_headings: Sequence[tuple[str, ...]]
) -> ReadFile:
    """The table with the most known headings, and the tables of the same width that follow it."""
    candidates = [
        (_heading_score(cells), number, place)
        for number, table in enumerate(tables)
        for place, (cells, _notes) in enumerate(table[:_HEADING_SEARCH_ROWS])
    ]
    score, number, start = max(candidates, key=lambda match: match[0], default=(0, 0, 0))
    if score >= 2:
        headings = tables[number][start][0]
        rows = tables[number][start + 1 :]
        rows += _rows_of_width(tables[number + 1 :], len(headings), headings)
    else:
        headings, rows = _rows_without_headings(tables, page_headings)
    filled_rows = tuple(
        ForeignRow(place, _padded_cells(cells, len(headings)), notes)
        for place, (cells, notes) in enumerate(rows, start=1)
        if any(cell.strip() for cell in cells)
    )
    if not filled_rows:
        raise Unreadable.because(
            _(
                "This file has no comments. Use the kit, or a table with columns for "
                "paragraph, comment and proposed text."
            )
        )
    table = ReadFile(None, headings=headings[:_MAX_COLUMNS], table_rows=filled_rows)
    columns = guessed_columns(headings)
    if binding and "reference" in columns.values():
        # A kit whose controls were lost: its visible references still place every row.
        return ReadFile(binding, kit_rows=file_rows(table, columns))
    return table


def _heading_score(cells: Sequence[str]) -> int:
    """How many known columns a row names; 0 without one for a proposed wording or a reason."""
    short = [cell if len(cell) <= 80 else "" for cell in cells]
    fields = set(guessed_columns(short).values())
    return len(fields) if fields & _REQUIRED_FIELDS else 0


def _rows_of_width(
    tables: Sequence[_PlainTable], width: int, headings: Sequence[str]
) -> _PlainTable:
    return [
        row
        for table in tables
        for row in table
        if len(row[0]) == width and tuple(row[0]) != tuple(headings)
    ]


def _rows_without_headings(
    tables: Sequence[_PlainTable], page_headings: Sequence[tuple[str, ...]]
) -> tuple[tuple[str, ...], _PlainTable]:
    """Headings from the page header (as in the ISO form), or else the first row of a table."""
    widths = Counter(len(cells) for table in tables for cells, _notes in table)
    fitting = [row for row in page_headings if widths.get(len(row)) and _heading_score(row) >= 2]
    if fitting:
        headings = max(fitting, key=_heading_score)
        return headings, _rows_of_width(tables, len(headings), headings)
    widest = max(tables, key=lambda table: len(table) * (len(table[0][0]) > 1), default=[])
    filled_places = (n for n, (cells, _notes) in enumerate(widest) if _filled_count(cells) > 1)
    start = next(filled_places, None)
    return ((), []) if start is None else (widest[start][0], widest[start + 1 :])


def _filled_count(cells: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)


def _padded_cells(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    return (cells + ("",) * width)[: min(width, _MAX_COLUMNS)]
