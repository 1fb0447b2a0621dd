"""The agenda of a meeting: texts and paragraphs are set on it and removed."""

import re
from datetime import timedelta

import pytest

from consultations.models import Meeting
from consultations.timetable.acts import cancel_meeting, create_meeting
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import strike_paragraph
from drafts.meetings.acts import add_agenda_item, remove_agenda_item
from drafts.models import AgendaItem, Draft
from tests.drafts.desk.leading import Browser, Leading, page, rows_of, text_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(leading: Leading) -> Draft:
    return text_with(leading.leader, "States should act.", "States report yearly.", "They meet.")


def test_a_meeting_gets_an_agenda_of_what_was_circulated(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    meeting = create_meeting(
        access=leading.clerk,
        title="First reading",
        starts_at=leading.clerk.moment + timedelta(days=3),
    )
    assert "once they are circulated" in page(leader.open("agenda", meeting.public_id))
    circulate_revision(access=leading.leader, draft=plan, stage="First draft")
    row = rows_of(plan)[1]
    leader.send("agenda", meeting.public_id, what=str(row.public_id), note="Friends of the chair")
    again = leader.send("agenda", meeting.public_id, what=str(row.public_id), note="")
    assert again.status_code == 422
    item = AgendaItem.objects.get()
    assert (item.paragraph_id, item.note) == (row.pk, "Friends of the chair")
    leader.send("agenda", meeting.public_id, off=str(row.public_id))
    assert not AgendaItem.objects.exists()
    kinds = AgendaItem.history.order_by("history_id").values_list("history_type", flat=True)
    assert list(kinds) == ["+", "-"]


@pytest.fixture
def meeting(leading: Leading, plan: Draft) -> Meeting:
    """A meeting to which the whole text and two paragraphs can be brought."""
    circulate_revision(access=leading.leader, draft=plan, stage="First draft")
    starts_at = leading.clerk.moment + timedelta(days=3)
    return create_meeting(access=leading.clerk, title="First reading", starts_at=starts_at)


def removing_value(shown: str, name: str) -> str:
    """What the button beside this item sends."""
    found = re.search(rf'(?s)name="off" value="([^"]+)">(?:(?!</button>).)*{name}', shown)
    assert found is not None
    return found[1]


def test_an_old_page_removes_no_item_that_has_taken_the_place_of_another(
    leading: Leading, leader: Browser, plan: Draft, meeting: Meeting
) -> None:
    first, second, third = rows_of(plan)
    _first_item, second_item = [
        add_agenda_item(access=leading.leader, meeting=meeting, draft=plan, paragraph=row)
        for row in (first, second)
    ]
    old_page = page(leader.open("agenda", meeting.public_id))
    remove_agenda_item(access=leading.staff, item=second_item)
    add_agenda_item(access=leading.staff, meeting=meeting, draft=plan, paragraph=third)
    assert [item.place for item in meeting.agenda.all()] == [1, 2]

    value = removing_value(old_page, "States report yearly")
    gone = leader.send("agenda", meeting.public_id, off=value)
    assert "Taken off" not in page(leader.get(gone.url))
    assert [item.paragraph_id for item in meeting.agenda.all()] == [first.pk, third.pk]
    value = removing_value(old_page, "States should act")
    leader.send("agenda", meeting.public_id, off=value)
    assert [item.paragraph_id for item in meeting.agenda.all()] == [third.pk]


def test_the_agenda_of_a_meeting_cancelled_meanwhile_stays_and_says_so(
    leading: Leading, leader: Browser, plan: Draft, meeting: Meeting
) -> None:
    add_agenda_item(access=leading.leader, meeting=meeting, draft=plan)
    value = removing_value(page(leader.open("agenda", meeting.public_id)), "The plan")
    cancel_meeting(access=leading.clerk, meeting=meeting)
    for fields in ({"off": value}, {"what": value, "note": ""}):
        answer = leader.send("agenda", meeting.public_id, **fields)
        shown = page(leader.get(answer.url) if answer.status_code == 302 else answer)
        assert "This meeting was cancelled. Its agenda no longer changes." in shown
    assert meeting.agenda.count() == 1


def test_an_item_whose_paragraph_left_the_text_keeps_its_name(
    leading: Leading, leader: Browser, plan: Draft, meeting: Meeting
) -> None:
    row = rows_of(plan)[1]
    add_agenda_item(access=leading.leader, meeting=meeting, draft=plan, paragraph=row)
    strike_paragraph(access=leading.leader, paragraph=row)
    circulate_revision(access=leading.leader, draft=plan, stage="Second draft")
    shown = page(leader.open("agenda", meeting.public_id))
    items, choices = shown.split('<h2 id="set">')
    assert "States report yearly." in items
    assert "States report yearly." not in choices
