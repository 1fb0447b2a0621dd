"""Databases of older versions, with rows, migrate forward; every migration can be reversed."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from pytest_django import DjangoDbBlocker

from drafts.circulating.seal import checksum_of_revision
from drafts.models import Revision
from tests.migrations import old_demo, two_posts
from tests.migrations.old_demo import DUMPS, ROOMS, Dump

pytestmark = pytest.mark.long

# Migrations that cannot be undone, each with the reason: "drafts/0010_name": "why".
IRREVERSIBLE: dict[str, str] = {}
# From the oldest one the way takes half a minute. Each change, and every server, sends the newest
# one through the migrations that have come since; the others, and all steps back, wait for the
# night.
EVERY_DUMP = [
    *(pytest.param(path, marks=pytest.mark.night) for path in DUMPS[:-1]),
    *(pytest.param(path, marks=pytest.mark.every_server) for path in DUMPS[-1:]),
]
# Written by triggers, and written anew by the migrations that make them.
WRITTEN_BY_TRIGGERS = {"drafts_wordinglexemes", "comments_commentlexemes", "drafts_spelling"}

NEWEST, OF_TWO_POSTS = (
    pytest.mark.parametrize(
        "forward",
        [pytest.param(path, marks=pytest.mark.night)],
        ids=lambda path: path.name,
        indirect=True,
    )
    for path in (DUMPS[-1], two_posts.DUMP)
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
    rows = Counter({table.name: table.count for table in dump.tables})
    with django_db_blocker.unblock(), old_demo.laid_out(dump) as there:
        if path == two_posts.DUMP:
            two_posts.hold(there)
            rows += two_posts.LEFT
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
    with old_demo.new_database("back", forward.there.settings_dict["NAME"]) as there:
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


# --- Two posts of one person ---------------------------------------------------------------------

Ask = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture
def ask(forward: Forward) -> Ask:
    """Asks the database in which somebody held two posts, once it went forward."""

    def answer(statement: str) -> list[tuple[Any, ...]]:
        with forward.there.cursor() as cursor:
            cursor.execute(statement)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows

    return answer


@OF_TWO_POSTS
@pytest.mark.parametrize(
    ("table", "column", "kept"),
    [
        ("comments_seen", "seen_at::date::text", "2026-02-01"),
        ("comments_mailchoice", "often", "never"),
        ("comments_watch", "since::date::text", "2026-01-01"),
        ("comments_typing", "words ->> 'rationale'", "never"),
    ],
)
def test_of_two_rows_of_one_person_the_one_that_holds_is_kept(
    ask: Ask, table: str, column: str, kept: str
) -> None:
    assert ask(f"SELECT {column} {two_posts.mine(table)}") == [(kept,)]
    assert ask(f"SELECT count(*) FROM {table} WHERE capacity LIKE 'post:%'") == [(0,)]


@OF_TWO_POSTS
@pytest.mark.parametrize(
    ("table", "person", "count"),
    [
        ("consultations_apitoken", "user_id", 2),
        ("comments_export", "owner_id", 2),
        # Where what were notices and digests lies since then.
        ("(SELECT * FROM consultations_mail WHERE kind = 'watched') told", "reader_id", 2),
        ("(SELECT * FROM consultations_mail WHERE kind = 'digest') told", "reader_id", 1),
    ],
)
def test_what_is_a_record_stays_and_is_found_under_the_delegation(
    ask: Ask, table: str, person: str, count: int
) -> None:
    assert ask(f"SELECT count(*) {two_posts.mine(table, person)}") == [(count,)]
    assert ask(f"SELECT count(*) FROM {table}")[0][0] >= 3


@OF_TWO_POSTS
def test_a_colleague_keeps_rows_of_their_own(ask: Ask) -> None:
    for table in ("comments_seen", "comments_mailchoice", "comments_watch", "comments_typing"):
        theirs = two_posts.mine(table).replace(two_posts.SECOND, two_posts.COLLEAGUES)
        assert ask(f"SELECT count(*) {theirs}") == [(1,)], table
