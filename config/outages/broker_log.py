"""While the broker is away, writes one line to the log for all tasks and connections that fail."""

import logging

from config.outages.log_line import ThrottledLogLine

OUTAGE_LINE = ThrottledLogLine("The broker", "no task is handed over, and none is taken")


class BrokerOutageFilter(logging.Filter):
    """A filter of a log handler, which drops what Celery writes during an outage.

    That would be a traceback for each scheduled task that the broker did not take, and one for each
    try to reach the broker.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written; of an outage one line is written instead."""
        error = record.exc_info[1] if record.exc_info else None
        # Celery's scheduler wraps whatever failed in an error of its own: its class tells nothing.
        is_from_schedule = record.name == "celery.beat"
        if not isinstance(error, Exception) or not (is_from_schedule or _is_broker_outage(error)):
            return True
        OUTAGE_LINE.write_failure(error)
        return False


def _is_broker_outage(error: Exception) -> bool:
    """Whether the error says that the broker could not be reached."""
    # Imported only here: every process sets up its log, and few of them need these libraries.
    from kombu.exceptions import OperationalError
    from redis.exceptions import (
        ConnectionError as RedisConnectionError,
        TimeoutError as RedisTimeoutError,
    )

    # ConnectionRefusedError is the error of the system, where no library has wrapped it.
    return isinstance(
        error,
        (OperationalError, RedisConnectionError, RedisTimeoutError, ConnectionRefusedError),
    )
