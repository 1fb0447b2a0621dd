"""Databases of older versions, with rows, migrate forward; every migration can be reversed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from pytest_django import DjangoDbBlocker

from drafts.circulating.seal import checksum_of_revision
from drafts.models import Revision
from tests.migrations import old_demo
from tests.migrations.new_database import new_database
from tests.migrations.old_demo import DUMPS, ROOMS, Dump

pytestmark = pytest.mark.long

# Migrations that cannot be undone, each with the reason: "drafts/0010_name": "why".
IRREVERSIBLE = {f"{room}/0001_initial": "before it there is nothing" for room in ROOMS}
# Each change, and every server, sends the newest one through the migrations that have come since;
# the others, and all steps back, wait for the night.
EVERY_DUMP = [
    *(pytest.param(path, marks=pytest.mark.night) for path in DUMPS[:-1]),
    *(pytest.param(path, marks=pytest.mark.every_server) for path in DUMPS[-1:]),
]
NEWEST = pytest.mark.parametrize(
    "forward", [pytest.param(DUMPS[-1], marks=pytest.mark.night)], ids=["newest"], indirect=True
)


@dataclass(frozen=True)
class Forward:
    """A database that stood as it was dumped, and went forward: what has to stand in it."""

    dump: Dump
    rows: dict[str, int]
    there: BaseDatabaseWrapper


@pytest.fixture(scope="module")
def forward(
    request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker
) -> Iterator[Forward]:
    """All that is asked of a dump is asked of one database, which went the long way once."""
    path: Path = request.param
    dump = old_demo.read(path)
    rows = {table.name: table.count for table in dump.tables}
    with django_db_blocker.unblock(), old_demo.laid_out(dump) as there:
        call_command("migrate", database=there.alias, verbosity=0)
        yield Forward(dump, rows, there)


def _go_forward(there: BaseDatabaseWrapper) -> None:
    executor = MigrationExecutor(there)
    executor.migrate(executor.loader.graph.leaf_nodes())


def _check_seals(there: BaseDatabaseWrapper) -> list[str]:
    """The checksums of all revisions, each worked out again from its wordings."""
    checksums = []
    revisions = Revision.objects.using(there.alias).select_related("draft__consultation")
    for revision in revisions.order_by("public_id"):
        wordings = revision.wordings.select_related("paragraph", "parent").order_by("place")
        assert checksum_of_revision(revision, list(wordings)) == revision.checksum
        checksums.append(revision.checksum)
    return checksums


@pytest.mark.parametrize("forward", EVERY_DUMP, ids=lambda path: path.name, indirect=True)
def test_an_old_database_goes_forward_with_all_that_stood_in_it(forward: Forward) -> None:
    there = forward.there
    counts = old_demo.counts_of(there)
    assert {table: counts.get(table) for table in forward.rows} == forward.rows
    [revisions] = [table for table in forward.dump.tables if table.name == "drafts_revision"]
    place = revisions.columns.index('"checksum"')
    recorded = {row.split("\t")[place] for row in revisions.rows.splitlines()}
    assert set(_check_seals(there)) == recorded
    with (
        pytest.raises(DatabaseError, match="never changed or removed"),
        transaction.atomic(there.alias),
        there.cursor() as cursor,
    ):
        cursor.execute("UPDATE drafts_wording SET text = 'other'")


def test_every_migration_can_be_undone_but_those_that_are_named() -> None:
    loader = MigrationLoader(None)
    found = {
        f"{app}/{name}"
        for (app, name), migration in loader.disk_migrations.items()
        if app in ROOMS and not all(operation.reversible for operation in migration.operations)
    }
    assert found == set(IRREVERSIBLE)


@NEWEST
def test_each_step_back_and_forward_again_keeps_what_stood(forward: Forward) -> None:
    """Back to the first migration of each room, with the rows in it.

    A table or a column that a step back takes away is empty after the way forward; all others
    hold what they held.
    """
    forward.there.close()
    with new_database("back", forward.there.settings_dict["NAME"]) as there:
        columns = old_demo.columns_of_rooms(there)
        checksums = _check_seals(there)

        _go_back(there)
        then = old_demo.columns_of_rooms(there)
        lasting = {
            table: [name for name in names if name in columns[table]]
            for table, names in then.items()
            if table in columns
        }
        before = old_demo.rows_of(there, lasting)
        _go_forward(there)

        assert old_demo.columns_of_rooms(there) == columns
        assert old_demo.rows_of(there, lasting) == before
        assert _check_seals(there) == checksums


def _go_back(there: BaseDatabaseWrapper) -> None:
    """As far as there is a way, one migration after another."""
    executor = MigrationExecutor(there)
    graph = executor.loader.graph
    steps = [node for leaf in graph.leaf_nodes() for node in graph.forwards_plan(leaf)]
    floors = {}
    for room in ROOMS:
        names = dict.fromkeys(name for app, name in steps if app == room)
        final = [name for name in names if f"{room}/{name}" in IRREVERSIBLE]
        floors[room] = final[-1] if final else next(iter(names))
    executor.migrate(list(floors.items()))
    executor.loader.build_graph()
    left = {node for node in executor.loader.applied_migrations if node[0] in ROOMS}
    assert left == set(floors.items())
