"""The consent for an input in a kit: offered, saved, or refused with a sentence."""

from io import BytesIO
from typing import Any

import pytest
from django.utils.translation import override
from openpyxl import Workbook, load_workbook

from comments.kit.docx_out import write_docx
from comments.kit.file_rows import KitFields, consent_of
from comments.kit.parsing import read_file
from comments.kit.xlsx_out import write_xlsx
from comments.models import Comment
from comments.submitting.acts import submit_comment
from consultations.models import SELECTABLE_CONSENTS, Consent, Round
from tests.comments.inputs.test_consent import offer
from tests.comments.kit.as_word import Word
from tests.comments.kit.desk import KitDesk
from tests.comments.kit.kits import kit, row
from tests.room import Room, loaded

# The rows of the kit of Cabo Verde: the heading, two drafts on 1, nothing on 2, a group draft on 3.
DRAFT, CLEARED, EMPTY = 1, 2, 3
FORMS = pytest.mark.parametrize("form", ["docx", "xlsx"])
LANGUAGES = pytest.mark.parametrize("language", ["ar", "en", "es", "fr", "ru", "zh-hans"])


def consent_now(room: Room, name: str = "CPV draft") -> str:
    return Comment.objects.get(pk=room.comment(name).pk).consent


def filled_sheet(content: bytes, place: int, **fields: str) -> bytes:
    """The workbook with these cells typed into one of its rows."""
    book = load_workbook(BytesIO(content))
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for field, words in fields.items():
        sheet.cell(5 + place, columns[field]).value = words or None
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def filled_kit(desk: KitDesk, form: str, place: int, **fields: str) -> bytes:
    if form == "xlsx":
        return filled_sheet(desk.download("xlsx"), place, **fields)
    word = desk.word()
    word.fill(word.rows()[place], **fields)
    return word.saved()


def test_a_kit_has_no_cell_for_it_where_the_round_offers_no_choice(room: Room) -> None:
    desk = KitDesk(room)
    heading = b"What your delegation allows"
    book = load_workbook(BytesIO(desk.download("xlsx"))).worksheets[0]
    assert "consent" not in [cell.value for cell in book[1]]
    assert heading not in desk.word().parts["word/document.xml"]
    offer(room)
    book = load_workbook(BytesIO(desk.download("xlsx"))).worksheets[0]
    assert [cell.value for cell in book[1]][-1] == "consent"
    assert heading in desk.word().parts["word/document.xml"]


@LANGUAGES
@pytest.mark.parametrize(("form", "write"), [("docx", write_docx), ("xlsx", write_xlsx)])
def test_the_choice_is_written_in_the_readers_words_and_known_again(
    form: str, write: Any, language: str
) -> None:
    fields = [KitFields("comment", "technical", "", "So.", one.value) for one in Consent]
    made = kit(
        [row(n, one) for n, one in enumerate(fields)], language, consents=SELECTABLE_CONSENTS
    )
    with override(language):
        labels = [str(one.label) for one in Consent]
    lines = read_file(f"kit.{form}", write(made)).kit_rows
    assert [line.fields.consent for line in lines] == labels
    assert [consent_of(line.fields.consent) for line in lines] == [one.value for one in Consent]


def test_both_files_offer_what_the_round_offers_and_no_more() -> None:
    made = kit([row(1), row(2)], consents=(Consent.FACILITATORS,))
    word = Word(write_docx(made))
    control = word.control(word.rows()[0], "consent")
    items = control.iterfind(".//w:listItem", word.names)
    name = f"{{{word.names['w']}}}value"
    assert [item.get(name) for item in items] == [Consent.ROUND, Consent.FACILITATORS]
    book = load_workbook(BytesIO(write_xlsx(made)))
    rule = book.worksheets[0].data_validations.dataValidation[-1]
    sheet, cells = rule.formula1.split("!")
    found = book[sheet.strip("'=")][cells.replace("$", "")]
    assert [cell.value for (cell,) in found] == ["as the round says", "facilitators only"]


@FORMS
def test_what_is_chosen_in_the_file_is_kept_with_the_draft(room: Room, form: str) -> None:
    offer(room)
    desk = KitDesk(room)
    page = desk.upload(filled_kit(desk, form, DRAFT, consent="Facilitators only"), f"kit.{form}")
    assert page.states() == ["Changed"]
    assert "· facilitators only" in page.words
    desk.take(page)
    assert consent_now(room) == Consent.FACILITATORS
    fields = {"kind": "question", "rationale": "Which officials?", "consent": "may be published"}
    content = filled_kit(desk, form, EMPTY, **fields)
    page = desk.upload(content, f"kit.{form}")
    assert page.states() == ["New"]
    desk.take(page)
    assert Comment.objects.latest("pk").consent == Consent.PUBLIC
    assert consent_now(room) == Consent.FACILITATORS
    assert desk.upload(content, f"kit.{form}").states() == ["Unchanged"]  # nothing comes twice


