"""The pages of the kit: downloaded with one click, uploaded row by row, saved when confirmed."""

import logging
import re
from html import unescape
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from comments.drafting.acts import draft_comment
from comments.inputs.content import CommentContent
from comments.kit import views
from comments.kit.queries import kit_of
from comments.models import Comment, CommentState
from consultations.models import Consent, Round, Visibility
from drafts.models import Draft, Revision
from tests.comments.kit.desk import KitDesk, rows_now
from tests.room import SLUG, Room, marker

# The rows of the kit of Cabo Verde: the heading, two drafts on 1, nothing on 2, a group draft on 3.
HEADING, DRAFT, CLEARED, EMPTY, GROUP = range(5)


def _newest(count: int = 1) -> list[Comment]:
    rows = Comment.objects.select_related("wording", "seat", "filed_by", "paragraph")
    return list(rows.order_by("-pk")[:count])


@pytest.mark.parametrize("form", ["docx", "xlsx"])
def test_an_unchanged_kit_changes_nothing(room: Room, form: str) -> None:
    desk, before = KitDesk(room), rows_now()
    page = desk.upload(desk.download(form), f"kit.{form}")
    assert "The file changes nothing" in page.text
    assert page.states() == []
    assert rows_now() == before


HARD_WORDS = (
    "\u200fالدول الأعضاء\u200e و States",
    "de\u0301le\u0301gations\u00a0: n\u00b0\u00a012, non\u2011breaking\u202f;",
    "\tone\ttwo\n\n  three \nfour ",
    "=1+1 _x0041_ <w:t>&amp;</w:t>\r𝔘",
)


@pytest.mark.parametrize("form", ["docx", "xlsx"])
def test_drafts_of_hard_words_come_back_as_they_are_stored(room: Room, form: str) -> None:
    for words in HARD_WORDS:
        draft_comment(
            access=room.access("CPV contributor"),
            wording=room.wording(room.revision, 3),
            content=CommentContent(
                kind="replace", proposed=words, rationale=words[::-1], language="ar"
            ),
        )
    desk, before = KitDesk(room), rows_now()
    page = desk.upload(desk.download(form), f"kit.{form}")
    assert "The file changes nothing" in page.text
    assert rows_now() == before


@pytest.mark.parametrize("form", ["docx", "xlsx"])
@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("CPV contributor", {"CPV draft", "CPV cleared", "CPV group draft"}),
        ("FRA focal_point", {"FRA draft", "FRA cleared"}),
        ("IOM deputy", set()),
    ],
)
def test_a_kit_holds_the_own_delegations_unsent_drafts_and_no_other_words(
    room: Room, form: str, who: str, expected: set[str]
) -> None:
    with ZipFile(BytesIO(KitDesk(room, who).download(form))) as parts:
        content = "".join(parts.read(name).decode("utf-8", "ignore") for name in parts.namelist())
    assert {name for name in room.comments if marker(name) in content} == expected
    # Notes stay in the house, for the file may go further than the capital.
    notes = ("note on CPV", "note on FRA", "typing of CPV", "typing of FRA")
    for name in ("working text", "unsent text", *notes):
        assert marker(name) not in content


@pytest.mark.parametrize("who", ["co_facilitator", "staff", "secretariat"])
def test_who_sits_for_no_delegation_has_no_kit(room: Room, who: str) -> None:
    desk = KitDesk(room, who)
    assert desk.client.get(reverse("kit_file", args=[*desk.args, "docx"])).status_code == 403
    assert desk.client.get(reverse("kit", args=desk.args)).status_code == 403


def test_the_kit_says_when_the_round_that_takes_inputs_now_closes(room: Room) -> None:
    revision = Revision.objects.select_related("draft").get(pk=room.revision.pk)
    access = room.access("CPV contributor")
    Round.objects.filter(pk=room.round.pk).update(closed_at=room.at(-1))
    assert kit_of(access, revision, "en").deadline == room.at(-1)
    Round.objects.create(
        consultation=room.consultation,
        name="Once more",
        opens_at=room.at(-0.5),
        deadline=room.at(20),
        visibility=Visibility.AT_CLOSE,
        consents=[Consent.PUBLIC],
        asks_again=room.round,
    )
    kit = kit_of(access, revision, "en")
    assert (kit.deadline, kit.consents) == (room.at(20), (Consent.PUBLIC,))


