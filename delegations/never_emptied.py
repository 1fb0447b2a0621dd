"""Keeps tables of the record from being emptied by TRUNCATE, which fires no trigger on rows."""

from collections.abc import Iterable

from django.db.migrations import RunSQL

# Each of these triggers is named by its table and this suffix, by which a test finds them all.
TRIGGER_SUFFIX = "_never_emptied"


def never_emptied(*tables: str) -> RunSQL:
    """An operation for migrations: from then on the database lets nobody empty these tables."""
    return RunSQL(_repeat_for(tables, CREATE_TRIGGER), _repeat_for(tables, DROP_TRIGGER))


CREATE_TRIGGER = (
    f"CREATE TRIGGER {{table}}{TRIGGER_SUFFIX} BEFORE TRUNCATE ON {{table}} "
    "FOR EACH STATEMENT EXECUTE FUNCTION delegations_refuse_emptying();"
)
DROP_TRIGGER = f"DROP TRIGGER {{table}}{TRIGGER_SUFFIX} ON {{table}};"


def _repeat_for(tables: Iterable[str], statement: str) -> str:
    return "\n".join(statement.format(table=table) for table in tables)
