"""Databases that older versions left, with their rows in them, go forward; and every step back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from pytest_django import DjangoDbBlocker

from drafts.models import Revision
from drafts.circulating.seal import seal_of
from tests.migrations import old_demo
from tests.migrations.old_demo import DUMPS, ROOMS, Dump

# Migrations that cannot be undone, each with the reason: "drafts/0010_name": "why".
IRREVERSIBLE: dict[str, str] = {}
# Each takes half a minute to lay out. On every server the newest one goes forward; the others,
# and all steps back, are plain statements to it as well.
EVERY_DUMP = [
    *DUMPS[:-1],
    *(pytest.param(path, marks=pytest.mark.every_server) for path in DUMPS[-1:]),
]
# Written by triggers, and written anew by the migrations that make them.
WRITTEN_BY_TRIGGERS = {"drafts_wordinglexemes", "comments_commentlexemes", "drafts_spelling"}


@pytest.fixture(scope="module")
def laid_out(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[Dump, str]]:
    """A dump, and the name of a database that stands as it was dumped."""
    path: Path = request.param
    dump = old_demo.read(path)
    with django_db_blocker.unblock(), old_demo.new_database("laid_out") as there:
        old_demo.lay_out(dump, there)
        there.close()
        yield dump, there.settings_dict["NAME"]


def _go_forward(there: BaseDatabaseWrapper) -> None:
    executor = MigrationExecutor(there)
    executor.migrate(executor.loader.graph.leaf_nodes())


def _check_seals(there: BaseDatabaseWrapper) -> list[str]:
    """The checksums of all revisions, each worked out again from its wordings."""
    checksums = []
    revisions = Revision.objects.using(there.alias).select_related("draft__consultation")
    for revision in revisions.order_by("public_id"):
        wordings = revision.wordings.select_related("paragraph", "parent").order_by("place")
        assert seal_of(revision, list(wordings)) == revision.checksum
        checksums.append(revision.checksum)
    return checksums


@pytest.mark.parametrize("laid_out", EVERY_DUMP, ids=lambda path: path.name, indirect=True)
def test_an_old_database_goes_forward_with_all_that_stood_in_it(
    laid_out: tuple[Dump, str],
) -> None:
    dump, template = laid_out
    with old_demo.new_database("forward", template) as there:
        call_command("migrate", database=there.alias, verbosity=0)

        counts = old_demo.counts_of(there)
        expected = {table.name: table.count for table in dump.tables}
        assert {table: counts.get(table) for table in expected} == expected
        [revisions] = [table for table in dump.tables if table.name == "drafts_revision"]
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


@pytest.mark.parametrize("laid_out", DUMPS[-1:], ids=lambda path: path.name, indirect=True)
def test_each_step_back_and_forward_again_keeps_what_stood(laid_out: tuple[Dump, str]) -> None:
    """Back to the first migration of each room, with the rows in it.

    A table or a column that a step back takes away is empty after the way forward; all others
    hold what they held.
    """
    _dump, template = laid_out
    with old_demo.new_database("back", template) as there:
        _go_forward(there)
        columns = old_demo.columns_of_rooms(there)
        checksums = _check_seals(there)
        rewritten = {table: _without_key(columns[table]) for table in WRITTEN_BY_TRIGGERS}
        written = old_demo.rows_of(there, rewritten)

        _go_back(there)
        then = old_demo.columns_of_rooms(there)
        assert not WRITTEN_BY_TRIGGERS & set(then)
        lasting = {
            table: [name for name in names if name in columns[table]]
            for table, names in then.items()
            if table in columns
        }
        before = old_demo.rows_of(there, lasting)
        _go_forward(there)

        assert old_demo.columns_of_rooms(there) == columns
        assert old_demo.rows_of(there, lasting) == before
        assert old_demo.rows_of(there, rewritten) == written
        assert all(written.values())
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


def _without_key(names: list[str]) -> list[str]:
    """A row that is written anew gets another key."""
    return [name for name in names if name != "id"]
