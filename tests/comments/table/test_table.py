"""The compiled table: its rows, their order, the cut-off, and what each reader sees."""

import io
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import get_language, override

from comments.answers.acts import (
    acknowledge,
    align,
    end_alignment,
    publish_reviews,
    reply,
    review,
    undo_review,
    withdraw_reply,
)
from comments.drafting.acts import draft_comment
from comments.inputs.content import CommentContent
from comments.models import Review
from comments.submitting.acts import supersede_comment, withdraw_comment
from comments.table.compiled import Table, TableRow, TableRows, compile_table, table_title
from comments.table.files import FORMATS, stream
from comments.table.filter import TableFilter
from consultations.models import Round, Seat
from consultations.rules.access import Access, Refused
from delegations.models import GroupMembership, Mandate
from drafts.circulating.acts import circulate_revision
from drafts.circulating.seal import checksum_in_groups
from drafts.desk.acts import (
    add_paragraph,
    edit_paragraph,
    merge_paragraphs,
    move_paragraph,
    split_paragraph,
    strike_paragraph,
)
from drafts.models import Draft, Paragraph, Revision

from .table_room import DAY, HOUR, KEPT, START, TableRoom, make_room

pytestmark = [pytest.mark.every_server, pytest.mark.django_db]

OPEN = START + 2 * HOUR
END = START + 90 * DAY
LATER = END + DAY
HAS_POPPLER = shutil.which("pdftotext") is not None


@pytest.fixture
def room() -> TableRoom:
    return KEPT.laid_out()


def table_of(
    room: TableRoom,
    *revisions: Revision,
    code: str = "facilitator",
    cut_off: datetime = END,
    moment: datetime = LATER,
    **how: Any,
) -> Table:
    return compile_table(
        access=room.access(code, moment), revisions=revisions, cut_off=cut_off, **how
    )


def numbers(table: Table) -> list[str]:
    return [row.number for row in table.rows]


def row_of(table: Table, number: str) -> TableRow:
    (row,) = [row for row in table.rows if row.number == number]
    return row


# --- Names of tables -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stages", "title"),
    [
        (["First draft"], "Table of Inputs on First Draft"),
        (["First draft", "Second draft"], "Table of Inputs on First and Second Drafts"),
        (
            ["Zero draft", "First draft", "Second draft"],
            "Table of Inputs on Zero, First and Second Drafts",
        ),
        (["First draft", "Rev.1"], "Table of Inputs on First Draft and Rev.1"),
        (["First draft", "First draft"], "Table of Inputs on First Draft"),
        (["Call for inputs"], "Table of Inputs on Call for Inputs"),
        (["Rev.1", "Rev.2", "Rev.3"], "Table of Inputs on Rev.1, Rev.2 and Rev.3"),
    ],
)
def test_a_table_is_named_by_rule_after_the_stages_it_holds(stages: list[str], title: str) -> None:
    assert table_title(stages) == title


def test_the_head_names_text_revision_day_in_new_york_and_checksum(room: TableRoom) -> None:
    revision = room.circulate("First draft", START)
    table = table_of(room, revision)
    assert table.title == "Table of Inputs on First Draft"
    assert table.consultation_title == "Plan of Action against Trafficking"
    assert table.text_titles == ("Plan of Action",)
    checksum = checksum_in_groups(revision.checksum)
    assert table.dated_stages == ("First draft of 3 May 2010",)
    assert table.stage_checksums == (("First draft", checksum),)
    assert table.cut_off == END
    assert table.row_count == 0
    assert list(table.rows) == []


def test_where_no_language_is_spoken_it_is_in_english(room: TableRoom) -> None:
    revision = room.circulate("First draft", START)
    with override(None):
        assert table_of(room, revision).language == "en"
    with override("fr"):
        assert table_of(room, revision).language == "fr"
        assert table_of(room, revision, language="ar").language == "ar"


