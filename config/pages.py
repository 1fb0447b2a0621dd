"""The few pages that belong to no room: health, and what is said when a form came too late."""

from typing import cast

from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.redis_cache import RedisCache
from consultations.pages.send_again import send_again, typed_in


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"live": True})


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """The database and the cache answer too, and the cache takes a value; 503 where one does not.

    For alarms: without the cache pages still work, so a balancer asks `live`.
    """
    answers = {}
    for name, ask in {"database": _database, "cache": _cache}.items():
        try:
            ask()
            answers[name] = True
        except Exception:  # whatever it is, the answer is "not ready"
            answers[name] = False
    return JsonResponse(answers, status=200 if all(answers.values()) else 503)


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _cache() -> None:
    cast(RedisCache, caches["default"]).require_write()


def words_kept(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form older than the last sign-in: show the words again, with a button that sends them."""
    context = {"again": send_again(request), "typed": typed_in(request)}
    return render(request, "403_csrf.html", context, status=403)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An act that is not this person's to do, any more perhaps: why, with the words as typed."""
    context = {"exception": str(exception), "typed": typed_in(request)}
    return render(request, "403.html", context, status=403)
