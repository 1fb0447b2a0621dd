"""gunicorn's worker with threads, which measures how long each request waited for one.

While all threads are busy a request waits unread, and a deadline may pass meanwhile. So a request
counts from the moment it came (`consultations/rules/moment.py`).
"""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from config.serving.interpreter_stack import on_large_stack
from consultations.rules.moment import QUEUE_SECONDS_KEY


class TimedThreadWorker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's worker with threads, which gives each request the seconds that it waited.

    They count from when its connection was accepted, or had data to read again.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Holds `queued_seconds` of the request that the thread handles.
        self._this_thread = threading.local()

    def load_wsgi(self) -> None:
        super().load_wsgi()
        application: Any = self.wsgi
        self.wsgi: Any = self._with_queue_time(on_large_stack(application))

    def enqueue_req(self, conn: Any) -> None:
        conn.queued_at = time.monotonic()
        super().enqueue_req(conn)

    def handle(self, conn: Any) -> Any:
        self._this_thread.queued_seconds = time.monotonic() - conn.queued_at
        return super().handle(conn)

    def _with_queue_time(self, application: Callable[..., Iterable[bytes]]) -> Callable[..., Any]:
        """The same WSGI application; each request has its waiting time in the `environ`."""

        def timed_application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            environ[QUEUE_SECONDS_KEY] = self._this_thread.queued_seconds
            return application(environ, start_response)

        return timed_application