def test_inputs_are_chosen_by_their_last_answer_at_the_cut_off_in_the_facilitators_copy(
    room: TableRoom,
) -> None:
    revision = room.circulate("First draft", START)
    op1 = room.paragraphs[2]
    one, two, three = (room.submit("PRT", revision, op1, OPEN) for _turn in range(3))
    for comment, disposition, moment in (
        (one, "noted", OPEN + HOUR),
        (two, "noted", OPEN + HOUR),
        (two, "partly", OPEN + DAY),
    ):
        leader = room.access("facilitator", moment)
        review(access=leader, comment=comment, disposition=disposition, observation="")

    def chosen(disposition: str, cut_off: datetime = END) -> list[str]:
        asked: dict[str, Any] = {
            "copy": "facilitators",
            "disposition": disposition,
            "cut_off": cut_off,
        }
        return numbers(table_of(room, revision, **asked))

    assert chosen("noted", OPEN + 2 * HOUR) == [one.reference, two.reference]
    assert (chosen("noted"), chosen("partly")) == ([one.reference], [two.reference])
    assert (chosen("unanswered"), chosen("reflected")) == ([three.reference], [])
    with pytest.raises(ValidationError, match="facilitators’ copy"):
        table_of(room, revision, disposition="noted")


def test_an_answer_that_was_undone_stands_in_the_table_only_before_that(room: TableRoom) -> None:
    revision = room.circulate("First draft", START)
    op1 = room.paragraphs[2]
    once, twice = (room.submit("PRT", revision, op1, OPEN) for _turn in range(2))
    for comment, disposition, moment in (
        (twice, "noted", OPEN + HOUR),
        (twice, "reflected", OPEN + 2 * HOUR),
        (once, "reflected", OPEN + 2 * HOUR),
    ):
        leader = room.access("facilitator", moment)
        review(access=leader, comment=comment, disposition=disposition, observation="")
    for comment in (once, twice):
        undo_review(access=room.access("facilitator", OPEN + DAY), comment=comment)

    def answers(cut_off: datetime, **how: Any) -> dict[str, str]:
        table = table_of(room, revision, copy="facilitators", cut_off=cut_off, **how)
        return {row.number: row.disposition for row in table.rows}

    reflected, noted = "Reflected (accepted)", "Noted"
    assert answers(OPEN + 3 * HOUR) == {once.reference: reflected, twice.reference: reflected}
    assert answers(END) == {once.reference: "", twice.reference: noted}
    assert answers(END, disposition="unanswered") == {once.reference: ""}
    assert answers(END, disposition="noted") == {twice.reference: noted}
    assert answers(END, disposition="reflected") == {}


def test_a_table_of_one_delegation_holds_no_other(
    room: TableRoom,
) -> None:
    revision = room.circulate("First draft", START)
    for code in ("NOR", "PRT"):
        room.submit(code, revision, room.paragraphs[2], OPEN)

    def chosen(seat: Seat) -> Table:
        return table_of(room, revision, table_filter=TableFilter(delegation=str(seat.public_id)))

    assert numbers(chosen(room.seats["NOR"])) == ["NOR-1"]
    with pytest.raises(ValidationError, match="do not have this part"):
        chosen(make_room("elsewhere", "Elsewhere").seats["NOR"])


# --- Order ---------------------------------------------------------------------------------------


def test_general_inputs_come_first_then_paragraphs_and_inside_one_groups_states_others(
    room: TableRoom,
) -> None:
    revision = room.circulate("First draft", START)
    title, heading, op1, op2, _op3 = room.paragraphs
    for code in ("PRT", "IOM", "HRV", "HOL", "CIV", "EU", "NOR"):
        room.submit(code, revision, op1, OPEN)
    room.submit("NOR", revision, op2, OPEN)
    room.submit("NOR", revision, heading, OPEN)
    room.submit("PRT", revision, title, OPEN)
    table = table_of(room, revision)
    assert [(row.label_then, row.number) for row in table.rows] == [
        ("Title", "PRT-2"),
        ("“Prevention”", "NOR-3"),
        ("OP1", "EU-1"),
        ("OP1", "CIV-1"),
        ("OP1", "HRV-1"),
        ("OP1", "NOR-1"),
        ("OP1", "PRT-1"),
        ("OP1", "HOL-1"),
        ("OP1", "IOM-1"),
        ("OP2", "NOR-2"),
    ]
    assert table.row_count == 10


def test_inputs_of_one_delegation_on_a_paragraph_stand_by_number_not_by_its_letters(
    room: TableRoom,
) -> None:
    revision = room.circulate("First draft", START)
    for _turn in range(11):
        room.submit("PRT", revision, room.paragraphs[2], OPEN)
    assert numbers(table_of(room, revision)) == [f"PRT-{number}" for number in range(1, 12)]


