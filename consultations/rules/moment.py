"""The moment at which the application took a request: what "in time" is measured by."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone


class TakenAtMiddleware:
    """Stamps the request first of all, so that a slow save never makes an input late."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.taken_at = timezone.now()  # type: ignore[attr-defined]
        return self.get_response(request)


def taken_at(request: HttpRequest) -> datetime:
    """The aware moment at which this request was taken."""
    moment: datetime = getattr(request, "taken_at", None) or timezone.now()
    return moment