@pytest.mark.parametrize("page", ["latest", "workspace"])
def test_the_kit_is_one_click_away(room: Room, page: str) -> None:
    desk = KitDesk(room)
    args = [SLUG, "plan"] if page == "latest" else [SLUG]
    shown = desk.client.get(reverse(page, args=args)).content.decode()
    for form in ("docx", "xlsx"):
        assert f'href="{reverse("kit_file", args=[*desk.args, form])}"' in shown
    assert f'href="{reverse("kit", args=desk.args)}"' in shown


def test_what_the_capital_wrote_becomes_a_draft_that_awaits_clearance(room: Room) -> None:
    desk = KitDesk(room)
    word = desk.word()
    word.fill(
        word.rows()[EMPTY],
        kind="replace wording",
        type="editorial",
        proposed="To train all officials,\nevery year.",
        rationale="Training fades.",
    )
    before = rows_now()
    page = desk.upload(word.saved())
    assert page.states() == ["New"]
    assert rows_now() == before
    then = desk.take(page)
    assert "1 draft was imported" in then.text
    [draft] = _newest()
    assert (draft.kind, draft.type) == ("replace", "editorial")
    assert draft.proposed == "To train all officials,\nevery year."
    assert draft.rationale == "Training fades."
    assert draft.state is CommentState.DRAFTED
    assert draft.wording.text == "To train officials."
    assert draft.filed_by.code == "CPV"
    assert rows_now()[:-1] == before


def test_the_same_in_excel(room: Room) -> None:
    desk = KitDesk(room)
    book = load_workbook(BytesIO(desk.download("xlsx")))
    sheet = book.worksheets[0]
    assert sheet.protection.sheet, "whoever fills it in may change its ids"
    places = {cell.value: cell.column for cell in sheet[1]}
    row = next(r for r in range(5, 12) if sheet.cell(r, places["label"]).value == "2")
    for place in list(places.values())[1:]:  # all but the hidden id
        cell = sheet.cell(row, place)
        assert cell.number_format == "@", "a date or number that is typed stays as it is typed"
        assert cell.alignment.wrap_text and cell.alignment.vertical == "top"
        assert cell.border.bottom.style == "dotted" and cell.border.bottom.color.rgb[2:] == "8A8A8A"
    sheet.cell(row, places["kind"], "question")
    sheet.cell(row, places["rationale"], "=SUM(1)\tWhich officials?").data_type = "s"
    file = BytesIO()
    book.save(file)
    desk.take(desk.upload(file.getvalue(), "kit.xlsx"))
    [draft] = _newest()
    assert (draft.kind, draft.rationale) == ("question", "=SUM(1)\tWhich officials?")
    assert draft.wording.text == "To train officials."


def test_rows_are_matched_by_id_wherever_they_stand(room: Room) -> None:
    desk = KitDesk(room)
    word = desk.word()
    rows = word.rows()
    word.fill(rows[EMPTY], rationale="Who pays?", kind="question")
    for row in rows:
        row.getparent().insert(2, row)  # the last comes first
    assert desk.upload(word.saved()).states() == ["New"]
    desk.take(desk.upload(word.saved()))
    assert _newest()[0].wording.text == "To train officials."


def test_a_draft_that_the_capital_changed_is_changed_and_waits_for_clearance_again(
    room: Room,
) -> None:
    desk = KitDesk(room)
    word = desk.word()
    word.fill(word.rows()[CLEARED], proposed="To raise awareness at school.")
    page = desk.upload(word.saved())
    assert page.states() == ["Changed"]
    assert "it needs clearance again" in page.text
    desk.take(page)
    changed = room.comment("CPV cleared")
    assert changed.proposed == "To raise awareness at school."
    assert changed.rationale == f"Because {marker('CPV cleared')}."
    assert changed.state is CommentState.DRAFTED
    assert changed.version == 3


