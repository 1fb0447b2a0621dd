"""Keeps tables of the record from being emptied: TRUNCATE fires no row trigger."""

from collections.abc import Iterable

from django.db.migrations import RunSQL

# The name of each of these triggers is that of its table, then this, as in the statements below.
TRIGGER_SUFFIX = "_never_emptied"


def never_emptied(*tables: str) -> RunSQL:
    """For a migration: from now on the database lets nobody empty these tables."""
    return RunSQL(_repeat_for(tables, CREATE_TRIGGER), _repeat_for(tables, DROP_TRIGGER))


CREATE_TRIGGER = (
    "CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION delegations_refuse_emptying();"
)
DROP_TRIGGER = "DROP TRIGGER {table}_never_emptied ON {table};"


def _repeat_for(tables: Iterable[str], statement: str) -> str:
    return "\n".join(statement.format(table=table) for table in tables)
