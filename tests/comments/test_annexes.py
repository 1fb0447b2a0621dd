"""The concordance of a table that spans revisions: in Word, PDF and Excel, opened again."""

import io
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document

from comments.exports.table_files import stream
from comments.tables.table import Table, compile_table
from drafts.desk.editing import edit_paragraph, split_paragraph
from drafts.models import Paragraph, Revision
from tests.comments.table_room import DAY, HOUR, START, Room, make_room

pytestmark = pytest.mark.django_db

TITLE = "Concordance of First draft and Rev.1"
ROWS = [
    ("Title", "Title", "kept"),
    ("“Prevention”", "“Prevention”", "kept"),
    ("OP1", "OP1, OP1 bis", "split into 2"),
    ("OP2", "OP2", "reworded"),
    ("OP3", "OP3", "kept"),
]


@pytest.fixture
def room() -> Room:
    return make_room()


def two_revisions(room: Room) -> list[Revision]:
    """The first operative paragraph is split, the second says something else."""
    first = room.circulate("First draft", START)
    access = room.access("facilitator", START + DAY)
    rows = Paragraph.objects.select_related("draft", "parent")
    one, two = (rows.get(pk=room.paragraphs[at].pk) for at in (2, 3))
    split_paragraph(access=access, paragraph=one, texts=["Decides to act;", "Resolves to go on;"])
    edit_paragraph(
        access=access,
        paragraph=two,
        version=two.version,
        text="Requests a report every year;",
        kind=two.kind,
        label=two.label,
    )
    return [first, room.circulate("Rev.1", START + 2 * DAY)]


def table_of(room: Room, revisions: list[Revision], **how: Any) -> Table:
    end = START + 3 * DAY
    access = room.access("facilitator", end + HOUR)
    return compile_table(access=access, revisions=revisions, cut_off=end, **how)


def made(table: Table, name: str) -> bytes:
    return b"".join(stream(table, name))


def test_the_table_of_two_revisions_carries_their_concordance(room: Room) -> None:
    table = table_of(room, two_revisions(room))
    (annex,) = table.annexes
    assert annex.title == TITLE
    assert list(annex.rows) == ROWS


def test_the_table_of_one_revision_carries_none(room: Room) -> None:
    assert list(table_of(room, two_revisions(room)[1:]).annexes) == []


@pytest.mark.parametrize("layout", ["grid", "blocks"])
def test_word_has_it_behind_the_rows(room: Room, layout: str) -> None:
    paper = Document(io.BytesIO(made(table_of(room, two_revisions(room), layout=layout), "docx")))
    assert TITLE in [paragraph.text for paragraph in paper.paragraphs]
    rows = [tuple(cell.text for cell in row.cells) for row in paper.tables[-1].rows]
    assert rows == [("First draft", "Rev.1", "What became of it"), *ROWS]


def test_excel_has_it_on_a_sheet_of_its_own(room: Room) -> None:
    book = openpyxl.load_workbook(io.BytesIO(made(table_of(room, two_revisions(room)), "xlsx")))
    assert "Concordance" in book.sheetnames
    rows = list(book["Concordance"].iter_rows(values_only=True))
    assert rows[0][0] == TITLE
    assert rows[2:] == ROWS


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_pdf_has_it_on_a_page_of_its_own(room: Room, tmp_path: Path) -> None:
    file = tmp_path / "table.pdf"
    file.write_bytes(made(table_of(room, two_revisions(room)), "pdf"))
    text = subprocess.run(
        ["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True, text=True
    ).stdout
    page = re.sub(r" +", " ", text.split("\f")[-2])
    assert TITLE in page
    assert "OP1 OP1, OP1 bis split into 2" in page


def test_a_spreadsheet_of_plain_rows_has_none(room: Room) -> None:
    assert b"split into" not in made(table_of(room, two_revisions(room)), "csv")


def test_it_is_read_only_where_a_paper_asks_for_it(room: Room) -> None:
    table = table_of(room, two_revisions(room))
    with CaptureQueriesContext(connection) as queries:
        list(table.rows)
    asked = len(queries)
    with CaptureQueriesContext(connection) as queries:
        list(table.annexes)
    assert (asked <= 4, len(queries)) == (True, 2)
