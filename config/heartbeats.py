"""Signs of life of the clock and of the workers, kept in the cache.

A worker says with each heartbeat of Celery which queues it takes; the clock says it with each bell
that the broker took.
"""

import time
from collections.abc import Iterable

from django.core.cache import cache

BEAT = "beat"
KEPT = 24 * 3600  # seconds
# Celery's heart beats every two seconds: once in a while is enough for us.
NOTED_EVERY = 5.0
# Seconds after which a part counts as gone. The clock rings every twenty seconds.
SILENT_AFTER = {BEAT: 90.0}
SILENT_WORKER = 30.0

_noted: dict[str, float] = {}


def worker_of(queue: str) -> str:
    """The name of a part: whoever takes this queue."""
    return f"worker_{queue}"


def note(parts: Iterable[str]) -> None:
    """These parts live, now. Redis may be away: then nothing is noted, and nobody is stopped."""
    now = time.monotonic()
    due = [part for part in parts if now - _noted.get(part, -NOTED_EVERY) >= NOTED_EVERY]
    if not due:
        return
    _noted.update(dict.fromkeys(due, now))
    cache.set_many({_key(part): time.time() for part in due}, KEPT)


def ages(parts: Iterable[str]) -> dict[str, float]:
    """Seconds since each part last said that it lives; parts that never did are left out."""
    named = {_key(part): part for part in parts}
    now = time.time()
    return {named[key]: max(0.0, now - at) for key, at in cache.get_many(named).items()}


def lives(part: str, age: float | None) -> bool:
    return age is not None and age <= SILENT_AFTER.get(part, SILENT_WORKER)


def _key(part: str) -> str:
    return f"heartbeat:{part}"
