"""The moment at which a request arrived, which decides whether an input is in time.

A request may wait for a free thread while a deadline passes. The moment comes from the header of
our proxy, else from the web server, which tells how long the request was in its queue.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from consultations.rules.request_facts import NO_FACTS, RequestFacts

# The seconds for which the web server had a request in its queue. No header can have this name.
QUEUE_SECONDS_KEY = "consultations.queued"
# The proxy's header, "t=" and the moment in seconds or milliseconds, as in nginx and Caddy.
REQUEST_START_HEADER = "HTTP_X_REQUEST_START"
# An older moment is not believed. Digests look back twice as far, for rows that were dated before
# they were saved (`comments/digests/acts.py`).
MAX_ARRIVAL_AGE = timedelta(minutes=5)


class ReceivedAtMiddleware:
    """Stamps the request first of all, so that a slow save never makes an input late."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        facts = RequestFacts(received_at=arrival_of(request.META, timezone.now()))
        request.facts = facts  # type: ignore[attr-defined]
        return self.get_response(request)


def received_at(request: HttpRequest) -> datetime:
    """The aware moment at which this request arrived; now where the middleware did not see it."""
    facts: RequestFacts = getattr(request, "facts", NO_FACTS)
    return facts.received_at or timezone.now()


def arrival_of(meta: Mapping[str, Any], now: datetime) -> datetime:
    """When a request arrived: at most five minutes ago, and never in the future."""
    queue_time = timedelta(seconds=meta.get(QUEUE_SECONDS_KEY, 0.0))
    arrival = _time_from_proxy(meta) or now - queue_time
    # A moment that is too old or in the future is not believed: then the queue alone counts.
    return (
        arrival
        if now - MAX_ARRIVAL_AGE <= arrival <= now
        else max(now - queue_time, now - MAX_ARRIVAL_AGE)
    )


def _time_from_proxy(meta: Mapping[str, Any]) -> datetime | None:
    """The moment in the proxy's header; None where there is none, or it is not from our proxy."""
    header = meta.get(REQUEST_START_HEADER, "")
    if not header or not _is_our_proxy(meta.get("REMOTE_ADDR", "")):
        return None
    try:
        number = float(header.removeprefix("t="))
        # As seconds, a number above 1e11 would be after the year 5000: it is in milliseconds.
        return datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC)
    except (ValueError, OverflowError, OSError):  # no number, or one too great for a moment
        return None


def _is_our_proxy(address: str) -> bool:
    """Whether `ARRIVAL_PROXIES` has this address; over a Unix socket, which has none, "unix"."""
    proxies = settings.ARRIVAL_PROXIES
    if not address:
        return "unix" in proxies
    try:
        caller = ip_address(address)
    except ValueError:
        return False
    return any(caller in ip_network(proxy) for proxy in proxies if proxy != "unix")
