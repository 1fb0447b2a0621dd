"""The concordance annexed to a table of several revisions, in Word, PDF and Excel."""

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

from comments.table.compiled import Table, compile_table
from comments.table.files import stream
from delegations.models import Delegation, DelegationKind, GroupMembership, Mandate
from drafts.desk.acts import edit_paragraph, split_paragraph
from drafts.models import Paragraph, Revision
from tests.comments.table.table_room import DAY, HOUR, KEPT, START, TableRoom

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
def room() -> TableRoom:
    return KEPT.laid_out()


def two_revisions(room: TableRoom) -> list[Revision]:
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


def table_of(room: TableRoom, revisions: list[Revision], **how: Any) -> Table:
    end = START + 3 * DAY
    access = room.access("facilitator", end + HOUR)
    return compile_table(access=access, revisions=revisions, cut_off=end, **how)


def file_content(table: Table, name: str) -> bytes:
    return b"".join(stream(table, name))


def test_the_table_of_two_revisions_carries_their_concordance(room: TableRoom) -> None:
    table = table_of(room, two_revisions(room))
    (annex,) = table.annexes
    assert annex.title == TITLE
    assert list(annex.rows) == ROWS


def test_the_table_of_one_revision_carries_none(room: TableRoom) -> None:
    assert list(table_of(room, two_revisions(room)[1:]).annexes) == []


@pytest.mark.parametrize("layout", ["grid", "blocks"])
def test_word_has_it_behind_the_rows(room: TableRoom, layout: str) -> None:
    paper = Document(
        io.BytesIO(file_content(table_of(room, two_revisions(room), layout=layout), "docx"))
    )
    assert TITLE in [paragraph.text for paragraph in paper.paragraphs]
    rows = [tuple(cell.text for cell in row.cells) for row in paper.tables[-1].rows]
    assert rows == [("First draft", "Rev.1", "What became of it"), *ROWS]


def test_excel_has_it_on_a_sheet_of_its_own(room: TableRoom) -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(file_content(table_of(room, two_revisions(room)), "xlsx"))
    )
    assert "Concordance" in book.sheetnames
    rows = list(book["Concordance"].iter_rows(values_only=True))
    assert rows[0][0] == TITLE
    assert rows[2:] == ROWS


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_pdf_has_it_on_a_page_of_its_own(room: TableRoom, tmp_path: Path) -> None:
    file = tmp_path / "table.pdf"
    file.write_bytes(file_content(table_of(room, two_revisions(room)), "pdf"))
    text = subprocess.run(
        ["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True, text=True
    ).stdout
    page = re.sub(r" +", " ", text.split("\f")[-2])
    assert TITLE in page
    assert "OP1 OP1, OP1 bis split into 2" in page


def test_a_spreadsheet_of_plain_rows_has_none(room: TableRoom) -> None:
    assert b"split into" not in file_content(table_of(room, two_revisions(room)), "csv")


def test_it_is_read_only_where_a_paper_asks_for_it(room: TableRoom) -> None:
    table = table_of(room, two_revisions(room))
    with CaptureQueriesContext(connection) as queries:
        list(table.rows)
    asked = len(queries)
    with CaptureQueriesContext(connection) as queries:
        list(table.annexes)
    # The inputs by place, what was asked in their words, the paragraphs, what follows them,
    # and the brackets of the last.
    assert (asked <= 4, len(queries)) == (True, 5)


# --- Members of groups ---------------------------------------------------------------------------

NAMES = tuple(f"State {place}" for place in range(1, 28))


@pytest.fixture
def with_group(room: TableRoom) -> Table:
    """Two inputs of a group of 27, and one of a delegation alone."""
    revision = room.circulate("First draft", START)
    group = room.named("EU")
    Mandate.objects.create(group=group, coordinator=room.named("PRT"))
    for place, name in enumerate(NAMES):
        kind, key = DelegationKind.MEMBER_STATE, f"STATE {place:02}"
        body = Delegation.objects.create(code=f"S{place}", kind=kind, short_en=name, sort_key=key)
        GroupMembership.objects.create(group=group, member=body)
    for turn, for_whom in enumerate(("EU", "EU", ""), 1):
        at = START + turn * HOUR
        room.submit("PRT", revision, room.paragraphs[turn], at, on_behalf=for_whom)
    return table_of(room, [revision])


def test_many_members_stand_once_in_an_annex_and_are_counted_beside_the_input(
    with_group: Table,
) -> None:
    paper = Document(io.BytesIO(file_content(with_group, "docx")))
    grid = [[cell.text for cell in row.cells] for row in paper.tables[0].rows]
    assert [row[3] for row in grid[1:]].count(
        "European Union\nfiled by Portugal\n27 members, see annex"
    ) == 2
    annex = [[cell.text for cell in row.cells] for row in paper.tables[-1].rows]
    assert annex == [
        ["Group", "Inputs", "Number", "Members"],
        ["European Union", "EU-1, EU-2", "27", ", ".join(NAMES)],
    ]


def test_a_spreadsheet_of_plain_rows_lists_all_members_in_the_row(with_group: Table) -> None:
    assert file_content(with_group, "csv").decode().count("Members: " + ", ".join(NAMES)) == 2
    assert (
        "Members" in openpyxl.load_workbook(io.BytesIO(file_content(with_group, "xlsx"))).sheetnames
    )


def test_checksums_stand_at_the_foot(with_group: Table) -> None:
    words = [p.text for p in Document(io.BytesIO(file_content(with_group, "docx"))).paragraphs]
    seal = f"Checksum of First draft: {with_group.stage_checksums[0][1]}"
    assert words[-1] == seal
    assert not any(with_group.stage_checksums[0][1] in line for line in words[:-1])
