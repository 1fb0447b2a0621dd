"""Probes are answered by whatever name or number they call: they know an address, not our name."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from config import pages

PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/health/live/": pages.live,
    "/health/ready/": pages.ready,
}


class HealthMiddleware:
    """The first of all, so that `ALLOWED_HOSTS` is not asked: the answer tells health alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return PROBES.get(request.path_info, self.get_response)(request)
