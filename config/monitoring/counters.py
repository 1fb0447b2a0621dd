"""Counters of requests, of the time they took, of the databases that answered, and of sign-ins.

Labels are only names of views, verbs, codes, aliases of databases and outcomes of sign-ins: no
address with its ids, no person, no delegation, no size of what was sent. prometheus_client counts;
django-prometheus on top of it would add sizes, models and caches, and not the time in the queue.
"""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_login_failed

# The library reads this variable when it is loaded: each process writes a file of its own there,
# and the process that answers Prometheus adds all of them up.
COUNTERS_FOLDER = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
if COUNTERS_FOLDER:
    Path(COUNTERS_FOLDER).mkdir(mode=0o700, parents=True, exist_ok=True)

from prometheus_client import CollectorRegistry, Counter, Histogram  # noqa: E402
from prometheus_client.multiprocess import MultiProcessCollector  # noqa: E402

_PROCESS_REGISTRY = CollectorRegistry()
# Upper ends of the ranges of a histogram, in seconds. Our own limits are 0.3 for a page and 1 for
# the largest page.
DURATION_BUCKETS = (0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
NO_VIEW = "none"  # no view answered: a static file, or an address that leads nowhere
KNOWN_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

REQUESTS = Counter(
    "consultations_requests",
    "Requests by view, verb and status.",
    ["view", "method", "status"],
    registry=_PROCESS_REGISTRY,
)
REQUEST_SECONDS = Histogram(
    "consultations_request_seconds",
    "How long a request took, from its thread on, by view.",
    ["view"],
    buckets=DURATION_BUCKETS,
    registry=_PROCESS_REGISTRY,
)
QUEUED_SECONDS = Histogram(
    "consultations_request_queued_seconds",
    "How long a request waited for a free thread.",
    buckets=DURATION_BUCKETS,
    registry=_PROCESS_REGISTRY,
)
READS = Counter(
    "consultations_reads",
    "Pages and answers of the API that were read, by the database that answered.",
    ["database"],
    registry=_PROCESS_REGISTRY,
)
SIGN_INS = Counter(
    "consultations_sign_ins",
    "Sign-ins, and those refused for a wrong password or an unknown address.",
    ["outcome"],
    registry=_PROCESS_REGISTRY,
)


def counted_registry() -> CollectorRegistry:
    """The counts of all processes of this web server; of this one alone without the folder."""
    if not COUNTERS_FOLDER:
        return _PROCESS_REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def count_request(view: str, method: str | None, status: int, seconds: float) -> None:
    """Count a request and its time. Unknown methods are one label: they may be anything."""
    counted_method = method if method in KNOWN_METHODS else "other"
    REQUESTS.labels(view=view, method=counted_method, status=status).inc()
    REQUEST_SECONDS.labels(view=view).observe(seconds)


def _count_sign_in(**_details: Any) -> None:
    if settings.METRICS_TOKEN:
        SIGN_INS.labels(outcome="signed_in").inc()


def _count_wrong_password(**_details: Any) -> None:
    """Counts an unknown address too: Django sends one signal for both."""
    if settings.METRICS_TOKEN:
        SIGN_INS.labels(outcome="wrong_password").inc()


# Django's own signals, which allauth sends too.
user_logged_in.connect(_count_sign_in)
user_login_failed.connect(_count_wrong_password)
