"""The database of the tests: migrated once, then copied for each run and each worker."""

import hashlib
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.commands import flush
from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg._preparing import Prepare, PrepareManager
from psycopg.pq.abc import PGresult

# To the end of the transaction.
PAST_TRIGGERS = "SET LOCAL session_replication_role = replica"
# What Django writes after each migration, and no test changes.
WRITTEN_BY_MIGRATIONS = frozenset({"auth_permission", "django_content_type"})


def make_copy(*, anew: bool) -> None:
    """Point Django at a fresh copy of the migrated database, which is made where it is missing.

    `anew` makes the migrated one again. The name is the one that Django gives to a test database.
    """
    copy = connection.creation._get_test_db_name()  # type: ignore[attr-defined]
    with _migrated_database(anew=anew) as (cursor, template):
        _drop(cursor, copy)
        cursor.execute(f"CREATE DATABASE {_quoted(copy)} TEMPLATE {_quoted(template)}")
        # It is thrown away: no test waits until the disk has what it wrote.
        cursor.execute(f"ALTER DATABASE {_quoted(copy)} SET synchronous_commit = off")
        # What is asked of a few rows is planned once, and not five times to find the same plan.
        cursor.execute(f"ALTER DATABASE {_quoted(copy)} SET plan_cache_mode = force_generic_plan")
    _use(copy)
    _let_flush_pass()
    _keep_prepared_statements()


@contextmanager
def _migrated_database(*, anew: bool = False) -> Iterator[tuple[CursorWrapper, str]]:
    """A cursor beside the migrated database, and its name; nobody else makes or copies it."""
    template, digest = _template_name(), _digest_of_migrations()
    connection.close()
    with connection._nodb_cursor() as cursor:
        # Another worker may be migrating at this moment. The end of the connection frees the lock.
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [template])
        if anew or _digest_of(cursor, template) != digest:
            _migrate(cursor, template, digest)
        yield cursor, template


@contextmanager
def migrating_beside() -> Iterator[None]:
    """Migrate in a process of its own, while workers collect their tests.

    Where it fails, the first worker that needs the database migrates, and says why it cannot.
    """
    process = subprocess.Popen(
        [sys.executable, "-c", "from tests.database import migrate; migrate()"],
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with process:
        yield
        process.terminate()  # what is half done is made anew by the next run


def migrate() -> None:
    """Make the migrated database where it is missing."""
    django.setup()
    migrated_database()


def migrated_database() -> str:
    """The name of the migrated database, which is made where it is missing."""
    with _migrated_database() as (_cursor, name):
        return name


def _let_flush_pass() -> None:
    """A test that commits is undone by emptying every table, which the database refuses.

    So rows go one by one, past the triggers that refuse; in every test these stand. Most of the
    hundred tables have none: to truncate them all takes as long as many tests, and seconds on a
    server that keeps its promises to the disk. What migrations have written stays, and need not be
    written again. Whoever may not pass triggers has to truncate.
    """
    operations = type(connection.ops)
    made_by_django = operations.sql_flush

    def pass_triggers(self: Any, style: Any, tables: Sequence[str], **options: Any) -> list[str]:
        filled = sorted(filled_tables(tables) - WRITTEN_BY_MIGRATIONS)
        return [PAST_TRIGGERS, *(f"DELETE FROM {_quoted(table)}" for table in filled)]

    def truncate(self: Any, style: Any, tables: Sequence[str], **options: Any) -> list[str]:
        emptied = made_by_django(self, style, tables, **options)
        return [*_alter_never_emptied("DISABLE"), *emptied, *_alter_never_emptied("ENABLE")]

    if may_pass_triggers():
        operations.sql_flush = pass_triggers  # type: ignore[method-assign]
        flush.emit_post_migrate_signal = lambda *_arguments: None  # type: ignore[attr-defined]
    else:
        operations.sql_flush = truncate  # type: ignore[method-assign]


def _keep_prepared_statements() -> None:
    """What the server has prepared for one test stays for the next, though a rollback lies between.

    psycopg forgets it all on a rollback: what is asked of may be gone with it. No test of ours
    makes a type, and a table made anew is found by its name. Without this a fifth of the time of
    tests that open pages goes into planning the same questions again.
    """
    discards = PrepareManager._should_discard

    def _should_discard(self: PrepareManager, prep: Prepare, results: Sequence[PGresult]) -> bool:
        others = [result for result in results if result.command_status != b"ROLLBACK"]
        return discards(self, prep, others)

    PrepareManager._should_discard = _should_discard  # type: ignore[method-assign, assignment]
    PrepareManager.prepared_max = 500  # all questions of a page, and of those beside it


def may_pass_triggers() -> bool:
    """Whether the database lets us write past its triggers: some of them refuse."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser') = 'on'")
        return bool(cursor.fetchone()[0])


def filled_tables(tables: Sequence[str]) -> set[str]:
    """Those of the tables that have rows."""
    if not tables:
        return set()
    asked = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT FROM {_quoted(table)})" for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return {table for (table,) in cursor.fetchall()}


def _alter_never_emptied(how: str) -> list[str]:
    return [f"ALTER TABLE {table} {how} TRIGGER {name}" for table, name in _refusals()]


def tables_never_emptied() -> list[str]:
    """The tables that the database refuses to empty."""
    return [table for table, _name in _refusals()]


def _refusals() -> list[tuple[str, str]]:
    """Each such table with its trigger; none where there are no rooms, as in a small house."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger"
            " WHERE tgfoid = to_regproc('delegations_refuse_emptying') ORDER BY 1"
        )
        return [(str(table), str(name)) for table, name in cursor.fetchall()]