def test_several_texts_follow_one_another_and_name_the_text_of_each_row(room: TableRoom) -> None:
    first = room.circulate("First draft", START)
    plan = room.draft
    access = room.access("facilitator", START)
    room.draft = Draft.objects.create(
        consultation=room.consultation, slug="resolution", title="Draft resolution", place=2
    )
    paragraph = add_paragraph(
        access=access, draft=room.draft, kind="operative", text="Adopts the Plan;", after=None
    )
    resolution = room.circulate("First draft", START)
    room.submit("NOR", resolution, paragraph, OPEN)
    room.submit("PRT", first, room.paragraphs[2], OPEN)
    table = table_of(room, resolution, first)
    assert table.title == "Table of Inputs on First Draft"
    assert table.text_titles == (plan.title, "Draft resolution")
    assert [(row.draft_title, row.number) for row in table.rows] == [
        ("Plan of Action", "PRT-1"),
        ("Draft resolution", "NOR-1"),
    ]


# --- From one revision to the next ---------------------------------------------------------------


def reword(room: TableRoom, paragraph: Paragraph, at: datetime, **fields: str) -> None:
    stored = Paragraph.objects.select_related("draft").get(pk=paragraph.pk)
    same = {"text": stored.text, "kind": stored.kind, "label": stored.label}
    edit_paragraph(
        access=room.access("facilitator", at),
        paragraph=stored,
        version=stored.version,
        **(same | fields),
    )


def test_a_renumbered_paragraph_shows_the_label_then_and_now_and_keeps_the_old_words(
    room: TableRoom,
) -> None:
    first = room.circulate("First draft", START)
    op1 = room.paragraphs[2]
    room.submit("PRT", first, op1, OPEN)
    reword(room, op1, START + 40 * DAY, text="Resolves to step up efforts;", label="OP7")
    second = room.circulate("Second draft", START + 40 * DAY)
    room.submit("NOR", second, op1, START + 41 * DAY)
    table = table_of(room, first, second)
    assert table.title == "Table of Inputs on First and Second Drafts"
    old, new = row_of(table, "PRT-1"), row_of(table, "NOR-1")
    assert (old.label_then, old.label_now, old.text, old.stage) == (
        "OP1",
        "OP7",
        "Decides to strengthen efforts;",
        "First draft",
    )
    assert (new.label_then, new.label_now, new.text, new.stage) == (
        "OP7",
        "OP7",
        "Resolves to step up efforts;",
        "Second draft",
    )
    assert numbers(table) == ["NOR-1", "PRT-1"]
    assert numbers(table_of(room, first, second, layout="blocks")) == ["PRT-1", "NOR-1"]


def test_the_label_now_is_that_of_the_newest_revision_by_the_cut_off_even_outside_the_table(
    room: TableRoom,
) -> None:
    first = room.circulate("First draft", START)
    room.submit("PRT", first, room.paragraphs[2], OPEN)
    reword(room, room.paragraphs[2], START + 40 * DAY, label="OP9")
    room.circulate("Second draft", START + 40 * DAY)
    assert row_of(table_of(room, first), "PRT-1").label_now == "OP9"
    before = table_of(room, first, cut_off=START + 39 * DAY)
    assert row_of(before, "PRT-1").label_now == "OP1"


def test_a_struck_paragraph_keeps_its_inputs_where_it_stood_marked_as_struck(
    room: TableRoom,
) -> None:
    first = room.circulate("First draft", START)
    _title, _heading, op1, op2, op3 = room.paragraphs
    for code, paragraph in (("PRT", op1), ("NOR", op2), ("HRV", op3)):
        room.submit(code, first, paragraph, OPEN)
    at = START + 40 * DAY
    strike_paragraph(access=room.access("facilitator", at), paragraph=op2)
    second = room.circulate("Second draft", at)
    table = table_of(room, first, second)
    assert numbers(table) == ["PRT-1", "NOR-1", "HRV-1"]
    assert row_of(table, "NOR-1").label_now == ""


def test_a_moved_paragraph_takes_its_inputs_along(room: TableRoom) -> None:
    first = room.circulate("First draft", START)
    _title, _heading, op1, _op2, op3 = room.paragraphs
    room.submit("PRT", first, op1, OPEN)
    room.submit("NOR", first, op3, OPEN)
    at = START + 40 * DAY
    stored = Paragraph.objects.select_related("draft").get(pk=op1.pk)
    move_paragraph(access=room.access("facilitator", at), paragraph=stored, after=op3)
    second = room.circulate("Second draft", at)
    assert numbers(table_of(room, first)) == ["PRT-1", "NOR-1"]
    assert numbers(table_of(room, first, second)) == ["NOR-1", "PRT-1"]


