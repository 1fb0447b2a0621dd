"""A circuit breaker: a server that fails is not asked for some seconds, so that no page waits.

Our own, because pybreaker holds its lock while it calls: all threads would wait for one answer.
"""

import threading
import time

from config.outages.log_line import ThrottledLogLine

REST_SECONDS = 5.0  # in which nobody asks a server that failed


class Breaker:
    """The breaker of one server in one process, shared by its threads.

    After REST_SECONDS one call tries the server; until it answers, the others go on without it.
    """

    def __init__(self, server: str, consequence: str) -> None:
        """`server` and `consequence` make the line in the log: who fails, and what that means."""
        self.log_line = ThrottledLogLine(server, consequence)
        self._lock = threading.Lock()
        self._rests_until = 0.0
        self._has_failed = False

    def is_open(self) -> bool:
        """Whether to go on without the server."""
        with self._lock:
            now = time.monotonic()
            if now < self._rests_until:
                return True
            if self._has_failed:  # this call tries the server; others go on without it meanwhile
                self._rests_until = now + REST_SECONDS
            return False

    def note_failure(self, error: Exception) -> None:
        """Note that the server did not answer, so that nobody asks it for a while."""
        with self._lock:
            self._rests_until = time.monotonic() + REST_SECONDS
            self._has_failed = True
        self.log_line.write_failure(error)

    def note_answer(self) -> None:
        """Note that the server answered; after a failure, the log says so."""
        if not self._has_failed:
            return
        with self._lock:
            self._rests_until, self._has_failed = 0.0, False
        self.log_line.write_recovery()
