"""Objects in the database beside tables are named by their model and in docs/database.md.

Asked of a migrated database: triggers, functions, views, text-search configurations, extensions.
"""

import ast
import inspect
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.migrations import RunSQL
from django.db.migrations.loader import MigrationLoader

from delegations.never_emptied import TRIGGER_SUFFIX
from tests.database import tables_never_emptied

pytestmark = pytest.mark.every_server

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "database.md").read_text(encoding="utf-8")
ROOMS = ("delegations", "consultations", "drafts", "comments")
SQL_FILES = {
    path.read_text(encoding="utf-8"): path.relative_to(ROOT).as_posix()
    for path in ROOT.glob("*/migrations/sql/*.sql")
}

ROW = re.compile(r"(?m)^\| `(\w+)` \| `(\w+\.\w+)` \| (.+) \| `(\S+)::(\w+)` \| `(\S+)` \|$")
# What stands there, and on which table a trigger or a view is. What an extension brings is its own.
STANDING = """
SELECT 'Triggers', tgname::text, tgrelid::regclass::text FROM pg_trigger
  JOIN pg_class ON pg_class.oid = tgrelid
  WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace
    AND tgfoid <> 'delegations_refuse_emptying'::regproc
UNION ALL
SELECT 'Functions', proname, '' FROM pg_proc
  WHERE pronamespace = current_schema()::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
UNION ALL
SELECT 'Views', relname, relname FROM pg_class
  WHERE relkind IN ('v', 'm') AND relnamespace = current_schema()::regnamespace
UNION ALL
SELECT 'Text-search configurations', cfgname, '' FROM pg_ts_config
  WHERE cfgnamespace = current_schema()::regnamespace
UNION ALL
SELECT 'Extensions', extname, '' FROM pg_extension WHERE extname <> 'plpgsql'
"""
MADE = re.compile(
    r"CREATE (?:OR REPLACE )?(?:CONSTRAINT )?"
    r"(?:TRIGGER|FUNCTION|VIEW|TEXT SEARCH CONFIGURATION|EXTENSION(?: IF NOT EXISTS)?) (\w+)"
)


@dataclass(frozen=True)
class Entry:
    """A row of the page."""

    kind: str
    name: str
    model: str
    why: str
    test_file: str
    test: str
    file: str


def _entries() -> list[Entry]:
    sections = re.split(r"(?m)^## ", PAGE)[1:]
    return [
        Entry(section.split("\n", 1)[0], *found)
        for section in sections
        for found in ROW.findall(section)
    ]


ENTRIES = _entries()


@pytest.mark.django_db
def test_the_page_names_all_that_stands_in_the_database_and_nothing_else() -> None:
    with connection.cursor() as cursor:
        cursor.execute(STANDING)
        standing = cursor.fetchall()

    assert sorted((entry.kind, entry.name) for entry in ENTRIES) == sorted(
        (kind, name) for kind, name, _table in standing
    )
    tables = {name: table for _kind, name, table in standing if table}
    served = {entry.name: apps.get_model(entry.model)._meta.db_table for entry in ENTRIES}
    assert {name: served[name] for name in tables} == tables


def test_each_model_names_what_serves_it_and_nothing_else() -> None:
    expected = defaultdict(set)
    for entry in ENTRIES:
        expected[entry.model].add(entry.name)
    named = {
        model._meta.label: set(re.findall(r"`(\w+)`", told))
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
        if (told := (inspect.getdoc(model) or "").partition("In the database:")[2])
    }
    assert named == dict(expected)


@pytest.mark.django_db
def test_what_is_sealed_for_ever_are_columns_of_a_table_that_a_trigger_keeps() -> None:
    sealed = re.findall(r"(?m)^\| `(\w+)` \| `(\w+_kept)` \| (`.+?`) \|", PAGE)
    assert {trigger for _table, trigger, _columns in sealed} == {
        entry.name for entry in ENTRIES if entry.name.endswith("_kept")
    }
    for table, trigger, columns in sealed:
        [entry] = [entry for entry in ENTRIES if entry.name == trigger]
        model = apps.get_model(entry.model)
        assert model._meta.db_table == table
        there = {field.column for field in model._meta.concrete_fields}
        assert set(re.findall(r"`(\w+)`", columns)) <= there


