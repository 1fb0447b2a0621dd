"""The page of meetings: called, moved and cancelled, in the time of the consultation."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from consultations.models import Consultation, Meeting
from consultations.timetable.acts import cancel_meeting, create_meeting
from delegations.models import User
from tests.consultations.people.people import KEPT, House, key_of, later, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return KEPT.laid_out()


def test_meetings_are_called_moved_and_cancelled(house: House) -> None:
    client = signed_in(house.secretariat)
    capacity = key_of(house.secretariat)
    called = {
        "capacity": capacity,
        "title": "Second meeting",
        "kind": "informal",
        "starts_at": "2027-05-07T10:00",
        "place": "Room 4",
        "digest_hours": "24",
    }
    assert client.post(house.path("meetings/"), called).status_code == 302
    row = Meeting.objects.get()
    assert (row.starts_at, row.digest_lead) == (
        datetime(2027, 5, 7, 14, 0, tzinfo=UTC),
        timedelta(hours=24),
    )
    move = house.path(f"meetings/{row.public_id}/move/")
    moved = {"capacity": capacity, "starts_at": "2027-05-08T10:00", "place": "Room 5"}
    assert client.post(move, moved).status_code == 302
    assert Meeting.objects.get().place == "Room 5"
    cancel = house.path(f"meetings/{row.public_id}/cancel/")
    assert client.post(cancel, {"capacity": capacity}).status_code == 302
    assert (
        "Second meeting</span>, cancelled" in client.get(house.path("meetings/")).content.decode()
    )


def test_meetings_that_are_past_are_not_said_to_be_held_where_they_were_cancelled(
    house: House,
) -> None:
    staff = house.access(house.staff)
    meeting = create_meeting(access=staff, title="Second meeting", starts_at=later(days=1))
    cancel_meeting(access=staff, meeting=meeting)
    with time_machine.travel(later(days=2)):
        page = signed_in(house.focal_point).get(house.path("meetings/")).content.decode()
    past = page.split('<h2 id="past">')[1]
    assert past.startswith("Past</h2>")
    assert "Second meeting</span>, cancelled" in past


def test_a_meeting_is_shown_in_the_readers_own_time_too(house: House) -> None:
    create_meeting(
        access=house.access(house.staff),
        title="Second meeting",
        starts_at=datetime(2027, 5, 7, 14, 0, tzinfo=UTC),
    )
    User.objects.filter(pk=house.focal_point.pk).update(time_zone="Europe/Lisbon")
    page = signed_in(house.focal_point).get(house.path("meetings/")).content.decode()
    assert "Fri 7 May 2027, 10:00\u00a0New\u00a0York · 15:00\u00a0Lisbon" in page
    assert "Call the meeting" not in page


def test_meetings_are_said_to_stand_in_the_time_of_their_consultation(house: House) -> None:
    Consultation.objects.filter(pk=house.consultation.pk).update(time_zone="Europe/Vienna")
    page = signed_in(house.focal_point).get(house.path("meetings/")).content.decode()
    assert "Each stands here in the consultation’s time and in your own." in page
    assert "New York time" not in page
