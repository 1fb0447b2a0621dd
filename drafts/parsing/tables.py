"""Reads a table of a file row by row; a person says which column holds number, words or notes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final, Literal

from django.utils.translation import gettext as _

from drafts.parsing.file_text import (
    MAX_LABEL_LENGTH,
    Kind,
    Problem,
    ReadParagraph,
    ReadText,
    missing_title_warnings,
    repeated_label_warnings,
)

ColumnUse = Literal["number", "words", "note", ""]
"""What a column becomes ("note": a footnote of the paragraph); empty where it is left out."""

MIN_ROWS: Final = 3  # the heads of the columns among them
MAX_SHOWN_ROWS: Final = 3  # without the heads
# "115.1 Take further steps": the number of a recommendation before its words.
_NUMBER_BEFORE_WORDS: Final = re.compile(r"(\d{1,4}(?:\.\d{1,4})*)\.?\s+(?=\S)")


@dataclass(frozen=True)
class ReadTable:
    """The largest table of a file: its heads, how many rows follow, and the first of them."""

    column_heads: tuple[str, ...]
    row_count: int
    shown_rows: tuple[tuple[str, ...], ...]


def largest_table(read_text: ReadText) -> ReadTable | None:
    """The table that can be read by rows; None where the largest has too few rows or one column."""
    rows = [
        _cells_by_column(row_paragraphs)
        for row_paragraphs in _table_rows(read_text, _largest_table_number(read_text))
    ]
    if len(rows) < MIN_ROWS:
        return None
    column_count = max(max(cells_by_column) for cells_by_column in rows)
    if column_count < 2:
        return None
    text_rows = [
        tuple(_cell_text(cells_by_column.get(column, ())) for column in range(1, column_count + 1))
        for cells_by_column in rows
    ]
    return ReadTable(text_rows[0], len(rows) - 1, tuple(text_rows[1 : MAX_SHOWN_ROWS + 1]))


def read_table_by_rows(read_text: ReadText, column_uses: Sequence[ColumnUse]) -> ReadText:
    """Each row of the table as one paragraph; a row of one cell alone is a heading.

    Takes a text in which `largest_table` finds one. The heads of the columns become no paragraph.
    Paragraphs outside the table stay as they are; those of tables before it are left out.
    """
    table_number = _largest_table_number(read_text)
    # Of ReadParagraph: its place in the file, not its row in the table.
    table_row_numbers = [
        paragraph.row_number
        for paragraph in read_text.paragraphs
        if paragraph.table_cell and paragraph.table_cell.table_number == table_number
    ]
    table_rows = _table_rows(read_text, table_number)
    paragraphs_of_rows = [
        paragraph
        for row_paragraphs in table_rows[1:]
        if (paragraph := _paragraph_of_row(row_paragraphs, column_uses))
    ]
    paragraphs_before = [
        paragraph
        for paragraph in read_text.paragraphs
        if not paragraph.table_cell and paragraph.row_number < table_row_numbers[0]
    ]
    paragraphs_after = [
        paragraph
        for paragraph in read_text.paragraphs
        if paragraph.row_number > table_row_numbers[-1]
    ]
    paragraphs = (*paragraphs_before, *paragraphs_of_rows, *paragraphs_after)
    row_file_id_by_file_id = {
        paragraph.file_id: row_paragraphs[0].file_id
        for row_paragraphs in table_rows
        for paragraph in row_paragraphs
    }
    return replace(
        read_text,
        paragraphs=paragraphs,
        warnings=(
            *missing_title_warnings(paragraphs),
            *_warnings_of_file(read_text),
            *repeated_label_warnings(paragraphs),
        ),
        tracked_changes=tuple(
            replace(
                tracked_change,
                paragraph_file_id=_row_file_id(
                    row_file_id_by_file_id, tracked_change.paragraph_file_id
                ),
                after_file_id=_row_file_id(row_file_id_by_file_id, tracked_change.after_file_id),
            )
            for tracked_change in read_text.tracked_changes
        ),
        margin_notes=tuple(
            replace(
                note, paragraph_file_id=_row_file_id(row_file_id_by_file_id, note.paragraph_file_id)
            )
            for note in read_text.margin_notes
        ),
    )


def _warnings_of_file(read_text: ReadText) -> list[Problem]:
    """What was warned of, without what is asked anew of the rows: the title, repeated numbers."""
    asked_anew = {
        *missing_title_warnings(read_text.paragraphs),
        *repeated_label_warnings(read_text.paragraphs),
    }
    return [warning for warning in read_text.warnings if warning not in asked_anew]


def _row_file_id(row_file_id_by_file_id: Mapping[str, str], file_id: str | None) -> str | None:
    """The id of the row that a paragraph of the file became part of, else its own."""
    return row_file_id_by_file_id.get(file_id, file_id) if file_id else None


def _largest_table_number(read_text: ReadText) -> int:
    """The number of the table with the most paragraphs, from 1; 0 where there is no table."""
    count_by_table_number: dict[int, int] = {}
    for paragraph in read_text.paragraphs:
        if paragraph.table_cell:
            count_by_table_number[paragraph.table_cell.table_number] = (
                count_by_table_number.get(paragraph.table_cell.table_number, 0) + 1
            )
    return max(count_by_table_number, key=count_by_table_number.__getitem__, default=0)


def _table_rows(read_text: ReadText, table_number: int) -> list[list[ReadParagraph]]:
    """The paragraphs of a table, for each of its rows."""
    table_paragraphs = [
        paragraph
        for paragraph in read_text.paragraphs
        if paragraph.table_cell and paragraph.table_cell.table_number == table_number
    ]
    by_row = groupby(
        table_paragraphs, key=lambda paragraph: paragraph.table_cell and paragraph.table_cell.row
    )
    return [list(row_paragraphs) for _row_number, row_paragraphs in by_row]


def _cells_by_column(row_paragraphs: Sequence[ReadParagraph]) -> dict[int, list[ReadParagraph]]:
    """The paragraphs in each cell of a row, by the number of its column, from 1."""
    cells_by_column: dict[int, list[ReadParagraph]] = {}
    for paragraph in row_paragraphs:
        assert paragraph.table_cell is not None
        cells_by_column.setdefault(paragraph.table_cell.column, []).append(paragraph)
    return cells_by_column


def _paragraph_of_row(
    row_paragraphs: Sequence[ReadParagraph], column_uses: Sequence[ColumnUse]
) -> ReadParagraph | None:
    """The paragraph that a row of the table becomes; None where it has no words."""
    cells_by_column = _cells_by_column(row_paragraphs)
    first_paragraph = row_paragraphs[0]
    # A row of one cell alone, in the first column, is a heading inside the table.
    if len(cells_by_column) == 1 and 1 in cells_by_column and len(column_uses) > 1:
        heading, heading_notes = _cell_text(cells_by_column[1]), _footnotes(cells_by_column[1])
        return _paragraph_with_row_text(
            first_paragraph, "heading", label="", words=heading, notes=heading_notes
        )
    text_by_use = _text_by_use(cells_by_column, column_uses)
    words, label = text_by_use.get("words", ""), text_by_use.get("number", "")
    if not words:
        return None
    if not label and (number_match := _NUMBER_BEFORE_WORDS.match(words)):
        label, words = number_match[1], words[number_match.end() :]
    paragraph = _paragraph_with_row_text(
        first_paragraph,
        "annex" if first_paragraph.kind == "annex" else "operative",
        label,
        words,
        tuple(_notes_of_row(cells_by_column, column_uses)),
    )
    if len(label) > MAX_LABEL_LENGTH:
        doubt = _("Its number, “%(label)s”, is too long and was left out.") % {"label": label}
        return replace(paragraph, label="", doubts=(doubt,))
    return paragraph


def _notes_of_row(
    cells_by_column: Mapping[int, Sequence[ReadParagraph]], column_uses: Sequence[ColumnUse]
) -> Iterator[str]:
    """The footnotes of its number and words, then each cell of notes with its own footnotes."""
    used_cells = [
        (column_use, cells_by_column[column])
        for column, column_use in _used_columns(column_uses)
        if column in cells_by_column
    ]
    for column_use, cell in used_cells:
        if column_use != "note":
            yield from _footnotes(cell)
    for column_use, cell in used_cells:
        if column_use == "note":
            yield from (_cell_text(cell), *_footnotes(cell))


def _text_by_use(
    cells_by_column: Mapping[int, Sequence[ReadParagraph]], column_uses: Sequence[ColumnUse]
) -> dict[ColumnUse, str]:
    """Number and words of a row; several columns of the same use become several lines."""
    text_by_use: dict[ColumnUse, str] = {}
    for wanted_use in ("number", "words"):
        cell_texts = [
            _cell_text(cells_by_column[column])
            for column, column_use in _used_columns(column_uses)
            if column_use == wanted_use and column in cells_by_column
        ]
        if cell_texts:
            text_by_use[wanted_use] = "\n".join(cell_texts)
    return text_by_use


def _used_columns(column_uses: Sequence[ColumnUse]) -> Iterator[tuple[int, ColumnUse]]:
    """The columns that are used, counted from 1."""
    return ((column, column_use) for column, column_use in enumerate(column_uses, 1) if column_use)


def _cell_text(cell: Sequence[ReadParagraph]) -> str:
    """The text of a cell, each paragraph on a line of its own."""
    return "\n".join(f"{paragraph.label} {paragraph.text}".strip() for paragraph in cell)


def _footnotes(cell: Sequence[ReadParagraph]) -> tuple[str, ...]:
    """The footnotes of the paragraphs of a cell, in order."""
    return tuple(note for paragraph in cell for note in paragraph.notes)


def _paragraph_with_row_text(
    first_paragraph: ReadParagraph, kind: Kind, label: str, words: str, notes: tuple[str, ...]
) -> ReadParagraph:
    """A paragraph made of a whole row; it keeps the id and place of the first one in it."""
    return replace(
        first_paragraph,
        parent_file_id=None,
        kind=kind,
        label=label,
        level=0,
        text=words,
        opening="",
        notes=notes,
        doubts=(),
        table_cell=None,
    )
