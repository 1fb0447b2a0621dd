"""A server that takes reports of errors by Sentry's protocol, on loopback, and keeps them."""

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import brotli
import sentry_sdk
from django.test import override_settings

from config.monitoring import error_tracker, report_errors

UNPACK: dict[str, Any] = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}


@contextmanager
def error_tracker_at_hand(status: int = 200) -> Iterator[list[str]]:
    """What it was sent, as it came; the platform of the test reports to it meanwhile."""
    taken: list[str] = []

    class Server(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            how = self.headers.get("Content-Encoding", "")
            taken.append(UNPACK[how](body).decode())
            self.send_response(status)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *values: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Server) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://key@127.0.0.1:{server.server_port}/1"
        error_tracker.BREAKER.note_answer()
        with override_settings(SENTRY_DSN=address), sentry_sdk.isolation_scope():
            report_errors()
            try:
                yield taken
            finally:
                sentry_sdk.get_client().close()
                sentry_sdk.get_global_scope().set_client(None)
                server.shutdown()


def events_in(taken: list[str]) -> list[dict[str, Any]]:
    """The events in what was sent, each in an envelope of lines."""
    lines = [json.loads(line) for body in taken for line in body.splitlines() if line]
    return [line for line in lines if "exception" in line]