def test_inputs_on_a_split_or_merged_paragraph_appear_once_under_the_first_that_follows(
    room: TableRoom,
) -> None:
    first = room.circulate("First draft", START)
    _title, _heading, op1, op2, op3 = room.paragraphs
    for code, paragraph in (("PRT", op1), ("NOR", op2), ("HRV", op3)):
        room.submit(code, first, paragraph, OPEN)
    at = START + 40 * DAY
    access = room.access("facilitator", at)
    stored = [Paragraph.objects.select_related("draft").get(pk=p.pk) for p in (op1, op2, op3)]
    split_paragraph(
        access=access, paragraph=stored[0], texts=["Decides to act;", "Decides to strengthen;"]
    )
    merge_paragraphs(access=access, paragraphs=stored[1:], text="Requests and invites;")
    second = room.circulate("Second draft", at)
    table = table_of(room, first, second)
    assert sorted(numbers(table)) == ["HRV-1", "NOR-1", "PRT-1"]
    assert row_of(table, "PRT-1").label_now == "OP1"
    assert row_of(table, "NOR-1").label_now == "OP2"
    assert row_of(table, "HRV-1").label_now == "OP2", "OP3 went into OP2"


# --- As at the cut-off ---------------------------------------------------------------------------


def test_a_withdrawal_shows_from_its_moment_on_and_never_before(room: TableRoom) -> None:
    revision = room.circulate("First draft", START)
    comment = room.submit("PRT", revision, room.paragraphs[2], OPEN)
    withdrawn_at = START + 10 * DAY
    withdraw_comment(access=room.access("PRT", withdrawn_at), comment=comment, reason="Met.")
    before = table_of(room, revision, cut_off=START + 9 * DAY)
    after = table_of(room, revision, cut_off=withdrawn_at)
    assert row_of(before, "PRT-1").status == ""
    assert row_of(after, "PRT-1").status == "withdrawn 13 May 2010"


def test_a_later_version_takes_the_place_of_the_earlier_one_under_the_same_number(
    room: TableRoom,
) -> None:
    revision = room.circulate("First draft", START)
    old = room.submit("PRT", revision, room.paragraphs[2], OPEN)
    reply(access=room.access("NOR", OPEN + HOUR), comment=old, text="We agree.")
    at = START + 5 * DAY
    supersede_comment(
        access=room.access("PRT", at),
        comment=old,
        content=CommentContent(kind="comment", rationale="Second thoughts."),
    )
    before = table_of(room, revision, cut_off=at - HOUR, copy="facilitators")
    after = table_of(room, revision, cut_off=at, copy="facilitators")
    assert [row.rationale for row in before.rows] == ["Words of PRT."]
    assert [row.rationale for row in after.rows] == ["Second thoughts."]
    assert numbers(before) == numbers(after) == ["PRT-1"]
    assert row_of(after, "PRT-1").replies == ("Norway: We agree.",), "a reply is never lost"


def test_an_input_submitted_after_the_cut_off_is_not_in_the_table(room: TableRoom) -> None:
    revision = room.circulate("First draft", START)
    room.submit("PRT", revision, room.paragraphs[2], OPEN)
    room.submit("NOR", revision, room.paragraphs[2], START + 5 * DAY)
    assert numbers(table_of(room, revision, cut_off=START + 4 * DAY)) == ["PRT-1"]


def test_replies_alignments_and_reviews_stand_as_they_stood_at_the_cut_off(room: TableRoom) -> None:
    revision = room.circulate("First draft", START)
    comment = room.submit("PRT", revision, room.paragraphs[2], OPEN)
    early, late = START + 2 * DAY, START + 20 * DAY
    answer = reply(access=room.access("NOR", early), comment=comment, text="We can accept.")
    room_alignment = align(
        access=room.access("HRV", early), comment=comment, reservation="not the date"
    )
    align(access=room.access("CIV", early), comment=comment)
    facilitator = room.access("facilitator", early)
    review(access=facilitator, comment=comment, disposition="partly", observation="Half of it.")
    reply(access=room.access("facilitator", late), comment=comment, text="Thank you.")
    withdraw_reply(access=room.access("NOR", late), reply=answer)
    end_alignment(access=room.access("HRV", late), alignment=room_alignment)
    review(
        access=room.access("facilitator", late),
        comment=comment,
        disposition="reflected",
        observation="All of it.",
    )
    early_row = row_of(
        table_of(room, revision, cut_off=START + 9 * DAY, copy="facilitators"), "PRT-1"
    )
    late_row = row_of(table_of(room, revision, copy="facilitators"), "PRT-1")
    assert early_row.replies == ("Norway: We can accept.",)
    assert late_row.replies == ("Co-facilitators: Thank you.",)
    assert early_row.aligned_names == (
        "Côte d’Ivoire",
        "Croatia (with a reservation: not the date)",
    )
    assert late_row.aligned_names == ("Côte d’Ivoire",)
    assert (early_row.disposition, early_row.observation) == (
        "Partly reflected (accepted with modification)",
        "Half of it.",
    )
    assert (late_row.disposition, late_row.observation) == ("Reflected (accepted)", "All of it.")