@FORMS
@pytest.mark.parametrize("words", ["perhaps", "without attribution"])
def test_a_choice_that_is_not_offered_is_refused_with_its_row_and_what_there_is(
    room: Room, form: str, words: str
) -> None:
    offer(room, Consent.PUBLIC, Consent.FACILITATORS)
    desk = KitDesk(room)
    page = desk.upload(filled_kit(desk, form, DRAFT, consent=words), f"kit.{form}")
    assert page.states() == ["Not understood"]
    number = 6 if form == "xlsx" else 3  # as the file counts them, its headings with them
    choices = "“as the round says”, “may be published”, “facilitators only”"
    assert f"Row {number}: “{words}” is not offered. Choose one of: {choices}." in page.words
    assert consent_now(room) == Consent.ROUND


@FORMS
def test_an_empty_cell_leaves_what_was_chosen(room: Room, form: str) -> None:
    offer(room)
    draft = room.comment("CPV draft")
    Comment.objects.filter(pk=draft.pk).update(consent=Consent.FACILITATORS)
    desk = KitDesk(room)
    fields = {"rationale": "Other words.", "consent": ""}
    page = desk.upload(filled_kit(desk, form, DRAFT, **fields), f"kit.{form}")
    assert page.states() == ["Changed"]
    desk.take(page)
    assert room.comment("CPV draft").rationale == "Other words."
    assert consent_now(room) == Consent.FACILITATORS


@FORMS
def test_a_kit_that_was_made_without_the_cell_is_read_and_leaves_what_was_chosen(
    room: Room, form: str
) -> None:
    """Made while the round offered no choice, as all kits were before."""
    desk = KitDesk(room)
    content = filled_kit(desk, form, DRAFT, rationale="Other words.")
    offer(room)
    Comment.objects.filter(pk=room.comment("CPV draft").pk).update(consent=Consent.UNATTRIBUTED)
    page = desk.upload(content, f"kit.{form}")
    assert page.states() == ["Changed"]
    desk.take(page)
    assert room.comment("CPV draft").rationale == "Other words."
    assert consent_now(room) == Consent.UNATTRIBUTED


def test_a_draft_that_was_submitted_since_becomes_a_new_one_that_allows_no_more(room: Room) -> None:
    offer(room)
    draft = room.comment("CPV cleared")
    Comment.objects.filter(pk=draft.pk).update(consent=Consent.FACILITATORS)
    desk = KitDesk(room)
    content = filled_kit(desk, "xlsx", CLEARED, rationale="Other words.", consent="")
    submit_comment(access=room.access("CPV focal_point"), comment=loaded().get(pk=draft.pk))
    page = desk.upload(content, "kit.xlsx")
    assert page.states() == ["Conflict"]
    desk.take(page, **{f"row-{page.row_keys()[0]}": "file"})
    new = Comment.objects.latest("pk")
    assert (new.pk != draft.pk, new.rationale) == (True, "Other words.")
    assert new.consent == Consent.FACILITATORS


def test_what_a_draft_allows_still_stands_where_the_round_offers_it_no_longer(room: Room) -> None:
    offer(room)
    Comment.objects.filter(pk=room.comment("CPV draft").pk).update(consent=Consent.FACILITATORS)
    Round.objects.update(consents=[Consent.PUBLIC])
    desk = KitDesk(room)
    for form in ("docx", "xlsx"):
        page = desk.upload(filled_kit(desk, form, DRAFT, rationale=f"As {form}."), f"kit.{form}")
        assert page.states() == ["Changed"]
        desk.take(page)
        assert room.comment("CPV draft").rationale == f"As {form}."
        assert consent_now(room) == Consent.FACILITATORS


def test_a_new_version_keeps_what_was_chosen_for_its_input(room: Room) -> None:
    offer(room)
    Comment.objects.filter(pk=room.comment("CPV draft").pk).update(amends=1)
    desk = KitDesk(room)
    page = desk.upload(filled_kit(desk, "xlsx", DRAFT, consent="may be published"), "kit.xlsx")
    assert page.states() == ["Not understood"]
    assert "Row 6: a new version keeps “as the round says”. Empty the cell." in page.words


def test_any_table_may_have_such_a_column(room: Room) -> None:
    offer(room, Consent.FACILITATORS)
    book = Workbook()
    book.active.append(["Paragraph", "Comment", "What your delegation allows"])
    book.active.append(["2", "Which officials?", "facilitators only"])
    file = BytesIO()
    book.save(file)
    desk = KitDesk(room)
    page = desk.upload(file.getvalue(), "table.xlsx")
    assert page.states() == ["New"]
    desk.take(page)
    assert Comment.objects.latest("pk").consent == Consent.FACILITATORS