def test_the_draft_filed_for_a_group_stays_the_groups(room: Room) -> None:
    desk = KitDesk(room)
    word = desk.word()
    word.fill(word.rows()[GROUP], rationale="All of us need it.")
    desk.take(desk.upload(word.saved()))
    assert room.comment("CPV group draft").rationale == "All of us need it."
    assert room.comment("CPV group draft").seat.name == "African Group"


def test_tracked_changes_on_the_text_are_the_proposed_wording(room: Room) -> None:
    desk = KitDesk(room)
    word = desk.word()
    word.track(word.rows()[EMPTY], out="train", put_in="train and equip")
    page = desk.upload(word.saved())
    assert page.states() == ["New"]
    assert re.search(r"(?s)<ins>.*and equip.*</ins>", page.text)
    desk.take(page)
    [draft] = _newest()
    assert (draft.kind, draft.proposed) == ("replace", "To train and equip officials.")


def test_a_wording_in_the_cell_and_another_in_the_text_are_two_drafts(room: Room) -> None:
    desk = KitDesk(room)
    word = desk.word()
    word.fill(word.rows()[EMPTY], proposed="To train all officials.", rationale="All.")
    word.track(word.rows()[EMPTY], out="officials", put_in="judges")
    page = desk.upload(word.saved())
    assert page.states() == ["New", "New"]
    desk.take(page)
    assert {draft.proposed for draft in _newest(2)} == {
        "To train all officials.",
        "To train judges.",
    }


def test_a_comment_in_the_margin_is_the_reason(room: Room) -> None:
    desk = KitDesk(room)
    word = desk.word()
    rows = word.rows()
    word.note(rows[EMPTY], "Which officials are meant?")
    word.note(rows[DRAFT], "The minister agrees.", "proposed")
    page = desk.upload(word.saved())
    assert page.states() == ["Changed", "New"]
    desk.take(page)
    [new] = _newest()
    assert (new.kind, new.rationale) == ("comment", "Which officials are meant?")
    before = f"Because {marker('CPV draft')}."
    assert room.comment("CPV draft").rationale == f"{before}\nThe minister agrees."


def test_twice_the_same_file_brings_nothing_twice(room: Room) -> None:
    desk = KitDesk(room)
    word = desk.word()
    rows = word.rows()
    word.fill(rows[EMPTY], proposed="To train all officials.")
    word.track(rows[HEADING], out="Prevention", put_in="Prevention and care")
    word.fill(rows[DRAFT], rationale="Reworked.")
    word.note(rows[CLEARED], "Agreed.")
    desk.take(desk.upload(word.saved()))
    after = rows_now()
    for who in ("CPV contributor", "CPV deputy"):  # a colleague may send it again
        page = KitDesk(room, who).upload(word.saved())
        assert "The file changes nothing" in page.text or set(page.states()) == {"Unchanged"}
        KitDesk(room, who).press(page, confirm="yes")
    assert rows_now() == after


def test_pressing_twice_writes_once(room: Room) -> None:
    desk = KitDesk(room)
    word = desk.word()
    word.fill(word.rows()[EMPTY], proposed="To train all officials.")
    page = desk.upload(word.saved())
    desk.take(page)
    after = rows_now()
    desk.take(page)
    assert rows_now() == after


def test_a_row_copied_and_changed_is_a_further_draft(room: Room) -> None:
    desk = KitDesk(room)
    word = desk.word()
    copied = word.copy_below(word.rows()[DRAFT])
    word.fill(copied, proposed="To raise awareness on the radio.")
    page = desk.upload(word.saved())
    assert page.states() == ["New"]
    before = rows_now()
    desk.take(page)
    assert rows_now()[:-1] == before
    assert _newest()[0].proposed == "To raise awareness on the radio."


