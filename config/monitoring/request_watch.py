"""Gives each request an id, counts it, and writes one line to the log."""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config.monitoring import counters
from consultations.rules.moment import QUEUE_SECONDS_KEY
from consultations.rules.request_facts import NO_FACTS, RequestFacts
from delegations.request_ids import begin_request_id, end_request_id

# The id of a request, from the proxy or else made here; the response carries it too.
REQUEST_ID_HEADER = "X-Request-ID"
access_log = logging.getLogger("config.access")


class RequestWatchMiddleware:
    """The outermost middleware but for the health probes, so that it sees every response."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = begin_request_id(request.headers.get(REQUEST_ID_HEADER))
        try:
            response = self._response_to(request)
        finally:
            end_request_id()
        response[REQUEST_ID_HEADER] = request_id
        return response

    def _response_to(self, request: HttpRequest) -> HttpResponse:
        """The response of the view, once the request is counted and its line is written."""
        started_at = time.monotonic()
        response = self.get_response(request)
        seconds = time.monotonic() - started_at
        match = request.resolver_match
        view = (match.view_name if match else "") or counters.NO_VIEW
        # The alias of the database that answered; None where there are no replicas.
        facts: RequestFacts = getattr(request, "facts", NO_FACTS)
        database = facts.read_database
        if settings.METRICS_TOKEN:
            counters.count_request(view, request.method, response.status_code, seconds)
            if database:
                counters.READS.labels(database=database).inc()
            if (queued_seconds := request.META.get(QUEUE_SECONDS_KEY)) is not None:
                counters.QUEUED_SECONDS.observe(queued_seconds)
        status, milliseconds = response.status_code, round(seconds * 1000)
        # No person, no network address, no query string, which may hold drafts.
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
        return response
