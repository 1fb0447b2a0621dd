"""The log as JSON, an object a line, for a collector.

The fields are these and no others: libraries hang onto a record whatever they have at hand, the
whole request among it.
"""

import logging
from datetime import UTC, datetime

import msgspec

from delegations.request_ids import current_request_id

# What our own access log says beside its sentence (`request_watch`).
OF_A_REQUEST = ("view", "status", "milliseconds", "database")


class JsonLines(logging.Formatter):
    """A formatter of the settings (LOG_FORMAT=json)."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
            "request_id": current_request_id() or None,
            "traceback": self.formatException(record.exc_info) if record.exc_info else None,
        }
        if record.name == "config.access":
            said |= {name: getattr(record, name) for name in OF_A_REQUEST}
        return msgspec.json.encode({k: v for k, v in said.items() if v is not None}).decode()
