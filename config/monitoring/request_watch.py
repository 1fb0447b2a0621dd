"""Each request has an id, is counted, and leaves one line in the log."""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config.monitoring import counters
from consultations.rules.moment import QUEUED
from delegations.request_ids import begin_request_id, end_request_id

# The proxy says which id a request has; without one the platform does. The answer says it back.
HEADER = "X-Request-ID"
access_log = logging.getLogger("config.access")


class RequestWatchMiddleware:
    """Around all others but the probes, so that every answer passes: those of refusals too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = begin_request_id(request.headers.get(HEADER))
        try:
            response = self._watched(request)
        finally:
            end_request_id()
        response[HEADER] = request_id
        return response

    def _watched(self, request: HttpRequest) -> HttpResponse:
        began = time.monotonic()
        response = self.get_response(request)
        took = time.monotonic() - began
        view = _view_of(request)
        database: str | None = getattr(request, "read_at", None)
        if settings.METRICS_TOKEN:
            counters.count_request(view, request.method, response.status_code, took)
            if database:
                counters.READS.labels(database=database).inc()
            if (queued := request.META.get(QUEUED)) is not None:
                counters.QUEUED.observe(queued)
        _write_line(request, response, view, took, database)
        return response


def _view_of(request: HttpRequest) -> str:
    found = request.resolver_match
    return found.view_name or counters.OTHER if found else counters.OTHER


def _write_line(
    request: HttpRequest, response: HttpResponse, view: str, took: float, database: str | None
) -> None:
    """No person and no network address; no query either: people search for their own words."""
    status, milliseconds = response.status_code, round(took * 1000)
    access_log.info(
        "%s %s %s %d ms",
        request.method,
        request.path,
        status,
        milliseconds,
        extra={
            "view": view,
            "status": status,
            "milliseconds": milliseconds,
            "database": database,
        },
    )
