"""Reports errors to a collector of OpenTelemetry, where its address is set: OTLP over HTTP.

An error is reported as a span of no duration: of what OpenTelemetry offers for errors, only spans
have a stable interface. It holds what our log holds of the error, and no more. There are no other
spans: those of the libraries for Django would hold addresses and SQL statements.
"""

import traceback
from collections.abc import Mapping
from typing import Any, Final

from celery import Task, signals
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from config.monitoring.secret_paths import SECRET_PATH
from config.outages.database_errors import is_database_outage
from delegations.request_ids import current_request_id

try:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.sampling import ALWAYS_ON
    from opentelemetry.trace import SpanKind, Status, StatusCode
except ImportError as error:
    raise ImproperlyConfigured(
        "OTLP_ENDPOINT is set, and opentelemetry-sdk is not installed: install "
        "requirements/otlp.txt."
    ) from error

SEND_DELAY_MILLISECONDS: Final = 1000  # until an error is sent
TIMEOUT_SECONDS: Final = 5.0  # until we give up a collector that hangs

# The one that makes and sends our spans; none before `start`, and none after `stop`.
_providers: list[TracerProvider] = []


def start(address: str, headers: Mapping[str, str]) -> None:
    """Start reporting errors of views and tasks to the collector of this address."""
    exporter = OTLPSpanExporter(
        endpoint=f"{address.rstrip('/')}/v1/traces", headers=dict(headers), timeout=TIMEOUT_SECONDS
    )
    provider = TracerProvider(
        sampler=ALWAYS_ON, resource=Resource({"service.name": "consultations"})
    )
    provider.add_span_processor(
        BatchSpanProcessor(exporter, schedule_delay_millis=SEND_DELAY_MILLISECONDS)
    )
    _providers.append(provider)
    signals.task_failure.connect(_report_task, dispatch_uid="error_collector")


def stop() -> None:
    """Send the errors that wait, and stop reporting."""
    signals.task_failure.disconnect(dispatch_uid="error_collector")
    while _providers:
        _providers.pop().shutdown()


def report_request(request: HttpRequest, error: BaseException | None) -> None:
    """Report an error of a view, under the pattern of its address, which holds no ids."""
    match = request.resolver_match
    route = _without_secrets(f"/{match.route}") if match else ""
    _report(route or "request", error, {"http.route": route})


def _report_task(sender: Task, exception: BaseException, **_details: Any) -> None:
    """Report an error of a task, under the task's name."""
    _report(str(sender.name), exception, {})


def _report(name: str, error: BaseException | None, attributes: Mapping[str, str]) -> None:
    """Report one error, but no outage of the database, which the log reports."""
    if error is None or is_database_outage(error):
        return
    for provider in _providers:
        tracer = provider.get_tracer("consultations")
        span = tracer.start_span(name, kind=SpanKind.SERVER)
        # The log has the rest of the request, under the same id.
        span.set_attributes({**attributes, "request_id": current_request_id()})
        span.add_event(
            "exception",
            {
                "exception.type": type(error).__qualname__,
                "exception.message": _without_secrets(str(error)),
                "exception.stacktrace": _without_secrets(
                    "".join(traceback.format_exception(error))
                ),
            },
        )
        span.set_status(Status(StatusCode.ERROR))
        span.end()


def _without_secrets(text: str) -> str:
    """The text without secret addresses, as in the log."""
    return SECRET_PATH.sub(r"/\1/…", text)
