"""Errors reported to a server that speaks Sentry's protocol, where its address is set.

A report holds what our log holds, and no more: where it broke and what was said, never what
somebody typed. What a library adds of its own is left out by being put together anew here.
"""

from collections import deque
from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured

from config.breaker import Breaker
from config.outage import is_away
from config.secret_paths import SECRET
from delegations.request_ids import current_request_id

try:
    import sentry_sdk
    from sentry_sdk.integrations.celery import CeleryIntegration
    from sentry_sdk.integrations.django import DjangoIntegration
    from sentry_sdk.transport import HttpTransport
except ImportError as error:
    raise ImproperlyConfigured(
        "SENTRY_DSN is set, and sentry-sdk is not installed: install requirements/sentry.txt."
    ) from error

# Of an event, as the library makes it; all else is left behind.
KEPT: Final = ("event_id", "timestamp", "level", "platform", "exception")
# Seconds that the page of an error waits for the server's yes.
PATIENCE = 2.0
BREAKER = Breaker("The error tracker", "errors stand in the log alone")

_taken: deque[str] = deque(maxlen=1000)


class Transport(HttpTransport):
    """Remembers which events the server took, so that no page says it of another."""

    def _handle_response(self, response: Any, envelope: Any) -> None:
        super()._handle_response(response, envelope)
        if envelope is not None and 200 <= response.status < 300:
            _taken.append(envelope.headers.get("event_id", ""))


def start(address: str) -> None:
    """Report from now on what views and tasks raise. Lines of the log are no reports."""
    sentry_sdk.init(
        dsn=address,
        transport=Transport,
        before_send=as_in_the_log,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            DjangoIntegration(middleware_spans=False, signals_spans=False),
            CeleryIntegration(propagate_traces=False),
        ],
        auto_session_tracking=False,
        include_local_variables=False,
        max_breadcrumbs=0,
        max_request_body_size="never",
        send_client_reports=False,
    )


def as_in_the_log(event: Any, hint: Any) -> Any:
    """The event with what may stand in the log alone; none for an outage, which the log tells."""
    if is_away(hint.get("exc_info", (None, None, None))[1]):
        return None
    said = {name: event[name] for name in KEPT if name in event}
    said["transaction"] = SECRET.sub(r"/\1/…", event.get("transaction", ""))
    # The log has the rest of it, under the same id.
    said["tags"] = {"request_id": current_request_id()}
    return said


def was_told() -> bool:
    """Whether the server took the error of this request. Waits for it, but for no server that
    has just failed."""
    event = sentry_sdk.last_event_id()
    if not event or BREAKER.is_open():
        return False
    sentry_sdk.flush(timeout=PATIENCE)
    if event not in _taken:
        BREAKER.failed(TimeoutError())
        return False
    BREAKER.answered()
    return True
