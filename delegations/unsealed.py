"""Rows that a trigger keeps are changed by a migration alone, and only so (docs/database.md)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.transaction import TransactionManagementError
from psycopg.sql import SQL, Identifier


class SealedWordsChangedError(Exception):
    """A migration changed what had gone out under a seal."""


@contextmanager
def unsealed(
    editor: BaseDatabaseSchemaEditor, table: str, trigger: str, *, keeping: Sequence[str]
) -> Iterator[None]:
    """Let the rows of a table be changed inside, past this one trigger.

    Nobody else writes to the table before the migration has ended. Where it fails, at whatever
    step, its transaction takes back the changes and the opening with them. What stands in the
    columns of `keeping` must stand there afterwards, row by row, or all is taken back.
    """
    connection = editor.connection
    if not connection.in_atomic_block:
        raise TransactionManagementError(
            "Sealed rows are changed in a transaction only: leave out `atomic = False`."
        )
    with transaction.atomic(connection.alias):
        # A table with checks that are still to come cannot be altered.
        connection.check_constraints()
        _alter(connection, table, "DISABLE", trigger)
        before = _fingerprint(connection, table, keeping)
        yield
        if _fingerprint(connection, table, keeping) != before:
            raise SealedWordsChangedError(
                f"{', '.join(keeping)} of {table} are sealed: they stay as they went out."
            )
        connection.check_constraints()
        _alter(connection, table, "ENABLE", trigger)


def _alter(connection: BaseDatabaseWrapper, table: str, how: str, trigger: str) -> None:
    change = SQL("ALTER TABLE {} {} TRIGGER {}")
    with connection.cursor() as cursor:
        cursor.execute(change.format(Identifier(table), SQL(how), Identifier(trigger)))


def _fingerprint(connection: BaseDatabaseWrapper, table: str, columns: Sequence[str]) -> str:
    """One sum over these columns of all rows; a row that is added or gone changes it too."""
    asked = SQL(
        "SELECT md5(string_agg(of_row, '' ORDER BY of_row))"
        " FROM (SELECT md5(ROW({})::text) AS of_row FROM {}) AS rows"
    )
    row = SQL(", ").join(map(Identifier, ["id", *columns]))
    with connection.cursor() as cursor:
        cursor.execute(asked.format(row, Identifier(table)))
        return str(cursor.fetchone()[0])
