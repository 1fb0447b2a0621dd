"""The commands of docs/operations.md are run as written: from empty servers to a sign-in, and on.

Each change runs those that lead to the sign-in, the night the others as well.

What stands under “When something fails” is run by `test_runbook.py`. Left out are blocks that are
marked `not-run=…` (`tests/test_documents.py` keeps those few): what fetches packages, what asks
Docker or systemd.
"""

import http.client
import os
import re
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from django.db import connection
from redis import Redis

from config.launch.local_services import Services, find_binaries, private_folder, service_account
from tests.config.deploy.bare_servers import bare_servers, free_port, programs_of_postgres
from tests.copied_tables import copy_tables
from tests.migrations.old_demo import DUMPS, has_every_migration, read
from tests.nights import IS_NIGHT
from tests.smtp import mail_server

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[3]
NAME = "consultations.example.org"
PAGE, _heading, WHEN_SOMETHING_FAILS = (
    (ROOT / "docs" / "operations.md")
    .read_text(encoding="utf-8")
    .partition("## When something fails\n")
)


def blocks_of(page: str) -> list[str]:
    """What is typed, block by block."""
    found = re.findall(r"(?ms)^( *)```sh\n(.*?)^\1```$", page)
    return [textwrap.dedent(text) for _indent, text in found]


BLOCKS = blocks_of(PAGE)
# The processes are started, and ended here; what comes after is for a platform in use.
[END] = [number for number, block in enumerate(BLOCKS, 1) if block.startswith("kill")]
TO_THE_SIGN_IN, IN_USE = BLOCKS[:END], BLOCKS[END:]


# --- A terminal -----------------------------------------------------------------------------------