def published(access: Access) -> Review:
    """The only review there is, once it is out."""
    publish_reviews(access=access, reviews=Review.objects.all())
    return Review.objects.select_related(
        "comment__round", "comment__filed_by", "comment__paragraph__draft"
    ).get()


def test_what_the_delegation_answered_stands_with_its_day_in_the_facilitators_copy(
    room: TableRoom,
) -> None:
    revision = room.circulate("First draft", START)
    comment = room.submit("PRT", revision, room.paragraphs[2], OPEN)
    room.submit("NOR", revision, room.paragraphs[2], OPEN)
    first, second, anew = START + 2 * DAY, START + 5 * DAY, START + 20 * DAY
    access = room.access("facilitator", START + DAY)
    review(access=access, comment=comment, disposition="not_reflected")
    given = published(access)
    acknowledge(
        access=room.access("PRT", first), review=given, stance="maintains", note="See the Protocol."
    )
    acknowledge(access=room.access("PRT", second), review=given, stance="satisfied")
    review(access=room.access("facilitator", anew), comment=comment, disposition="reflected")

    def stance(cut_off: datetime, copy: str = "facilitators") -> str:
        return row_of(table_of(room, revision, cut_off=cut_off, copy=copy), "PRT-1").stance

    assert stance(first - HOUR) == ""
    assert stance(first) == "Maintains its position, 5 May 2010: See the Protocol."
    assert stance(second) == "Satisfied, 8 May 2010"
    assert stance(anew) == "Satisfied, 8 May 2010, on the answer before"
    assert stance(second, copy="circulation") == ""
    assert row_of(table_of(room, revision, copy="facilitators"), "NOR-1").stance == ""


@pytest.mark.parametrize("format_name", FORMATS)
def test_every_paper_of_the_facilitators_copy_holds_the_stance_and_its_day(
    room: TableRoom, format_name: str
) -> None:
    revision = room.circulate("First draft", START)
    comment = room.submit("PRT", revision, room.paragraphs[2], OPEN)
    access = room.access("facilitator", START + DAY)
    review(access=access, comment=comment, disposition="noted")
    acknowledge(
        access=room.access("PRT", START + 2 * DAY), review=published(access), stance="maintains"
    )
    if format_name == "pdf" and shutil.which("pdftotext") is None:
        pytest.skip("poppler's pdftotext is not installed")
    sentence = "Maintains its position, 5 May 2010"
    for copy, is_there in (("facilitators", True), ("circulation", False)):
        table = table_of(room, revision, copy=copy)
        words = " ".join(readable_words(b"".join(stream(table, format_name)), format_name).split())
        assert (sentence in words) is is_there


def test_a_group_input_names_who_filed_it_and_its_members_as_frozen(room: TableRoom) -> None:
    revision = room.circulate("First draft", START)
    Mandate.objects.create(group=room.named("EU"), coordinator=room.named("PRT"))
    GroupMembership.objects.create(group=room.named("EU"), member=room.named("PRT"))
    croatia = GroupMembership.objects.create(group=room.named("EU"), member=room.named("HRV"))
    room.submit("PRT", revision, room.paragraphs[2], OPEN, on_behalf="EU")
    croatia.delete()
    row = row_of(table_of(room, revision), "EU-1")
    assert row.delegation_name == "European Union"
    assert row.on_behalf_of == "filed by Portugal"
    assert row.member_names == ("Croatia", "Portugal")


def test_a_late_input_is_marked_late(room: TableRoom) -> None:
    revision = room.circulate("First draft", START, length=5 * DAY)
    room.submit("PRT", revision, room.paragraphs[2], START + 6 * DAY)
    assert row_of(table_of(room, revision), "PRT-1").status == "late"


