"""`/health/live/` and `/health/ready/`: whether each part of the platform works, by its name."""

from collections.abc import Callable, Mapping
from typing import cast

from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from config.celery import QUEUES
from config.database.replicas import replicas
from config.heartbeats import BEAT, ages, is_alive, worker_of
from config.monitoring.queue_lengths import queue_lengths
from config.redis_cache import RedisCache


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Answer, to show that the process is alive."""
    return JsonResponse({"live": True})


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Whether each part works; 503 where one does not.

    For alarms: pages work without the cache, the clock and the workers, so a load balancer should
    ask `live`. `?of=web` checks only what the container `web` needs; other values are a 404. A
    replica that is away is named, but is no failure: the primary answers its readers.
    """
    checks = CHECKS.get(request.GET.get("of", ""))
    if checks is None:
        return JsonResponse({}, status=404)
    parts: dict[str, bool] = {}
    for check, names in checks:
        try:
            parts |= check()
        except Exception:  # whatever it is, the answer is "not ready"
            parts |= dict.fromkeys(names, False)
    status = 200 if all(parts.values()) else 503
    if checks is ALL_PARTS:
        parts |= {replica.alias: replica.is_there() for replica in replicas()}
    return JsonResponse(parts, status=status)


def _database() -> Mapping[str, bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"database": True}


def _cache() -> Mapping[str, bool]:
    cast(RedisCache, caches["default"]).require_write()
    return {"cache": True}


def _heartbeats() -> Mapping[str, bool]:
    """Whether the clock is alive, and each queue has a worker."""
    heartbeat_ages = ages(LIVING)
    return {part: is_alive(part, heartbeat_ages.get(part)) for part in LIVING}


def _queues() -> Mapping[str, bool]:
    """Whether no message waits longer than one task of its queue may take at most."""
    found = queue_lengths(list(QUEUES))
    return {f"queue_{name}": found[name].oldest <= QUEUES[name].hard for name in QUEUES}


LIVING = [BEAT, *map(worker_of, QUEUES)]
type Check = tuple[Callable[[], Mapping[str, bool]], list[str]]

OF_WEB: list[Check] = [(_database, ["database"]), (_cache, ["cache"])]
ALL_PARTS: list[Check] = [
    *OF_WEB,
    (_heartbeats, LIVING),
    (_queues, [f"queue_{name}" for name in QUEUES]),
]
CHECKS = {"": ALL_PARTS, "web": OF_WEB}
