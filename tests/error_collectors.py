"""A collector of OpenTelemetry: takes OTLP over HTTP on loopback, and keeps it."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

from django.test import override_settings
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from config.monitoring import error_collector, report_errors


class ReceivedErrors:
    """What it was sent: each error as a dictionary, and all of it as text."""

    def __init__(self) -> None:
        self.sent: list[ExportTraceServiceRequest] = []
        self.headers: list[dict[str, str]] = []

    @property
    def text(self) -> str:
        return "".join(map(str, self.sent))

    @property
    def errors(self) -> list[dict[str, Any]]:
        return [
            {"name": span.name, **_told(span.attributes), **_told(event.attributes)}
            for request in self.sent
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
            for event in span.events
        ]


def _told(attributes: Any) -> dict[str, str]:
    return {one.key: one.value.string_value for one in attributes}


@contextmanager
def error_collector_at_hand() -> Iterator[ReceivedErrors]:
    """The platform of the test reports to it meanwhile; at the end all has arrived."""
    taken = ReceivedErrors()

    class Server(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            taken.sent.append(ExportTraceServiceRequest.FromString(body))
            taken.headers.append(dict(self.headers.items()))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *values: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Server) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        with override_settings(OTLP_ENDPOINT=address, OTLP_HEADERS={"x-key": "of the test"}):
            report_errors()
            try:
                yield taken
            finally:
                error_collector.stop()
                server.shutdown()