def test_the_page_names_a_test_of_each() -> None:
    missing = [f"{entry.test_file}::{entry.test}" for entry in ENTRIES if not _is_there(entry)]
    assert missing == []


def _is_there(entry: Entry) -> bool:
    path = ROOT / entry.test_file
    if not path.exists():
        return False
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return entry.test in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_the_page_names_the_file_that_made_each_last() -> None:
    made = _made()
    never_emptied = {name for name in made if name.endswith(TRIGGER_SUFFIX)}
    assert {entry.name: entry.file for entry in ENTRIES} == {
        name: path for name, path in made.items() if name not in never_emptied
    }
    assert {f"{table}{TRIGGER_SUFFIX}" for table in NEVER_EMPTIED} == never_emptied


def test_each_file_of_sql_is_run_and_says_first_what_it_is_for() -> None:
    assert set(SQL_FILES) <= {sql for _path, sql in _statements()}
    assert [path for sql, path in SQL_FILES.items() if not re.match(r"(?:-- .+\n)+\n\S", sql)] == []


def _made() -> dict[str, str]:
    """What migrations made, each with the file that made it last."""
    made: dict[str, str] = {}
    for path, sql in _statements():
        made |= dict.fromkeys(MADE.findall(sql), path)
    return made


def _statements() -> Iterator[tuple[str, str]]:
    """The SQL of all migrations in their order, each with the file in which it stands."""
    loader = MigrationLoader(None)
    graph = loader.graph
    order = dict.fromkeys(node for leaf in graph.leaf_nodes() for node in graph.forwards_plan(leaf))
    for room, migration in order:
        for operation in loader.disk_migrations[room, migration].operations:
            if room in ROOMS and isinstance(operation, RunSQL):
                sql = str(operation.sql)
                yield SQL_FILES.get(sql, f"{room}/migrations/{migration}.py"), sql


@pytest.mark.django_db
def test_each_index_and_constraint_of_a_model_stands_in_the_database() -> None:
    """A migration that takes an index off a column may take a unique one along."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()"
            " UNION SELECT conname FROM pg_constraint"
        )
        standing = {name for (name,) in cursor.fetchall()}
    models = [model._meta for room in ROOMS for model in apps.get_app_config(room).get_models()]
    named = {one.name for meta in models for one in (*meta.indexes, *meta.constraints)}
    assert named and named - standing == set()


# --- Tables that are never emptied ----------------------------------------------------------------

_section = PAGE.partition("## Tables that are never emptied")[2].partition("\n## ")[0]
NEVER_EMPTIED = sorted(re.findall(rf"`((?:{'|'.join(ROOMS)})_\w+)`", _section))


@pytest.mark.django_db
def test_the_page_names_each_table_that_is_never_emptied() -> None:
    assert sorted(tables_never_emptied()) == NEVER_EMPTIED


def test_what_has_a_history_is_never_emptied_and_neither_is_the_history() -> None:
    """A new one: `never_emptied(…)` in a migration, and its name on the page."""
    models = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]
    with_history = [model for model in models if hasattr(model, "history")]
    histories = [model for model in models if hasattr(model, "history_object")]
    tables = {model._meta.db_table for model in (*with_history, *histories)}
    assert with_history and tables - set(NEVER_EMPTIED) == set()


@pytest.mark.django_db
@pytest.mark.parametrize("table", NEVER_EMPTIED)
def test_not_even_the_owner_empties_a_table_of_the_record(table: str) -> None:
    with (
        pytest.raises(DatabaseError, match="is part of the record: it is never emptied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"TRUNCATE {table} CASCADE")
