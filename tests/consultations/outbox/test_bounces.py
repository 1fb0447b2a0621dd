"""Bounced mails: the report of a mail server is read, and the mail is marked."""

import io
import sys
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from consultations.models import Mail, MailKind, MailState
from consultations.outbox.bounces import record_bounce
from consultations.timetable.acts import extend_deadline
from tests.room import Room

pytestmark = pytest.mark.django_db

REPORT = """\
From: MAILER-DAEMON@mx.example
To: noreply@platform.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <20261127.1@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="edge"

--edge
Content-Type: text/plain

The mail could not be delivered.

--edge
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; luisa@portugal.example
Action: {action}
Status: 5.1.1

--edge
Content-Type: {returned}

From: noreply@platform.example
Message-ID: <{id}@platform.example>
Subject: More time

--edge--
"""


@pytest.fixture
def sent_mail(room: Room) -> Mail:
    """A mail that the server took."""
    deadline = room.round.deadline + timedelta(days=1)
    extend_deadline(access=room.access("co_facilitator"), round=room.round, deadline=deadline)
    Mail.objects.update(sent_at=timezone.now())
    return Mail.objects.filter(kind=MailKind.DEADLINE).earliest("pk")


def report(id: str, *, action: str = "failed", returned: str = "message/rfc822") -> bytes:
    return REPORT.format(id=id, action=action, returned=returned).encode()


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_a_mail_that_came_back_is_marked_with_the_code(sent_mail: Mail, returned: str) -> None:
    took = record_bounce(report(f"deadline-{sent_mail.public_id}", returned=returned))
    assert took == sent_mail
    sent_mail.refresh_from_db()
    assert (sent_mail.state, sent_mail.why) == (MailState.BOUNCED, "5.1.1")
    assert Mail.objects.in_state(MailState.BOUNCED).count() == 1


def test_a_delay_and_what_is_not_ours_change_nothing(sent_mail: Mail) -> None:
    ours = f"deadline-{sent_mail.public_id}"
    assert record_bounce(report(ours, action="delayed")) is None
    assert record_bounce(report("deadline-00000000-0000-0000-0000-000000000000")) is None
    assert record_bounce(report(f"password-{sent_mail.public_id}")) is None
    assert record_bounce(report("no id at all")) is None
    assert record_bounce(f"Message-ID: <{ours}@x>\n\nNo report.".encode()) is None
    assert record_bounce(b"\xff\x00 no mail") is None
    assert not Mail.objects.in_state(MailState.BOUNCED).exists()


def test_the_command_reads_the_report_of_a_pipe(
    sent_mail: Mail, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = io.BytesIO(report(f"deadline-{sent_mail.public_id}"))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(raw))
    call_command("take_bounce")
    assert capsys.readouterr().out == f"{sent_mail.public_id}: 5.1.1\n"
