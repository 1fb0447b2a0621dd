"""Heartbeats of the clock and of the workers, kept in the cache.

A worker notes one for each of its queues with each heartbeat of Celery; the clock notes one with
each task that the broker takes.
"""

import time
from collections.abc import Iterable

from django.core.cache import cache

BEAT = "beat"
KEPT = 24 * 3600  # seconds
# Celery's heartbeat comes every two seconds: we need it less often.
NOTED_EVERY = 5.0
# Seconds after which a part counts as gone. The clock sends a task every twenty seconds.
SILENT_AFTER = {BEAT: 90.0}
SILENT_WORKER = 30.0

_noted: dict[str, float] = {}


def worker_of(queue: str) -> str:
    """The name of the workers of this queue as one part."""
    return f"worker_{queue}"


def note(parts: Iterable[str]) -> None:
    """Note that these parts are alive now; without Redis nothing is noted."""
    now = time.monotonic()
    due = [part for part in parts if now - _noted.get(part, -NOTED_EVERY) >= NOTED_EVERY]
    if not due:
        return
    _noted.update(dict.fromkeys(due, now))
    cache.set_many({_key(part): time.time() for part in due}, KEPT)


def ages(parts: Iterable[str]) -> dict[str, float]:
    """Seconds since the last heartbeat of each part; parts without any are left out."""
    named = {_key(part): part for part in parts}
    now = time.time()
    return {named[key]: max(0.0, now - at) for key, at in cache.get_many(named).items()}


def is_alive(part: str, age: float | None) -> bool:
    return age is not None and age <= SILENT_AFTER.get(part, SILENT_WORKER)


def _key(part: str) -> str:
    return f"heartbeat:{part}"
