"""The last step below the text and the page of steps: named, undone, made again."""

import re
from typing import Any

import pytest

from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import (
    add_paragraph,
    edit_paragraph,
    merge_paragraphs,
    move_paragraph,
    split_paragraph,
    strike_paragraph,
)
from drafts.models import DeskStep, Draft, Paragraph
from tests.drafts.desk.leading import Browser, Leading, desk_words, page, rows_of, text_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(leading: Leading) -> Draft:
    """Circulated, so that its labels stand and the record of steps begins anew."""
    draft = text_with(leading.leader, "States should act.", "States report yearly.", "They meet.")
    circulate_revision(access=leading.leader, draft=draft, stage="First draft")
    return draft


def reword(leading: Leading, row: Paragraph, text: str) -> None:
    edit_paragraph(
        access=leading.staff,
        paragraph=row,
        version=row.version,
        text=text,
        kind=row.kind,
        label=row.label,
    )


def last(plan: Draft) -> DeskStep:
    return plan.steps.order_by("-number")[0]


def strip(leader: Browser) -> str:
    """The words of the strip, without its marks."""
    found = re.search(
        r'<section class="desk-strip".*?</section>', page(leader.open("desk", "plan")), re.DOTALL
    )
    assert found is not None
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def test_the_strip_says_who_did_what_last(leading: Leading, leader: Browser, plan: Draft) -> None:
    assert strip(leader) == "Each step stands here and can be undone until the text is circulated."
    reword(leading, rows_of(plan)[1], "States report.")

    assert re.fullmatch(r"Undo: reworded 2 Bo staff, \d\d:\d\d All steps", strip(leader))


