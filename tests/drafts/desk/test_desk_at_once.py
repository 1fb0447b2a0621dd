"""Two editors at the desk at the same moment: both acts are done, or one is refused."""

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connections, transaction

from consultations.timetable.acts import create_meeting
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import edit_paragraph, move_paragraph, split_paragraph
from drafts.desk.presence import mark_as_open
from drafts.desk.steps import undo_step
from drafts.meetings.acts import add_agenda_item, remove_agenda_item
from drafts.models import AgendaItem, DeskStep, Draft, Editing, Paragraph
from tests.delegations.test_posts_at_once import at_once
from tests.drafts.desk.leading import (
    Browser,
    Leading,
    build_leading,
    desk_words,
    page,
    rows_of,
    text_with,
)
from tests.drafts.desk.test_desk_pieces import seen_in
from tests.locks import second_of, wait_until_another_waits, waiting_for

pytestmark = [pytest.mark.every_server, pytest.mark.django_db(transaction=True)]

STALE = "Somebody else has saved this. Both texts are shown: bring them together."


@pytest.fixture
def leading() -> Leading:
    return build_leading()


@pytest.fixture
def plan(leading: Leading) -> Draft:
    return text_with(leading.leader, "States act.", "States report.", "They meet.", "They rest.")


def rewording(access: Any, row: Paragraph, text: str) -> Any:
    words = {"text": text, "kind": row.kind, "label": row.label}
    return lambda: edit_paragraph(access=access, paragraph=row, version=row.version, **words)


def test_of_two_savings_of_one_paragraph_one_is_told_of_the_other(
    leading: Leading, plan: Draft
) -> None:
    row = rows_of(plan)[0]
    messages = at_once(
        rewording(leading.leader, row, "Leader's."), rewording(leading.staff, row, "Staff's.")
    )

    assert sorted(messages) == ["", STALE]
    assert desk_words(plan)[0] == ("Leader's." if messages[0] == "" else "Staff's.")
    assert DeskStep.objects.filter(kind="edit").count() == 1


def test_savings_of_two_paragraphs_both_stand_as_steps_of_their_own(
    leading: Leading, plan: Draft
) -> None:
    first, second, *_others = rows_of(plan)
    messages = at_once(
        rewording(leading.leader, first, "One."), rewording(leading.staff, second, "Two.")
    )

    assert messages == ["", ""]
    assert desk_words(plan)[:2] == ["One.", "Two."]
    numbers = DeskStep.objects.filter(kind="edit").values_list("number", flat=True)
    assert sorted(numbers) == [2, 3]


def test_a_paragraph_split_while_it_is_saved_keeps_what_came_first(
    leading: Leading, plan: Draft
) -> None:
    row = rows_of(plan)[0]
    messages = at_once(
        rewording(leading.leader, row, "States act now."),
        lambda: split_paragraph(
            access=leading.staff, paragraph=row, texts=["States", "act."], version=row.version
        ),
    )

    assert sorted(messages) == ["", STALE]
    assert desk_words(plan)[0] == ("States act now." if messages[0] == "" else "States")


def test_two_moves_at_once_lose_no_paragraph(leading: Leading, plan: Draft) -> None:
    first, second, third, fourth = rows_of(plan)
    messages = at_once(
        lambda: move_paragraph(access=leading.leader, paragraph=first, after=fourth),
        lambda: move_paragraph(access=leading.staff, paragraph=third, after=None),
    )

    assert messages == ["", ""]
    assert desk_words(plan) == [third.text, second.text, fourth.text, first.text]
    places = [row.place for row in rows_of(plan)]
    assert places == sorted(set(places))


def test_what_is_saved_while_one_circulates_does_not_go_out_unseen(
    leading: Leading, plan: Draft
) -> None:
    leader, row = Browser(leading.leader), rows_of(plan)[0]
    terms = {"stage": "First draft", "nature": "draft", "round": "none"}
    terms["seen"] = seen_in(page(leader.open("circulate", "plan")))
    answer = waiting_for(
        rewording(leading.staff, row, "Nobody saw this."),
        lambda: leader.send("circulate", "plan", **terms),
    )
    assert answer.status_code == 409
    assert "Nobody saw this." in page(answer)
    assert not plan.revisions.exists()
    terms["seen"] = seen_in(page(answer))
    assert leader.send("circulate", "plan", **terms).status_code == 302


def test_a_step_undone_twice_at_once_is_undone_once(leading: Leading, plan: Draft) -> None:
    rewording(leading.leader, rows_of(plan)[0], "Other.")()
    step = plan.steps.select_related("draft").get(kind="edit")
    messages = at_once(
        lambda: undo_step(access=leading.leader, step=step),
        lambda: undo_step(access=leading.staff, step=step),
    )

    assert sorted(messages) == ["", "This step is already undone."]
    assert desk_words(plan)[0] == "States act."


def test_one_person_in_two_windows_leaves_one_mark(leading: Leading, plan: Draft) -> None:
    row = rows_of(plan)[0]

    def open_it() -> None:
        mark_as_open(access=leading.leader, paragraph=row)

    assert at_once(open_it, open_it, open_it) == ["", "", ""]
    assert Editing.objects.count() == 1


def test_a_paragraph_saved_while_it_is_merged_is_shown_as_it_is_now(
    leading: Leading, plan: Draft
) -> None:
    """The page has found nothing changed when the saving, on which the merge waits, ends."""
    first, second, *_others = rows_of(plan)
    leader = Browser(leading.leader)
    chosen: dict[str, Any] = {"others": [str(second.public_id)]}
    shown = page(leader.send("merge_paragraphs", "plan", first.public_id, **chosen))
    sent = {**chosen, "seen": seen_in(shown), "text": "Typed for long."}
    answers: list[Any] = []

    def merge() -> None:
        try:
            answers.append(leader.send("merge_paragraphs", "plan", first.public_id, **sent))
        finally:
            connections.close_all()

    merging = Thread(target=merge)
    with transaction.atomic():
        rewording(leading.staff, second, "Theirs.")()
        merging.start()
        wait_until_another_waits()
    merging.join()

    [answer] = answers
    assert answer.status_code == 409
    assert "Theirs." in page(answer)
    assert "Typed for long.</textarea>" in page(answer)
    assert STALE not in page(answer)
    assert len(desk_words(plan)) == 4
    again = {**sent, "seen": seen_in(page(answer))}
    assert leader.send("merge_paragraphs", "plan", first.public_id, **again).status_code == 302
    assert desk_words(plan)[0] == "Typed for long."


def test_two_items_set_on_an_agenda_at_once_have_places_of_their_own(
    leading: Leading, plan: Draft
) -> None:
    circulate_revision(access=leading.leader, draft=plan, stage="First draft")
    starts_at = leading.clerk.moment + timedelta(days=3)
    meeting = create_meeting(access=leading.clerk, title="First reading", starts_at=starts_at)
    rows = iter(rows_of(plan))

    def add_next() -> None:
        add_agenda_item(access=leading.leader, meeting=meeting, draft=plan, paragraph=next(rows))

    assert second_of(add_next) is None
    assert [item.place for item in meeting.agenda.all()] == [1, 2]
    item = meeting.agenda.select_related("meeting")[0]
    assert second_of(lambda: remove_agenda_item(access=leading.leader, item=item)) is None
    removals = AgendaItem.history.filter(history_type="-")
    assert removals.count() == 1
