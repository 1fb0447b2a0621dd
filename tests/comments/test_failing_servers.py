"""What happens to exports and mails while the broker or the mail server is down."""

import time
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from comments.digests.acts import write_due_digests
from comments.tasks import gather_due_digests, start_export
from consultations.models import Mail, MailState
from consultations.outbox.sending import deliver, send_due
from tests.failing_servers import PATIENCE, mail_refused
from tests.mails import digests, due
from tests.room import Room

pytestmark = [pytest.mark.every_server, pytest.mark.django_db]


def _gathered(room: Room) -> Mail:
    """A digest that waits for its first attempt."""
    key = next(iter(write_due_digests(room.at(2))))
    return digests().get(pk=key)


def _waits_until(row: Mail, moment: datetime) -> bool:
    """Whether it is offered again at this moment and not a second before."""
    offered = [row.pk in due(moment - timedelta(seconds=s)) for s in (1, 0)]
    return offered == [False, True]


# --- The queue -----------------------------------------------------------------------------------


def test_with_the_broker_away_who_asked_for_a_paper_is_told_soon(broker_away: None) -> None:
    began = time.monotonic()
    assert start_export(1) is False
    assert time.monotonic() - began < 20


def test_with_the_broker_away_what_the_task_wrote_waits_and_is_due(
    room: Room, broker_away: None, django_capture_on_commit_callbacks: Any
) -> None:
    with time_machine.travel(room.at(2)):
        with django_capture_on_commit_callbacks(execute=True) as callbacks:
            gather_due_digests()
        assert callbacks  # they ran, and reached no broker
        written = digests().filter(meeting=room.meeting)
        assert set(written.values_list("sent_at", "dropped_at", "attempts")) == {(None, None, 0)}
        assert written.count() == 19
        assert due(timezone.now()) == sorted(written.values_list("pk", flat=True))


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
    assert deliver(row.pk, now=room.at(2)) is False
    assert PATIENCE <= time.monotonic() - began < 10 * PATIENCE
    row.refresh_from_db()
    assert (row.sent_at, row.dropped_at, row.attempts) == (None, None, 1)
    assert _waits_until(row, room.at(2) + timedelta(minutes=1))
    assert mail.outbox == []


def test_a_mail_that_was_refused_for_now_waits_and_is_offered_again(
    room: Room, settings: Any
) -> None:
    row = _gathered(room)
    with mail_refused(settings, "451 4.3.0 Try again later"):
        assert deliver(row.pk, now=room.at(2)) is False
    row.refresh_from_db()
    assert (row.state, row.attempts, row.why) == (MailState.WAITING, 1, "451 4.3.0")
    assert _waits_until(row, room.at(2) + timedelta(minutes=1))


def test_a_mail_that_was_refused_for_good_is_not_tried_again(room: Room, settings: Any) -> None:
    row = _gathered(room)
    with mail_refused(settings, "550 5.1.1 No such mailbox luisa@portugal.example"):
        assert deliver(row.pk, now=room.at(2)) is False
    row.refresh_from_db()
    assert (row.state, row.attempts, row.why) == (MailState.REFUSED, 1, "550 5.1.1")
    assert row.pk not in due(room.at(30))


def test_where_no_mail_server_answers_one_mail_finds_it_out_for_all(
    room: Room, settings: Any
) -> None:
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": 1},
        }
    }
    list(write_due_digests(room.at(2)))
    assert send_due(now=room.at(2)) == 0
    assert sorted(digests().values_list("attempts", flat=True)) == [0] * 18 + [1]


def test_the_pauses_between_attempts_grow_to_an_hour(
    room: Room, mail_server_that_hangs: None, settings: Any
) -> None:
    row = _gathered(room)
    waits = []
    for _attempt in range(3):
        before = Mail.objects.get(pk=row.pk).due_at
        deliver(row.pk, now=before)
        waits.append(Mail.objects.get(pk=row.pk).due_at - before)
    pauses = [timedelta(seconds=seconds) for seconds in settings.MAIL_PAUSES]
    assert waits == pauses[:3] and pauses == sorted(pauses)
    assert pauses[-1] == timedelta(hours=1)
