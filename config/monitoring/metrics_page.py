"""`/metrics/`: the numbers that Prometheus reads, with the token of the settings."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from config.monitoring.counters import counted_registry
from config.monitoring.gauges import LiveGauges

PATH = "/metrics/"


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The counters and the gauges; 401 without the right token."""
    authorization = request.headers.get("Authorization", "")
    if not constant_time_compare(authorization, f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    live_registry = CollectorRegistry()
    live_registry.register(LiveGauges())
    body = generate_latest(counted_registry()) + generate_latest(live_registry)
    return HttpResponse(body, content_type=CONTENT_TYPE_PLAIN_0_0_4)
