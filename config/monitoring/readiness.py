"""What `/health/ready/` asks: each part by its name, and nothing of what it says beside that."""

from collections.abc import Callable, Mapping
from typing import cast

from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from config.celery import QUEUES
from config.database.replicas import replicas
from config.heartbeats import BEAT, ages, lives, worker_of
from config.monitoring.queue_lengths import queue_lengths
from config.redis_cache import RedisCache


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"live": True})


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Whether each part does what it is there for; 503 where one does not.

    For alarms: pages work without the cache, the clock and the workers, so a balancer asks `live`.
    `?of=web` asks what `web` itself stands on, and not what other containers do. 404 for another.
    A replica that is away is named, and fails nothing: its readers are answered by the primary.
    """
    asked = ASKED.get(request.GET.get("of", ""))
    if asked is None:
        return JsonResponse({}, status=404)
    parts: dict[str, bool] = {}
    for ask, names in asked:
        try:
            parts |= ask()
        except Exception:  # whatever it is, the answer is "not ready"
            parts |= dict.fromkeys(names, False)
    status = 200 if all(parts.values()) else 503
    if asked is PARTS:
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
    """The clock rings, and each queue has a worker that takes it."""
    since = ages(LIVING)
    return {part: lives(part, since.get(part)) for part in LIVING}


def _queues() -> Mapping[str, bool]:
    """No message waits for longer than one task of its queue may take at most."""
    found = queue_lengths(list(QUEUES))
    return {f"queue_{name}": found[name].oldest <= QUEUES[name].hard for name in QUEUES}


LIVING = [BEAT, *map(worker_of, QUEUES)]
type Part = tuple[Callable[[], Mapping[str, bool]], list[str]]

OF_WEB: list[Part] = [(_database, ["database"]), (_cache, ["cache"])]
PARTS: list[Part] = [
    *OF_WEB,
    (_heartbeats, LIVING),
    (_queues, [f"queue_{name}" for name in QUEUES]),
]
ASKED = {"": PARTS, "web": OF_WEB}
