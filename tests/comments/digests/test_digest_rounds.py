"""The digest and time: rounds that close, visibility, and the change of the clocks."""

from datetime import datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

from comments.digests.acts import due_meetings
from comments.models import Comment
from comments.news.items import decode_id_ranges
from consultations.models import Meeting, Seat, Visibility
from consultations.timetable.acts import cancel_meeting, close_round, create_meeting
from delegations.models import GroupMembership
from tests.comments.digests.digest_mails import send_to, text_of, to, told_by
from tests.mails import digests
from tests.room import build_room

pytestmark = pytest.mark.long


def test_the_lead_is_counted_in_hours_across_the_night_the_clocks_change(db: None) -> None:
    # New York goes from summer to winter time on Sunday, 1 November 2026, at two in the morning.
    room = build_room(now=datetime.fromisoformat("2026-10-28T12:00-04:00"))
    cancel_meeting(access=room.access("secretariat"), meeting=room.meeting)
    meeting = create_meeting(
        access=room.access("secretariat"),
        title="After the change",
        starts_at=datetime.fromisoformat("2026-11-01T10:00-05:00"),
        place="Conference Room 2",
    )
    due = datetime.fromisoformat("2026-10-31T11:00-04:00")

    assert meeting not in due_meetings(due - timedelta(seconds=1))
    assert meeting in due_meetings(due)
    with time_machine.travel(due, tick=False):
        send_to(room, "FRA deputy")
    (message,) = [m for m in to(room, "FRA deputy") if "After the change" in str(m["Subject"])]
    assert "Sun 1 Nov, 10:00\u00a0New\u00a0York" in text_of(message)


def test_an_at_the_close_round_gives_its_inputs_only_after_the_close(db: None) -> None:
    room = build_room(Visibility.AT_CLOSE)
    earlier = create_meeting(
        access=room.access("secretariat"), title="Before the close", starts_at=room.at(6)
    )
    later = create_meeting(
        access=room.access("secretariat"), title="After the close", starts_at=room.at(11.5)
    )
    Meeting.objects.filter(pk=room.meeting.pk).update(cancelled_at=room.now)
    with time_machine.travel(room.at(5.5), tick=False):
        send_to(room, "IOM deputy")
    [before] = [m for m in to(room, "IOM deputy") if earlier.title in str(m["Subject"])]
    with time_machine.travel(room.at(10.6), tick=False):
        send_to(room, "IOM deputy")
    [after] = [m for m in to(room, "IOM deputy") if later.title in str(m["Subject"])]

    # Before: only the call for inputs, whose round closed long ago.
    assert "CPV-1" not in text_of(before) and "CPV-1" in text_of(after)
    told = told_by(meeting=earlier, reader=room.users["IOM deputy"])
    first_round = set(Comment.objects.filter(round=room.round).values_list("pk", flat=True))
    assert not first_round & set(told.get("comments", []))
    told = told_by(meeting=later, reader=room.users["IOM deputy"])
    standing = Comment.objects.in_force().filter(round=room.round)
    assert set(told["comments"]) == set(standing.values_list("pk", flat=True))


def test_a_close_between_two_digests_is_what_makes_an_input_new(db: None) -> None:
    room = build_room(Visibility.AT_CLOSE)
    with time_machine.travel(room.at(2), tick=False):
        send_to(room, "IOM deputy")
        close_round(access=room.access("co_facilitator", 2), round=room.round)
    meeting = create_meeting(
        access=room.access("secretariat"), title="Second reading", starts_at=room.at(5)
    )
    with time_machine.travel(room.at(4), tick=False):
        send_to(room, "IOM deputy")

    told = told_by(meeting=meeting, reader=room.users["IOM deputy"])
    standing = Comment.objects.in_force().filter(round=room.round)
    assert set(told["comments"]) == set(standing.values_list("pk", flat=True))


def test_facilitators_only_stays_with_the_facilitators(db: None) -> None:
    room = build_room(Visibility.FACILITATORS)
    with time_machine.travel(room.at(2), tick=False):
        close_round(access=room.access("co_facilitator", 2), round=room.round)
    with time_machine.travel(room.at(2.1), tick=False):
        send_to(room, "staff", "FRA deputy")

    for row in digests().filter(capacity__startswith="delegation:"):
        seat = Seat.objects.get(
            consultation=room.consultation,
            delegation__public_id=row.capacity.removeprefix("delegation:"),
        )
        told = Comment.objects.filter(pk__in=decode_id_ranges(row.items).get("comments", []))
        # A member reads the input of its group, which was filed in its name.
        groups = GroupMembership.objects.filter(member=seat.delegation_id).values("group")
        others = told.exclude(filed_by=seat).exclude(seat__delegation__in=groups)
        assert not others.exists()
    assert "CPV-1" in text_of(to(room, "staff")[0])
    assert "CPV-1" not in text_of(to(room, "FRA deputy")[0])


def test_a_moment_to_come_never_opens_what_is_not_readable_yet(db: None) -> None:
    room = build_room(Visibility.AT_CLOSE)
    Meeting.objects.filter(pk=room.meeting.pk).update(starts_at=room.at(12))
    call_command("send_due_digests", now=room.at(11.5).isoformat(), stdout=StringIO())

    told = decode_id_ranges(digests().get(reader=room.users["IOM deputy"]).items)
    assert not Comment.objects.filter(pk__in=told["comments"], round=room.round).exists()


def test_a_member_is_told_of_the_input_of_its_group_that_others_may_not_read(db: None) -> None:
    room = build_room(Visibility.FACILITATORS)
    with time_machine.travel(room.at(2), tick=False):
        send_to(room, "CIV deputy", "FRA deputy")
    told = told_by(meeting=room.meeting, reader=room.users["CIV deputy"])
    assert told["comments"] == [room.comments["CPV group input"]]
    others = told_by(meeting=room.meeting, reader=room.users["FRA deputy"])
    assert "comments" not in others and "revisions" in others