def test_a_row_left_out_is_not_written(room: Room) -> None:
    desk, before = KitDesk(room), rows_now()
    word = desk.word()
    word.fill(word.rows()[EMPTY], proposed="To train all officials.")
    page = desk.upload(word.saved())
    [key] = page.row_keys()
    desk.take(page, **{f"row-{key}": "out"})
    assert rows_now() == before


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "shout", "rationale": "Because."}, "“shout” is not a known kind."),
        ({"type": "grave", "rationale": "Because."}, "“grave” is not a known type."),
        ({"kind": "question"}, "Write your comment or question."),
        ({"kind": "replace wording", "rationale": "x"}, "Write the wording that you propose."),
        ({"kind": "delete paragraph", "proposed": "x"}, "has no proposed wording"),
        ({"proposed": "To train officials."}, "This is the present wording."),
        ({"rationale": "x" * 20_001}, "This has 20001 characters. The limit is 20000."),
    ],
)
def test_a_row_that_no_draft_can_hold_says_why_and_is_not_written(
    room: Room, fields: dict[str, str], sentence: str
) -> None:
    desk, before = KitDesk(room), rows_now()
    word = desk.word()
    word.fill(word.rows()[EMPTY], **fields)
    page = desk.upload(word.saved())
    assert page.states() == ["Not understood"]
    assert sentence in page.words
    desk.take(page)
    assert rows_now() == before


def test_a_draft_emptied_in_the_file_is_not_lost(room: Room) -> None:
    desk, before = KitDesk(room), rows_now()
    word = desk.word()
    word.fill(word.rows()[DRAFT], kind="", type="", proposed="", rationale="")
    page = desk.upload(word.saved())
    assert page.states() == ["Not understood"]
    assert "To discard a draft, use its page." in page.text
    desk.take(page)
    assert rows_now() == before


def test_words_of_another_language_are_marked_so(room: Room) -> None:
    desk = KitDesk(room)
    word = desk.word()
    word.fill(word.rows()[EMPTY], rationale="لماذا؟", kind="question")
    desk.take(desk.upload(word.saved(), language="ar"))
    assert _newest()[0].language == "ar"


def test_a_closed_round_takes_no_kit_in_and_still_gives_one_out(room: Room) -> None:
    desk = KitDesk(room, number=1)
    room.round.__class__.objects.filter(name="Call for inputs").update(late_policy="refuse")
    page = desk.client.get(reverse("kit", args=desk.args)).content.decode()
    assert "accepts no late inputs" in page
    assert 'type="file"' not in page
    word = desk.word()
    word.fill(word.rows()[0], rationale="Late.", kind="question")
    before = rows_now()
    shown = desk.upload(word.saved())
    assert 'name="confirm"' not in shown.text
    assert desk.press(shown, confirm="yes").response.status_code == 422
    assert rows_now() == before


def test_no_kit_is_uploaded_on_an_adopted_text(room: Room) -> None:
    desk = KitDesk(room)
    Draft.objects.filter(pk=room.draft.pk).update(adopted_at=room.at(-1))
    page = desk.client.get(reverse("kit", args=desk.args)).content.decode()
    assert "The text is adopted. It no longer accepts inputs." in page
    assert 'type="file"' not in page


def test_what_was_sent_is_shown_to_its_sender_alone(room: Room) -> None:
    word = KitDesk(room).word()
    word.fill(word.rows()[EMPTY], rationale=f"Because {marker('on the way')}.", kind="comment")
    page = KitDesk(room).upload(word.saved())
    assert marker("on the way") in page.text
    for who in ("CPV deputy", "CPV focal_point", "FRA focal_point", "co_facilitator"):
        assert marker("on the way") not in KitDesk(room, who).look(page.url).text


def _breaks(*_args: Any, **_how: Any) -> None:
    raise RuntimeError("the disk is full")


