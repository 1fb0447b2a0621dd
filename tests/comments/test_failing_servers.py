"""What happens today to papers and mails where the queue or the mail server fails."""

import time
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone
from kombu.exceptions import OperationalError

from comments.mail.digests import deliver_digest, gather_due, retry_unsent
from comments.models import Digest
from comments.tasks import gather_due_digests, start_export
from tests.failing_servers import PATIENCE, mail_refused
from tests.room import Room

pytestmark = pytest.mark.django_db


def _gathered(room: Room) -> Digest:
    """A digest that waits for its first attempt."""
    key = next(iter(gather_due(room.at(2))))
    return Digest.objects.get(pk=key)


def _waits_until(row: Digest, moment: datetime) -> bool:
    """Whether it is offered again at this moment and not a second before."""
    offered = [row.pk in retry_unsent(moment - timedelta(seconds=s)) for s in (1, 0)]
    return offered == [False, True]


# --- The queue -----------------------------------------------------------------------------------


def test_with_the_broker_away_who_asked_for_a_paper_is_told_soon(broker_away: None) -> None:
    began = time.monotonic()
    assert start_export(1) is False
    assert time.monotonic() - began < 20


def test_with_the_broker_away_the_bell_fails_and_what_it_wrote_is_offered_again(
    room: Room, broker_away: None
) -> None:
    with time_machine.travel(room.at(2)):
        with pytest.raises(OperationalError):
            gather_due_digests()
        written = Digest.objects.filter(meeting=room.meeting)
        assert set(written.values_list("sent_at", "dropped_at", "attempts")) == {(None, None, 0)}
        assert written.count() == 19
        later = timezone.now() + timedelta(minutes=11)
        assert list(retry_unsent(later)) == sorted(written.values_list("pk", flat=True))


@pytest.mark.parametrize("failing", ["broker_that_hangs", "broker_that_is_full"])
def test_a_request_does_not_wait_for_a_broker_that_fails(
    request: pytest.FixtureRequest, failing: str
) -> None:
    request.getfixturevalue(failing)
    began = time.monotonic()
    assert start_export(1) is False
    assert time.monotonic() - began < 8


def test_a_broker_that_hangs_is_left_alone_for_some_seconds(broker_that_hangs: None) -> None:
    assert start_export(1) is False
    began = time.monotonic()
    assert [start_export(key) for key in range(2, 12)] == [False] * 10
    assert time.monotonic() - began < 0.5


# --- The mail server -----------------------------------------------------------------------------


def test_a_digest_that_a_hanging_mail_server_never_took_waits_and_is_offered_again(
    room: Room, mail_server_that_hangs: None
) -> None:
    with time_machine.travel(room.at(2), tick=False):
        row = _gathered(room)
    began = time.monotonic()
    assert deliver_digest(row.pk, now=room.at(2)) is False
    assert PATIENCE <= time.monotonic() - began < 10 * PATIENCE
    row.refresh_from_db()
    assert (row.sent_at, row.dropped_at, row.attempts) == (None, None, 1)
    assert _waits_until(row, row.gathered_at + timedelta(minutes=20))
    assert mail.outbox == []


@pytest.mark.parametrize("answer", ["451 Try again later", "550 No such mailbox"])
def test_a_digest_that_was_refused_waits_and_is_offered_again_whatever_the_reason(
    room: Room, settings: Any, answer: str
) -> None:
    """Today a refusal for good is tried again like one for now, until the meeting starts."""
    with time_machine.travel(room.at(2), tick=False):
        row = _gathered(room)
    with mail_refused(settings, answer):
        assert deliver_digest(row.pk, now=room.at(2)) is False
    row.refresh_from_db()
    assert (row.sent_at, row.dropped_at, row.attempts) == (None, None, 1)
    assert _waits_until(row, row.gathered_at + timedelta(minutes=20))