def test_each_act_is_called_by_what_the_editor_did(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    access = leading.leader
    first, second, third = rows_of(plan)
    names = []

    def note() -> None:
        names.append(re.findall(r"Undo: (.*) Bo co_facilitator", strip(leader))[0])

    move_paragraph(access=access, paragraph=first, after=second)
    note()
    add_paragraph(access=access, draft=plan, kind="operative", text="And so on.", after=second)
    note()
    split_paragraph(access=access, paragraph=third, texts=["They", "meet", "often."])
    note()
    merge_paragraphs(access=access, paragraphs=[second, first], text="Both.")
    note()
    strike_paragraph(access=access, paragraph=third)
    note()

    assert names == [
        "moved 1",
        "added 2 bis",
        "split 3 into 3",
        "merged 1 into 2",
        "deleted 3",
    ]


def test_what_the_strip_undoes_can_be_made_again_in_turn(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    for number, row in enumerate(rows_of(plan)[:2]):
        reword(leading, row, f"New words {number}.")
    before = desk_words(plan)
    for _turn in range(2):
        shown = page(leader.open("desk", "plan"))
        leader.post(re.findall(r'action="([^"]+/undo/)"', shown)[0], {"capacity": leader.key})
    assert desk_words(plan) == ["States should act.", "States report yearly.", "They meet."]
    assert "Redo: reworded 1" in strip(leader)
    for _turn in range(2):
        shown = page(leader.open("desk", "plan"))
        leader.post(re.findall(r'action="([^"]+/redo/)"', shown)[0], {"capacity": leader.key})

    assert desk_words(plan) == before
    assert "Redo" not in strip(leader)


def test_undoing_leads_back_to_the_paragraph_it_was_about(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    row = rows_of(plan)[1]
    reword(leading, row, "Other words.")
    answer = leader.send("undo_step", "plan", last(plan).public_id, paragraph=str(row.public_id))
    assert answer.url.endswith(f"/desk/?at={row.public_id}#p-{row.public_id}")
    wrong = leader.send("undo_step", "plan", last(plan).public_id, paragraph="javascript:")
    assert wrong.url.endswith("/desk/")


def test_a_new_act_closes_the_way_to_make_an_undone_one_again(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    reword(leading, rows_of(plan)[0], "First thought.")
    leader.send("undo_step", "plan", last(plan).public_id)
    reword(leading, rows_of(plan)[0], "Second thought.")

    assert "Redo" not in strip(leader)


def test_the_page_of_steps_shows_the_redlines_and_what_can_still_be_undone(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    row = rows_of(plan)[0]
    reword(leading, row, "States must act.")
    reword(leading, rows_of(plan)[0], "States must act now.")
    shown = page(leader.open("desk_steps", "plan"))

    assert shown.index("</span> now<") < shown.index("should")
    assert re.search(r"(?s)<del>.*should.*</del>\s*<ins>.*must.*</ins>", shown)
    assert shown.count("Bo staff (staff, Demo talks)") == 2
    assert shown.count("/undo/") == 1
    assert "A later step depends on it. Undo that one first." in shown


def test_another_kind_and_label_are_a_step_that_says_so(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    row = rows_of(plan)[1]
    words: dict[str, Any] = {
        "version": row.version,
        "text": row.text,
        "kind": "preambular",
        "label": "PP1",
    }
    leader.send("edit_paragraph", "plan", row.public_id, **words)
    shown = page(leader.open("desk_steps", "plan"))

    assert "changed PP1" in shown
    assert "label: 2 → PP1 · now: preambular paragraph" in shown
    leader.send("undo_step", "plan", last(plan).public_id)
    assert (rows_of(plan)[1].label, rows_of(plan)[1].kind) == ("2", "operative")


def test_the_page_says_where_a_paragraph_was_moved(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    first, second, third = rows_of(plan)
    move_paragraph(access=leading.leader, paragraph=first, after=third)
    move_paragraph(access=leading.leader, paragraph=third, after=second, parent=second)
    move_paragraph(access=leading.leader, paragraph=second, after=first)
    shown = page(leader.open("desk_steps", "plan"))

    assert "after nothing → after 3" in shown
    assert re.search(r"moved 2</span>.*?past 1<", shown, re.DOTALL)
    assert "on another level" in shown


def test_a_step_is_undone_from_the_page_of_steps_and_stays_in_the_record(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    first, second, _third = rows_of(plan)
    reword(leading, first, "States must act.")
    step = last(plan)
    reword(leading, second, "They report.")
    answer = leader.send("undo_step", "plan", step.public_id, on="steps")
    shown = page(leader.get(answer.url))

    assert desk_words(plan)[:2] == ["States should act.", "They report."]
    assert "undone by Bo co_facilitator" in shown
    assert shown.count("/redo/") == 1


def test_what_cannot_be_undone_is_said_in_a_sentence(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    row = rows_of(plan)[0]
    reword(leading, row, "States must act.")
    step = last(plan)
    reword(leading, rows_of(plan)[0], "States must act now.")
    answer = leader.send("undo_step", "plan", step.public_id)

    assert "A later step changed “1…”. Undo that one first." in page(leader.get(answer.url))
    assert desk_words(plan)[0] == "States must act now."


def test_the_secretariat_reads_the_steps_without_names_and_undoes_nothing(
    leading: Leading, plan: Draft
) -> None:
    reword(leading, rows_of(plan)[0], "States must act.")
    clerk = Browser(leading.clerk)
    shown = page(clerk.open("desk_steps", "plan")) + page(clerk.open("desk", "plan"))

    assert "Bo staff" not in shown
    assert "staff, Demo talks" in shown
    assert "/undo/" not in shown
    assert clerk.send("undo_step", "plan", last(plan).public_id).status_code == 403


def test_what_went_out_is_no_longer_among_the_steps(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    reword(leading, rows_of(plan)[0], "States must act.")
    step = last(plan)
    circulate_revision(access=leading.leader, draft=plan, stage="Rev.1")

    assert "No step yet" in page(leader.open("desk_steps", "plan"))
    answer = leader.send("undo_step", "plan", step.public_id)
    assert "This step was circulated." in page(leader.get(answer.url))
