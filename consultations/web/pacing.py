"""Limit what one person may ask for in a minute: searches, files, calendars, the API."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, cast

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from consultations.rules.access import Access
from consultations.web.send_again import typed_fields
from delegations.models import User

type View[**P] = Callable[Concatenate[HttpRequest, Access, P], HttpResponseBase]


def paced[**P](limit_kind: str, *methods: str) -> Callable[[View[P]], View[P]]:
    """A decorator below `@with_access` that limits a view: the page of status 429 shows when to try
    again, and what was typed.

    `limit_kind` is a key of `settings.MAX_REQUESTS_A_MINUTE`. Where HTTP methods are named,
    requests with others are not counted.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def limited_view(
            request: HttpRequest, access: Access, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            is_counted = not methods or request.method in methods
            seconds = count_request(access.user, limit_kind, access.moment) if is_counted else 0
            if seconds:
                return _too_fast_page(request, seconds)
            return view(request, access, *args, **kwargs)

        return cast("View[P]", limited_view)

    return decorate


def count_request(user: User, limit_kind: str, moment: datetime) -> int:
    """Count a request of this kind (a key of `settings.MAX_REQUESTS_A_MINUTE`).

    Returns how many seconds to wait before it may be answered: 0 within the limit. There is one
    count for a person, kind and minute. While the cache is away nobody waits.
    """
    cache_key = f"pace:{limit_kind}:{user.pk}:{moment:%H%M}"
    try:
        count = cache.incr(cache_key)
    except ValueError:  # nothing is counted in this minute yet
        cache.set(cache_key, count := 1, timeout=120)  # seconds: longer than the minute it counts
    return 60 - moment.second if count > settings.MAX_REQUESTS_A_MINUTE[limit_kind] else 0


def _too_fast_page(request: HttpRequest, seconds: int) -> HttpResponse:
    """429: how many seconds to wait, and what was typed."""
    context = {"seconds": seconds, "typed": typed_fields(request)}
    response = render(request, "consultations/web/too_fast.html", context, status=429)
    response["Retry-After"] = str(seconds)
    return response
