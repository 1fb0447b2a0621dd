"""The short table: one row for equal proposals, with all their numbers, for each reader."""

import csv
import io
import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.answers.acts import review
from comments.models import Comment
from comments.review.gathering import put_together, set_decisive_words, take_apart
from comments.submitting.acts import withdraw_comment
from comments.table.cells import Printer, as_text
from comments.table.compiled import Table, compile_table
from comments.table.files import FORMATS, stream, table_filename
from comments.table.short import shorten
from drafts.models import Revision

from .table_room import DAY, HOUR, KEPT, START, TableRoom

pytestmark = pytest.mark.django_db

OPEN = START + 2 * HOUR
END = START + 90 * DAY
LATER = END + DAY
WORDS = "Decides to strengthen national efforts;"


@pytest.fixture
def room() -> TableRoom:
    return KEPT.laid_out()


@pytest.fixture
def revision(room: TableRoom) -> Revision:
    return room.circulate("First draft", START)


def asks(
    room: TableRoom, revision: Revision, code: str, proposed: str = WORDS, **words: Any
) -> Comment:
    fields = {"kind": "replace", "proposed": proposed} | words
    return room.submit(code, revision, room.paragraphs[2], OPEN, **fields)


def short(room: TableRoom, revision: Revision, code: str = "facilitator", **how: Any) -> Table:
    cut_off, moment = how.pop("cut_off", END), how.pop("moment", LATER)
    return shorten(
        compile_table(
            access=room.access(code, moment), revisions=[revision], cut_off=cut_off, **how
        )
    )


def rows(table: Table) -> list[list[str]]:
    return [[row.number, *(other.number for other in row.merged_rows)] for row in table.rows]


def cell(table: Table, column: int) -> str:
    (row,) = table.rows
    return as_text(Printer(table).cells(row)[column])


# --- Which inputs share a row --------------------------------------------------------------------


def test_inputs_that_ask_for_the_same_words_share_a_row_in_the_order_of_the_table(
    room: TableRoom, revision: Revision
) -> None:
    for code in ("NOR", "HOL", "HRV", "CIV"):
        asks(room, revision, code)
    table = short(room, revision)
    assert rows(table) == [["CIV-1", "HRV-1", "NOR-1", "HOL-1"]]
    assert (table.row_count, table.input_count) == (1, 4)
    assert table.title == "Table of Inputs on First Draft (short table)"


@pytest.mark.parametrize(
    "words",
    [
        "decides to strengthen the national efforts.",
        "Decides  to strengthen national efforts;",
    ],
)
def test_an_article_capitals_and_spaces_make_no_other_row(
    room: TableRoom, revision: Revision, words: str
) -> None:
    asks(room, revision, "CIV")
    asks(room, revision, "NOR", words)
    table = short(room, revision)
    assert rows(table) == [["CIV-1", "NOR-1"]]
    # Each wording stands as received, under its number.
    assert "CIV-1:" in cell(table, 5)
    assert "NOR-1:" in cell(table, 5)


def test_near_words_stand_apart(room: TableRoom, revision: Revision) -> None:
    asks(room, revision, "CIV")
    asks(room, revision, "NOR", "Decides to strengthen national efforts further;")
    assert rows(short(room, revision)) == [["CIV-1"], ["NOR-1"]]


def test_other_kinds_languages_and_paragraphs_stand_apart(
    room: TableRoom, revision: Revision
) -> None:
    asks(room, revision, "CPV", kind="add_after")
    asks(room, revision, "HRV")
    asks(room, revision, "NOR", language="fr")
    room.submit("PRT", revision, room.paragraphs[3], OPEN, kind="replace", proposed=WORDS)
    assert rows(short(room, revision)) == [["CPV-1"], ["HRV-1"], ["NOR-1"], ["PRT-1"]]


def test_deletions_of_one_paragraph_share_a_row_and_comments_never_do(
    room: TableRoom, revision: Revision
) -> None:
    for code in ("CIV", "NOR"):
        asks(room, revision, code, "", kind="delete", rationale="The same reason.")
    for code in ("HRV", "PRT"):
        asks(room, revision, code, "", kind="comment", rationale="The same reason.")
    assert rows(short(room, revision)) == [["CIV-1", "NOR-1"], ["HRV-1"], ["PRT-1"]]


def test_decisive_words_of_the_consultation_keep_rows_apart(
    room: TableRoom, revision: Revision
) -> None:
    asks(room, revision, "CIV", "Decides to support the territory;")
    asks(room, revision, "NOR", "Decides to support territory;")
    assert rows(short(room, revision)) == [["CIV-1", "NOR-1"]]
    now = timezone.now()
    set_decisive_words(
        access=room.access("secretariat", now), language="en", words="the territory / territory"
    )
    apart = short(room, revision, cut_off=now, moment=now + HOUR)
    assert rows(apart) == [["CIV-1"], ["NOR-1"]]
    assert rows(short(room, revision)) == [["CIV-1", "NOR-1"]]  # as at the earlier cut-off


def test_a_withdrawn_input_stands_alone_and_its_number_stays(
    room: TableRoom, revision: Revision
) -> None:
    for code in ("CIV", "HRV", "NOR"):
        asks(room, revision, code)
    gone = Comment.objects.get(seat=room.seats["HRV"])
    withdraw_comment(access=room.access("HRV", OPEN + DAY), comment=gone, reason="Looked at again.")
    assert rows(short(room, revision)) == [["CIV-1", "NOR-1"], ["HRV-1"]]
    assert rows(short(room, revision, cut_off=OPEN + HOUR)) == [["CIV-1", "HRV-1", "NOR-1"]]


