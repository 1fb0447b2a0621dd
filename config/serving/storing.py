"""No browser and no proxy keeps an answer: each depends on who is signed in.

Static files are answered before (WhiteNoise), and the probes of the operator.
"""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers


class NotStoredMiddleware:
    """Says so of every answer, also of a refusal and of a redirect, unless its view has said it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if "no-store" not in response.headers.get("Cache-Control", ""):
            add_never_cache_headers(response)
        return response
