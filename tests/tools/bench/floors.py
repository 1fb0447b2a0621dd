"""What cannot be undercut: the same bytes with nothing in between, measured in the same run."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from xlsxwriter import Workbook

from comments.models import Comment
from comments.table.cells import Cell, Printer, as_text, pieces_with_signs
from comments.table.compiled import Table
from drafts.printing.conventions import BOLD, DELETED, INSERTED, ITALIC

# The columns of the facilitators' copy, joined by the database itself.
ROWS = """
SELECT seat.code || '-' || comment.number, wording.label, draft.title, revision.stage,
       wording.text, seat.name, filer.name, aligned.names, comment.kind, comment.type,
       comment.language, comment.redline, comment.proposed, comment.rationale, reply.texts,
       comment.is_late, comment.withdrawn_at, review.observation, review.disposition,
       stance.stance
FROM comments_comment comment
JOIN drafts_wording wording ON wording.id = comment.wording_id
JOIN drafts_revision revision ON revision.id = wording.revision_id
JOIN drafts_draft draft ON draft.id = revision.draft_id
JOIN consultations_seat seat ON seat.id = comment.seat_id
JOIN consultations_seat filer ON filer.id = comment.filed_by_id
LEFT JOIN (
    SELECT alignment.comment_id, string_agg(body.name, ', ' ORDER BY body.sort_key) AS names
    FROM comments_alignment alignment JOIN consultations_seat body ON body.id = alignment.seat_id
    WHERE alignment.withdrawn_at IS NULL GROUP BY alignment.comment_id
) aligned ON aligned.comment_id = comment.id
LEFT JOIN (
    SELECT reply.comment_id, string_agg(reply.text, E'\\n' ORDER BY reply.created_at) AS texts
    FROM comments_reply reply WHERE reply.withdrawn_at IS NULL GROUP BY reply.comment_id
) reply ON reply.comment_id = comment.id
LEFT JOIN (
    SELECT DISTINCT ON (comment_id) id, comment_id, observation, disposition
    FROM comments_review ORDER BY comment_id, decided_at DESC
) review ON review.comment_id = comment.id
LEFT JOIN comments_acknowledgement stance ON stance.review_id = review.id
WHERE comment.consultation_id = {consultation} AND comment.submitted_at IS NOT NULL
  AND comment.superseded_at IS NULL
ORDER BY wording.place, seat.rank, seat.sort_key, comment.number
"""


def csv_of_joined_rows(consultation: int, path: Path) -> None:
    """Python's csv from one server-side cursor."""
    with (
        transaction.atomic(),
        path.open("w", newline="", encoding="utf-8") as file,
        connection.connection.cursor(name="floor") as cursor,
    ):
        cursor.itersize = 2000
        cursor.execute(ROWS.format(consultation=consultation))
        csv.writer(file).writerows(cursor)


def copy_of_joined_rows(consultation: int, path: Path) -> None:
    """`COPY … TO STDOUT` of the same rows."""
    rows = ROWS.format(consultation=consultation)
    connection.ensure_connection()
    with (
        path.open("wb") as file,
        connection.connection.cursor() as cursor,
        cursor.copy(f"COPY ({rows}) TO STDOUT (FORMAT csv)") as copy,
    ):
        file.writelines(bytes(block) for block in copy)


def cells_of(table: Table) -> list[tuple[Cell, ...]]:
    """Every cell of a table, before anything is timed."""
    printer = Printer(table)
    return [printer.cells(row) for row in table.rows]


def bare_workbook(rows: Sequence[tuple[Cell, ...]], path: Path) -> None:
    """XlsxWriter in constant memory with the same cells, words set apart where ours are."""
    book = Workbook(
        str(path),
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    styles = {
        INSERTED: book.add_format({"underline": 1, "font_color": "#0B5C36"}),
        DELETED: book.add_format({"font_strikeout": True, "font_color": "#9C1C1C"}),
        ITALIC: book.add_format({"italic": True}),
        BOLD: book.add_format({"bold": True}),
    }
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet()
    for place, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            _write(sheet, place, column, cell, styles, wrapped)
    book.close()


def _write(
    sheet: Any, place: int, column: int, cell: Cell, styles: dict[str, Any], wrapped: Any
) -> None:
    parts = list(_parts(cell, styles))
    if len(cell) == 1 and len(cell[0].pieces) > 1:
        sheet.write_rich_string(place, column, *parts, wrapped)
    else:
        sheet.write_string(place, column, as_text(cell), wrapped)


def _parts(cell: Cell, styles: dict[str, Any]) -> Iterator[Any]:
    for line in cell:
        for mark, words in pieces_with_signs(line):
            if mark in styles:
                yield styles[mark]
            yield words


def insert(row: Comment) -> None:
    """One INSERT of a comment, in a transaction of its own, past everything that is ours."""
    fields = [field for field in Comment._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = [
        field.get_db_prep_save(getattr(row, field.attname), connection=connection)
        for field in fields
    ]
    marks = ", ".join("%s" for _field in fields)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO comments_comment ({columns}) VALUES ({marks})", values)
