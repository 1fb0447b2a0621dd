"""Mails while the mail server is down or refuses them: what waits, until when, and what ends."""

import time
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail

from comments.digests.acts import write_due_digests
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
