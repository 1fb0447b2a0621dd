"""Tables of the record are never emptied: TRUNCATE asks no row trigger (docs/database.md)."""

from collections.abc import Iterable

from django.db.migrations import RunSQL

# Each of these triggers bears the name of its table, then this.
SUFFIX = "_never_emptied"


def never_emptied(*tables: str) -> RunSQL:
    """For a migration: from now on the database refuses to empty these tables, to everybody."""
    return RunSQL(_each(tables, CREATE), _each(tables, DROP))


CREATE = (
    "CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION delegations_refuse_emptying();"
)
DROP = "DROP TRIGGER {table}_never_emptied ON {table};"


def _each(tables: Iterable[str], statement: str) -> str:
    return "\n".join(statement.format(table=table) for table in tables)
