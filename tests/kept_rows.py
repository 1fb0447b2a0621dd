"""Rows made through the actions once, then laid out again where the next test stands on them.

To make them takes longer than most tests do that stand on them. They are laid out with the keys
they were made with, so that what names them goes with them.
"""

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from tests.database import PAST_TRIGGERS, filled_tables, may_pass_triggers


@dataclass(frozen=True)
class Rows:
    """What was put into the database, and how far its sequences had come."""

    made: bytes  # what names the rows, pickled
    made_at: datetime
    tables: dict[str, bytes]
    sequences: dict[str, int]


class Kept[Made]:
    """What `make` wrote last in this process; made anew once it is older than `lasts`.

    What is made has a present: old rows are no longer what their names say.
    """

    def __init__(self, make: Callable[[], Made], lasts: timedelta) -> None:
        self.make, self.lasts = make, lasts
        self.rows: Rows | None = None

    def laid_out(self) -> Made:
        """The rows as `make` makes them, in a database without rows."""
        if not may_pass_triggers():
            return self.make()
        if self.rows is None or timezone.now() - self.rows.made_at > self.lasts:
            self.rows = _rows_of(self.make)
        _lay_out(self.rows)
        made: Made = pickle.loads(self.rows.made)
        return made


def _rows_of(make: Callable[[], object]) -> Rows:
    """Make them and read back what was written; nothing of it stays."""
    began = timezone.now()
    with transaction.atomic():
        every = connection.introspection.table_names()
        before = filled_tables(every)
        made = make()
        tables = {table: _copied(table) for table in sorted(filled_tables(every) - before)}
        transaction.set_rollback(True)
    return Rows(pickle.dumps(made), began, tables, _sequences())


def _lay_out(rows: Rows) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PAST_TRIGGERS)
        for table, content in rows.tables.items():
            with cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
                copy.write(content)
        cursor.execute("SET LOCAL session_replication_role = origin")
        # Never back: under a key that was used once a cache may keep something.
        cursor.execute(
            "SELECT setval(name::regclass, greatest(last, last_value))"
            " FROM unnest(%s::text[], %s::bigint[]) AS kept (name, last)"
            " JOIN pg_sequences ON sequencename = name AND schemaname = current_schema()",
            [list(rows.sequences), list(rows.sequences.values())],
        )


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
