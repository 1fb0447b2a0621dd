"""What the tests of the digest share: one run of the tasks, mails, a real mail server."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from itertools import count
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core import mail
from django.utils import timezone

from comments.digests.acts import write_due_mails
from comments.drafting.acts import draft_comment
from comments.inputs.content import CommentContent
from comments.models import Comment
from comments.news.items import decode_id_ranges
from comments.submitting.acts import submit_comment
from consultations.models import Mail
from consultations.outbox.sending import deliver
from tests.mails import digests
from tests.room import Room, words
from tests.smtp import MailServer


def send_all(now: datetime | None = None) -> int:
    """Gather and send everything that is due; return how many mails went out."""
    moment = now or timezone.now()
    return sum(deliver(key, now=now) for key in list(write_due_mails(moment)))


def send_to(room: Room, *who: str) -> None:
    """Gather everything that is due, and send it to these people: a mail is the work of a page."""
    # In their order: a later digest waits for an earlier one.
    mails = Mail.objects.filter(pk__in=list(write_due_mails(timezone.now()))).order_by("pk")
    for name in who:
        for key in mails.filter(reader=room.users[name]).values_list("pk", flat=True):
            deliver(key)


def to(room: Room, who: str) -> list[EmailMessage]:
    """The mails that a person got, as a mail reader shows them."""
    email = room.users[who].email
    return [message.message() for message in mail.outbox if message.to == [email]]


def told_by(**of: Any) -> dict[str, list[int]]:
    """The ids that a digest holds."""
    return decode_id_ranges(digests().get(**of).items)


def text_of(message: Any) -> str:
    return str(message.get_body(("plain",)).get_content())


def html_of(message: Any) -> str:
    return str(message.get_body(("html",)).get_content())


def submit(room: Room, code: str, name: str, place: int, days: float) -> Comment:
    """An input of a delegation, submitted so many days from the room's now."""
    comment = draft_comment(
        access=room.access(f"{code} contributor", days),
        wording=room.wording(room.revision, place),
        content=CommentContent(**words(f"{code} {name}")),
    )
    room.comments[f"{code} {name}"] = comment.pk
    return submit_comment(access=room.access(f"{code} focal_point", days), comment=comment)


class Server:
    """A real mail server on loopback; refuses every n-th message."""

    def __init__(self, refuses_every: int = 0) -> None:
        self.refuses_every = refuses_every
        self.taken: list[tuple[str, bytes]] = []
        self._numbers = count(1)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refuses_every and next(self._numbers) % self.refuses_every == 0:
            return "451 Try again later"
        assert len(envelope.rcpt_tos) == 1
        assert isinstance(envelope.content, bytes)
        self.taken.append((envelope.rcpt_tos[0], envelope.content))
        return "250 Taken"


@contextmanager
def serving(settings: Any, *, refuses_every: int = 0) -> Iterator[Server]:
    """A mail server on loopback, and the mailer pointed at it."""
    server = Server(refuses_every)
    controller = MailServer(server)
    controller.start()
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": controller.port, "timeout": 60},
        }
    }
    try:
        yield server
    finally:
        controller.stop()
