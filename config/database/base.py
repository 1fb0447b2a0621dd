"""PostgreSQL, with errors that quote nobody's words, and with an end to waiting.

PostgreSQL adds the row that it refused to its message, and with it a draft comment would stand in
a log or in an error report. What it says first is kept: the sentence, with the constraint's name.

A server that is stopped, and not gone, keeps its lines open and says nothing: no setting of the
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
        """A line on which nothing is waited for longer than DATABASE_PATIENCE, in seconds."""
        line: psycopg.Connection[Any] = super().get_new_connection(conn_params)
        if patience := self.settings_dict.get("PATIENCE", settings.DATABASE_PATIENCE):
            line.wait = _with_patience(line, patience)  # type: ignore[method-assign]
        return line

    @cached_property
    def wrap_database_errors(self) -> DatabaseErrorWrapper:
        is_replica = self.settings_dict.get("IS_REPLICA", False)
        return AnsweredOrReadAtPrimary(self) if is_replica else WithoutRows(self)


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


class AnsweredOrReadAtPrimary(DatabaseErrorWrapper):
    """Whatever a replica refuses is asked of the primary, which does it, or says what is wrong.

    A write, a lock, a statement that replay broke off, a replica that is away.
    """

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if isinstance(exc_value, psycopg.Error):
            raise ReadAtPrimary from exc_value


def _with_patience(line: "psycopg.Connection[Any]", seconds: float) -> Callable[..., Any]:
    """The line's own way to wait, ended after so long; the line is closed, its answer is lost."""
    wait = line.wait

    def patient(gen: Any, **how: Any) -> Any:
        began = monotonic()
        try:
            return wait(gen, **({"timeout": seconds} | how))
        except psycopg.OperationalError:
            if monotonic() - began >= seconds:
                line.close()
            raise

    return patient
