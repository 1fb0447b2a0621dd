"""A primary and replicas of it that follow by PostgreSQL's own replication, for tests and figures.

All of them are the embedded server, each on a Unix socket of its own.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from environ import Env

from config.launch.child_processes import run
from config.launch.demo_processes import LOCAL
from config.launch.local_services import (
    DATABASE,
    THROWAWAY_SETTINGS,
    Binaries,
    Server,
    Services,
    find_binaries,
    give_to_account,
    postgres_is_ready,
    service_account,
    start_postgres,
    throwaway_services,
)
from config.replicas.choosing import replicas
from config.replicas.replica_settings import replica_of
from tests.copied_tables import ENVIRONMENT, copy_tables


@dataclass(frozen=True)
class Standby:
    """A replica: where it listens, and the server to stop and start."""

    sockets: Path
    server: Server

    @property
    def url(self) -> str:
        return f"postgres://postgres@/{DATABASE}?host={self.sockets}"

    def pause(self) -> None:
        """It still answers, and shows nothing newer."""
        self._tell("SELECT pg_wal_replay_pause()")

    def resume(self) -> None:
        self._tell("SELECT pg_wal_replay_resume()")

    def kill(self) -> None:
        """As when its machine fails: nobody is told."""
        self.server.child.process.kill()
        self.server.child.process.wait()

    def _tell(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as line:
            line.execute(statement)


@dataclass(frozen=True)
class Replicated:
    """A primary with Valkey beside it, and its replicas."""

    primary: Services
    standbys: Sequence[Standby]

    @property
    def replica_urls(self) -> str:
        return ",".join(one.url for one in self.standbys)

    def await_replay(self) -> None:
        """Until the replicas show all that the primary has written, but those that are paused."""
        with psycopg.connect(self.primary.environment["DATABASE_URL"], autocommit=True) as line:
            [written] = _row(line, "SELECT pg_current_wal_insert_lsn()")
        for standby in self.standbys:
            with psycopg.connect(standby.url, autocommit=True) as line:
                line.execute("SET statement_timeout = '60s'")
                while not _row(line, f"SELECT pg_last_wal_replay_lsn() >= '{written}'")[0]:
                    line.execute("SELECT pg_sleep(0.02)")


@contextmanager
def replicated(count: int, how: tuple[str, ...] = THROWAWAY_SETTINGS) -> Iterator[Replicated]:
    """A primary with an empty database, and so many replicas of it."""
    with (
        throwaway_services(lock_folder=LOCAL / "throwaway", postgres_settings=how) as primary,
        ExitStack() as stack,
    ):
        binaries = find_binaries(service_account(), copies=primary.socket_folder / "of_replicas")
        standbys = [
            stack.enter_context(standby(primary, binaries, f"replica{number}", how))
            for number in range(1, count + 1)
        ]
        yield Replicated(primary, standbys)


@contextmanager
def standby(
    primary: Services, binaries: Binaries, name: str, how: tuple[str, ...], port: str = "5432"
) -> Iterator[Standby]:
    """A replica of a server that runs, with the same rows; `port` is the primary's."""
    account = service_account()
    folder = primary.socket_folder / name
    folder.mkdir(mode=0o700)
    give_to_account(folder, account)
    copy: list[str | Path] = [
        binaries.postgres / "pg_basebackup",
        "--pgdata",
        "data",
        "--write-recovery-conf",
    ]
    copy += ["--checkpoint=fast", "--no-sync", "--username=postgres"]
    copy += ["--host", primary.socket_folder, "--port", port]
    done = run(copy, environment=ENVIRONMENT, folder=folder, account=account)
    assert done.returncode == 0, done.stdout
    cluster = folder / "data"
    server = Server(
        partial(start_postgres, binaries, cluster, folder, how, ENVIRONMENT, folder, account),
        lambda child: postgres_is_ready(cluster, child.process.pid),
        patience=60.0,
    )
    try:
        yield Standby(folder, server)
    finally:
        server.stop()


def _row(line: "psycopg.Connection[tuple[int, ...]]", statement: str) -> tuple[int, ...]:
    found = line.execute(statement).fetchone()
    assert found is not None
    return found


# --- Tests in this process ------------------------------------------------------------------------


@contextmanager
def on_replicas(servers: Replicated) -> Iterator[None]:
    """Django's databases are these servers inside, with the tables of the test's own database."""
    _skip_on_another_version(servers)
    primary = connections[DEFAULT_DB_ALIAS].settings_dict
    before = dict(primary)
    copy_tables(
        connections[DEFAULT_DB_ALIAS].get_connection_params(), servers.primary.socket_folder
    )
    _end_lines()
    primary |= {"NAME": DATABASE, "USER": "postgres", "HOST": str(servers.primary.socket_folder)}
    for number, standby in enumerate(servers.standbys, start=1):
        place = Env().db_url_config(standby.url)
        settings.DATABASES[f"replica_{number}"] = replica_of(primary, place)
    replicas.cache_clear()
    try:
        servers.await_replay()
        yield
    finally:
        _end_lines()
        for number in range(1, len(servers.standbys) + 1):
            del settings.DATABASES[f"replica_{number}"]
        replicas.cache_clear()
        primary |= before


def _skip_on_another_version(servers: Replicated) -> None:
    """A process compiles its statements once, for one version: later tests would have those of
    the replicas, with words that an older server does not know."""
    with psycopg.connect(servers.primary.environment["DATABASE_URL"]) as line:
        theirs, ours = line.info.server_version, connections[DEFAULT_DB_ALIAS].pg_version  # type: ignore[attr-defined]
    if theirs // 10_000 != ours // 10_000:
        pytest.skip(f"The replicas are PostgreSQL {theirs // 10_000}, and the server is another.")


def _end_lines() -> None:
    for line in connections.all(initialized_only=True):
        line.close()
