"""While PostgreSQL cannot be asked: which errors say so, and one line in the log for them all."""

import logging

from django.db import InterfaceError, OperationalError

from config.rare_line import RareLine

# SQLSTATE by its beginning: no connection, no room (connections, disk, memory), shutting down or
# starting up. Without any, the connection itself failed.
AWAY = ("08", "53", "57P")
RETRY_AFTER = 10  # seconds

LINE = RareLine("PostgreSQL", "pages and the API answer 503, and pages show what was typed")


def may_pass(error: BaseException | None) -> bool:
    """Whether the same request may succeed a little later: an outage, a deadlock, a timeout."""
    return isinstance(error, OperationalError | InterfaceError)


def is_away(error: BaseException | None) -> bool:
    """Whether PostgreSQL itself could not be asked."""
    if error is None or not may_pass(error):
        return False
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(AWAY)


class OutagesInOneLine(logging.Filter):
    """A handler's filter: no traceback for each request that met the outage."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if not is_away(error):
            return True
        assert isinstance(error, Exception)
        LINE.say(error)
        return False
