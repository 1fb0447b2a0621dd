"""The state of a paragraph: agreed ad referendum, parked, for informals, reopened."""

from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from consultations.rules.access import Access, Role
from consultations.timetable.acts import create_meeting
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import (
    StaleVersion,
    add_paragraph,
    edit_paragraph,
    merge_paragraphs,
    move_paragraph,
    split_paragraph,
    strike_paragraph,
)
from drafts.desk.steps import redo_step, undo_step
from drafts.models import Draft, Paragraph, StateAct
from drafts.states.acts import reopen_and_edit, set_state
from drafts.states.queries import state_act_by_paragraph_id
from tests.drafts.desk.leading import Browser, Leading, page, rows_of, text_with

pytestmark = [pytest.mark.every_server, pytest.mark.django_db]


@pytest.fixture
def plan(leading: Leading) -> Draft:
    draft = text_with(leading.leader, "States should act.", "States report yearly.", "They meet.")
    circulate_revision(access=leading.leader, draft=draft, stage="First draft")
    return draft


def set_state_of(leading: Leading, row: Paragraph, state: str, **more: Any) -> StateAct:
    stored = Paragraph.objects.select_related("draft").get(pk=row.pk)
    return set_state(
        access=leading.leader, paragraph=stored, state=state, version=stored.version, **more
    )


def reword(leading: Leading, row: Paragraph, text: str, act: Any = edit_paragraph) -> None:
    stored = Paragraph.objects.select_related("draft").get(pk=row.pk)
    act(
        access=leading.staff,
        paragraph=stored,
        version=stored.version,
        text=text,
        kind=stored.kind,
        label=stored.label,
    )


def state(leading: Leading, row: Paragraph) -> str:
    act = state_act_by_paragraph_id(leading.leader, row.draft).get(row.pk)
    return act.state if act else ""


def test_an_act_keeps_its_words_its_meeting_its_moment_and_who_made_it(
    leading: Leading, plan: Draft
) -> None:
    meeting = create_meeting(
        access=leading.clerk, title="First reading", starts_at=leading.later(1).moment
    )
    act = set_state_of(leading, rows_of(plan)[0], "agreed", meeting=meeting)
    stored = StateAct.objects.get(pk=act.pk)
    assert (stored.text, stored.meeting_id) == ("States should act.", meeting.pk)
    assert (stored.made_at, stored.made_by_id) == (leading.leader.moment, leading.leader.user.pk)
    assert stored.capacity.startswith("co-facilitator")


def test_the_latest_act_holds_and_all_are_kept(leading: Leading, plan: Draft) -> None:
    row = rows_of(plan)[0]
    for name in ("parked", "agreed", "reopened", "informals"):
        set_state_of(leading, row, name)
        assert state(leading, row) == name
    assert [act.state for act in row.state_acts.all()] == [
        "parked",
        "agreed",
        "reopened",
        "informals",
    ]


def test_nobody_agrees_to_words_that_have_changed_since_they_were_shown(
    leading: Leading, plan: Draft
) -> None:
    seen = rows_of(plan)[0]
    reword(leading, seen, "States must act.")
    with pytest.raises(ValidationError, match="words have changed"):
        set_state(access=leading.leader, paragraph=seen, state="agreed", version=seen.version)
    assert state(leading, seen) == ""


def test_what_is_open_is_not_reopened_and_nothing_is_set_twice(
    leading: Leading, plan: Draft
) -> None:
    row = rows_of(plan)[0]
    with pytest.raises(ValidationError, match="nothing to reopen"):
        set_state_of(leading, row, "reopened")
    set_state_of(leading, row, "agreed")
    with pytest.raises(ValidationError, match="its state already"):
        set_state_of(leading, row, "agreed")
    assert row.state_acts.count() == 1


def test_agreed_words_change_only_with_a_reopening(leading: Leading, plan: Draft) -> None:
    row = rows_of(plan)[0]
    set_state_of(leading, row, "agreed")
    with pytest.raises(ValidationError, match=r"Agreed ad referendum: 1\. Reopen it first"):
        reword(leading, row, "States must act.")
    assert Paragraph.objects.get(pk=row.pk).text == "States should act."
    reword(leading, row, "States must act.", reopen_and_edit)
    assert Paragraph.objects.get(pk=row.pk).text == "States must act."
    assert [act.state for act in row.state_acts.all()] == ["agreed", "reopened"]


