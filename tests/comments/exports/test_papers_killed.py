"""Exports by real workers on a real broker, both of which are killed."""

import os
import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from redis import Redis

from comments.exports.acts import get_or_create_export
from comments.models import Export
from comments.table.selection import TableSelection
from comments.tasks import make_export, offer_waiting_exports, start_export
from tests.celery_workers import CeleryProcesses, own_broker, until
from tests.locks import inputs_locked
from tests.room import SLUG, Room

# Real processes, and none of what they show depends on the version of the server.
pytestmark = pytest.mark.night

WHO = "secretariat"


@pytest.fixture(autouse=True)
def own_files(settings: Settings, tmp_path: Path) -> None:
    stores = dict(settings.STORAGES)
    stores["default"] = stores["default"] | {"OPTIONS": {"location": tmp_path}}
    settings.STORAGES = stores


@pytest.fixture
def processes(committed_room: Room, tmp_path: Path) -> Iterator[CeleryProcesses]:
    with own_broker() as broker:
        started = CeleryProcesses(broker, tmp_path)
        yield started
        started.end()


def asked_paper(room: Room, format_name: str = "csv") -> int:
    """A paper that is asked for, and handed to the queue."""
    selection = TableSelection((room.revision,), room.now, copy="facilitators", language="en")
    access = room.access(WHO)
    export, _new = get_or_create_export(access=access, selection=selection, format_name=format_name)
    start_export(export.pk)
    return export.pk


def export(key: int) -> Export:
    return Export.objects.get(pk=key)


def is_begun(key: int, attempts: int = 1) -> bool:
    return export(key).attempts == attempts and export(key).finished_at is None


def let_time_pass() -> None:
    """As if a minute had passed for all unfinished papers."""
    minute = timedelta(minutes=1)
    Export.objects.filter(finished_at=None).update(
        heartbeat_at=F("heartbeat_at") - minute, offered_at=F("offered_at") - minute
    )


def end_connections_that_wait() -> int:
    """How many connections were ended that wait for a lock."""
    waiting = "datname = current_database() AND wait_event_type = 'Lock'"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {waiting}")
        return len(cursor.fetchall())


def export_files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "exports").glob("*"))


def test_the_paper_of_a_killed_worker_is_made_by_another_within_a_minute(
    committed_room: Room, processes: CeleryProcesses, tmp_path: Path
) -> None:
    key = asked_paper(committed_room)
    processes.clock()
    with inputs_locked():
        first = processes.worker("papers")
        until(lambda: is_begun(key))
        began = export(key).heartbeat_at
        # It waits and tells nothing, and still its heart beats.
        until(lambda: export(key).heartbeat_at != began)
        first.kill()
        killed = time.monotonic()
    processes.worker()  # one that serves all queues
    until(lambda: export(key).finished_at)
    assert time.monotonic() - killed < 60

    made = export(key)
    assert (made.attempts, made.error) == (2, "")
    assert export_files(tmp_path) == [f"{made.public_id}-2.csv"]
    with made.file.open() as file:
        assert b"FRA" in file.read()


def test_a_paper_that_ends_its_process_three_times_is_given_up_with_a_sentence(
    committed_room: Room, processes: CeleryProcesses, tmp_path: Path
) -> None:
    key = asked_paper(committed_room)
    with inputs_locked():
        worker = processes.worker()
        for attempt in (1, 2, 3):
            until(lambda attempt=attempt: is_begun(key, attempt))  # type: ignore[misc]
            for child in worker.children():
                os.kill(child, signal.SIGKILL)
            time.sleep(2)  # it is not begun again at once, over and over
            assert is_begun(key, attempt)
            let_time_pass()
            offer_waiting_exports()
        until(lambda: export(key).finished_at)
    given_up = export(key)
    assert given_up.error.startswith("It failed three times.")
    assert (given_up.attempts, str(given_up.file)) == (3, "")
    assert export_files(tmp_path) == []


def test_a_cancelled_paper_is_stopped_by_its_worker_which_goes_on_with_the_next(
    committed_room: Room, processes: CeleryProcesses, tmp_path: Path
) -> None:
    key, other = asked_paper(committed_room), asked_paper(committed_room, "json")
    with inputs_locked():
        processes.worker()
        until(lambda: is_begun(key))
        owner = Client()
        owner.force_login(committed_room.users[WHO])
        capacity = committed_room.capacities[WHO]
        where = reverse("cancel_paper", args=[SLUG, export(key).public_id])
        assert owner.post(where, {"capacity": capacity}).status_code == 302
    until(lambda: export(other).finished_at)
    cancelled = export(key)
    assert cancelled.cancelled_at and (cancelled.attempts, str(cancelled.file)) == (1, "")
    assert export_files(tmp_path) == [f"{export(other).public_id}-1.json"]


def test_a_message_that_was_flushed_with_its_broker_is_handed_over_again(
    committed_room: Room, processes: CeleryProcesses
) -> None:
    key = asked_paper(committed_room)
    with Redis(port=processes.broker.port) as broker:
        assert broker.llen("papers") == 1
        broker.flushall()
        offer_waiting_exports()
        assert broker.llen("papers") == 0, "it may still be on its way"
        let_time_pass()
        offer_waiting_exports()
        offer_waiting_exports()
        assert broker.llen("papers") == 1
    processes.worker("papers")
    until(lambda: export(key).finished_at)
    assert export(key).attempts == 1 and export(key).file


def test_a_paper_that_takes_too_long_is_told_so_and_its_worker_goes_on(
    committed_room: Room, processes: CeleryProcesses
) -> None:
    selection = TableSelection((committed_room.revision,), committed_room.now, language="en")
    access = committed_room.access(WHO)
    slow, _new = get_or_create_export(access=access, selection=selection, format_name="csv")
    make_export.apply_async((slow.pk,), soft_time_limit=1)
    with inputs_locked():
        processes.worker("papers")
        until(lambda: export(slow.pk).finished_at)
    assert export(slow.pk).error == "It took too long. Choose another format or fewer texts."
    other = asked_paper(committed_room)
    until(lambda: export(other).file)


def test_a_paper_that_lost_the_database_in_the_middle_waits_for_another_attempt(
    committed_room: Room, processes: CeleryProcesses
) -> None:
    key = asked_paper(committed_room)
    with inputs_locked():
        processes.worker("papers")
        until(lambda: is_begun(key))
        until(end_connections_that_wait)
    let_time_pass()
    offer_waiting_exports()
    until(lambda: export(key).finished_at)
    assert (export(key).attempts, export(key).error) == (2, "")
