"""A real SMTP server on loopback that keeps the mails it receives."""

import socket
from asyncio import AbstractServer
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class MailServer(Controller):
    """Listens on a port that it holds from the first moment, before anybody learns its number."""

    def __init__(self, handler: Any) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        super().__init__(handler, hostname="127.0.0.1", port=port, ready_timeout=60)

    def _create_server(self) -> Awaitable[AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._listener)


class ReceivedMails:
    """The handler of the server: it keeps every mail, with the recipients of its envelope."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], EmailMessage]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append((list(envelope.rcpt_tos), message))
        return "250 taken"


def part_of(message: EmailMessage, kind: str) -> str:
    """The words of a mail: "plain" or "html"."""
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


@contextmanager
def mail_server(settings: Any) -> Iterator[ReceivedMails]:
    """Point the project's mail at a server of its own for the length of the block."""
    received = ReceivedMails()
    controller = MailServer(received)
    controller.start()
    try:
        settings.MAILERS = {
            "default": {
                "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                "OPTIONS": {"host": "127.0.0.1", "port": controller.port, "timeout": 60},
            }
        }
        yield received
    finally:
        controller.stop()
