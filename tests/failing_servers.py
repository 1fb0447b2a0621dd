"""Servers that fail, on real sockets: brokers and mail servers that refuse, or never answer.

Nothing of the product is replaced: its own clients meet them.
"""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from kombu import Connection, pools

from config.celery import app

# A mail server that hangs is left after so long, in place of the twenty seconds of the settings.
PATIENCE = 0.5


def _bound() -> socket.socket:
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    return server


def _point_mail_at(settings: Any, port: int, timeout: float) -> None:
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": port, "timeout": timeout},
        }
    }


# --- Brokers -------------------------------------------------------------------------------------


@contextmanager
def _broker_at(port: int) -> Iterator[None]:
    """Celery hands its tasks to this port of ours."""
    with (
        pytest.MonkeyPatch.context() as patch,
        closing(Connection(f"redis://127.0.0.1:{port}/0")) as broker,
    ):
        patch.setattr(app.amqp, "_producer_pool", pools.producers[broker])
        yield


@pytest.fixture
def broker_away() -> Iterator[None]:
    """A port that is taken and on which nobody listens: every connection is refused at once."""
    with closing(_bound()) as server, _broker_at(server.getsockname()[1]):
        yield


@pytest.fixture
def broker_that_hangs() -> Iterator[socket.socket]:
    """Takes every connection and never answers; closed, it breaks them off."""
    with closing(_bound()) as server:
        server.listen(64)  # the system takes connections for us, and nobody reads them
        with _broker_at(server.getsockname()[1]):
            yield server


# --- Mail servers --------------------------------------------------------------------------------


@pytest.fixture
def mail_server_that_hangs(settings: Any) -> Iterator[None]:
    """Takes every connection and never says a word."""
    with closing(_bound()) as server:
        server.listen(64)
        _point_mail_at(settings, server.getsockname()[1], PATIENCE)
        yield


class _Refusing:
    """Answers every mail in the same way, once it is there."""

    def __init__(self, answer: str) -> None:
        self.answer = answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        return self.answer


@contextmanager
def mail_refused(settings: Any, answer: str) -> Iterator[None]:
    """A mail server that answers "451 Try again later", "550 No such mailbox" or the like."""
    with closing(_bound()) as free:
        port = free.getsockname()[1]
    controller = Controller(_Refusing(answer), hostname="127.0.0.1", port=port)
    controller.start()
    _point_mail_at(settings, port, 10)
    try:
        yield
    finally:
        controller.stop()