def test_a_move_says_where_to_and_a_proposal_carries_its_stored_redline(room: TableRoom) -> None:
    revision = room.circulate("First draft", START)
    op1, op3 = room.paragraphs[2], room.paragraphs[4]
    room.submit("PRT", revision, op1, OPEN, kind="move", move_after=op3)
    room.submit("NOR", revision, op1, OPEN, kind="replace", proposed="Decides to step up efforts;")
    table = table_of(room, revision)
    assert row_of(table, "PRT-1").kind == "Move, to be placed after OP3"
    row = row_of(table, "NOR-1")
    kept = "".join(words for mark, words in row.redline if mark != "+")
    made = "".join(words for mark, words in row.redline if mark != "-")
    assert (kept, made) == ("Decides to strengthen efforts;", "Decides to step up efforts;")
    assert (row.kind, row.type) == ("Replace wording", "Substantive")


def test_a_cut_off_to_come_or_before_the_first_circulation_is_refused_with_a_sentence(
    room: TableRoom,
) -> None:
    revision = room.circulate("First draft", START)
    with pytest.raises(ValidationError, match="in the future"):
        table_of(room, revision, cut_off=LATER + HOUR)
    with pytest.raises(ValidationError, match="None of these revisions"):
        table_of(room, revision, cut_off=START - HOUR)
    with pytest.raises(ValidationError, match="at least one"):
        table_of(room)


def test_a_revision_circulated_at_the_very_cut_off_is_in_the_table(room: TableRoom) -> None:
    revision = room.circulate("First draft", START)

    table = table_of(room, revision, cut_off=revision.circulated_at)

    assert table.title == "Table of Inputs on First Draft"


def test_a_revision_circulated_after_the_cut_off_is_not_in_the_title(room: TableRoom) -> None:
    first = room.circulate("First draft", START)
    reword(room, room.paragraphs[2], START + 40 * DAY, text="Other words;")
    second = room.circulate("Second draft", START + 40 * DAY)
    table = table_of(room, first, second, cut_off=START + 39 * DAY)
    assert table.title == "Table of Inputs on First Draft"


# --- Who may read what ---------------------------------------------------------------------------

CLOSED = START + 31 * DAY


FORMS = (
    *((name, layout) for name in ("csv", "json", "docx") for layout in ("grid", "blocks")),
    ("xlsx", "grid"),
    ("pdf", "grid"),
)


@pytest.mark.parametrize(
    ("visibility", "reader", "copy", "moment", "own", "other"),
    [
        ("facilitators", "PRT", "circulation", CLOSED, True, False),
        ("facilitators", "facilitator", "circulation", CLOSED, False, False),
        ("facilitators", "facilitator", "facilitators", CLOSED, True, True),
        ("at_close", "PRT", "circulation", START + 3 * DAY, True, False),
        ("at_close", "facilitator", "circulation", START + 3 * DAY, False, False),
        ("at_close", "secretariat", "facilitators", START + 3 * DAY, True, True),
        ("at_close", "PRT", "circulation", CLOSED, True, True),
        ("at_once", "PRT", "circulation", START + 3 * DAY, True, True),
        ("at_once", "secretariat", "circulation", START + 3 * DAY, True, True),
    ],
)
def test_no_paper_holds_what_its_reader_may_not_read(
    room: TableRoom,
    subtests: Any,
    visibility: str,
    reader: str,
    copy: str,
    moment: datetime,
    own: bool,
    other: bool,
) -> None:
    revision = room.circulate("First draft", START, visibility)
    op1 = room.paragraphs[2]
    mine = room.submit("PRT", revision, op1, OPEN, rationale="MARKER-OWN")
    theirs = room.submit("NOR", revision, op1, OPEN, rationale="MARKER-OTHER")
    for comment in (mine, theirs):
        review(
            access=room.access("facilitator", OPEN),
            comment=comment,
            disposition="noted",
            observation="MARKER-REVIEW",
        )
    reply(access=room.access("facilitator", OPEN), comment=theirs, text="MARKER-REPLY")
    draft_comment(
        access=room.access("NOR", OPEN),
        wording=room.wording(revision, op1),
        content=CommentContent(kind="comment", rationale="MARKER-DRAFT"),
    )
    stranger = make_room("other", "Another consultation")
    abroad = stranger.circulate("First draft", START)
    stranger.submit("NOR", abroad, stranger.paragraphs[2], OPEN, rationale="MARKER-ABROAD")
    for format_name, layout in FORMS:
        with subtests.test(format=format_name, layout=layout):
            if format_name == "pdf" and not HAS_POPPLER:
                pytest.skip("poppler's pdftotext is not installed")
            table = table_of(
                room, revision, code=reader, cut_off=moment, moment=moment, copy=copy, layout=layout
            )
            words = readable_words(b"".join(stream(table, format_name)), format_name)
            is_whole = layout == "blocks" or copy == "facilitators"
            assert ("MARKER-OWN" in words) is own
            assert ("MARKER-OTHER" in words) is other
            assert ("MARKER-REPLY" in words) is (other and is_whole)
            assert ("MARKER-REVIEW" in words) is (copy == "facilitators")
            assert "MARKER-DRAFT" not in words
            assert "MARKER-ABROAD" not in words


