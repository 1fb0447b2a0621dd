"""The health checks: whether the process answers, and whether each part works."""

import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from config.celery import QUEUES, app
from config.monitoring import queue_lengths
from config.outages.heartbeats import MAX_WORKER_AGE
from tests.celery_workers import CeleryProcesses, own_broker, until
from tests.failing_servers import cache_at, port_that_refuses

pytestmark = [pytest.mark.every_server, pytest.mark.django_db]

PARTS = {
    "database",
    "cache",
    "beat",
    *(f"worker_{queue}" for queue in QUEUES),
    *(f"queue_{queue}" for queue in QUEUES),
}


@pytest.mark.parametrize("host", ["10.0.3.7:8000", "[fd00::7]:8000", "web", ""])
@pytest.mark.parametrize("path", ["/health/live/", "/health/ready/"])
def test_a_probe_is_answered_by_number_and_by_any_name(
    host: str, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        response = Client().get(path, headers={"host": host})
    assert response.status_code in {200, 503}
    assert set(response.json()) == ({"live"} if "live" in path else PARTS)
    # "Service Unavailable", and not a line for each time that somebody asks.
    assert [one for one in caplog.records if one.name != "django.request"] == []


def test_every_other_page_is_asked_for_by_our_own_name() -> None:
    assert Client().get("/account/login/", headers={"host": "10.0.3.7"}).status_code == 400


def test_a_probe_only_reads() -> None:
    assert Client().post("/health/live/").status_code == 405


# --- With clock and workers of their own ----------------------------------------------------------


@pytest.fixture
def parts(settings: Any, tmp_path: Path) -> Iterator[CeleryProcesses]:
    """A Redis of the test's own, as cache and as broker, on which nothing runs yet."""
    with own_broker() as broker, cache_at(broker.port):
        settings.REDIS_URL = f"redis://127.0.0.1:{broker.port}/0"
        processes = CeleryProcesses(broker, tmp_path)
        yield processes
        processes.end()


def missing_of_web() -> set[str]:
    """What Docker is told of `web` alone."""
    answer = Client().get("/health/ready/?of=web")
    found = {part for part, is_ready in answer.json().items() if not is_ready}
    assert set(answer.json()) == {"database", "cache"}
    assert answer.status_code == (503 if found else 200)
    return found


def missing() -> set[str]:
    """The parts that are not ready; the status says whether there are any."""
    answer = Client().get("/health/ready/")
    found = {part for part, is_ready in answer.json().items() if not is_ready}
    assert answer.status_code == (503 if found else 200)
    return found


def test_it_says_which_part_fails_from_nothing_to_all_and_back(
    parts: CeleryProcesses, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers = {f"worker_{queue}" for queue in QUEUES}
    assert missing() == {"beat", *workers}
    assert missing_of_web() == set(), "what others do is not its health"
    parts.clock()
    until(lambda: missing() == workers)
    parts.worker("papers")
    until(lambda: missing() == {"worker_mails", "worker_bells"})
    other = parts.worker("mails", "bells")
    until(lambda: missing() == set())
    other.kill()
    monkeypatch.setattr("config.outages.heartbeats.MAX_WORKER_AGE", 8.0)
    until(lambda: missing() == {"worker_mails", "worker_bells"})
    assert MAX_WORKER_AGE == 30.0


def test_a_message_that_waits_longer_than_a_task_may_take_is_told(
    parts: CeleryProcesses, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.send_task("consultations.tasks.send_mails", queue="mails")
    app.send_task("comments.tasks.offer_waiting_exports", queue="papers")
    found = queue_lengths.queue_lengths(list(QUEUES))
    assert {name: length.message_count for name, length in found.items()} == {
        "mails": 1,
        "papers": 1,
        "bells": 0,
    }
    assert not missing() & {"queue_mails", "queue_papers", "queue_bells"}
    later = time.time() + QUEUES["mails"].hard + 1
    monkeypatch.setattr(time, "time", lambda: later)
    assert missing() & {"queue_mails", "queue_papers", "queue_bells"} == {"queue_mails"}


def test_without_redis_nothing_behind_it_is_ready(settings: Any) -> None:
    with port_that_refuses() as port, cache_at(port):
        settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"
        assert missing() == PARTS - {"database"}
        assert missing_of_web() == {"cache"}


def test_of_nothing_else_it_is_asked() -> None:
    assert Client().get("/health/ready/?of=mail").status_code == 404
