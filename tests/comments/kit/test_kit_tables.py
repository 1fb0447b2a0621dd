"""The ISO form and tables with known columns: the page shows how each is read."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from lxml import etree
from openpyxl import Workbook

from comments.kit.parsing import guessed_columns, read_file
from comments.models import Comment, CommentType
from tests.comments.kit.as_word import Word, w
from tests.comments.kit.desk import KitDesk, rows_now
from tests.room import Room


def _word(*rows: tuple[str, ...]) -> bytes:
    document = Document()
    document.add_paragraph("Comments of our ministries")
    table = document.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _excel(*rows: tuple[Any, ...]) -> bytes:
    book = Workbook()
    book.active.append(["Comments of our ministries"])
    for row in rows:
        book.active.append(list(row))
    return _saved(book)


def _saved(workbook: Workbook) -> bytes:
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


TABLES = pytest.mark.parametrize(("ending", "made"), [("docx", _word), ("xlsx", _excel)])


@TABLES
def test_a_plain_table_is_read_by_its_headings_and_labels(
    room: Room, ending: str, made: Any
) -> None:
    content = made(
        ("Ministry", "Para.", "Comment", "Proposed text"),
        ("Justice", "2", "Judges too.", "To train officials and judges."),
        ("Health", "para. 3", "Who reads it?", ""),
        ("", "", "", ""),
        ("Interior", "12 bis", "Not clear.", ""),
    )
    desk, before = KitDesk(room), rows_now()
    page = desk.upload(content, f"comments.{ending}")
    assert page.states() == ["New", "New", "Needs a paragraph"]
    assert "The file says: 12 bis" in page.text
    assert rows_now() == before
    desk.take(page)
    second, first = Comment.objects.select_related("wording").order_by("-pk")[:2]
    assert (first.wording.label, first.kind) == ("2", "replace")
    assert (first.proposed, first.rationale) == ("To train officials and judges.", "Judges too.")
    assert (second.wording.label, second.kind) == ("3", "comment")
    assert second.rationale == "Who reads it?"
    # The row that found no place is still there to be placed.
    page = desk.look(page.url)
    assert page.states()[-1] == "Needs a paragraph"
    key = page.row_keys()[-1]
    desk.take(page, **{f"place-{key}": "1"})
    assert Comment.objects.select_related("wording").latest("pk").wording.label == "1"
    after = rows_now()
    again = desk.upload(content, f"comments.{ending}")
    key = again.row_keys()[-1]
    desk.press(again, confirm="yes", **{f"place-{key}": "1"})
    assert rows_now() == after


def test_rows_that_say_the_same_become_one_draft_and_are_counted_once(room: Room) -> None:
    row, other = ("2", "Judges too."), ("3", "Judges too.")
    content = _word(("Para.", "Comment"), row, other, row)
    desk, before = KitDesk(room), rows_now()
    page = desk.upload(content)
    assert page.states() == ["New", "New", "Unchanged"]
    assert "It says the same as row 1." in page.words
    assert "2 drafts were imported." in desk.take(page).words
    assert len(rows_now()) == len(before) + 2
    assert set(desk.upload(content).states()) == {"Unchanged"}


def test_a_number_in_a_sheet_is_a_label(room: Room) -> None:
    page = KitDesk(room).upload(_excel(("No.", "Remark"), (2, "Judges too.")), "c.xlsx")
    assert page.states() == ["New"]
    assert 'value="2"' in page.text


@TABLES
def test_the_columns_are_named_by_hand_where_headings_say_nothing(
    room: Room, ending: str, made: Any
) -> None:
    content = made(("A", "B", "C"), ("2", "To train all.", "All."), ("3", "", "Why?"))
    desk = KitDesk(room)
    page = desk.upload(content, f"c.{ending}")
    assert page.states() == []
    named = {"column-0": "label", "column-1": "proposed", "column-2": "rationale"}
    before = rows_now()
    again = desk.press(page, confirm="yes", **named)
    assert again.response.status_code == 409  # what it brings has not been seen yet
    assert again.states() == ["New", "New"]
    assert rows_now() == before
    desk.take(again, **named)
    second, first = Comment.objects.order_by("-pk")[:2]
    assert (first.proposed, first.rationale, second.rationale) == ("To train all.", "All.", "Why?")


def test_a_guess_that_is_wrong_is_mended(room: Room) -> None:
    content = _word(("Paragraph", "Comment", "Proposed text"), ("2", "To train all.", "All."))
    desk = KitDesk(room)
    page = desk.upload(content)
    named = {"column-0": "label", "column-1": "proposed", "column-2": "rationale"}
    desk.take(desk.press(page, **named), **named)
    new = Comment.objects.latest("pk")
    assert (new.proposed, new.rationale) == ("To train all.", "All.")


def test_the_paragraph_of_a_row_is_mended_by_hand(room: Room) -> None:
    desk = KitDesk(room)
    page = desk.upload(_word(("Paragraph", "Comment"), ("2", "Who pays?")))
    [key] = page.row_keys()
    desk.take(page, **{f"place-{key}": "3"})
    assert Comment.objects.select_related("wording").latest("pk").wording.label == "3"


@pytest.mark.parametrize("typed", ["OP 2", "para. 2", "§ 2", "(2)", "Paragraph 2"])
def test_the_number_of_a_paragraph_is_known_however_it_is_introduced(
    room: Room, typed: str
) -> None:
    desk = KitDesk(room)
    page = desk.upload(_word(("Paragraph", "Comment"), (typed, "Who pays?")))
    assert page.states() == ["New"]
    desk.take(page)
    assert Comment.objects.select_related("wording").latest("pk").wording.label == "2"


def test_a_remark_on_no_paragraph_can_be_placed_on_the_heading(room: Room) -> None:
    desk = KitDesk(room)
    page = desk.upload(_word(("Paragraph", "Comment"), ("", "A good section.")))
    [key] = page.row_keys()
    desk.take(page, **{f"place-{key}": "“Prevention”"})
    assert Comment.objects.select_related("wording").latest("pk").wording.text == "Prevention"


def test_the_iso_form_filled_in_is_read(room: Room, real_data: Path) -> None:
    document = Document(str(real_data / "docx" / "iso-comment-template-2012-03.docx"))
    rows = document.tables[0].rows
    filled = (
        ("CV", "", "2", "", "te", "Judges too.", "To train officials and judges."),
        ("CV", "", "", "3", "ed", "A year of what?", ""),
    )
    for row, values in zip(rows, filled, strict=False):
        for cell, words in zip(row.cells, values, strict=False):
            cell.text = words
    file = BytesIO()
    document.save(file)
    desk = KitDesk(room)
    page = desk.upload(file.getvalue())
    assert page.states() == ["New", "New"]
    desk.take(page)
    second, first = Comment.objects.select_related("wording").order_by("-pk")[:2]
    assert (first.wording.label, first.type) == ("2", CommentType.TECHNICAL)
    assert first.proposed == "To train officials and judges."
    assert (second.wording.label, second.type) == ("3", CommentType.EDITORIAL)
    assert second.rationale == "A year of what?"


def test_the_empty_iso_form_says_that_it_is_empty(room: Room, real_data: Path) -> None:
    content = (real_data / "docx" / "iso-comment-template-2012-03.docx").read_bytes()
    answer = KitDesk(room).send(content)
    assert answer.status_code == 422
    assert "This file has no comments" in answer.content.decode()


def test_a_workbook_without_a_word_says_that_it_is_empty(room: Room) -> None:
    answer = KitDesk(room).send(_saved(Workbook()), "c.xlsx")
    assert answer.status_code == 422
    assert "This file has no comments" in answer.content.decode()


def test_an_empty_sheet_before_the_table_is_passed_over(room: Room) -> None:
    workbook = Workbook()
    sheet = workbook.create_sheet("Remarks")
    sheet.append(("Where", "What we say"))
    sheet.append(("3", "A year of what?"))
    page = KitDesk(room).upload(_saved(workbook), "c.xlsx")
    assert page.states() == []
    assert "What we say" in page.text


def test_a_letter_without_a_table_says_what_is_wanted(room: Room, real_data: Path) -> None:
    answers = [
        KitDesk(room).send(file.read_bytes())
        for file in sorted((real_data / "docx").glob("upr-*.docx"))
    ]
    assert [answer.status_code for answer in answers] == [422] * 4
    wanted = "a table with columns for paragraph, comment and proposed text"
    assert [answer.content.decode().count(wanted) for answer in answers] == [1] * 4


@pytest.mark.parametrize(
    ("headings", "columns"),
    [
        (("Paragraph", "Comment", "Proposed text"), {0: "label", 1: "rationale", 2: "proposed"}),
        (("OP", "Text of the draft", "Suggested wording"), {1: "text", 2: "proposed"}),
        (
            ("MB/ NC", "Line number", "Clause/ Subclause", "Paragraph/ Figure/ Table/"),
            {2: "label", 3: "label"},
        ),
        (
            ("Type of comment", "Comments", "Proposed change", "Observations of the secretariat"),
            {0: "type", 1: "rationale", 2: "proposed"},
        ),
        (("Paragraphe", "Libellé proposé"), {}),
    ],
)
def test_headings_are_known_in_the_words_of_the_field(
    headings: tuple[str, ...], columns: dict[int, str]
) -> None:
    found = guessed_columns(headings)
    assert {place: found.get(place) for place in columns} == columns


def test_controls_around_rows_and_cells_of_a_table_lose_nothing(room: Room) -> None:
    """Word sets such controls: a section that is repeated, a cell of a form."""
    word = Word(_word(("Para.", "Comment", "Proposed text"), ("2", "Judges too.", "Click here.")))
    (row,) = word.document.findall(".//w:tbl/w:tr", word.names)[1:]
    number, comment, proposed = row.findall("w:tc", word.names)
    for element, is_empty in ((number, False), (comment, False), (proposed, True), (row, False)):
        _put_in_control(element, shows_placeholder=is_empty)
    desk = KitDesk(room)
    page = desk.upload(word.saved(), "comments.docx")
    assert page.states() == ["New"]
    desk.take(page)
    made = Comment.objects.select_related("wording").latest("pk")
    assert (made.wording.label, made.kind, made.rationale) == ("2", "comment", "Judges too.")
    assert made.proposed == ""


def _put_in_control(element: Any, *, shows_placeholder: bool) -> None:
    control = etree.Element(w("sdt"))
    properties = etree.SubElement(control, w("sdtPr"))
    if shows_placeholder:
        etree.SubElement(properties, w("showingPlcHdr"))
    element.addprevious(control)
    etree.SubElement(control, w("sdtContent")).append(element)


def test_a_kit_that_lost_its_controls_is_known_by_its_visible_references(room: Room) -> None:
    """As a program saves it that knows no content controls."""
    desk = KitDesk(room)
    word = desk.word()
    rows = word.rows()
    word.fill(rows[1], rationale="Reworked.")
    word.fill(rows[3], kind="question", rationale="Which officials?")
    for control in list(word.document.iter(f"{{{word.names['w']}}}sdt")):
        content = control.find("w:sdtContent", word.names)
        if control.find("w:sdtPr/w:showingPlcHdr", word.names) is None:
            for child in list(content):
                control.addprevious(child)
        control.getparent().remove(control)
    file = read_file("kit.docx", word.saved())
    assert file.issued_for is not None
    page = desk.upload(word.saved())
    assert page.states() == ["Changed", "New"]
    desk.take(page)
    assert room.comment("CPV draft").rationale == "Reworked."
    assert Comment.objects.select_related("wording").latest("pk").wording.label == "2"
