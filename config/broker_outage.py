"""While the broker is away, writes one line to the log for all failed bells and connections."""

import logging

from config.rare_line import RareLine

LINE = RareLine("The broker", "no task is handed over, and none is taken")


class BrokerOutagesInOneLine(logging.Filter):
    """A handler's filter. Celery writes a traceback for each bell that the broker did not take,
    and a line for each try to reach it."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        is_bell = record.name == "celery.beat"  # it has an error of its own for whatever failed
        if not isinstance(error, Exception) or not (is_bell or _is_broker_away(error)):
            return True
        LINE.say(error)
        return False


def _is_broker_away(error: Exception) -> bool:
    # Only here: every process sets up its log, and few of them need these libraries.
    from kombu.exceptions import OperationalError
    from redis.exceptions import ConnectionError, TimeoutError

    return isinstance(
        error, (OperationalError, ConnectionError, TimeoutError, ConnectionRefusedError)
    )
