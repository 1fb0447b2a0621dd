"""Two clocks and two senders at the same moment, each on a connection of its own."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from comments.news.mail import write_due_watch_notices
from consultations.outbox.sending import deliver
from tests.comments.digests.digest_mails import serving, submit
from tests.comments.news.following import wants, watches_place
from tests.mails import notices
from tests.room import Room

pytestmark = pytest.mark.every_server

WHO = ("CPV contributor", "CPV deputy", "IOM deputy")


def _news(room: Room) -> None:
    """Three people are due, each with one piece of news."""
    with time_machine.travel(room.now, tick=False):
        for who in WHO:
            wants(room, who)
            watches_place(room, who, 2)
    submit(room, "FRA", "afterwards", 2, 0.1)


def test_two_gatherings_at_once_write_no_twins(committed_room: Room) -> None:
    room = committed_room
    _news(room)
    with time_machine.travel(room.at(0.2), tick=False):
        keys = _at_once(lambda: write_due_watch_notices(timezone.now()), times=3)

    assert sum(len(found) for found in keys) == 3
    assert notices().values("reader", "capacity").distinct().count() == 3


def test_two_senders_at_once_send_one_mail(committed_room: Room, settings: Any) -> None:
    _news(committed_room)
    with (
        serving(settings) as server,
        time_machine.travel(committed_room.at(0.2), tick=False),
    ):
        key = write_due_watch_notices(timezone.now())[0]
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