# --- By hand -------------------------------------------------------------------------------------


def test_what_was_set_by_hand_counts_from_the_cut_off_on_for_those_who_read_all(
    room: TableRoom, revision: Revision
) -> None:
    near = "Decides to strengthen national efforts further;"
    made = [asks(room, revision, "CIV"), asks(room, revision, "NOR", near)]
    put_together(access=room.access("facilitator", OPEN + DAY), comments=made)
    together, apart = [["CIV-1", "NOR-1"]], [["CIV-1"], ["NOR-1"]]
    assert rows(short(room, revision)) == together
    assert rows(short(room, revision, cut_off=OPEN + HOUR)) == apart
    assert rows(short(room, revision, "PRT")) == apart
    words = cell(short(room, revision), 5)
    assert words.startswith("CIV-1:\n")
    assert "\nNOR-1:\n" in words and "further" in words


def test_one_taken_out_by_hand_stands_alone(room: TableRoom, revision: Revision) -> None:
    made = [asks(room, revision, code) for code in ("CIV", "HRV", "NOR")]
    take_apart(access=room.access("facilitator", OPEN + DAY), comments=made[1:2])
    assert rows(short(room, revision)) == [["CIV-1", "NOR-1"], ["HRV-1"]]


# --- For whom ------------------------------------------------------------------------------------


def test_only_what_the_reader_may_read_is_merged(room: TableRoom) -> None:
    revision = room.circulate("First draft", START, visibility="facilitators")
    for code in ("CIV", "HRV", "NOR"):
        asks(room, revision, code)
    assert rows(short(room, revision, copy="facilitators")) == [["CIV-1", "HRV-1", "NOR-1"]]
    own = short(room, revision, "HRV")
    assert rows(own) == [["HRV-1"]]
    assert (own.row_count, own.input_count) == (1, 1)
    printed = b"".join(stream(own, "json")).decode()
    assert "CIV-1" not in printed and "HRV-1" in printed


def test_answers_of_a_row_stand_under_the_numbers_they_were_given_to(
    room: TableRoom, revision: Revision
) -> None:
    made = [asks(room, revision, code) for code in ("CIV", "HRV")]
    facilitator = room.access("facilitator", OPEN + DAY)
    review(access=facilitator, comment=made[0], disposition="noted", observation="Seen.")
    table = short(room, revision, copy="facilitators")
    assert cell(table, 7) == "CIV-1:\nSeen."
    assert cell(short(room, revision), 4) == cell(short(room, revision, copy="circulation"), 4)


# --- On paper ------------------------------------------------------------------------------------


def test_a_row_names_all_and_says_shared_words_once(room: TableRoom, revision: Revision) -> None:
    asks(room, revision, "NOR", rationale="Norway's reason.")
    asks(room, revision, "CIV", rationale="Another reason.")
    table = short(room, revision)
    assert cell(table, 0) == "CIV-1\nNOR-1"
    assert cell(table, 3) == "Côte d’Ivoire\nNorway"
    assert cell(table, 5).count("national") == 1
    assert cell(table, 6) == "CIV-1:\nAnother reason.\nNOR-1:\nNorway's reason."


def test_blocks_name_all_in_the_head_of_the_row(room: TableRoom, revision: Revision) -> None:
    for code in ("NOR", "CIV"):
        asks(room, revision, code)
    table = short(room, revision, layout="blocks")
    (block,) = Printer(table).blocks(table.rows)
    assert [row.head for row in block.inputs] == ["CIV-1, NOR-1 · Côte d’Ivoire, Norway"]


def test_the_files_hold_the_rows(room: TableRoom, revision: Revision) -> None:
    for code in ("NOR", "CIV", "PRT"):
        asks(room, revision, code)
    table = short(room, revision)
    assert table_filename(table, "csv").endswith("-circulation-short-20100801-0900.csv")
    records = list(csv.reader(io.StringIO(b"".join(stream(table, "csv")).decode("utf-8-sig"))))
    assert ["Inputs", "3"] in records
    assert ["Rows", "1: inputs that ask for the same words stand in one row"] in records
    assert records[-1][0] == "CIV-1\nNOR-1\nPRT-1"
    document = json.loads(b"".join(stream(table, "json")))
    assert [each["number"] for each in document["rows"][0]["same"]] == ["NOR-1", "PRT-1"]


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_cut_off_gives_the_same_bytes_whatever_comes_later(
    room: TableRoom, revision: Revision, name: str
) -> None:
    made = [asks(room, revision, code) for code in ("NOR", "CIV")]
    before = b"".join(stream(short(room, revision), name))
    take_apart(access=room.access("facilitator", LATER), comments=made)
    room.submit("PRT", revision, room.paragraphs[2], START + 3 * DAY, kind="delete")
    cut_off = START + 2 * DAY
    first = b"".join(stream(short(room, revision, cut_off=cut_off), name))
    late = b"".join(stream(short(room, revision, cut_off=cut_off, moment=LATER + DAY), name))
    assert first == late
    assert before != first


def test_thirty_rows_cost_as_many_queries_as_three(room: TableRoom, revision: Revision) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert list(short(room, revision, copy="facilitators").rows)
        return len(asked)

    for code in ("NOR", "CIV", "PRT"):
        asks(room, revision, code)
    few = cost()
    for number in range(27):
        asks(room, revision, "HRV", f"Decides to strengthen {number} efforts;")
    assert cost() == few
