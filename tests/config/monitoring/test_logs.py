"""Logs: one JSON object a line with the request id, and one line for an outage."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from config.celery import app
from delegations.request_ids import begin_request_id, end_request_id
from tests.celery_workers import CeleryProcesses, own_broker, until
from tests.failing_servers import CuttableLine
from tests.room import SLUG, Room
from tests.web_server import ask, platform

pytestmark = pytest.mark.long

ID = "0123456789abcdef0123456789abcdef"


def objects_in(log: Path) -> list[dict[str, Any]]:
    """The lines of ours; gunicorn writes some as it starts."""
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[CeleryProcesses]:
    with own_broker() as broker:
        processes = CeleryProcesses(broker, tmp_path)
        yield processes
        processes.end()


def log_of(parts: CeleryProcesses, name: str) -> Path:
    [log] = parts.files.glob(f"{name}-*.log")
    return log


# --- A line a request -----------------------------------------------------------------------------


def test_a_request_is_an_object_with_its_id_and_nothing_that_was_searched_for(
    committed_room: Room,
) -> None:
    with platform(LOG_FORMAT="json") as web:
        answer = ask(f"{web.url}/account/login/?next=/zq-words-qz/", {"X-Request-ID": ID})
        ask(f"{web.url}/calendar/zq-secret-qz.ics", {})
        ask(f"{web.url}/health/ready/", {})
        lines = [line for line in objects_in(web.log) if line["logger"] == "config.access"]
        assert "zq-" not in web.log.read_text()
    assert answer.headers["X-Request-ID"] == ID
    first, second = lines
    assert first.pop("milliseconds") >= 0 and first.pop("process") > 0 and first.pop("time")
    assert re.fullmatch(r"GET /account/login/ 200 \d+ ms", first.pop("message"))
    assert first == {
        "level": "INFO",
        "logger": "config.access",
        "request_id": ID,
        "view": "account_login",
        "status": 200,
    }
    assert second["view"] == "calendar_feed" and second["request_id"] not in {"", ID}


@pytest.mark.parametrize("given", ["", "short", "x" * 32, f"{ID}\n", "<b>" + "a" * 32])
def test_an_id_that_has_not_the_form_of_one_is_replaced(db: None, given: str) -> None:
    answer = Client().get("/account/login/", headers={"X-Request-ID": given})
    assert re.fullmatch(r"[0-9a-f]{32}", answer["X-Request-ID"])
    assert answer["X-Request-ID"] != given


def test_a_task_is_logged_under_the_id_of_the_request_that_began_it(
    committed_room: Room, parts: CeleryProcesses
) -> None:
    parts.environment["LOG_FORMAT"] = "json"
    parts.worker()
    begin_request_id(ID)
    app.send_task("consultations.tasks.send_mails", queue="mails")
    end_request_id()
    app.send_task("consultations.tasks.send_mails", queue="mails")
    done = "succeeded in"
    until(lambda: log_of(parts, "worker").read_text().count(done) == 2)
    ids = [one["request_id"] for one in objects_in(log_of(parts, "worker")) if done in str(one)]
    assert ids[0] == ID and re.fullmatch(r"[0-9a-f]{32}", ids[1]) and ids[1] != ID


# --- A server that is away ------------------------------------------------------------------------


def test_forty_requests_without_a_database_are_forty_lines_and_one_more(
    committed_room: Room,
) -> None:
    line, pages = CuttableLine(), ("account/login/", f"consultations/{SLUG}/", "api/v1/capacities/")
    with platform(DATABASE_URL=line.url, DATABASE_PATIENCE="5") as web:
        cookie = {"Cookie": "sessionid=abcdefghijklmnopqrstuvwxyz012345"}
        ask(f"{web.url}/{pages[1]}", cookie)
        line.cut()
        before = len(web.log.read_text().splitlines())
        statuses = [ask(f"{web.url}/{pages[n % 2 + 1]}", cookie).status for n in range(40)]
        lines = web.log.read_text().splitlines()[before:]
    assert statuses.count(503) == 40
    assert len(lines) == 41, lines[:5]
    assert sum("PostgreSQL fails (OperationalError)" in one for one in lines) == 1


def test_tasks_without_a_database_leave_one_line_and_no_traceback(
    committed_room: Room, parts: CeleryProcesses
) -> None:
    parts.environment["DATABASE_URL"] = "postgres://nobody@127.0.0.1:1/nothing"
    for _time in range(5):
        app.send_task("consultations.tasks.send_mails", queue="mails")
    parts.worker("mails")
    log = log_of(parts, "worker")
    until(lambda: log.read_text().count("received") == 5)
    until(lambda: "PostgreSQL fails (OperationalError)" in log.read_text())
    time.sleep(1)
    assert log.read_text().count("PostgreSQL fails") == 1
    assert "Traceback" not in log.read_text()


def test_without_its_broker_neither_worker_nor_clock_writes_a_traceback(
    committed_room: Room, parts: CeleryProcesses
) -> None:
    parts.worker()
    parts.clock("tests.tools.faults.clock")  # ten times as fast: three more runs are soon to come
    worker, clock = log_of(parts, "worker"), log_of(parts, "beat")
    until(lambda: "succeeded" in worker.read_text() and "Sending due task" in clock.read_text())
    process = parts.broker._process
    assert process is not None
    process.kill()
    until(lambda: "Cannot connect to redis" in worker.read_text())
    sent_before = clock.read_text().count("Sending due task")
    until(lambda: clock.read_text().count("Sending due task") > sent_before + 2)
    assert clock.read_text().count("The broker fails (SchedulingError)") == 1
    assert "Traceback" not in worker.read_text() + clock.read_text()