def check_once() -> None:
    """Check what a module has laid out in its transaction; else each test of it would do so anew.

    Django has all that is deferred checked at the end of a test, and takes the test back: what was
    laid out before it waits again, to be checked after the next.
    """
    connection.check_constraints()


def count_rows() -> None:
    """Let the database count the rows that a test has laid out, as it does by itself in use.

    Without that it plans for tables that are nearly empty: a page of 1,800 inputs took a minute.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def drop_copy() -> None:
    """Drop the copy; the migrated database stays for the next run."""
    copy = connection.settings_dict["NAME"]
    connection.close()
    with connection._nodb_cursor() as cursor:
        _drop(cursor, copy)


def _migrate(cursor: CursorWrapper, template: str, digest: str) -> None:
    """Make the migrated database. It bears the digest once it is whole."""
    _drop(cursor, template)
    cursor.execute(f"CREATE DATABASE {_quoted(template)}")
    _use(template)
    call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
    connection.close()
    # A database with a connection cannot be copied.
    cursor.execute(f"ALTER DATABASE {_quoted(template)} ALLOW_CONNECTIONS false")
    cursor.execute(f"COMMENT ON DATABASE {_quoted(template)} IS '{digest}'")


@cache
def _template_name() -> str:
    """Made out of the name in the settings, which is that of a copy once there is one."""
    return f"test_{connection.settings_dict['NAME']}_template"


def _digest_of_migrations() -> str:
    """One value for all migrations of all applications, the libraries' as well, and their SQL."""
    digest = hashlib.sha256()
    for application in apps.get_app_configs():
        folder = Path(application.path, "migrations")
        for path in sorted((*folder.glob("*.py"), *folder.glob("sql/*.sql"))):
            digest.update(f"{application.label} {path.name}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _digest_of(cursor: CursorWrapper, name: str) -> str | None:
    cursor.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
    )
    found = cursor.fetchone()
    return found[0] if found else None


def _drop(cursor: CursorWrapper, name: str) -> None:
    """Whoever is still connected belongs to a run that was killed."""
    cursor.execute(f"DROP DATABASE IF EXISTS {_quoted(name)} WITH (FORCE)")


def _use(name: str) -> None:
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
