"""A database of the last state before 1.0.0 is taken over by `migrate`; any other is refused.

Its schema, with the names of its migrations, stands in a file that goes with `take_over`.
"""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import DjangoDbBlocker

from config.launch.child_processes import run
from tests.config.deploy.bare_servers import programs_of_postgres
from tests.copied_tables import ENVIRONMENT
from tests.database import migrated_database
from tests.migrations.new_database import new_database
from tests.migrations.old_demo import ROOMS

SCHEMA = gzip.decompress(Path(__file__).with_name("before_1_0_0.sql.gz").read_bytes()).decode()
STATEMENT = re.compile(r"(?m)^--\n-- Name: (?!django_migrations).+; Owner: .+\n--\n")

# Once it was dumped and read, PostgreSQL casts each word of a list, and no more the list.
CAST = re.compile(r"[()]|::character varying|::text(\[\])?")


@pytest.fixture
def before(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[BaseDatabaseWrapper]:
    with django_db_blocker.unblock(), new_database("before") as there:
        with there.cursor() as cursor:
            cursor.execute("SET check_function_bodies = off")
            cursor.execute(SCHEMA)
        yield there


def _statements(there: BaseDatabaseWrapper) -> list[str]:
    """What pg_dump writes of the schema, in an order of our own: columns may stand in another."""
    place = there.get_connection_params()
    command: list[str | Path] = [programs_of_postgres() / "pg_dump"]
    command += ["--schema-only", "--no-owner", "--no-privileges"]
    command += [f"--{name}={place[name]}" for name in ("host", "port") if place.get(name)]
    command += [f"--username={place['user']}", str(place["dbname"])]
    environment = {"PGPASSWORD": str(place.get("password", "")), **ENVIRONMENT}
    done = run(command, environment=environment, folder=Path("/"))
    assert done.returncode == 0, done.stdout
    statements = STATEMENT.split(done.stdout.partition("-- PostgreSQL database dump complete")[0])
    return sorted("\n".join(sorted(_lines(statement))) for statement in statements[1:])


def _lines(statement: str) -> list[str]:
    lines = (CAST.sub("", line).strip().rstrip(",") for line in statement.splitlines())
    return [line for line in lines if line and not line.startswith("SET ")]


def _recorded(there: BaseDatabaseWrapper) -> set[tuple[str, str]]:
    applied = MigrationRecorder(there).applied_migrations()
    return {(app, name) for app, name in applied if app in ROOMS}


def test_it_stands_as_a_database_that_was_made_anew(before: BaseDatabaseWrapper) -> None:
    call_command("migrate", database=before.alias, verbosity=0)
    with new_database("made_anew", migrated_database()) as anew:
        assert _statements(before) == _statements(anew)
        assert _recorded(before) == _recorded(anew)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            "DELETE FROM django_migrations WHERE name = '0032_inputs_said'",
            r"comments\.0032_inputs_said is missing",
        ),
        (
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('drafts', '0017_more', now())",
            r"drafts\.0017_more is unknown",
        ),
    ],
    ids=["older", "another"],
)
def test_one_of_another_state_is_refused_and_stays(
    before: BaseDatabaseWrapper, change: str, sentence: str
) -> None:
    with before.cursor() as cursor:
        cursor.execute(change)
    recorded = _recorded(before)
    with pytest.raises(CommandError, match=sentence):
        call_command("migrate", database=before.alias, verbosity=0)
    assert _recorded(before) == recorded