def test_a_new_paragraph_that_is_agreed_is_not_undone_before_it_is_reopened(
    leading: Leading, plan: Draft
) -> None:
    added = add_paragraph(
        access=leading.staff, draft=plan, text="They report.", kind="operative", after=None
    )
    step = plan.steps.order_by("-number")[0]
    set_state_of(leading, added, "agreed")
    with pytest.raises(ValidationError, match="Agreed ad referendum"):
        undo_step(access=leading.leader, step=step)
    assert added in rows_of(plan)
    set_state_of(leading, added, "reopened")
    undo_step(access=leading.leader, step=step)
    assert added not in rows_of(plan)


def test_who_reopens_words_that_others_changed_meanwhile_is_asked_again(
    leading: Leading, plan: Draft
) -> None:
    row = rows_of(plan)[0]
    reword(leading, row, "States must act.")
    set_state_of(leading, row, "agreed")
    with pytest.raises(StaleVersion):
        reopen_and_edit(
            access=leading.staff,
            paragraph=row,
            version=row.version,
            text="States may act.",
            kind=row.kind,
            label=row.label,
        )
    assert state(leading, row) == "agreed"


def test_no_other_act_of_the_desk_changes_agreed_words(leading: Leading, plan: Draft) -> None:
    first, second, third = rows_of(plan)
    reword(leading, first, "States must act.")
    step = plan.steps.order_by("-number")[0]
    set_state_of(leading, first, "agreed")
    acts = (
        lambda: split_paragraph(access=leading.leader, paragraph=first, texts=["States", "act"]),
        lambda: merge_paragraphs(
            access=leading.leader, paragraphs=[second, first], text="They report and act."
        ),
        lambda: strike_paragraph(access=leading.leader, paragraph=first),
        lambda: undo_step(access=leading.leader, step=step),
    )
    for act in acts:
        with pytest.raises(ValidationError, match="Reopen it first"), transaction.atomic():
            act()
    assert [row.text for row in rows_of(plan)] == [
        "States must act.",
        "States report yearly.",
        "They meet.",
    ]
    assert state(leading, first) == "agreed"
    move_paragraph(access=leading.leader, paragraph=first, after=third)
    assert state(leading, first) == "agreed"


def test_a_change_of_label_or_of_other_paragraphs_leaves_what_is_agreed(
    leading: Leading, plan: Draft
) -> None:
    first, second, _third = rows_of(plan)
    set_state_of(leading, first, "agreed")
    reword(leading, second, "States report.")
    stored = Paragraph.objects.select_related("draft").get(pk=first.pk)
    edit_paragraph(
        access=leading.staff,
        paragraph=stored,
        version=stored.version,
        text=stored.text,
        kind=stored.kind,
        label="1 bis",
    )
    assert state(leading, first) == "agreed"


def test_the_pieces_of_a_parked_paragraph_are_parked(leading: Leading, plan: Draft) -> None:
    first, second, _third = rows_of(plan)
    set_state_of(leading, first, "parked")
    pieces = split_paragraph(access=leading.leader, paragraph=first, texts=["States", "act"])
    assert [state(leading, piece) for piece in pieces] == ["parked", "parked"]
    set_state_of(leading, second, "informals")
    [_first, _piece, second, third] = rows_of(plan)
    one = merge_paragraphs(
        access=leading.leader, paragraphs=[third, second], text="They meet and report."
    )
    assert state(leading, one) == "informals"


def test_an_undone_merger_takes_the_state_back_that_it_carried(
    leading: Leading, plan: Draft
) -> None:
    first, second, _third = rows_of(plan)
    set_state_of(leading, second, "parked")
    merge_paragraphs(access=leading.leader, paragraphs=[first, second], text="They act and report.")
    step = plan.steps.order_by("-number")[0]
    delegate = _delegate(leading)

    undo_step(access=leading.leader, step=step)
    assert (state(leading, first), state(leading, second)) == ("reopened", "parked")
    assert state_act_by_paragraph_id(delegate, plan)[first.pk].state == "reopened"
    redo_step(access=leading.leader, step=step)
    assert state(leading, first) == "parked"

    set_state_of(leading, first, "informals")
    undo_step(access=leading.leader, step=step)
    assert state(leading, first) == "informals"


