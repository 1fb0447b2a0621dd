"""The command that gathers and sends the due digests at once."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from tests.room import Room


def run(**options: str) -> str:
    output = StringIO()
    call_command("send_due_digests", stdout=output, **options)
    return output.getvalue()


def test_the_command_sends_what_is_due_at_the_moment_it_is_told(room: Room) -> None:
    moment = (room.meeting.starts_at - timedelta(hours=23)).isoformat()

    assert run() == "0 mails were due, 0 went out.\n"
    assert run(now=moment) == "19 mails were due, 19 went out.\n"
    assert run(now=moment) == "0 mails were due, 0 went out.\n"
    assert len(mail.outbox) == 19


def test_the_command_acts_as_somebody_only_where_they_set_meetings(room: Room) -> None:
    moment = (room.meeting.starts_at - timedelta(hours=23)).isoformat()
    staff = {"email": room.users["staff"].email, "consultation": "plan-of-action"}

    assert run(now=moment, **staff) == "19 mails were due, 19 went out.\n"
    with pytest.raises(CommandError, match="As deputy you cannot do this"):
        run(email=room.users["FRA deputy"].email, consultation="plan-of-action")
    with pytest.raises(CommandError, match="where this person acts"):
        run(email=room.users["staff"].email)


@pytest.mark.parametrize("written", ["tomorrow", "2026-12-01T09:00"])
def test_the_command_says_how_a_moment_is_written(db: None, written: str) -> None:
    with pytest.raises(CommandError, match="Write it like 2026-12-01T09:00-05:00"):
        run(now=written)
