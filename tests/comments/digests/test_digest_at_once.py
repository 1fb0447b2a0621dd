"""Two clocks and two workers on the digest at the same moment, each on its own connection."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from comments.digests.acts import write_due_digests
from consultations.outbox.sending import deliver
from tests.comments.digests.digest_mails import serving
from tests.mails import digests
from tests.room import Room

pytestmark = pytest.mark.every_server


def test_two_gatherings_at_once_write_no_twins(committed_room: Room) -> None:
    room = committed_room
    with time_machine.travel(room.at(2), tick=False):
        keys = _at_once(lambda: list(write_due_digests(timezone.now())), times=3)

    assert sorted(len(found) for found in keys) == [0, 0, 19]
    readers = list(digests().values_list("reader", "capacity"))
    assert len(readers) == len(set(readers)) == 19


def test_two_senders_at_once_send_one_mail(committed_room: Room, settings: Any) -> None:
    with (
        serving(settings) as server,
        time_machine.travel(committed_room.at(2), tick=False),
    ):
        key = next(iter(write_due_digests(timezone.now())))
        results = _at_once(lambda: deliver(key), times=4)

    assert sorted(results) == [False, False, False, True]
    assert len(server.taken) == 1


def _at_once(work: Callable[[], Any], *, times: int) -> list[Any]:
    """Run the same work in threads that start together, each on a connection of its own."""
    together = threading.Barrier(times)
    results: list[Any] = []

    def run() -> None:
        together.wait()
        try:
            results.append(work())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
