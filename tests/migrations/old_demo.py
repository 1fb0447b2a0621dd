"""The demo as an older version left it: its rows in a file, and databases of their own to fill.

A file is what `psql` reads too: a first line that names the migrations, then the rows of each
table.
"""

import gzip
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.graph import MigrationGraph
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from tests.database import migrated_database
from tests.migrations.new_database import new_database

ROOMS = ("delegations", "consultations", "drafts", "comments")
# From the oldest release to the newest.
DUMPS = sorted(
    (Path(__file__).parent / "dumps").glob("*.sql.gz"),
    key=lambda path: [int(number) for number in path.name.split(".")[:3]],
)

COPY = re.compile(r"COPY (\w+) \((.+)\) FROM stdin;")
# Nobody signs in to a dump: no hash of a password leaves the database.
WITHOUT = {"password": "'!' AS password"}


@dataclass(frozen=True)
class Table:
    """The rows of one table, in the text format of COPY."""

    name: str
    columns: tuple[str, ...]
    rows: str

    @property
    def count(self) -> int:
        return self.rows.count("\n")


@dataclass(frozen=True)
class Dump:
    """What stood in the tables of the rooms, and which migrations had been applied, by app."""

    migrations: dict[str, list[str]]
    tables: tuple[Table, ...]


# --- The file ------------------------------------------------------------------------------------


def read(path: Path) -> Dump:
    head, *lines = gzip.decompress(path.read_bytes()).decode().split("\n")
    return Dump(json.loads(head.removeprefix("--")), tuple(_tables(lines)))


def _tables(lines: list[str]) -> Iterator[Table]:
    remaining = iter(lines)
    for line in remaining:
        if found := COPY.match(line):
            rows = "".join(f"{row}\n" for row in iter(remaining.__next__, "\\."))
            yield Table(found[1], tuple(found[2].split(", ")), rows)


def write(path: Path) -> None:
    """Write the database of the settings, in which `seed_demo` was run, into a file."""
    dump = _dumped()
    parts = [f"-- {json.dumps(dump.migrations, sort_keys=True)}\n"]
    for table in dump.tables:
        columns = ", ".join(table.columns)
        parts.append(f"COPY {table.name} ({columns}) FROM stdin;\n{table.rows}\\.\n")
    path.write_bytes(gzip.compress("".join(parts).encode(), 9, mtime=0))


def _dumped() -> Dump:
    applied: dict[str, list[str]] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        applied.setdefault(app, []).append(name)
    tables = (_dumped_table(name) for name in tables_of_rooms(connection))
    return Dump(applied, tuple(table for table in tables if table.count))


def _dumped_table(name: str) -> Table:
    columns = tuple(_columns(connection, name))
    chosen = ", ".join(WITHOUT.get(column, f'"{column}"') for column in columns)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY (SELECT {chosen} FROM {name} ORDER BY 1) TO STDOUT") as copy,
    ):
        rows = b"".join(copy).decode()
    return Table(name, tuple(f'"{column}"' for column in columns), rows)


# --- The database --------------------------------------------------------------------------------


@contextmanager
def laid_out(dump: Dump) -> Iterator[BaseDatabaseWrapper]:
    """A database that stands as it was dumped.

    Where no migration has come since, its tables are those of the tests: to make them takes half
    a minute.
    """
    is_newest = has_every_migration(dump)
    with new_database("dumped", migrated_database() if is_newest else "template1") as there:
        if not is_newest:
            migrate_to(dump, there)
        lay_out(dump, there)
        yield there


def has_every_migration(dump: Dump) -> bool:
    """Whether all migrations had been applied, those of libraries as well."""
    leaves = MigrationLoader(None).graph.leaf_nodes()
    return all(name in dump.migrations.get(app, []) for app, name in leaves)


def migrate_to(dump: Dump, there: BaseDatabaseWrapper) -> None:
    """Bring a database without rows forward to the migrations of the dump."""
    executor = MigrationExecutor(there)
    executor.migrate(_last_of_each_app(dump, executor.loader.graph))


def lay_out(dump: Dump, there: BaseDatabaseWrapper) -> None:
    """Bring the rows of the dump into a database that has its migrations.

    With the rights of the owner alone, as it would be brought back by `pg_restore`.
    """
    with transaction.atomic(there.alias), there.cursor() as cursor:
        for table in dump.tables:
            cursor.execute(f"ALTER TABLE {table.name} DISABLE TRIGGER USER")
        for table in dump.tables:
            columns = ", ".join(table.columns)
            with cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
                copy.write(table.rows)
        there.check_constraints()
        for table in dump.tables:
            cursor.execute(f"ALTER TABLE {table.name} ENABLE TRIGGER USER")
        _set_sequences(cursor, [table.name for table in dump.tables])


def _last_of_each_app(dump: Dump, graph: MigrationGraph) -> list[tuple[str, str]]:
    """A library may have left out some of its older migrations meanwhile."""
    recorded = {(app, name) for app, names in dump.migrations.items() for name in names}
    known = recorded & set(graph.nodes)
    return sorted(
        node
        for node in known
        if not any(
            child.key in known and child.key[0] == node[0]
            for child in graph.node_map[node].children
        )
    )


def _set_sequences(cursor: Any, tables: list[str]) -> None:
    cursor.execute(
        "SELECT attrelid::regclass::text, attname,"
        " pg_get_serial_sequence(attrelid::regclass::text, attname)"
        " FROM pg_attribute WHERE attrelid = ANY (%s::regclass[]) AND attidentity <> ''",
        [tables],
    )
    for table, column, sequence in cursor.fetchall():
        cursor.execute(f"SELECT setval('{sequence}', (SELECT max({column}) FROM {table}))")


def tables_of_rooms(there: BaseDatabaseWrapper) -> list[str]:
    """The tables of the four rooms that stand in a database; its views are none."""
    with there.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
            " AND split_part(tablename, '_', 1) = ANY (%s) ORDER BY tablename",
            [list(ROOMS)],
        )
        return [name for (name,) in cursor.fetchall()]


def columns_of_rooms(there: BaseDatabaseWrapper) -> dict[str, list[str]]:
    return {table: _columns(there, table) for table in tables_of_rooms(there)}


def rows_of(there: BaseDatabaseWrapper, columns: dict[str, list[str]]) -> dict[str, list[str]]:
    """The rows of each table, of these columns alone, in an order of their own."""
    found = {}
    with there.cursor() as cursor:
        for table, names in columns.items():
            chosen = ", ".join(f'"{name}"' for name in names)
            cursor.execute(f"SELECT ROW({chosen})::text FROM {table}")
            found[table] = sorted(row for (row,) in cursor.fetchall())
    return found


def counts_of(there: BaseDatabaseWrapper) -> dict[str, int]:
    """How many rows stand in each table that has any."""
    rows = rows_of(there, columns_of_rooms(there))
    return {table: len(found) for table, found in rows.items() if found}


def _columns(there: BaseDatabaseWrapper, table: str) -> list[str]:
    with there.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass"
            " AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
            [table],
        )
        return [name for (name,) in cursor.fetchall()]