def test_a_failure_while_a_kit_is_taken_in_leaves_no_words_in_the_log(
    room: Room, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, secret = KitDesk(room), marker("not yet said")
    word = desk.word()
    word.fill(word.rows()[EMPTY], kind="question", rationale=f"Because {secret}?")
    page = desk.upload(word.saved())
    desk.client.raise_request_exception = False
    with caplog.at_level(logging.DEBUG):
        monkeypatch.setattr(views, "apply_rows", _breaks)
        assert desk.press(page, confirm="yes").response.status_code == 500
        monkeypatch.setattr(views, "compare", _breaks)
        assert desk.client.get(page.url).status_code == 500
        monkeypatch.setattr(views, "revision_of_own_kit", _breaks)
        assert desk.send(word.saved()).status_code == 500
    assert "the disk is full" in caplog.text
    assert secret not in caplog.text


@pytest.mark.parametrize("form", ["docx", "xlsx"])
def test_a_kit_and_its_preview_take_the_same_queries_for_one_draft_and_for_many(
    room: Room, form: str
) -> None:
    desk = KitDesk(room)

    def counted() -> tuple[int, int]:
        desk.client.get(reverse("kit", args=desk.args))
        with CaptureQueriesContext(
            connection,
        ) as out:
            content = desk.download(form)
        page = desk.upload(content, f"kit.{form}")
        with CaptureQueriesContext(connection) as shown:
            desk.look(page.url)
        return len(out), len(shown)

    counted()  # what is looked up once for a process is known from here on
    few = counted()
    word = desk.word()
    rows = word.rows()
    for number in range(20):
        word.fill(word.copy_below(rows[EMPTY]), kind="question", rationale=f"Why {number}?")
    desk.take(desk.upload(word.saved()))
    assert counted() == few


# --- The text of the draft, changed in Excel ------------------------------------------------------


def _with_text(desk: KitDesk, words: str, *, proposed: str = "") -> bytes:
    """The workbook with other words in the text cell of the last paragraph."""
    book = load_workbook(BytesIO(desk.download("xlsx")))
    sheet = book.worksheets[0]
    names = [cell.value for cell in sheet[1]]
    row = max(place for place in range(5, sheet.max_row + 1) if sheet.cell(place, 1).value)
    sheet.cell(row, names.index("text") + 1).value = words or None
    if proposed:
        sheet.cell(row, names.index("proposed") + 1).value = proposed
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_long_title_of_signs_begins_no_code_in_the_foot_of_a_kit(room: Room) -> None:
    for first in ("", "A"):
        Draft.objects.filter(pk=room.draft.pk).update(title=f"{first}{'&' * 180}")
        workbook = ZipFile(BytesIO(KitDesk(room).download("xlsx")))
        sheet = workbook.read("xl/worksheets/sheet1.xml").decode()
        (foot,) = re.findall("<oddFooter>(.*)</oddFooter>", sheet)
        words = unescape(foot).replace("&&", "")
        assert re.findall("&(.?)", words) == ["L", "R", "P", "N"]


def test_a_text_changed_in_excel_is_read_as_a_proposal(room: Room) -> None:
    desk = KitDesk(room, "FRA contributor")
    words = "To report every second year."
    page = desk.upload(_with_text(desk, words), "kit.xlsx")
    desk.take(page)
    made = Comment.objects.get(proposed=words)
    assert (made.kind, made.filed_by_id) == ("replace", room.seat("FRA contributor").pk)


def test_a_text_and_a_proposal_in_one_row_of_excel_are_two_drafts(room: Room) -> None:
    desk = KitDesk(room, "FRA contributor")
    file = _with_text(desk, "To report every second year.", proposed="To report monthly.")
    desk.take(desk.upload(file, "kit.xlsx"))
    made = _newest(2)
    assert {row.proposed for row in made} == {"To report every second year.", "To report monthly."}


def test_a_text_emptied_in_excel_is_refused_with_its_row(room: Room) -> None:
    desk, before = KitDesk(room, "FRA contributor"), Comment.objects.count()
    page = desk.upload(_with_text(desk, ""), "kit.xlsx")
    assert "The text is empty in the file. To propose a deletion" in page.words
    assert "Paragraph 3" in page.words or ">3<" in page.text
    assert Comment.objects.count() == before


@pytest.mark.parametrize(("form", "speaks_of_word"), [("docx", True), ("xlsx", False)])
def test_each_file_says_how_it_is_filled_in(room: Room, form: str, speaks_of_word: bool) -> None:
    with ZipFile(BytesIO(KitDesk(room).download(form))) as package:
        content = "".join(package.read(name).decode() for name in package.namelist())
    assert ("Tracked changes are read" in content) is speaks_of_word
    assert ("from the lists" in content) is not speaks_of_word
