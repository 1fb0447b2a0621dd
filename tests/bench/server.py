"""The web server as the demo starts it, on a free loopback port."""

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.urls import reverse


@contextmanager
def web_server() -> Iterator[int]:
    """gunicorn with two workers of four threads on a free loopback port."""
    with socket.create_server(("127.0.0.1", 0)) as listener, tempfile.TemporaryFile() as log:
        inherited = listener.fileno()
        command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--no-control-socket"]
        command += ["--bind", f"fd://{inherited}", "--workers", "2", "--threads", "4"]
        command += ["--worker-class", "gthread", "--keep-alive", "30"]
        server = subprocess.Popen(
            command,
            cwd=Path(__file__).parents[2],
            env=dict(os.environ),
            pass_fds=[inherited],
            stdout=log,
            stderr=log,
        )
        try:
            _wait_for(listener.getsockname()[1])
            yield listener.getsockname()[1]
        finally:
            server.terminate()
            server.wait(timeout=20)


def _wait_for(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            line.request("GET", reverse("live"))
            if line.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            line.close()
    raise RuntimeError("The web server did not answer within 30 seconds.")
