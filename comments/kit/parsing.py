"""A file in, its rows out: a kit of ours by its ids, any other table by its headings."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final

from django.utils.translation import gettext as _

from comments.kit.file_contents import FileContents, Sheet, contents_of
from comments.kit.frame import PLACEHOLDERS
from comments.kit.keys import BOUND, CONSENT, FIELDS, ID, Binding, key_and_field
from comments.kit.kit_lines import FileRow, ForeignRow, ReadFile, lines_of
from comments.kit.phrases import KitFields, column_of, placeholders
from comments.kit.word_row import WordRow
from drafts.readers.proposal import Unreadable

_SEARCHED: Final = 10
"""Rows at the beginning of a table among which its headings are looked for."""
_WIDEST: Final = 40
_SAYING: Final = frozenset({"proposed", "rationale"})


def read_file(name: str, content: bytes) -> ReadFile:
    """The rows of a Word or Excel file. Raises Unreadable with a sentence."""
    return understood(contents_of(name, content))


def understood(found: FileContents) -> ReadFile:
    """The rows of what a file holds. Raises Unreadable where there is none, or a forged kit."""
    return _of_word(found) if found.is_word else _of_excel(found)


def guessed_columns(headings: Sequence[str]) -> dict[int, str]:
    """What each column (from 0) seems to stand for; only labels may come from several."""
    guessed: dict[int, str] = {}
    for place, heading in enumerate(headings):
        field = column_of(heading)
        if field and (field == "label" or field not in guessed.values()):
            guessed[place] = field
    return guessed


# --- Word ----------------------------------------------------------------------------------------


def _of_word(found: FileContents) -> ReadFile:
    binding, rows = _bound(found.properties), found.rows
    empty = placeholders(dict.fromkeys(PLACEHOLDERS.values()))
    keyed = tuple(_line(place, row, empty) for place, row in enumerate(rows, start=1) if row.key)
    if binding and keyed:
        return ReadFile(binding, lines=keyed)
    tables = {
        number: list(same) for number, same in groupby(_of_tables(rows), key=lambda row: row.table)
    }
    plain = [[(row.cells, row.notes) for row in same] for same in tables.values()]
    return _as_table(plain, binding, found.headings)


def _of_tables(rows: Iterable[WordRow]) -> list[WordRow]:
    return [row for row in rows if row.table]


def _line(place: int, row: WordRow, empty: frozenset[str]) -> FileRow:
    """A row of a kit; what still asks to be written over says nothing."""
    fields = {name: "" if words in empty else words for name, words in row.fields.items()}
    return FileRow(
        place=place,
        said=_said(fields),
        key=row.key,
        labels=(fields["label"],) if fields.get("label") else (),
        text=fields.get("text", ""),
        has_text="text" in fields,
        is_tracked=row.is_tracked,
        notes=row.notes,
    )


def _said(fields: Mapping[str, str]) -> KitFields:
    names = ("kind", "type", "proposed", "rationale", CONSENT)
    return KitFields(*(fields.get(name, "") for name in names))


def _bound(properties: Mapping[str, str]) -> Binding | None:
    try:
        return Binding.carried(properties)
    except ValueError as error:
        raise Unreadable.because(
            _("This kit was damaged. Download a new kit, and copy the words into it.")
        ) from error


# --- Excel ---------------------------------------------------------------------------------------


def _of_excel(found: FileContents) -> ReadFile:
    sheets = dict(found.sheets)
    bound = {row[0]: row[1] for row in sheets.pop(BOUND, []) if len(row) > 1}
    binding = _bound(bound)
    for sheet in sheets.values():
        lines = tuple(_lines_by_id(sheet))
        if binding and lines:
            return ReadFile(binding, lines=lines)
    plain: list[_Plain] = [[(row, ()) for row in sheet] for sheet in sheets.values()]
    return _as_table(plain, binding, [])


def _lines_by_id(sheet: Sheet) -> Iterable[FileRow]:
    """The rows of a kit: the hidden row of names says which column is which, wherever it is."""
    names = next((row for row in sheet if ID in row and "proposed" in row), ())
    places = {name: place for place, name in enumerate(names) if name in {ID, *FIELDS, CONSENT}}
    for number, row in enumerate(sheet, start=1):
        fields = {name: row[place] for name, place in places.items() if place < len(row)}
        found = key_and_field(fields.get(ID, ""))
        if found is None:
            continue
        yield FileRow(
            place=number,
            said=_said(fields),
            key=found[0],
            labels=(fields["label"],) if fields.get("label") else (),
            text=fields.get("text", ""),
            has_text="text" in fields,
        )


# --- Any table -----------------------------------------------------------------------------------

_Plain = list[tuple[tuple[str, ...], tuple[str, ...]]]
"""A table: cells and margin notes of each row."""


def _as_table(
    tables: Sequence[_Plain], binding: Binding | None, elsewhere: Sequence[tuple[str, ...]]
) -> ReadFile:
    """The table whose headings say most; with it those of the same width that follow it."""
    best = max(
        ((_telling(row[0]), number, place) for number, place, row in _first_rows(tables)),
        key=lambda found: (found[0], -found[1], -found[2]),
        default=(0, 0, 0),
    )
    score, first, begins = best
    if score >= 2:
        headings = tables[first][begins][0]
        rows = tables[first][begins + 1 :]
        rows += _of_width(tables[first + 1 :], len(headings), headings)
    else:
        headings, rows = _without_own_headings(tables, elsewhere)
    kept = tuple(
        ForeignRow(place, _padded(cells, len(headings)), notes)
        for place, (cells, notes) in enumerate(rows, start=1)
        if any(cell.strip() for cell in cells)
    )
    if not kept:
        raise Unreadable.because(
            _(
                "This file has no comments. Use the kit, or a table with columns for "
                "paragraph, comment and proposed text."
            )
        )
    table = ReadFile(None, headings=headings[:_WIDEST], rows=kept)
    columns = guessed_columns(headings)
    if binding and "reference" in columns.values():
        # A kit whose controls were lost: its visible references still place every row.
        return ReadFile(binding, lines=lines_of(table, columns))
    return table


def _first_rows(
    tables: Sequence[_Plain],
) -> Iterable[tuple[int, int, tuple[tuple[str, ...], tuple[str, ...]]]]:
    for number, table in enumerate(tables):
        for place, row in enumerate(table[:_SEARCHED]):
            yield number, place, row


def _telling(cells: Sequence[str]) -> int:
    """How many different columns a row names; none where no column would hold what is said."""
    short = [cell if len(cell) <= 80 else "" for cell in cells]
    fields = set(guessed_columns(short).values())
    return len(fields) if fields & _SAYING else 0


def _of_width(tables: Sequence[_Plain], width: int, headings: Sequence[str]) -> _Plain:
    return [
        row
        for table in tables
        for row in table
        if len(row[0]) == width and tuple(row[0]) != tuple(headings)
    ]


def _without_own_headings(
    tables: Sequence[_Plain], elsewhere: Sequence[tuple[str, ...]]
) -> tuple[tuple[str, ...], _Plain]:
    """Headings out of the page header (as the ISO form has them), or the first row as it is."""
    widths = Counter(len(cells) for table in tables for cells, _notes in table)
    fitting = [row for row in elsewhere if widths.get(len(row)) and _telling(row) >= 2]
    if fitting:
        headings = max(fitting, key=_telling)
        return headings, _of_width(tables, len(headings), headings)
    widest = max(tables, key=lambda table: len(table) * (len(table[0][0]) > 1), default=[])
    filled = (place for place, (cells, _notes) in enumerate(widest) if _filled(cells) > 1)
    begins = next(filled, None)
    return ((), []) if begins is None else (widest[begins][0], widest[begins + 1 :])


def _filled(cells: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)


def _padded(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    return (cells + ("",) * width)[: min(width, _WIDEST)]
