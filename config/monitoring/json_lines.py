"""Writes the log as JSON, one object a line, for a collector.

Only these fields are written: libraries add more to a record, even the whole request.
"""

import logging
from datetime import UTC, datetime

import msgspec

from delegations.request_ids import current_request_id

# The fields of our own access log (`request_watch`).
REQUEST_FIELDS = ("view", "status", "milliseconds", "database")


class JsonLineFormatter(logging.Formatter):
    """A formatter of the settings (LOG_FORMAT=json)."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
            "request_id": current_request_id() or None,
            "traceback": self.formatException(record.exc_info) if record.exc_info else None,
        }
        if record.name == "config.access":
            fields |= {name: getattr(record, name) for name in REQUEST_FIELDS}
        return msgspec.json.encode(
            {key: value for key, value in fields.items() if value is not None}
        ).decode()
