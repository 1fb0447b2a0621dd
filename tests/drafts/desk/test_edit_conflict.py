"""Two people save one paragraph: the edits are merged, or both are shown."""

import re

import pytest

from drafts.desk.acts import edit_paragraph
from drafts.models import Draft, Paragraph
from tests.drafts.desk.leading import (
    Browser,
    Leading,
    build_leading,
    desk_words,
    page,
    rows_of,
    text_with,
)

pytestmark = pytest.mark.django_db

BEGUN = "States should act together against trafficking, and report to the Assembly each year."
THEIRS = BEGUN.replace("should", "shall")


@pytest.fixture
def leading() -> Leading:
    return build_leading()


@pytest.fixture
def plan(leading: Leading) -> Draft:
    return text_with(leading.leader, BEGUN, "They meet.")


@pytest.fixture
def row(plan: Draft) -> Paragraph:
    return rows_of(plan)[0]


def save_theirs(leading: Leading, row: Paragraph, **changed: str) -> None:
    words = {"text": THEIRS, "kind": row.kind, "label": row.label, **changed}
    edit_paragraph(access=leading.staff, paragraph=row, version=row.version, **words)


def edit_form(row: Paragraph, text: str, **changed: str) -> dict[str, str]:
    words = {"version": str(row.version), "text": text, "kind": row.kind, "label": row.label}
    return {**words, "opening": "", "notes": "", **changed}


def in_form(shown: str) -> str:
    return str(re.findall(r'<textarea name="text".*?>\n?(.*?)</textarea>', shown, re.DOTALL)[-1])


def version_in(shown: str) -> str:
    return str(re.findall(r'name="version" value="(\d+)"', shown)[-1])


@pytest.mark.parametrize("htmx", [False, True])
def test_changes_of_different_words_stand_together_and_are_written_only_when_confirmed(
    leading: Leading, plan: Draft, row: Paragraph, htmx: bool
) -> None:
    save_theirs(leading, row)
    leader = Browser(leading.leader)
    mine = edit_form(row, BEGUN.replace("each year", "every two years"))
    answer = leader.send("edit_paragraph", "plan", row.public_id, htmx=htmx, **mine)
    both = THEIRS.replace("each year", "every two years")

    assert answer.status_code == 409
    assert in_form(page(answer)) == both
    assert "The form below has both changes" in page(answer)
    assert "Saved by Bo staff (staff, Demo talks), " in page(answer)
    assert desk_words(plan)[0] == THEIRS
    confirmed = {**mine, "text": both, "version": version_in(page(answer))}
    leader.send("edit_paragraph", "plan", row.public_id, htmx=htmx, **confirmed)
    assert desk_words(plan)[0] == both


def test_opening_words_that_somebody_else_replaced_are_no_fault_of_ones_own(
    leading: Leading, plan: Draft, row: Paragraph
) -> None:
    edit_paragraph(
        access=leading.staff,
        paragraph=row,
        version=1,
        text="Requests all to act;",
        kind=row.kind,
        label=row.label,
        opening="Requests",
    )
    row = rows_of(plan)[0]
    save_theirs(leading, row, text="Calls upon all to act;", opening="Calls upon")
    mine = edit_form(row, "Urgently requests all to act;", opening="Requests")
    answer = Browser(leading.leader).send("edit_paragraph", "plan", row.public_id, **mine)
    assert answer.status_code == 409
    assert "Somebody else saved this paragraph" in page(answer)
    assert desk_words(plan)[0] == "Calls upon all to act;"


def test_words_that_both_changed_are_chosen_from(
    leading: Leading, plan: Draft, row: Paragraph
) -> None:
    save_theirs(leading, row)
    leader = Browser(leading.leader)
    mine = edit_form(row, BEGUN.replace("should", "must"))
    shown = page(leader.send("edit_paragraph", "plan", row.public_id, **mine))
    assert "1 place to choose" in shown
    assert in_form(shown) == mine["text"]
    choice = {**mine, "theirs": "2", "then": "merge", "text-0": "theirs"}
    chosen = leader.send("edit_paragraph", "plan", row.public_id, **choice)

    assert chosen.status_code == 409
    assert in_form(page(chosen)) == THEIRS
    assert "The form has the words that you chose." in page(chosen)
    assert desk_words(plan)[0] == THEIRS


def test_a_third_saving_while_one_chooses_makes_the_choice_void(
    leading: Leading, plan: Draft, row: Paragraph
) -> None:
    save_theirs(leading, row)
    leader = Browser(leading.leader)
    mine = edit_form(row, BEGUN.replace("should", "must"))
    leader.send("edit_paragraph", "plan", row.public_id, **mine)
    save_theirs(leading, rows_of(plan)[0], text=BEGUN.replace("should", "will"))
    choice = {**mine, "theirs": "2", "then": "merge", "text-0": "theirs"}
    shown = page(leader.send("edit_paragraph", "plan", row.public_id, **choice))

    assert in_form(shown) == mine["text"]
    assert "will" in shown


def test_a_label_that_only_one_changed_is_taken_and_one_that_both_changed_is_told(
    leading: Leading, row: Paragraph
) -> None:
    save_theirs(leading, row, label="1 bis")
    leader = Browser(leading.leader)
    mine = edit_form(row, BEGUN.replace("each year", "yearly"))
    shown = page(leader.send("edit_paragraph", "plan", row.public_id, **mine))
    assert 'name="label" value="1 bis"' in shown
    shown = page(leader.send("edit_paragraph", "plan", row.public_id, **{**mine, "label": "1 ter"}))
    assert "label: saved as “1 bis”, typed by you as “1 ter”" in shown
    assert 'name="label" value="1 ter"' in shown


def test_a_version_that_never_was_is_shown_beside_and_not_merged(
    leading: Leading, plan: Draft, row: Paragraph
) -> None:
    mine = edit_form(row, "Wholly other words.", version="77")
    answer = Browser(leading.leader).send("edit_paragraph", "plan", row.public_id, **mine)

    assert answer.status_code == 409
    assert in_form(page(answer)) == "Wholly other words."
    assert BEGUN in re.sub(r"<[^>]+>", "", page(answer))
    assert desk_words(plan)[0] == BEGUN


def test_the_words_before_stay_in_the_history(leading: Leading, row: Paragraph) -> None:
    save_theirs(leading, row)
    versions = row.history.order_by("version").values_list("version", "text")

    assert list(versions) == [(1, BEGUN), (2, THEIRS)]
