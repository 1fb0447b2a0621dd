"""Answers health probes and Prometheus under any host name: they know only the IP address."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config.monitoring import metrics_page, readiness

View = Callable[[HttpRequest], HttpResponse]
PROBE_VIEWS: dict[str, View] = {
    "/health/live/": readiness.live,
    "/health/ready/": readiness.ready,
}


class HealthMiddleware:
    """The first middleware, before `ALLOWED_HOSTS` is checked.

    It answers only the addresses in `PROBE_VIEWS` and that of the metrics.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Without a token the address is one that leads nowhere, like any other.
        if request.path_info == metrics_page.PATH and settings.METRICS_TOKEN:
            return metrics_page.metrics(request)
        return PROBE_VIEWS.get(request.path_info, self.get_response)(request)
