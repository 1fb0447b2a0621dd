"""Meetings of rooms at the same time, and delegations that would be needed in two."""

from datetime import timedelta
from typing import Any

import pytest

from consultations.models import Facilitation, Meeting, RoomMember, Seat, WorkingRoom
from consultations.rooms.acts import begin_room
from consultations.timetable.acts import create_meeting
from consultations.timetable.queries import room_clashes
from drafts.models import Paragraph, Screen
from drafts.screen.acts import show_on_screen
from tests.comments.reading.test_pages import Person, page
from tests.room import Room

pytestmark = [pytest.mark.every_server, pytest.mark.django_db, pytest.mark.usefixtures("own_cache")]


def a_room(room: Room, name: str, *codes: str) -> WorkingRoom:
    """A room with these delegations, or open to all."""
    chairs = Facilitation.objects.filter(consultation=room.consultation, role="co_facilitator")
    seats = Seat.objects.filter(consultation=room.consultation, code__in=codes)
    return begin_room(
        access=room.access("secretariat"),
        name=name,
        chairs=chairs[:1],
        members=seats,
        is_for_all=not codes,
    )


def meets(room: Room, of: WorkingRoom | None, title: str, hours: float = 0) -> Meeting:
    """A meeting of a room (None: of the plenary), so many hours after the first."""
    return create_meeting(
        access=room.access("secretariat"),
        title=title,
        starts_at=room.now + timedelta(days=20, hours=hours),
        room=of,
    )


def clashes_for(room: Room, who: str) -> list[tuple[str, str, list[str]]]:
    return [
        (one.meeting.title, one.other_meeting.title, [seat.code for seat in one.seats])
        for one in room_clashes(room.access(who))
    ]


def test_who_sits_in_two_rooms_at_once_is_named(room: Room) -> None:
    meets(room, a_room(room, "Money", "FRA", "CPV"), "On money")
    meets(room, a_room(room, "Trade", "FRA", "JPN"), "On trade", 2)
    assert clashes_for(room, "secretariat") == [("On money", "On trade", ["FRA"])]
    assert clashes_for(room, "FRA focal_point") == [("On money", "On trade", ["FRA"])]
    assert clashes_for(room, "CPV focal_point") == []


@pytest.mark.parametrize(("hours", "clashes"), [(0, 1), (2.9, 1), (3, 0), (26, 0)])
def test_a_meeting_lasts_three_hours(room: Room, hours: float, clashes: int) -> None:
    meets(room, a_room(room, "Money", "FRA"), "On money")
    meets(room, a_room(room, "Trade", "FRA"), "On trade", hours)
    assert len(clashes_for(room, "secretariat")) == clashes


def test_in_the_plenary_and_in_a_room_for_all_everybody_sits(room: Room) -> None:
    meets(room, a_room(room, "Money", "FRA"), "On money")
    meets(room, None, "Plenary")
    assert clashes_for(room, "FRA focal_point") == [("On money", "Plenary", ["FRA"])]
    assert clashes_for(room, "CPV focal_point") == []
    meets(room, a_room(room, "Trade"), "On trade")
    assert ("Plenary", "On trade", []) in clashes_for(room, "CPV focal_point")


def test_a_room_whose_members_have_left_clashes_with_nothing(room: Room) -> None:
    meets(room, a_room(room, "Money", "FRA"), "On money")
    meets(room, None, "Plenary")
    RoomMember.objects.update(ended_at=room.now)
    assert clashes_for(room, "secretariat") == clashes_for(room, "CPV focal_point") == []


def test_two_meetings_of_one_room_clash_with_nobody(room: Room) -> None:
    money = a_room(room, "Money", "FRA")
    meets(room, money, "On money")
    meets(room, money, "On money again")
    assert clashes_for(room, "secretariat") == []


def test_clashes_are_said_as_a_meeting_is_set_and_to_those_who_have_them(room: Room) -> None:
    money, trade = a_room(room, "Money", "FRA"), a_room(room, "Trade", "FRA")
    meets(room, money, "On money")
    clerk = Person(room, "secretariat")
    start = room.now.astimezone(room.consultation.zone) + timedelta(days=20)
    sent: dict[str, Any] = {
        "title": "On trade",
        "kind": "informal",
        "starts_at": f"{start:%Y-%m-%dT%H:%M}",
        "digest_hours": "24",
        "room": trade.public_id,
    }
    assert clerk.post("meetings", **sent).status_code == 302
    assert Meeting.objects.get(title="On trade").room_id == trade.pk
    assert page(clerk.get("meetings")).count("In both: France.") == 2
    assert "Two of your rooms at " in page(Person(room, "FRA focal_point").get("meetings"))
    assert "Two of your rooms" not in page(Person(room, "CPV focal_point").get("meetings"))
    assert "Two of your rooms at once" in page(Person(room, "FRA focal_point").get("brief"))
    assert "Two of your rooms" not in page(Person(room, "CPV focal_point").get("brief"))


def test_the_screen_of_a_room_is_followed_by_its_members(room: Room) -> None:
    meeting = meets(room, a_room(room, "Money", "FRA"), "On money")
    rows = Paragraph.objects.filter(draft=room.draft).select_related("draft")
    show_on_screen(access=room.access("staff"), meeting=meeting, paragraph=rows[1])
    for who, status in {"FRA focal_point": 200, "CPV focal_point": 404, "secretariat": 200}.items():
        for name in ("screen", "screen_now", "screen_stream"):
            assert Person(room, who).get(name, meeting.public_id).status_code == status
        seen = Screen.objects.visible_to(room.access(who)).exists()
        assert seen == (status == 200)
        address = f"{meeting.public_id}/screen/"
        assert (address in page(Person(room, who).get("meetings"))) == (status == 200)