def readable_words(paper: bytes, format_name: str) -> str:
    """Every word of a paper, from inside its package."""
    if format_name in {"csv", "json"}:
        return paper.decode()
    if format_name == "pdf":
        done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=paper, capture_output=True)
        return done.stdout.decode().replace("-\n", "-")
    package = ZipFile(io.BytesIO(paper))
    return "".join(package.read(name).decode(errors="replace") for name in package.namelist())


def test_a_delegation_never_gets_the_facilitators_copy(room: TableRoom) -> None:
    revision = room.circulate("First draft", START)
    with pytest.raises(Refused):
        table_of(room, revision, code="PRT", copy="facilitators")


def test_a_revision_of_another_consultation_is_refused(room: TableRoom) -> None:
    stranger = make_room("other", "Another consultation")
    abroad = stranger.circulate("First draft", START)
    with pytest.raises(Refused):
        table_of(room, abroad)


def test_published_reviews_stay_out_of_the_circulation_copy(room: TableRoom) -> None:
    revision = room.circulate("First draft", START)
    comment = room.submit("PRT", revision, room.paragraphs[2], OPEN)
    access = room.access("facilitator", OPEN)
    review(access=access, comment=comment, disposition="noted", observation="Seen.")
    publish_reviews(access=access, reviews=Review.objects.all())
    row = row_of(table_of(room, revision, code="PRT"), "PRT-1")
    assert (row.disposition, row.observation) == ("", "")


def test_the_title_says_when_a_delegation_gets_its_own_inputs_only(room: TableRoom) -> None:
    first = room.circulate("First draft", START)
    reword(room, room.paragraphs[2], START + 40 * DAY, text="Other words;")
    second = room.circulate("Second draft", START + 40 * DAY, "facilitators")
    for revision, at in ((first, OPEN), (second, START + 41 * DAY)):
        room.submit("PRT", revision, room.paragraphs[2], at)
        room.submit("NOR", revision, room.paragraphs[2], at)
    alone = table_of(room, second, code="PRT")
    assert alone.title == "Own inputs of Portugal on Second Draft"
    assert numbers(alone) == ["PRT-2"]
    both = table_of(room, first, second, code="PRT")
    assert both.title == (
        "Table of Inputs on First and Second Drafts (on Second Draft own inputs of Portugal only)"
    )
    assert numbers(both) == ["NOR-1", "PRT-1", "PRT-2"]
    circulated = table_of(room, first, second)
    assert "without inputs on Second Draft that delegations may not read" in circulated.title
    assert numbers(circulated) == ["NOR-1", "PRT-1"]
    for_themselves = table_of(room, first, second, copy="facilitators")
    assert for_themselves.title == "Table of Inputs on First and Second Drafts"
    assert for_themselves.handling_mark == "Facilitators’ copy – not for circulation"
    assert for_themselves.row_count == 4


def test_a_text_that_asked_for_nothing_hides_nothing(room: TableRoom) -> None:
    first = circulate_revision(
        access=room.access("facilitator", START), draft=room.draft, stage="First draft"
    )
    reword(room, room.paragraphs[2], START + 40 * DAY, text="Other words;")
    second = room.circulate("Second draft", START + 40 * DAY, "facilitators")
    room.submit("PRT", second, room.paragraphs[2], START + 41 * DAY)
    both = table_of(room, first, second, code="PRT")
    assert both.title == (
        "Table of Inputs on First and Second Drafts (on Second Draft own inputs of Portugal only)"
    )


