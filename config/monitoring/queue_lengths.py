"""Measures how many messages wait in each queue, and for how long the oldest has waited."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from redis import Redis

from config.celery import SENT_AT_HEADER

TIMEOUT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class QueueLength:
    """One queue; the age of an empty one is 0."""

    message_count: int
    oldest_age_seconds: float


def queue_lengths(queues: Sequence[str]) -> dict[str, QueueLength]:
    """The length of each queue, in one request. Raises RedisError where Redis does not answer."""
    with _broker(settings.REDIS_URL).pipeline(transaction=False) as pipeline:
        for queue in queues:
            pipeline.llen(queue)
            pipeline.lindex(queue, -1)  # a message comes in on the left, and leaves on the right
        answers = iter(pipeline.execute())
    return {queue: QueueLength(next(answers), _age(next(answers))) for queue in queues}


def _age(message: bytes | None) -> float:
    """Seconds since this message was handed over; 0 without one, or where it does not say."""
    if message is None:
        return 0.0
    sent_at = json.loads(message)["headers"].get(SENT_AT_HEADER)
    return max(0.0, time.time() - sent_at) if sent_at else 0.0


@cache
def _broker(url: str) -> Redis:
    """The client of the broker (Redis), kept in this process."""
    return Redis.from_url(
        url, socket_connect_timeout=TIMEOUT_SECONDS, socket_timeout=TIMEOUT_SECONDS
    )
