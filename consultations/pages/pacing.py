"""Limit how many costly pages (searches, files, uploads) one person may ask for in a minute."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from consultations.pages.send_again import typed_fields
from consultations.rules.access import Access
from consultations.rules.pace import count_request

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


def _too_fast_page(request: HttpRequest, seconds: int) -> HttpResponse:
    """429: how many seconds to wait, and what was typed."""
    context = {"seconds": seconds, "typed": typed_fields(request)}
    response = render(request, "consultations/too_fast.html", context, status=429)
    response["Retry-After"] = str(seconds)
    return response
