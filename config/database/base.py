"""The PostgreSQL engine, with errors that quote no rows, and with a timeout for every answer.

PostgreSQL adds the row that it refused to its message, and with it a draft comment would come into
a log or an error report. Only the first sentence is kept, with the constraint's name.

A server process that is halted keeps its connections open and answers nothing: no setting of the
network ends that.
"""

from collections.abc import Callable
from time import monotonic
from types import TracebackType
from typing import Any

import psycopg
from django.conf import settings
from django.db.backends.postgresql import base
from django.db.utils import DatabaseErrorWrapper
from django.utils.functional import cached_property

from config.database.read_at_primary import ReadAtPrimary


class DatabaseWrapper(base.DatabaseWrapper):
    """The engine `config.database` of the settings."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> "psycopg.Connection[Any]":
        """A connection that waits for no answer longer than its PATIENCE, else DATABASE_PATIENCE.

        Both are seconds; 0 sets no limit.
        """
        new_connection: psycopg.Connection[Any] = super().get_new_connection(conn_params)
        if patience := self.settings_dict.get("PATIENCE", settings.DATABASE_PATIENCE):
            new_connection.wait = _with_patience(new_connection, patience)  # type: ignore[method-assign]
        return new_connection

    @cached_property
    def wrap_database_errors(self) -> DatabaseErrorWrapper:
        """The context in which Django calls psycopg, and which says what becomes of an error."""
        is_replica = self.settings_dict.get("IS_REPLICA", False)
        return ErrorsReadAtPrimary(self) if is_replica else ErrorsWithoutRows(self)


class ErrorsWithoutRows(DatabaseErrorWrapper):
    """Passes on errors of the database as Django does, without the rows that they quote."""

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if isinstance(exc_value, psycopg.Error) and exc_value.diag.message_primary:
            exc_value.args = (exc_value.diag.message_primary,)
        super().__exit__(exc_type, exc_value, traceback)


class ErrorsReadAtPrimary(DatabaseErrorWrapper):
    """Turns every error of a replica into ReadAtPrimary, so that the primary is asked instead.

    A replica refuses writes and locks, cancels queries that hold up its replay, or is away.
    """

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if isinstance(exc_value, psycopg.Error):
            raise ReadAtPrimary from exc_value


def _with_patience(new_connection: "psycopg.Connection[Any]", seconds: float) -> Callable[..., Any]:
    """The connection's own `wait`, with a timeout after which the connection is closed.

    psycopg calls `wait` for every answer of the server.
    """
    original_wait = new_connection.wait

    def wait_with_timeout(gen: Any, **options: Any) -> Any:
        started_at = monotonic()
        try:
            # Where the library gives a timeout of its own, that one counts.
            return original_wait(gen, **({"timeout": seconds} | options))
        except psycopg.OperationalError:
            if monotonic() - started_at >= seconds:
                new_connection.close()
            raise

    return wait_with_timeout
