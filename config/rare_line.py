"""A line in the log that is written once in a while, however often its cause is met."""

import logging
import threading
import time

SAID_EVERY = 60.0  # seconds between two lines

log = logging.getLogger(__name__)


class RareLine:
    """What fails, and what that means: `server` and `without_it` make the sentence."""

    def __init__(self, server: str, without_it: str) -> None:
        self.server, self.without_it = server, without_it
        self._lock = threading.Lock()
        self._said_at: float | None = None

    def say(self, error: Exception) -> None:
        """The kind of error, never what was asked."""
        with self._lock:
            now = time.monotonic()
            if self._said_at is not None and now < self._said_at + SAID_EVERY:
                return
            self._said_at = now
        log.error("%s fails (%s): %s", self.server, type(error).__name__, self.without_it)

    def say_that_it_answers(self) -> None:
        """The next failure is said at once."""
        with self._lock:
            self._said_at = None
        log.warning("%s answers again", self.server)
