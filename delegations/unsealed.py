"""Lets a migration change sealed rows, which a trigger protects from everything else.

See docs/testing.md.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.transaction import TransactionManagementError
from psycopg.sql import SQL, Identifier


class KeptColumnsChangedError(Exception):
    """The error raised when a migration changed columns that it named in `kept_columns`."""


@contextmanager
def unsealed(
    schema_editor: BaseDatabaseSchemaEditor,
    table: str,
    trigger: str,
    *,
    kept_columns: Sequence[str],
) -> Iterator[None]:
    """Inside the block, let the rows of a table be changed, with this one trigger disabled.

    Nobody else writes to the table before the migration has ended. Where it fails, at whatever
    step, its transaction is rolled back, and the trigger is enabled again. The columns of
    `kept_columns` must be the same afterwards, row by row, or everything is rolled back.
    """
    connection = schema_editor.connection
    if not connection.in_atomic_block:
        raise TransactionManagementError(
            "Sealed rows are changed in a transaction only: leave out `atomic = False`."
        )
    with transaction.atomic(connection.alias):
        # A table with checks still to be made at the end of the transaction cannot be altered.
        connection.check_constraints()
        _switch_trigger(connection, table, "DISABLE", trigger)
        fingerprint_before = _fingerprint(connection, table, kept_columns)
        yield
        if _fingerprint(connection, table, kept_columns) != fingerprint_before:
            raise KeptColumnsChangedError(
                f"{', '.join(kept_columns)} of {table} are sealed: they stay as they went out."
            )
        connection.check_constraints()
        _switch_trigger(connection, table, "ENABLE", trigger)


def _switch_trigger(connection: BaseDatabaseWrapper, table: str, verb: str, trigger: str) -> None:
    """Enable or disable a trigger; `verb` is the word of SQL for it."""
    statement = SQL("ALTER TABLE {} {} TRIGGER {}")
    with connection.cursor() as cursor:
        cursor.execute(statement.format(Identifier(table), SQL(verb), Identifier(trigger)))


def _fingerprint(connection: BaseDatabaseWrapper, table: str, columns: Sequence[str]) -> str:
    """One hash over these columns of all rows; a row that is added or deleted changes it too."""
    query = SQL(
        "SELECT md5(string_agg(of_row, '' ORDER BY of_row))"
        " FROM (SELECT md5(ROW({})::text) AS of_row FROM {}) AS rows"
    )
    columns_with_id = SQL(", ").join(map(Identifier, ["id", *columns]))
    with connection.cursor() as cursor:
        cursor.execute(query.format(columns_with_id, Identifier(table)))
        return str(cursor.fetchone()[0])