def test_a_later_round_for_the_facilitators_alone_stands_in_the_title_once_it_opens(
    room: TableRoom,
) -> None:
    first = room.circulate("First draft", START)
    reword(room, room.paragraphs[2], START + 35 * DAY, text="Other words;")
    second = room.circulate("Second draft", START + 35 * DAY)
    Round.objects.create(
        consultation=room.consultation,
        name="Once more",
        opens_at=START + 40 * DAY,
        deadline=START + 50 * DAY,
        visibility="facilitators",
        asks_again=first.round,
    )

    def title_on(day: int) -> str:
        moment = START + day * DAY
        return table_of(room, first, second, code="PRT", cut_off=moment, moment=moment).title

    assert title_on(39) == "Table of Inputs on First and Second Drafts"
    assert title_on(41) == (
        "Table of Inputs on First and Second Drafts (on First Draft own inputs of Portugal only)"
    )


def test_a_round_that_reopens_a_reopening_one_stands_in_the_title_too(room: TableRoom) -> None:
    first = room.circulate("First draft", START)
    reopened = first.round
    for name, day, visibility in (("Again", 40, "at_once"), ("Once more", 60, "facilitators")):
        reopened = Round.objects.create(
            consultation=room.consultation,
            name=name,
            opens_at=START + day * DAY,
            deadline=START + (day + 10) * DAY,
            visibility=visibility,
            asks_again=reopened,
        )

    def title_on(day: int) -> str:
        moment = START + day * DAY
        return table_of(room, first, code="PRT", cut_off=moment, moment=moment).title

    assert title_on(59) == "Table of Inputs on First Draft"
    assert title_on(61) == "Own inputs of Portugal on First Draft"


# --- The same again ------------------------------------------------------------------------------


def test_the_same_cut_off_gives_the_same_bytes_whatever_happens_later(room: TableRoom) -> None:
    revision = room.circulate("First draft", START)
    op1 = room.paragraphs[2]
    comment = room.submit("PRT", revision, op1, OPEN, kind="replace", proposed="Decides to act;")
    room.submit("NOR", revision, op1, OPEN)
    cut_off = START + 10 * DAY

    def papers() -> dict[str, bytes]:
        tables = {
            name: table_of(room, revision, cut_off=cut_off, copy="facilitators") for name in FORMATS
        }
        return {name: b"".join(stream(table, name)) for name, table in tables.items()}

    before = papers()
    later = START + 20 * DAY
    withdraw_comment(access=room.access("PRT", later), comment=comment, reason="Met.")
    room.submit("HRV", revision, op1, later)
    review(access=room.access("facilitator", later), comment=comment, disposition="noted")
    reword(room, op1, START + 40 * DAY, text="Other words;", label="OP5")
    room.circulate("Second draft", START + 40 * DAY)
    assert papers() == before


def test_rows_can_be_read_again_and_in_part_and_leave_the_language_alone(room: TableRoom) -> None:
    revision = room.circulate("First draft", START)
    for code in ("PRT", "NOR", "HRV"):
        room.submit(code, revision, room.paragraphs[2], OPEN)
    table = table_of(room, revision, language="fr")
    assert table.language == "fr"
    rows = list(table.rows)
    assert list(table.rows) == rows
    assert isinstance(table.rows, TableRows)
    assert table.rows[1:3] == rows[1:3]
    reading = iter(table.rows)
    next(reading)
    assert get_language() == "en"


def test_a_table_costs_the_same_queries_with_one_row_and_with_thirty(
    room: TableRoom,
) -> None:
    revision = room.circulate("First draft", START)
    room.submit("PRT", revision, room.paragraphs[2], OPEN)

    def queries(read: Callable[[], object]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            read()
        return len(captured)

    access = room.access("facilitator", LATER)

    def read() -> list[TableRow]:
        return list(
            compile_table(
                access=access, revisions=[revision], cut_off=END, copy="facilitators"
            ).rows
        )

    one = queries(read)
    for turn in range(29):
        at = OPEN + timedelta(minutes=turn)
        comment = room.submit("NOR", revision, room.paragraphs[turn % 5], at)
        align(access=room.access("PRT", at), comment=comment)
    assert len(read()) == 30
    assert queries(read) == one <= 12


def test_the_moment_of_the_cut_off_is_printed_in_new_york(room: TableRoom) -> None:
    revision = room.circulate("First draft", START)
    cut_off = datetime(2010, 6, 17, 3, 30, tzinfo=UTC)
    words = b"".join(stream(table_of(room, revision, cut_off=cut_off), "csv")).decode()
    assert "Table of Inputs on First Draft, as at 16 June 2010, 23:30 (New York time)" in words
