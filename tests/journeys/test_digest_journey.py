"""The digest with real processes: a killed worker, a local mail server, the command."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.utils import timezone

from comments.digests.acts import write_due_digests
from consultations.models import Meeting
from consultations.tasks import send_mails
from tests.celery_workers import CeleryProcesses, own_broker, until
from tests.environment import environment_of_test
from tests.mails import digests, due
from tests.room import Room
from tests.smtp import MailServer

PROJECT = Path(__file__).resolve().parents[2]


class Server:
    """A mail server on loopback that can kill whoever hands it a certain mail, having taken it."""

    def __init__(self) -> None:
        self.taken: list[Message] = []
        self.kills: dict[int, Callable[[], None]] = {}

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.taken.append(message_from_bytes(envelope.content))
        if kill := self.kills.pop(len(self.taken), None):
            kill()
        return "250 Taken"

    def ids(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.taken]


@pytest.fixture
def server() -> Iterator[tuple[Server, int]]:
    handler = Server()
    controller = MailServer(handler)
    controller.start()
    yield handler, controller.port
    controller.stop()


@pytest.fixture
def processes(server: tuple[Server, int], tmp_path: Path) -> Iterator[CeleryProcesses]:
    with own_broker() as broker:
        started = CeleryProcesses(broker, tmp_path, mail_port=server[1])
        yield started
        started.end()


def make_due(room: Room) -> None:
    """Its meeting comes within the lead, by the real clock of all processes."""
    Meeting.objects.filter(pk=room.meeting.pk).update(
        starts_at=timezone.now() + timedelta(hours=20)
    )


def sent() -> int:
    return digests().filter(sent_at__isnull=False).count()


def test_a_killed_worker_loses_no_mail_and_costs_one_repeat_for_a_mail_taken_and_not_stamped(
    committed_room: Room,
    server: tuple[Server, int],
    processes: CeleryProcesses,
) -> None:
    mailbox, _port = server
    make_due(committed_room)
    keys = list(write_due_digests(timezone.now()))
    assert len(keys) == 19

    worker = processes.worker()
    mailbox.kills[5] = worker.kill
    send_mails.apply_async()
    # Between sending and stamping: the fifth mail was taken, and its sender killed.
    until(lambda: worker.process.poll() is not None)
    until(lambda: sent() == 4)
    assert len(mailbox.taken) == 5

    # What is unsent is offered again, whatever became of the queue.
    processes.worker()
    assert len(due(timezone.now())) == 15
    send_mails.apply_async()
    until(lambda: sent() == 19)

    ids = mailbox.ids()
    assert len(ids) == 19 + 1
    assert len(set(ids)) == 19
    # The one repeat is the mail that was taken and not stamped, and bears the same id.
    (twice,) = {found for found in ids if ids.count(found) == 2}
    assert twice == ids[4]
    wanted = digests().values_list("reader__email", flat=True)
    assert {str(message["To"]) for message in mailbox.taken} == set(wanted)


# Written, not yet committed, and killed.
DIES_BEFORE_COMMIT = """
import os, signal
import django
django.setup()
from django.utils import timezone
from comments.digests.acts import write_due_digests
from consultations.models import Mail
written = Mail.objects.bulk_create
def killed(*rows, **options):
    written(*rows, **options)
    os.kill(os.getpid(), signal.SIGKILL)
Mail.objects.bulk_create = killed
list(write_due_digests(timezone.now()))
"""


def test_a_gathering_killed_before_its_end_is_as_if_it_had_never_begun(
    committed_room: Room,
) -> None:
    make_due(committed_room)
    killed = subprocess.run(
        [sys.executable, "-c", DIES_BEFORE_COMMIT], cwd=PROJECT, env=environment_of_test(DEBUG="1")
    )

    assert killed.returncode == -signal.SIGKILL
    assert not digests().exists()
    assert len(list(write_due_digests(timezone.now()))) == 19
