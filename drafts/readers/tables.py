"""Reads a table of a file row by row; a person says which column holds number, words or notes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final, Literal

from drafts.readers.proposal import (
    MAX_LABEL_LENGTH,
    Kind,
    ReadParagraph,
    ReadText,
    missing_title_warning,
    repeated_label_warnings,
)

Use = Literal["number", "words", "note", ""]
"""What a column becomes; empty where it is left out."""

MIN_ROWS: Final = 3
SHOWN_ROWS: Final = 3
# "115.1 Take further steps": the number of a recommendation before its words.
_NUMBERED: Final = re.compile(r"(\d{1,4}(?:\.\d{1,4})*)\.?\s+(?=\S)")


@dataclass(frozen=True)
class ReadTable:
    """The largest table of a file: the heads of its columns, and its first rows."""

    columns: tuple[str, ...]
    rows: int
    shown: tuple[tuple[str, ...], ...]


def table_in(read: ReadText) -> ReadTable | None:
    """The table that can be read by rows; None where the file has none of several columns."""
    rows = [_cells(row) for row in _table_rows(read, _largest_table(read))]
    if len(rows) < MIN_ROWS:
        return None
    width = max(max(row) for row in rows)
    if width < 2:
        return None
    lines = [
        tuple(_cell_text(row.get(column, ())) for column in range(1, width + 1)) for row in rows
    ]
    return ReadTable(lines[0], len(rows) - 1, tuple(lines[1 : SHOWN_ROWS + 1]))


def read_by_rows(read: ReadText, uses: Sequence[Use]) -> ReadText:
    """Each row of the table as one paragraph; a row of one cell alone is a heading.

    The heads of the columns become no paragraph. Paragraphs outside the table stay as they are.
    """
    table = _largest_table(read)
    inside = [row.row for row in read.paragraphs if row.cell and row.cell[0] == table]
    rows = _table_rows(read, table)
    from_rows = [found for row in rows[1:] if (found := _paragraph_of(row, uses))]
    before = [row for row in read.paragraphs if not row.cell and row.row < inside[0]]
    after = [row for row in read.paragraphs if row.row > inside[-1]]
    paragraphs = (*before, *from_rows, *after)
    row_ids = {one.file_id: row[0].file_id for row in rows for one in row}
    return replace(
        read,
        paragraphs=paragraphs,
        problems=(*missing_title_warning(paragraphs), *repeated_label_warnings(paragraphs)),
        proposals=tuple(
            replace(
                one, paragraph=_row_id(row_ids, one.paragraph), after=_row_id(row_ids, one.after)
            )
            for one in read.proposals
        ),
        margin=tuple(
            replace(one, paragraph=_row_id(row_ids, one.paragraph)) for one in read.margin
        ),
    )


def _row_id(row_ids: Mapping[str, str], file_id: str | None) -> str | None:
    """The id of the row that a paragraph of the file became part of, else its own."""
    return row_ids.get(file_id, file_id) if file_id else None


def _largest_table(read: ReadText) -> int:
    """The table with the most paragraphs; 0 where there is none."""
    counts: dict[int, int] = {}
    for row in read.paragraphs:
        if row.cell:
            counts[row.cell[0]] = counts.get(row.cell[0], 0) + 1
    return max(counts, key=counts.__getitem__, default=0)


def _table_rows(read: ReadText, table: int) -> list[list[ReadParagraph]]:
    inside = [row for row in read.paragraphs if row.cell and row.cell[0] == table]
    return [list(row) for _number, row in groupby(inside, key=lambda one: one.cell and one.cell[1])]


def _cells(row: Sequence[ReadParagraph]) -> dict[int, list[ReadParagraph]]:
    cells: dict[int, list[ReadParagraph]] = {}
    for paragraph in row:
        assert paragraph.cell is not None
        cells.setdefault(paragraph.cell[2], []).append(paragraph)
    return cells


def _paragraph_of(row: Sequence[ReadParagraph], uses: Sequence[Use]) -> ReadParagraph | None:
    cells = _cells(row)
    first = row[0]
    if len(cells) == 1 and 1 in cells and len(uses) > 1:
        return _row_paragraph(first, "heading", "", _cell_text(cells[1]), ())
    cells_read = dict(_label_and_words(cells, uses))
    words, label = cells_read.get("words", ""), cells_read.get("number", "")
    if not words:
        return None
    if not label and (found := _NUMBERED.match(words)):
        label, words = found[1], words[found.end() :]
    notes = tuple(
        _cell_text(cells[column])
        for column, use in _used_columns(uses)
        if use == "note" and column in cells
    )
    kind: Kind = "annex" if first.kind == "annex" else "operative"
    return _row_paragraph(first, kind, label[:MAX_LABEL_LENGTH], words, notes)


def _label_and_words(
    cells: Mapping[int, Sequence[ReadParagraph]], uses: Sequence[Use]
) -> Iterator[tuple[Use, str]]:
    """Number and words of a row; several columns of the same use become several lines."""
    for wanted in ("number", "words"):
        parts = [
            _cell_text(cells[column])
            for column, use in _used_columns(uses)
            if use == wanted and column in cells
        ]
        if parts:
            yield wanted, "\n".join(parts)


def _used_columns(uses: Sequence[Use]) -> Iterator[tuple[int, Use]]:
    """The columns that are used, counted from 1."""
    return ((column, use) for column, use in enumerate(uses, 1) if use)


def _cell_text(cell: Sequence[ReadParagraph]) -> str:
    """The text of a cell, each paragraph on a line of its own."""
    return "\n".join(f"{one.label} {one.text}".strip() for one in cell)


def _row_paragraph(
    first: ReadParagraph, kind: Kind, label: str, words: str, notes: tuple[str, ...]
) -> ReadParagraph:
    return replace(
        first,
        parent=None,
        kind=kind,
        label=label,
        level=0,
        text=words,
        opening="",
        notes=notes,
        doubts=(),
        cell=None,
    )
