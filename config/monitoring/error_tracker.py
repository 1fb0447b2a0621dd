"""Reports errors to a server that speaks Sentry's protocol, where its address is set.

A report holds what our log holds, and no more: the place and the message, never what somebody
typed. It is put together here, so that what the library adds is left out.
"""

from collections import deque
from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured

from config.monitoring.secret_paths import SECRET_PATH
from config.outages.breaker import Breaker
from config.outages.database_errors import is_database_outage
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

# The fields of an event of the library that are reported; all others are left out.
REPORTED_FIELDS: Final = ("event_id", "timestamp", "level", "platform", "exception")
# Seconds that the page of an error waits for the server's confirmation.
TIMEOUT_SECONDS = 2.0
BREAKER = Breaker("The error tracker", "errors stand in the log alone")

# The ids of the last events that the server took.
_received_ids: deque[str] = deque(maxlen=1000)


class Transport(HttpTransport):
    """Remembers which events the server took, so that a page can say if its error was reported."""

    def _handle_response(self, response: Any, envelope: Any) -> None:
        super()._handle_response(response, envelope)
        if envelope is not None and 200 <= response.status < 300:
            _received_ids.append(envelope.headers.get("event_id", ""))


def start(address: str) -> None:
    """Start reporting errors of views and tasks; lines of the log are not reported."""
    sentry_sdk.init(
        dsn=address,
        transport=Transport,
        before_send=log_fields_only,
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


def log_fields_only(event: Any, hint: Any) -> Any:
    """The event with only what the log may hold; None for an outage, which the log reports."""
    _type, error, _traceback = hint.get("exc_info", (None, None, None))
    if is_database_outage(error):
        return None
    report = {name: event[name] for name in REPORTED_FIELDS if name in event}
    report["transaction"] = SECRET_PATH.sub(r"/\1/…", event.get("transaction", ""))
    # The log has the rest of the request, under the same id.
    report["tags"] = {"request_id": current_request_id()}
    return report


def was_reported() -> bool:
    """Whether the server took the error of this request.

    Waits until the report is sent, unless the server has just failed.
    """
    event_id = sentry_sdk.last_event_id()
    if not event_id or BREAKER.is_open():
        return False
    sentry_sdk.flush(timeout=TIMEOUT_SECONDS)
    if event_id not in _received_ids:
        BREAKER.note_failure(TimeoutError())
        return False
    BREAKER.note_answer()
    return True
