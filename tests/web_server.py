"""The web server as it runs for real, gunicorn, on the database of the test."""

import atexit
import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from functools import cache
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from django.urls import reverse

from config.launch.service_lock import Lock
from tests.environment import environment_of_test

PROJECT = Path(__file__).resolve().parents[1]
# Asked to stop, gunicorn gives what it has begun thirty seconds.
PATIENCE = 90
# The folder in which the workers of a run share them.
SHARED_STATIC = "STATIC_FILES_OF_RUN"


@dataclass(frozen=True)
class WebServer:
    """Where it listens, and what it has logged."""

    port: int
    log: Path
    pid: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def web_server(
    environment: Mapping[str, str] | None = None,
    *,
    workers: int = 2,
    threads: int = 4,
    project: Path = PROJECT,
    port: int = 0,
) -> Iterator[WebServer]:
    """gunicorn on a free loopback port; `environment` is what differs from that of the tests.

    `project` is the folder whose code it runs; `port` is given where its address has to be known.
    """
    options = ["--workers", str(workers), "--threads", str(threads), "--keep-alive", "30"]
    options += ["--worker-class", "config.web_worker.TimedThreadWorker"]
    with _gunicorn("config.wsgi", options, environment or {}, project, port) as server:
        yield server


@contextmanager
def line_server(environment: Mapping[str, str] | None = None) -> Iterator[WebServer]:
    """The server that keeps the lines of those who follow a screen, as its unit starts it."""
    options = ["--workers", "1", "--worker-class", "asgi", "--graceful-timeout", "5"]
    with _gunicorn("config.asgi", options, environment or {}) as server:
        yield server


@contextmanager
def _gunicorn(
    application: str,
    options: Sequence[str],
    environment: Mapping[str, str],
    project: Path = PROJECT,
    port: int = 0,
) -> Iterator[WebServer]:
    with (
        socket.create_server(("127.0.0.1", port)) as listener,
        tempfile.NamedTemporaryFile(suffix=".log") as log,
    ):
        inherited = listener.fileno()
        command = [sys.executable, "-m", "gunicorn", application, "--no-control-socket"]
        command += ["--bind", f"fd://{inherited}", *options]
        server = subprocess.Popen(
            command,
            cwd=project,
            env=environment_of_test(**environment),
            pass_fds=[inherited],
            stdout=log,
            stderr=log,
        )
        try:
            port = listener.getsockname()[1]
            _wait_for(port)
            yield WebServer(port, Path(log.name), server.pid)
        finally:
            server.terminate()
            server.wait(timeout=PATIENCE)


@contextmanager
def platform(*, workers: int = 1, **environment: str) -> Iterator[WebServer]:
    """Processes of it, as a rule one, that serve pages over plain HTTP, with their static files."""
    given = {"DEMO": "1", "STATIC_ROOT": collected()} | environment
    with web_server(given, workers=workers) as server:
        yield server


@contextmanager
def folder_for_static_files() -> Iterator[None]:
    """While it is open, the processes begun from here share the static files that one collects."""
    with tempfile.TemporaryDirectory(prefix="static-") as folder:
        os.environ[SHARED_STATIC] = folder
        yield


@cache
def collected() -> str:
    """The folder of the static files, collected once for all tests of a run."""
    if folder := os.environ.get(SHARED_STATIC):
        lock = Lock(Path(folder) / "lock")
        lock.take(wait=True)
        try:
            return _collect_into(f"{folder}/files")
        finally:
            lock.release()
    folder = tempfile.mkdtemp(prefix="static-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return _collect_into(f"{folder}/files")


def _collect_into(folder: str) -> str:
    """Collect them where nobody has; returns the folder."""
    if Path(folder).exists():
        return folder
    unfinished = f"{folder}-unfinished"
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--no-input"],
        cwd=PROJECT,
        env=environment_of_test(DEMO="1", STATIC_ROOT=unfinished),
        stdout=subprocess.DEVNULL,
        check=True,
    )
    Path(unfinished).rename(folder)
    return folder


@dataclass(frozen=True)
class Answer:
    """What came back over HTTP."""

    status: int
    headers: Message
    content: bytes


def ask(url: str, headers: dict[str, str], body: bytes | None = None) -> Answer:
    """One request, as a program makes it: a POST where there is a body."""
    try:
        with urlopen(Request(url, body, headers), timeout=60) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except HTTPError as error:
        return Answer(error.code, error.headers, error.read())


def _wait_for(port: int) -> None:
    until = time.monotonic() + 120
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
    raise RuntimeError("The web server did not answer within two minutes.")
