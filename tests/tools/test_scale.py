"""The counts and calculations of `./run scale`."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests.tools.scale.crowd import run
from tests.tools.scale.reckoning import CORES, FULL, Load, cost, limit, needs

# What is asked, and under which key where it is a write: what to answer.
Answer = Callable[[str, str | None], tuple[int, object]]


@contextmanager
def _platform(answer: Answer) -> Iterator[int]:
    """One that answers as it is told, on loopback; gives its port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 65_536  # an answer in one piece: in two it waits for the other side

        def do_GET(self) -> None:
            self._answer(None)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(self.headers["Idempotency-Key"])

        def _answer(self, key: str | None) -> None:
            status, body = answer(self.path, key)
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_said: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _plan(port: int, *, readers: int = 0, writers: int = 0) -> dict[str, object]:
    return {
        "stage": "a test",
        "port": port,
        "seconds": 0.4,
        "pages": ["/page/"],
        "inputs": "/inputs/?page_size=1",
        "write": "/inputs/",
        "input": {"rationale": "Words."},
        "wordings": ["w"],
        "readers": [{}] * readers,
        "writers": [{}] * writers,
        "looks": True,
    }


def test_a_reader_who_is_shown_fewer_than_before_is_counted() -> None:
    counts = iter([3, 5, 4, 4])

    def answer(path: str, _key: str | None) -> tuple[int, object]:
        return 200, {"count": next(counts, 6)} if "inputs" in path else "a page"

    with _platform(answer) as port:
        taken = run(_plan(port, readers=1))
    assert taken["older"] == 2
    assert len(taken["read_ms"]) > 4
    assert taken["errors"] == {}


def test_what_fails_is_tried_again_under_its_key_and_counted() -> None:
    keys: list[str | None] = []

    def answer(path: str, key: str | None) -> tuple[int, object]:
        if key is None:
            return 200, {"count": len(set(keys))}
        keys.append(key)
        return (503, {}) if len(keys) < 3 else (201, {"id": f"id-{len(keys)}"})

    with _platform(answer) as port:
        taken = run(_plan(port, writers=1))
    assert len(set(keys[:3])) == 1
    assert len(set(keys)) == len(keys) - 2
    assert taken["errors"] == {"POST 503": 2}
    assert taken["acknowledged"][0] == ("id-3", "Number 0 of writer 0 in a test.")


def test_a_writer_who_does_not_find_what_they_wrote_is_counted() -> None:
    def answer(path: str, key: str | None) -> tuple[int, object]:
        if key:
            return 201, {"id": "written"}
        return (404, {}) if "written" in path else (200, {"count": 1})

    with _platform(answer) as port:
        taken = run(_plan(port, writers=1))
    assert taken["unseen"] == len(taken["acknowledged"]) > 0


def test_machines_follow_from_the_processor_time_of_a_request() -> None:
    read, write = {"web": 0.024, "primary": 0.003}, {"web": 0.012, "primary": 0.006}
    web, primary = needs(Load("both", reads=1000, writes=100), read, write)
    assert (web.part, web.machines) == ("web", 6)
    assert web.processors == pytest.approx(25.2 / FULL)
    assert primary.processors == pytest.approx(3.6 / FULL)
    assert (primary.machines, CORES) == (1, 8)
    assert cost({"web": 2.4}, 100) == {"web": pytest.approx(0.024)}
    assert limit({"web": 9.0, "primary": 3.0}, seconds=10, processors=2) == ("web", 0.6)
