"""Recognizes errors of an outage of PostgreSQL, and writes one line to the log for all of them."""

import logging

from django.db import InterfaceError, OperationalError

from config.outages.log_line import ThrottledLogLine

# The beginnings of PostgreSQL's error codes (SQLSTATE): no connection, no room (connections, disk,
# memory), shutting down or starting up. An error without a code is of the connection itself.
OUTAGE_SQLSTATES = ("08", "53", "57P")
RETRY_AFTER = 10  # seconds, for the header of an answer 503

OUTAGE_LINE = ThrottledLogLine(
    "PostgreSQL", "pages and the API answer 503, and pages show what was typed"
)


def may_succeed_later(error: BaseException | None) -> bool:
    """Whether the same request may succeed a little later: an outage, a deadlock, a timeout."""
    return isinstance(error, OperationalError | InterfaceError)


def is_database_outage(error: BaseException | None) -> bool:
    """Whether the error says that PostgreSQL itself could not be reached."""
    if error is None or not may_succeed_later(error):
        return False
    sqlstate = getattr(error.__cause__, "sqlstate", None)
    return sqlstate is None or sqlstate.startswith(OUTAGE_SQLSTATES)


class DatabaseOutageFilter(logging.Filter):
    """A handler's filter that drops the traceback of each request during an outage."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written; of an outage one line is written instead."""
        error = record.exc_info[1] if record.exc_info else None
        if not is_database_outage(error):
            return True
        assert isinstance(error, Exception)
        OUTAGE_LINE.write_failure(error)
        return False
