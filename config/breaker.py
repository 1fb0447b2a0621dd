"""A circuit breaker: a server that fails is left alone for some seconds, so that no page waits."""

import logging
import threading
import time

REST = 5.0  # seconds in which nobody asks a server that failed
SAID_EVERY = 60.0  # seconds between two lines in the log

log = logging.getLogger(__name__)


class Breaker:
    """One server as one process sees it, for all its threads.

    After a rest one call tries the server, and the others go on without it meanwhile.
    """

    def __init__(self, server: str, without_it: str) -> None:
        """`server` and `without_it` make the line in the log: who fails, and what that means."""
        self.server, self.without_it = server, without_it
        self._lock = threading.Lock()
        self._rests_until = 0.0
        self._said_at: float | None = None
        self._has_failed = False

    def is_open(self) -> bool:
        """Whether to go on without the server."""
        with self._lock:
            now = time.monotonic()
            if now < self._rests_until:
                return True
            if self._has_failed:  # this call tries it; the others wait for what comes of it
                self._rests_until = now + REST
            return False

    def failed(self, error: Exception) -> None:
        """It did not answer: leave it alone."""
        with self._lock:
            self._rests_until = time.monotonic() + REST
            self._has_failed = True
        self.say(error)

    def say(self, error: Exception) -> None:
        """A line in the log, at most one a minute: the kind of error, never what was asked."""
        with self._lock:
            now = time.monotonic()
            if self._said_at is not None and now < self._said_at + SAID_EVERY:
                return
            self._said_at = now
        log.error("%s fails (%s): %s", self.server, type(error).__name__, self.without_it)

    def answered(self) -> None:
        """It answers; after a failure, the log says so."""
        if not self._has_failed:
            return
        with self._lock:
            self._rests_until, self._has_failed, self._said_at = 0.0, False, None
        log.warning("%s answers again", self.server)
