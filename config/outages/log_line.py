"""A line in the log on a server that fails, at most once a minute until it answers again."""

import logging
import threading
import time

SECONDS_BETWEEN_LINES = 60.0

log = logging.getLogger(__name__)


class ThrottledLogLine:
    """A line that says which `server` fails, and what that means (`consequence`)."""

    def __init__(self, server: str, consequence: str) -> None:
        self.server, self.consequence = server, consequence
        self._lock = threading.Lock()
        self._written_at: float | None = None

    def write_failure(self, error: Exception) -> None:
        """Write the line, with the kind of error but not its message."""
        with self._lock:
            now = time.monotonic()
            if self._written_at is not None and now < self._written_at + SECONDS_BETWEEN_LINES:
                return
            self._written_at = now
        log.error("%s fails (%s): %s", self.server, type(error).__name__, self.consequence)

    def write_recovery(self) -> None:
        """Write that the server answers; the next failure is written at once."""
        with self._lock:
            self._written_at = None
        log.warning("%s answers again", self.server)
