"""The room as rows: made through the actions, then laid out again where the next test stands in it.

To make it takes longer than most tests do that stand in it. It is laid out with the keys it was
made with, so that the `Room` which names its rows goes with it.
"""

import pickle
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from tests.room import Room, build_room

# The present of a room is the moment at which it was made: an old one is made anew.
LASTS = timedelta(minutes=5)


@dataclass(frozen=True)
class Rows:
    """What a room has put into the database, and how far its sequences had come."""

    room: bytes
    tables: dict[str, bytes]
    sequences: dict[str, int]


@dataclass
class Kept:
    """The room that this process made last."""

    rows: Rows | None = field(default=None)

    def laid_out(self) -> Room:
        """A room as `build_room` makes it, in a database without rows."""
        if not _may_lay_out():
            return build_room()
        if self.rows is None or _is_old(self.rows):
            self.rows = _made()
        return _laid_out(self.rows)


KEPT = Kept()


def _may_lay_out() -> bool:
    """Whether the database lets us write rows past their triggers: those of a room refuse some."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser') = 'on'")
        return bool(cursor.fetchone()[0])


def _is_old(rows: Rows) -> bool:
    room: Room = pickle.loads(rows.room)
    return timezone.now() - room.now > LASTS


def _made() -> Rows:
    """Make a room and read back what it wrote; nothing of it stays."""
    with transaction.atomic():
        before = _filled_tables()
        room = build_room()
        tables = {table: _copied(table) for table in sorted(_filled_tables() - before)}
        transaction.set_rollback(True)
    return Rows(pickle.dumps(room), tables, _sequences())


def _laid_out(rows: Rows) -> Room:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, content in rows.tables.items():
            with cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
                copy.write(content)
        cursor.execute("SET LOCAL session_replication_role = origin")
        # Never back: under a key that was used once a cache may keep something.
        cursor.executemany(
            "SELECT setval(%s::regclass, greatest(%s, (SELECT last_value FROM pg_sequences"
            " WHERE schemaname = current_schema() AND sequencename = %s)))",
            [(name, last, name) for name, last in rows.sequences.items()],
        )
    room: Room = pickle.loads(rows.room)
    return room


def _filled_tables() -> set[str]:
    tables = connection.introspection.table_names()
    asked = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return {table for (table,) in cursor.fetchall()}


def _copied(table: str) -> bytes:
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy,
    ):
        return b"".join(copy)


def _sequences() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sequencename, last_value FROM pg_sequences"
            " WHERE schemaname = current_schema() AND last_value IS NOT NULL"
        )
        return dict(cursor.fetchall())