def test_an_undone_split_leaves_no_state_on_its_piece_and_takes_none_from_what_was_split(
    leading: Leading, plan: Draft
) -> None:
    first = rows_of(plan)[0]
    set_state_of(leading, first, "parked")
    pieces = split_paragraph(access=leading.leader, paragraph=first, texts=["States", "act"])
    step = plan.steps.order_by("-number")[0]
    undo_step(access=leading.leader, step=step)
    assert [state(leading, piece) for piece in pieces] == ["parked", "reopened"]
    redo_step(access=leading.leader, step=step)
    assert [state(leading, piece) for piece in pieces] == ["parked", "parked"]


def test_others_read_an_agreement_once_its_very_words_went_out(
    leading: Leading, plan: Draft
) -> None:
    first, second, _third = rows_of(plan)
    reword(leading, first, "States must act.")
    for row, name in ((first, "agreed"), (second, "parked")):
        set_state_of(leading, row, name)
    delegate = _delegate(leading)
    assert {act.state for act in StateAct.objects.visible_to(delegate)} == {"parked"}
    circulate_revision(access=leading.later(1), draft=plan, stage="Rev.1")
    assert {act.state for act in StateAct.objects.visible_to(delegate)} == {"agreed", "parked"}


def _delegate(leading: Leading) -> Access:
    """An access that reads no working text."""
    capacity = replace(leading.leader.capacity, role=Role.FOCAL_POINT)
    return replace(leading.leader, capacity=capacity)


def test_the_database_itself_keeps_an_act(leading: Leading, plan: Draft) -> None:
    set_state_of(leading, rows_of(plan)[0], "agreed")
    for words in ("UPDATE drafts_stateact SET state = 'parked'", "DELETE FROM drafts_stateact"):
        with (
            pytest.raises(IntegrityError, match="never changed or removed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(words)
    assert StateAct.objects.get().state == "agreed"


# --- On the pages ---------------------------------------------------------------------------------


def test_the_page_shows_the_words_asks_and_sets_the_state(
    leading: Leading, plan: Draft, leader: Browser
) -> None:
    row = rows_of(plan)[0]
    asked = page(leader.open("paragraph_state", "plan", row.public_id, "agreed"))
    assert "States should act." in asked
    assert "Yes, agreed ad referendum" in asked
    assert state(leading, row) == ""
    leader.send("paragraph_state", "plan", row.public_id, "agreed", version=row.version)
    desk = page(leader.open("desk", "plan"))
    assert desk.count("state--agreed") == 1
    assert "Agreed ad referendum" in desk
    assert "agreed ad referendum" in page(leader.open("paragraph_history", "plan", row.public_id))


def test_the_editor_offers_the_states_that_the_paragraph_does_not_have(
    leading: Leading, plan: Draft, leader: Browser
) -> None:
    row = rows_of(plan)[0]
    offered = page(leader.open("edit_paragraph", "plan", row.public_id))
    assert "Agreed ad referendum…" in offered and "Reopen…" not in offered
    set_state_of(leading, row, "agreed")
    offered = page(leader.open("edit_paragraph", "plan", row.public_id))
    assert "Agreed ad referendum…" not in offered and "Reopen…" in offered


def test_the_editor_asks_before_agreed_words_change(
    leading: Leading, plan: Draft, leader: Browser
) -> None:
    row = rows_of(plan)[0]
    set_state_of(leading, row, "agreed")
    words: dict[str, Any] = {
        "version": row.version,
        "text": "States must act.",
        "kind": row.kind,
        "label": "1",
    }
    refused = leader.send("edit_paragraph", "plan", row.public_id, **words)
    assert refused.status_code == 422
    assert "Reopen this paragraph: its agreed words change" in page(refused)
    assert Paragraph.objects.get(pk=row.pk).text == "States should act."
    leader.send("edit_paragraph", "plan", row.public_id, reopens="on", **words)
    assert Paragraph.objects.get(pk=row.pk).text == "States must act."
    assert state(leading, row) == "reopened"


def test_an_unknown_state_is_no_page(plan: Draft, leader: Browser) -> None:
    row = rows_of(plan)[0]
    assert leader.open("paragraph_state", "plan", row.public_id, "adopted").status_code == 404