@dataclass
class Terminal:
    """One shell in which block after block is typed; the first that fails ends it."""

    folder: Path
    environment: dict[str, str]
    mails: list[tuple[list[str], EmailMessage]]
    services: Services
    process: subprocess.Popen[str] = field(init=False)
    typed: int = 0

    def __post_init__(self) -> None:
        self.printed = self.folder / "printed"
        with self.printed.open("w") as out:
            self.process = subprocess.Popen(
                ["bash", "-euo", "pipefail"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )

    def type(self, block: str, *, patience: float = 900.0) -> str:
        """What the block prints. Fails with it where a line of the block fails."""
        assert self.process.stdin is not None
        before = len(self.printed.read_text())
        self.typed += 1
        done = self.folder / f"done-{self.typed}"
        self.process.stdin.write(f"{block}\ntouch {done}\n")
        self.process.stdin.flush()
        until = time.monotonic() + patience
        while not done.exists():
            has_failed = self.process.poll() is not None or time.monotonic() > until
            output = self.printed.read_text()[before:]
            assert not has_failed, f"This block failed:\n{block}\n{output}"
            time.sleep(0.05)
        return self.printed.read_text()[before:]

    def close(self) -> None:
        """End whatever still runs of it."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        subprocess.run(["pkill", "-KILL", "-s", str(self.process.pid)], check=False)
        self.process.wait()


def archive_settings(archive: Path) -> tuple[str, ...]:
    """The lines of the page that switch the archive on, for this folder."""
    lines = re.findall(r"(?m)^(archive_\w+) = (.+)$", PAGE)
    assert [name for name, _value in lines] == [
        "archive_mode",
        "archive_command",
        "archive_timeout",
    ]
    there = "/var/backups/consultations"
    return tuple(f"{name}={value.strip("'").replace(there, str(archive))}" for name, value in lines)


def _as_postgres(services: Services) -> str:
    """What stands for `sudo -u postgres`: the user that the server runs as, as its superuser."""
    account = service_account()
    drop = ""
    if account is not None:
        drop = f"setpriv --reuid={account.uid} --regid={account.gid} --clear-groups"
    found = find_binaries(account, copies=services.socket_folder / "of_superuser").postgres
    known = f"PATH={found}:$PATH PGHOST={services.socket_folder} PGUSER=postgres"
    return f'#!/bin/sh\nshift 2\ncd /\nexec env {known} {drop} "$@"\n'


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """A shell beside empty servers; `sudo -u postgres` leads to their superuser."""
    tmp_path, port = tmp_path_factory.mktemp("terminal"), free_port()
    programs = tmp_path / "bin"
    programs.mkdir()
    settings = SimpleNamespace()  # of the project only where its mail goes
    with (
        private_folder() as archive,
        bare_servers(tmp_path / "logs", port, archive_settings(archive)) as services,
        mail_server(settings) as kept,
    ):
        sudo = programs / "sudo"
        sudo.write_text(_as_postgres(services))
        sudo.chmod(0o755)
        (tmp_path / "venv").symlink_to(sys.prefix)
        mail = settings.MAILERS["default"]["OPTIONS"]
        path = [str(programs), str(programs_of_postgres()), os.environ["PATH"]]
        opened = Terminal(
            tmp_path,
            {
                "PATH": ":".join(path),
                "HOME": str(tmp_path),
                "VENV": str(tmp_path / "venv"),
                "CONFIGURATION": str(tmp_path / "etc"),
                "STATE": str(tmp_path / "var"),
                "ARCHIVE": str(archive),
                "NAME": NAME,
                "BIND": f"127.0.0.1:{free_port()}",
                "PGPORT": str(port),
                "REDIS_URL": services.environment["REDIS_URL"],
                "EMAIL_URL": f"smtp://127.0.0.1:{mail['port']}",
            },
            kept.mails,
            services,
        )
        try:
            yield opened
        finally:
            opened.close()


# --- A browser behind a proxy ---------------------------------------------------------------------


@dataclass
class Browser:
    """What the proxy hands on: by the name that people type, and over TLS."""

    bind: str
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: str = "") -> tuple[int, str, str]:
        """Status, where it leads, and the page."""
        headers = {
            "Host": NAME,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "203.0.113.9",
            "Referer": f"https://{NAME}/",
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        with closing(http.client.HTTPConnection(self.bind, timeout=120)) as line:
            line.request(method, path, body or None, headers)
            answer = line.getresponse()
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                name, value = cookie.split(";")[0].split("=", 1)
                self.cookies[name] = value
            return answer.status, answer.headers.get("Location", ""), answer.read().decode()

    def open_link(self, link: str) -> str:
        """Press the button of a sign-in link; gives where it leads."""
        self.ask("GET", link.removeprefix(f"https://{NAME}"))
        _status, _where, page = self.ask("GET", "/sign-in/")
        token: str = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[-1]
        _status, where, _page = self.ask("POST", "/sign-in/", f"csrfmiddlewaretoken={token}")
        return where


def _link_in(output: str) -> str:
    [link] = re.findall(rf"https://{NAME}/sign-in/\S+", output)
    return str(link)


def settings_in(path: Path) -> dict[str, str]:
    lines = (line.split("=", 1) for line in path.read_text().splitlines())
    return {name: value.strip("'") for name, value in lines}


def _check_roles(configuration: Path, people_at: list[str]) -> None:
    """The owner owns every table; the application reads and writes rows, and empties none."""
    address = settings_in(configuration / "environment")["DATABASE_URL"]
    with psycopg.connect(address, autocommit=True) as application:
        owners = application.execute(
            "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
        )
        assert owners.fetchall() == [("consultations_owner",)]
        people = application.execute("SELECT email FROM delegations_user ORDER BY id")
        assert [email.split("@")[1] for [email] in people] == people_at
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("TRUNCATE comments_comment CASCADE")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("DROP TRIGGER comments_comment_kept ON comments_comment")


def open_account_of_colleague(configuration: Path) -> None:
    """Somebody beside the first person: an account as an invitation opens one."""
    address = settings_in(configuration / "environment")["DATABASE_URL"]
    with psycopg.connect(address, autocommit=True) as application:
        application.execute(
            """
            INSERT INTO delegations_user (public_id, email, name, language, time_zone, password,
                is_active, is_staff, is_superuser, date_joined, steps_skipped)
            VALUES (gen_random_uuid(), 'colleague@example.org', 'Maria Moss', 'en', 'UTC', '!',
                true, false, false, now(), '[]')
            """
        )


# What stands at the moment that is restored, and what becomes of it afterwards.
AT_THE_MOMENT = """
INSERT INTO consultations_mail (public_id, kind, address, capacity, about, facts, meeting_place,
    items, written_at, due_at, attempts, why)
SELECT gen_random_uuid(), 'watched', '', '', 0, '{}', '', '{}', now(), now(), 0, ''
FROM generate_series(1, 2);
INSERT INTO consultations_meeting (public_id, consultation_id, kind, title, starts_at, place,
    digest_lead)
SELECT gen_random_uuid(), id, 'meeting', '', now() + interval '1 day', '', interval '1 day'
FROM consultations_consultation;
INSERT INTO django_session VALUES ('ended since', '', now() + interval '1 day');
INSERT INTO auth_group (name) VALUES ('before'), ('before, and deleted by mistake');
"""
SINCE_THEN = """
UPDATE consultations_mail SET sent_at = now()
WHERE id = (SELECT min(id) FROM consultations_mail WHERE sent_at IS NULL);
UPDATE consultations_meeting SET digest_claimed_for = starts_at;
DELETE FROM django_session;
INSERT INTO auth_group (name) VALUES ('after');
DELETE FROM auth_group WHERE name LIKE 'before, %';
"""


def _between_two_states(configuration: Path) -> str:
    """A moment, and what came after it, in the database and in Redis."""
    given = settings_in(configuration / "environment")
    with psycopg.connect(given["DATABASE_URL"], autocommit=True) as application:
        application.execute(AT_THE_MOMENT)
        [moment] = application.execute("SELECT clock_timestamp()::text").fetchone() or [""]
        time.sleep(1)
        application.execute(SINCE_THEN)
    Redis.from_url(given["REDIS_URL"]).set("a part of a page", "of a row that is gone")
    return str(moment)


def _check_that_it_is_as_at_the_moment(configuration: Path) -> None:
    """But what has left since is marked, who was signed in is out, and Redis is empty."""
    given = settings_in(configuration / "environment")

    def rows(statement: str) -> list[tuple[object, ...]]:
        return application.execute(statement).fetchall()

    with psycopg.connect(given["DATABASE_URL"]) as application:
        names = rows("SELECT name FROM auth_group ORDER BY id")
        assert names == [("before",), ("before, and deleted by mistake",)]
        assert rows("SELECT email FROM delegations_user") == [("you@example.org",)]
        of_mails = (
            "SELECT sent_at IS NULL FROM consultations_mail WHERE kind = 'watched' ORDER BY id"
        )
        assert rows(of_mails) == [(False,), (True,)]
        meetings = rows("SELECT digest_claimed_for = starts_at FROM consultations_meeting")
        assert meetings == [(True,)]
        assert rows("SELECT * FROM django_session") == []
    assert Redis.from_url(given["REDIS_URL"]).dbsize() == 0


def bring_the_tables(terminal: Terminal) -> None:
    """The tables of the tests' own database, so that there is nothing left to migrate."""
    copy_tables(
        connection.get_connection_params(),
        terminal.services.socket_folder,
        port=terminal.environment["PGPORT"],
        owner="consultations_owner",
    )


def _has_to_migrate() -> bool:
    """An empty database is migrated at night, and where a migration has come since the last dump.

    It takes half a minute. The database of the tests itself is migrated in each run.
    """
    return IS_NIGHT or not has_every_migration(read(DUMPS[-1]))


def _printed_by(
    terminal: Terminal,
    blocks: list[str],
    words: tuple[str, ...],
    *,
    with_tables: bool = False,
) -> dict[str, str]:
    """What the blocks with one of these words print, by the word.

    `with_tables` brings the tables before the block that migrates.
    """
    bind, configuration = terminal.environment["BIND"], Path(terminal.environment["CONFIGURATION"])
    outputs: dict[str, str] = {}
    for block in blocks:
        if block.startswith("colleague="):
            open_account_of_colleague(configuration)
        if "${moment:=" in block:
            terminal.type(f"moment='{_between_two_states(configuration)}'")
        if "manage.py migrate" in block and with_tables:
            bring_the_tables(terminal)
        if block.startswith("kill"):
            browser = Browser(bind)
            assert browser.open_link(_link_in(outputs["begin"])) == "/consultations/plan-of-action/"
            for path in ("/consultations/plan-of-action/", "/desk/"):
                assert browser.ask("GET", path)[0] == 200, path
        printed = terminal.type(block)
        outputs |= {word: printed for word in words if word in block}
        if "flushdb" in block:
            _check_that_it_is_as_at_the_moment(configuration)
    return outputs


@pytest.fixture(scope="module")
def installed(terminal: Terminal, django_db_setup: None) -> dict[str, str]:
    """What is printed on the way from empty servers to a secretariat that is signed in."""
    return _printed_by(
        terminal,
        TO_THE_SIGN_IN,
        ("begin", "health"),
        with_tables=not _has_to_migrate(),
    )


def test_from_empty_servers_to_a_secretariat_that_is_signed_in(
    terminal: Terminal, installed: dict[str, str]
) -> None:
    configuration = Path(terminal.environment["CONFIGURATION"])
    assert "added" in installed["begin"]
    assert '"database": true' in installed["health"] and "false" not in installed["health"]
    assert [recipients for recipients, _mail in terminal.mails] == [["you@example.org"]]
    _check_roles(configuration, ["example.org"])
    modes = {path.name: path.stat().st_mode & 0o777 for path in configuration.iterdir()}
    assert modes == {"environment": 0o600, "owner": 0o600}


@pytest.mark.night
def test_what_is_in_use_is_upgraded_restored_and_served(
    terminal: Terminal, installed: dict[str, str]
) -> None:
    outputs = _printed_by(terminal, IN_USE, ("help_person", "--yes"))
    assert "secretariat, Plan of Action" in outputs["help_person"]
    assert "is now shown as “Erased person" in outputs["--yes"]
    assert _link_in(outputs["help_person"]) != _link_in(installed["begin"])
    assert len(terminal.mails) == 1
    _check_roles(Path(terminal.environment["CONFIGURATION"]), ["example.org", "erased.invalid"])
