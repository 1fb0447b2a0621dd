"""PostgreSQL, with errors that say what went wrong and not on which words.

PostgreSQL adds the row that it refused to its message, and with it a draft comment would stand in
a log or in an error report. What it says first is kept: the sentence, with the constraint's name.
"""

from types import TracebackType

import psycopg
from django.db.backends.postgresql import base
from django.db.utils import DatabaseErrorWrapper
from django.utils.functional import cached_property


class DatabaseWrapper(base.DatabaseWrapper):
    """The engine `config.database` of the settings."""

    @cached_property
    def wrap_database_errors(self) -> DatabaseErrorWrapper:
        return WithoutRows(self)


class WithoutRows(DatabaseErrorWrapper):
    """As Django passes errors of the database on, less the rows that they quote."""

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if isinstance(exc_value, psycopg.Error) and exc_value.diag.message_primary:
            exc_value.args = (exc_value.diag.message_primary,)
        super().__exit__(exc_type, exc_value, traceback)
