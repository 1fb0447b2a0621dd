"""A table in a file, read as rows: which column is the number, which the words, which a note."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final, Literal

from drafts.readers.proposal import (
    LABEL_LIMIT,
    Kind,
    ReadParagraph,
    ReadText,
    missing_title_warning,
    repeated_label_warnings,
)

Use = Literal["number", "words", "note", ""]
"""What a column becomes; empty where it is left out."""

FEWEST_ROWS: Final = 3
SHOWN_ROWS: Final = 3
# "115.1 Take further steps": the number of a recommendation before its words.
_NUMBERED: Final = re.compile(r"(\d{1,4}(?:\.\d{1,4})*)\.?\s+(?=\S)")


@dataclass(frozen=True)
class ReadTable:
    """The largest table of a file: what stands above its columns, and its first rows."""

    columns: tuple[str, ...]
    rows: int
    shown: tuple[tuple[str, ...], ...]


def table_in(read: ReadText) -> ReadTable | None:
    """The table that may be read as rows; None where the file has none of several columns."""
    rows = [_cells(row) for row in _table_rows(read, _largest(read))]
    if len(rows) < FEWEST_ROWS:
        return None
    width = max(max(row) for row in rows)
    if width < 2:
        return None
    lines = [tuple(_joined(row.get(at, ())) for at in range(1, width + 1)) for row in rows]
    return ReadTable(lines[0], len(rows) - 1, tuple(lines[1 : SHOWN_ROWS + 1]))


def read_by_rows(read: ReadText, uses: Sequence[Use]) -> ReadText:
    """Each row of the table as one paragraph; a row of one cell alone is a heading.

    What stands above the columns is no paragraph. What stands outside the table stays as it is.
    """
    table = _largest(read)
    inside = [row.row for row in read.paragraphs if row.cell and row.cell[0] == table]
    rows = _table_rows(read, table)
    made = [found for row in rows[1:] if (found := _paragraph_of(row, uses))]
    before = [row for row in read.paragraphs if not row.cell and row.row < inside[0]]
    after = [row for row in read.paragraphs if row.row > inside[-1]]
    paragraphs = (*before, *made, *after)
    home = {one.file_id: row[0].file_id for row in rows for one in row}
    return replace(
        read,
        paragraphs=paragraphs,
        problems=(*missing_title_warning(paragraphs), *repeated_label_warnings(paragraphs)),
        proposals=tuple(
            replace(one, paragraph=_home(home, one.paragraph), after=_home(home, one.after))
            for one in read.proposals
        ),
        margin=tuple(replace(one, paragraph=_home(home, one.paragraph)) for one in read.margin),
    )


def _home(home: Mapping[str, str], file_id: str | None) -> str | None:
    """The row of the table in which a paragraph of the file went up."""
    return home.get(file_id, file_id) if file_id else None


def _largest(read: ReadText) -> int:
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
        return _made(first, "heading", "", _joined(cells[1]), ())
    said = dict(_said(cells, uses))
    words, label = said.get("words", ""), said.get("number", "")
    if not words:
        return None
    if not label and (found := _NUMBERED.match(words)):
        label, words = found[1], words[found.end() :]
    notes = tuple(_joined(cells[at]) for at, use in _used(uses) if use == "note" and at in cells)
    kind: Kind = "annex" if first.kind == "annex" else "operative"
    return _made(first, kind, label[:LABEL_LIMIT], words, notes)


def _said(
    cells: Mapping[int, Sequence[ReadParagraph]], uses: Sequence[Use]
) -> Iterator[tuple[Use, str]]:
    """Number and words; what several columns say of one stands below each other."""
    for wanted in ("number", "words"):
        parts = [_joined(cells[at]) for at, use in _used(uses) if use == wanted and at in cells]
        if parts:
            yield wanted, "\n".join(parts)


def _used(uses: Sequence[Use]) -> Iterator[tuple[int, Use]]:
    """The columns that are used, counted from 1."""
    return ((at, use) for at, use in enumerate(uses, 1) if use)


def _joined(cell: Sequence[ReadParagraph]) -> str:
    """The words of a cell as it shows them, each paragraph on a line of its own."""
    return "\n".join(f"{one.label} {one.text}".strip() for one in cell)


def _made(
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
