"""A closed record: it is read and exported, and changes no more."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from consultations.actions import (
    cancel_meeting,
    edit_consultation,
    edit_seat,
    end_seat,
    move_meeting,
)
from consultations.closing import close_record
from consultations.models import Meeting, Seat
from tests.room import Room

pytestmark = pytest.mark.django_db


def test_a_closed_record_changes_no_more(room: Room) -> None:
    secretariat = room.access("secretariat")
    close_record(access=secretariat)
    closed = room.access("secretariat")
    seat = Seat.objects.get(consultation=room.consultation, code="FRA")
    meeting = Meeting.objects.select_related("consultation").get(pk=room.meeting.pk)
    later = room.meeting.starts_at + timedelta(days=1)
    for change in (
        lambda: edit_consultation(access=closed, title="Another"),
        lambda: edit_seat(access=closed, seat=seat, name="Gaul", status=seat.status),
        lambda: end_seat(access=closed, seat=seat),
        lambda: move_meeting(access=closed, meeting=meeting, starts_at=later, place=""),
        lambda: cancel_meeting(access=closed, meeting=meeting),
    ):
        with pytest.raises(ValidationError, match="record of this consultation is closed"):
            change()
