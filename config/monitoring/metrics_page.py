"""`/metrics/`: what Prometheus reads, for whoever has the token of the settings."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from config.monitoring.counters import counted
from config.monitoring.gauges import AskedNow

PATH = "/metrics/"


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """What was counted, and what is asked now; 401 without the token."""
    given = request.headers.get("Authorization", "")
    if not constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    asked = CollectorRegistry()
    asked.register(AskedNow())
    said = generate_latest(counted()) + generate_latest(asked)
    return HttpResponse(said, content_type=CONTENT_TYPE_PLAIN_0_0_4)
