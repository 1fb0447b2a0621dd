"""SQL that migrations run, in files of its own: `sql/` beside the migrations of each app."""

from pathlib import Path

from django.db.migrations import RunSQL


def run_sql_file(migration: str, name: str) -> RunSQL:
    """An operation for migrations: run this file of `sql/`; `migration` is their `__file__`."""
    return RunSQL((Path(migration).parent / "sql" / name).read_text(encoding="utf-8"))
