"""Parallel meetings of rooms: an act on a paragraph belongs to the meeting of its room."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from comments.minutes.acts import begin_minutes
from comments.minutes.queries import minutes_record, word_changes_during
from consultations.models import Meeting, WorkingRoom
from consultations.rules.access import Access
from consultations.timetable.acts import create_meeting
from drafts.brackets.acts import put_bracket
from drafts.meetings.running_meeting import running_meetings
from drafts.models import Bracket, BracketLift, Paragraph, RoomPart, StateAct
from drafts.rooms.acts import end_part
from drafts.states.acts import set_state
from tests.drafts.brackets.bracketed import stored
from tests.drafts.desk.leading import Browser, page
from tests.drafts.rooms.in_rooms import KEPT, TwoRooms, say

pytestmark = [pytest.mark.every_server, pytest.mark.django_db, pytest.mark.usefixtures("own_cache")]


@pytest.fixture
def rooms() -> TwoRooms:
    return KEPT.laid_out()


def meets(rooms: TwoRooms, title: str, hours: float, room: WorkingRoom | None = None) -> Meeting:
    """A meeting that began so many hours before the moment at which the people below act."""
    start = rooms.leading.leader.moment + timedelta(hours=20 - hours)
    return create_meeting(access=rooms.leading.clerk, title=title, starts_at=start, room=room)


@pytest.fixture
def meetings(rooms: TwoRooms) -> dict[str, Meeting]:
    """All at once; that of trade began last."""
    return {
        "plenary": meets(rooms, "Plenary", 3),
        "money": meets(rooms, "Finance meets", 2, rooms.money),
        "trade": meets(rooms, "Trade meets", 1, rooms.trade),
    }


@pytest.fixture
def at_work(rooms: TwoRooms) -> Iterator[None]:
    """The clock stands where the meetings run."""
    with time_machine.travel(rooms.leading.leader.moment + timedelta(hours=20)):
        yield


def now(access: Access, hours: float = 20) -> Access:
    return replace(access, moment=access.moment + timedelta(hours=hours))


def bracket_all(access: Access, row: Paragraph) -> None:
    row = stored(row)
    put_bracket(access=access, paragraph=row, version=row.version, start=0, end=len(row.text))


def test_brackets_are_put_and_lifted_in_the_meeting_of_the_room(
    rooms: TwoRooms, meetings: dict[str, Meeting]
) -> None:
    wanted = {"Pay.": "money", "Sell.": "trade", "Opening.": "plenary"}
    people = {"money": rooms.banker, "trade": rooms.trader, "plenary": rooms.leading.leader}
    for words, where in wanted.items():
        access, row = now(people[where]), rooms.row(words)
        bracket_all(access, row)
        bracket = Bracket.objects.select_related("meeting").get(paragraph=row)
        assert bracket.meeting == meetings[where], words
        say(access, row, words)  # without the signs
        assert BracketLift.objects.get(bracket=bracket).meeting_id == meetings[where].pk, words


def test_a_room_that_does_not_meet_works_in_the_plenary_and_never_in_another_room(
    rooms: TwoRooms,
) -> None:
    trade = meets(rooms, "Trade meets", 1, rooms.trade)
    access, row = now(rooms.banker), rooms.row("Pay.")
    bracket_all(access, row)
    assert Bracket.objects.get(paragraph=row).meeting_id is None
    plenary = meets(rooms, "Plenary", 3)
    running = running_meetings(access, rooms.draft)
    assert running.meeting_for(row.pk) == plenary
    assert running.meeting_for(rooms.row("Sell.").pk) == trade


def test_the_page_of_a_state_proposes_the_meeting_of_the_room_and_no_other_room(
    rooms: TwoRooms, meetings: dict[str, Meeting], at_work: None
) -> None:
    shown = state_page(rooms, rooms.banker, "Pay.", "room")
    assert selected(shown) == str(meetings["money"].public_id)
    assert str(meetings["plenary"].public_id) in shown
    assert str(meetings["trade"].public_id) not in shown
    # The plenary agrees in the plenary, also to what a room has.
    shown = state_page(rooms, rooms.leading.leader, "Pay.", "plenary")
    assert selected(shown) == str(meetings["plenary"].public_id)
    shown = state_page(rooms, rooms.leading.leader, "Opening.", "agreed")
    assert selected(shown) == str(meetings["plenary"].public_id)
    chosen = f"?meeting={meetings['trade'].public_id}"
    assert selected(state_page(rooms, rooms.leading.leader, "Opening.", "agreed", chosen)) == str(
        meetings["trade"].public_id
    )


def test_a_state_is_refused_in_the_meeting_of_another_room(
    rooms: TwoRooms, meetings: dict[str, Meeting]
) -> None:
    access, row = now(rooms.banker), rooms.row("Pay.")
    with pytest.raises(ValidationError, match="Choose a meeting of this room"):
        agree(access, row, meetings["trade"])
    agree(access, row, meetings["money"])
    assert StateAct.objects.get(paragraph=row).meeting_id == meetings["money"].pk
    lend = rooms.row("Lend.")
    agree(access, lend, meetings["plenary"])
    assert StateAct.objects.get(paragraph=lend).meeting_id == meetings["plenary"].pk


def test_minutes_of_meetings_at_once_hold_what_their_own_room_changed(
    rooms: TwoRooms, meetings: dict[str, Meeting]
) -> None:
    clerk = now(rooms.leading.clerk)
    taken = {name: begin_minutes(access=clerk, meeting=row) for name, row in meetings.items()}
    say(now(rooms.banker, 20.1), rooms.row("Pay."), "Pay now.")
    say(now(rooms.trader, 20.1), rooms.row("Sell."), "Sell now.")
    say(now(rooms.leading.leader, 20.1), rooms.row("Opening."), "Opening words.")
    found = {
        name: [one.text for one in minutes_record(now(clerk, 1), minutes).paragraphs]
        for name, minutes in taken.items()
    }
    for name, minutes in taken.items():
        assert [one.text_after for one in word_changes_during(now(clerk, 1), minutes)] == found[
            name
        ]
    assert found == {"plenary": ["Opening words."], "money": ["Pay now."], "trade": ["Sell now."]}


def test_whoever_takes_minutes_of_a_room_sees_what_changed_there_alone(
    rooms: TwoRooms, meetings: dict[str, Meeting], at_work: None
) -> None:
    begin_minutes(access=now(rooms.leading.clerk), meeting=meetings["money"])
    say(now(rooms.banker, 20.1), rooms.row("Pay."), "Pay now.")
    say(now(rooms.trader, 20.1), rooms.row("Sell."), "Sell now.")
    lend = rooms.row("Lend.").public_id
    with time_machine.travel(now(rooms.leading.leader, 21).moment):
        clerk = Browser(rooms.leading.clerk)
        shown = page(clerk.open("minute_paragraph", meetings["money"].public_id, lend))
    changed = shown.split('id="changes"')[1].split("</section>")[0]
    assert "Pay" in changed and "Sell" not in changed


def test_what_changed_hands_meanwhile_stands_in_the_minutes_of_both(
    rooms: TwoRooms, meetings: dict[str, Meeting]
) -> None:
    clerk = now(rooms.leading.clerk)
    taken = {name: begin_minutes(access=clerk, meeting=row) for name, row in meetings.items()}
    part = RoomPart.objects.select_related("room", "paragraph__draft").get(room=rooms.money)
    end_part(access=now(rooms.leading.leader, 20.1), part=part)
    say(now(rooms.leading.leader, 20.2), rooms.row("Pay."), "Pay now.")
    for name, texts in {"plenary": ["Pay now."], "money": ["Pay now."], "trade": []}.items():
        record = minutes_record(now(clerk, 1), taken[name])
        assert [one.text for one in record.paragraphs] == texts, name


def test_a_room_that_has_nothing_minutes_what_the_plenary_has(rooms: TwoRooms) -> None:
    RoomPart.objects.filter(room=rooms.trade).update(ended_at=rooms.leading.leader.moment)
    meeting = meets(rooms, "Trade meets", 1, rooms.trade)
    minutes = begin_minutes(access=now(rooms.leading.clerk), meeting=meeting)
    say(now(rooms.leading.leader, 20.1), rooms.row("Sell."), "Sell now.")
    say(now(rooms.banker, 20.1), rooms.row("Pay."), "Pay now.")
    record = minutes_record(now(rooms.leading.clerk, 21), minutes)
    assert [one.text for one in record.paragraphs] == ["Sell now."]


def agree(access: Access, row: Paragraph, meeting: Meeting) -> None:
    row = stored(row)
    set_state(access=access, paragraph=row, state="room", version=row.version, meeting=meeting)


def state_page(rooms: TwoRooms, access: Access, words: str, state: str, query: str = "") -> str:
    row = rooms.row(words)
    shown = Browser(access).open("paragraph_state", "plan", row.public_id, state, query=query)
    return page(shown)


def selected(shown: str) -> str:
    """The id of the meeting that the page proposes."""
    found = [part for part in shown.split("<option")[1:] if " selected" in part.split(">")[0]]
    return found[0].split('value="')[1].split('"')[0] if found else ""
