"""The mail server of the faults: it keeps mails, and is away, hangs or refuses when told."""

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


@dataclass(frozen=True)
class Arrived:
    """A mail that was taken: to whom, under which id, and what it says."""

    to: str
    message_id: str
    text: str

    @property
    def kind(self) -> str:
        """What it tells of: the platform's Message-ID begins with it."""
        return self.message_id.partition("-")[0].strip("<")


class Postbox:
    """One port on loopback for as long as the faults run."""

    def __init__(self) -> None:
        self.mails: list[Arrived] = []
        self.refusal = ""
        # Called when a client says goodbye: it has had its yes, and has done nothing with it yet.
        self.at_goodbye: Callable[[], None] | None = None
        self._closed = _listener(0)
        self.port: int = self._closed.getsockname()[1]
        self._controller: Controller | None = None

    def open(self) -> None:
        self._closed.close()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def close(self) -> None:
        """From here on connections are refused."""
        self._closed.close()
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    @contextmanager
    def away(self) -> Iterator[None]:
        self.close()
        yield
        self.open()

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Connections are taken, and nobody ever answers."""
        self.close()
        self._closed = _listener(self.port)
        self._closed.listen(64)
        yield
        self.open()

    @contextmanager
    def refusing(self, answer: str) -> Iterator[None]:
        """Every mail gets this answer once it is there: "451 Try again later"."""
        self.refusal = answer
        yield
        self.refusal = ""

    # --- What aiosmtpd calls --------------------------------------------------------------------

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refusal:
            return self.refusal
        message = message_from_bytes(envelope.content, policy=policy.default)
        for to in envelope.rcpt_tos:
            self.mails.append(Arrived(to, str(message["Message-ID"]), _words(message)))
        return "250 Kept"

    async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.at_goodbye is not None:
            self.at_goodbye()
        return "221 Bye"


def _listener(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    return listener


def _words(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    return re.sub(r"\s+", " ", str(part.get_content())) if part else ""
