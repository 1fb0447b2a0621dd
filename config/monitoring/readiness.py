"""`/health/live/` and `/health/ready/`: whether each part of the platform works, by its name."""

from collections.abc import Callable, Mapping
from typing import cast

from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from config.celery import QUEUES
from config.monitoring.queue_lengths import queue_lengths
from config.outages.heartbeats import CLOCK, heartbeat_ages, is_alive, workers_part_of
from config.outages.redis_cache import RedisCache
from config.replicas.choosing import replicas


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
    checks = CHECKS_BY_QUERY.get(request.GET.get("of", ""))
    if checks is None:
        return JsonResponse({}, status=404)
    is_working_by_part: dict[str, bool] = {}
    for check, part_names in checks:
        try:
            is_working_by_part |= check()
        except Exception:  # whatever it is, the answer is "not ready"
            is_working_by_part |= dict.fromkeys(part_names, False)
    status = 200 if all(is_working_by_part.values()) else 503
    if checks is ALL_CHECKS:
        is_working_by_part |= {replica.alias: replica.is_available() for replica in replicas()}
    return JsonResponse(is_working_by_part, status=status)


def _check_database() -> Mapping[str, bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"database": True}


def _check_cache() -> Mapping[str, bool]:
    cast(RedisCache, caches["default"]).require_write()
    return {"cache": True}


def _check_heartbeats() -> Mapping[str, bool]:
    """Whether the clock is alive, and each queue has a worker."""
    age_by_part = heartbeat_ages(PARTS_WITH_HEARTBEAT)
    return {part: is_alive(part, age_by_part.get(part)) for part in PARTS_WITH_HEARTBEAT}


def _check_queues() -> Mapping[str, bool]:
    """Whether no message waits longer than one task of its queue may take at most."""
    length_by_queue = queue_lengths(list(QUEUES))
    return {
        f"queue_{name}": length_by_queue[name].oldest_age_seconds <= QUEUES[name].hard
        for name in QUEUES
    }


PARTS_WITH_HEARTBEAT = [CLOCK, *map(workers_part_of, QUEUES)]
# A check, and the parts that it answers for: where it fails, none of them counts as working.
type Check = tuple[Callable[[], Mapping[str, bool]], list[str]]

CHECKS_OF_WEB: list[Check] = [(_check_database, ["database"]), (_check_cache, ["cache"])]
ALL_CHECKS: list[Check] = [
    *CHECKS_OF_WEB,
    (_check_heartbeats, PARTS_WITH_HEARTBEAT),
    (_check_queues, [f"queue_{name}" for name in QUEUES]),
]
CHECKS_BY_QUERY = {"": ALL_CHECKS, "web": CHECKS_OF_WEB}
