"""Heartbeats of the clock (Celery's beat) and of the workers: when each was last alive.

They are kept in the cache, for the health page and the metrics.

A worker notes one for each of its queues with each heartbeat of Celery; the clock notes one with
each task that the broker takes.
"""

import time
from collections.abc import Iterable

from django.core.cache import cache

CLOCK = "beat"
KEPT_SECONDS = 24 * 3600  # of a heartbeat in the cache
# Celery's heartbeat comes every two seconds: we need it less often.
SECONDS_BETWEEN_NOTES = 5.0
# Seconds after which a part counts as gone. The clock sends a task every twenty seconds.
MAX_AGE_BY_PART = {CLOCK: 90.0}
MAX_WORKER_AGE = 30.0

# When this process last noted each part, so that it notes none too often.
_noted_at_by_part: dict[str, float] = {}


def workers_part_of(queue: str) -> str:
    """The name of the part of the platform that the workers of this queue are."""
    return f"worker_{queue}"


def note_alive(parts: Iterable[str]) -> None:
    """Note that these parts are alive now; without Redis nothing is noted."""
    now = time.monotonic()
    due_parts = [
        part
        for part in parts
        if now - _noted_at_by_part.get(part, -SECONDS_BETWEEN_NOTES) >= SECONDS_BETWEEN_NOTES
    ]
    if not due_parts:
        return
    _noted_at_by_part.update(dict.fromkeys(due_parts, now))
    cache.set_many({_cache_key(part): time.time() for part in due_parts}, KEPT_SECONDS)


def heartbeat_ages(parts: Iterable[str]) -> dict[str, float]:
    """Seconds since the last heartbeat of each part; parts without any are left out."""
    part_by_key = {_cache_key(part): part for part in parts}
    now = time.time()
    return {
        # At least 0: the clock of the machine that noted it may run ahead of ours.
        part_by_key[key]: max(0.0, now - noted_at)
        for key, noted_at in cache.get_many(part_by_key).items()
    }


def is_alive(part: str, age: float | None) -> bool:
    """Whether a part works; `age` is that of its last heartbeat, None where there is none."""
    return age is not None and age <= MAX_AGE_BY_PART.get(part, MAX_WORKER_AGE)


def _cache_key(part: str) -> str:
    return f"heartbeat:{part}"
