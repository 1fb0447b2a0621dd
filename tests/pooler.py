"""PgBouncer, as `deploy/pgbouncer/pgbouncer.ini` sets it up, before servers of the tests.

Every statement of a transaction comes over one connection, the next transaction over any other.
"""

import shutil
import socket
import time
from collections.abc import Iterator, Mapping
from configparser import ConfigParser
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from config.launch import child_processes
from config.launch.child_processes import Child
from config.launch.local_services import give_to_account, private_folder, service_account
from tests.web_server import PROJECT

# Debian puts it where no ordinary path leads.
PROGRAM = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
SHIPPED = PROJECT / "deploy" / "pgbouncer" / "pgbouncer.ini"


def is_installed() -> bool:
    return Path(PROGRAM).exists()


@contextmanager
def pooler(
    servers: Mapping[str, str], *, user: str = "postgres", password: str = "", pool_size: int = 3
) -> Iterator[Path]:
    """PgBouncer before these servers; gives the folder of its socket.

    `servers` are names of databases and where they are ("host=… port=…"); "*" is every other name.
    """
    with pooler_in(servers, user=user, password=password, pool_size=pool_size) as folder:
        child = start_pooler(folder)
        try:
            yield folder
        finally:
            child_processes.stop([child])


@contextmanager
def pooler_in(
    servers: Mapping[str, str], *, user: str = "postgres", password: str = "", pool_size: int
) -> Iterator[Path]:
    """The folder of one with its files, not started yet."""
    with private_folder() as folder:
        _write(folder, _settings(folder, servers, pool_size), f'"{user}" "{password}"\n')
        yield folder


def start_pooler(folder: Path) -> Child:
    """The one whose files lie there; returns once it answers."""
    child = child_processes.start(
        "PgBouncer",
        [PROGRAM, folder / "pgbouncer.ini"],
        environment={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        folder=folder,
        log=folder / "pgbouncer.log",
        account=service_account(),
    )
    until = time.monotonic() + 60
    while not _answers(folder):
        assert time.monotonic() < until, (folder / "pgbouncer.log").read_text()
        time.sleep(0.05)
    return child


@contextmanager
def through_pooler(pool_size: int = 3) -> Iterator[None]:
    """Django's database is asked through PgBouncer inside."""
    here, place = connection.settings_dict, connection.get_connection_params()
    before = {name: here[name] for name in ("HOST", "PORT")}
    connection.close()
    server = f"host={place.get('host', '127.0.0.1')} port={place.get('port', 5432)}"
    who = {"user": here["USER"], "password": here["PASSWORD"]}
    with pooler({"*": server}, pool_size=pool_size, **who) as folder:
        here |= {"HOST": str(folder), "PORT": ""}
        try:
            yield
        finally:
            connection.close()
            here |= before


def _write(folder: Path, settings: str, users: str) -> None:
    for name, text in (("pgbouncer.ini", settings), ("users", users)):
        (folder / name).write_text(text)
        give_to_account(folder / name, service_account())


def _settings(folder: Path, servers: Mapping[str, str], pool_size: int) -> str:
    """The shipped file, before other servers and in a place of its own."""
    shipped = ConfigParser(interpolation=None, comment_prefixes=(";",))
    shipped.read(SHIPPED)
    chosen = dict(shipped["pgbouncer"]) | {
        "listen_addr": "",
        "listen_port": "5432",
        "unix_socket_dir": str(folder),
        "auth_type": "trust",
        "auth_file": str(folder / "users"),
        "default_pool_size": str(pool_size),
    }
    before = [f"{name} = {server}" for name, server in servers.items()]
    how = [f"{name} = {value}" for name, value in chosen.items()]
    return "\n".join(["[databases]", *before, "[pgbouncer]", *how, ""])


def _answers(folder: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as line:
        return line.connect_ex(str(folder / ".s.PGSQL.5432")) == 0
