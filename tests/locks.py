"""Locks for which others wait, and the waiting of others."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from django.db import connection, connections, transaction

WAITING = (
    "SELECT EXISTS (SELECT FROM pg_locks"
    " WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
)


@contextmanager
def inputs_locked() -> Iterator[None]:
    """Whoever makes a paper waits for the inputs until the block ends."""
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("LOCK TABLE comments_comment IN ACCESS EXCLUSIVE MODE")
        yield
    finally:
        other.close()


def wait_until_another_waits(seconds: float = 30) -> None:
    """Until another connection waits for what this one holds."""
    end = time.monotonic() + seconds
    with connection.cursor() as cursor:
        while time.monotonic() < end:
            cursor.execute(WAITING)
            if cursor.fetchone() == (True,):
                return
            time.sleep(0.02)
    raise AssertionError("nobody waited")


def second_of(act: Callable[[], Any]) -> Any:
    """Do the act, and again while the first is not committed; what the second gave or raised."""
    return waiting_for(act, act)


def waiting_for(first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """Do the second while the first is not committed; what the second gave or raised."""
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(second())
        except Exception as error:
            results.append(error)
        finally:
            connections.close_all()

    beside = Thread(target=run)
    with transaction.atomic():
        first()
        beside.start()
        wait_until_another_waits()
    beside.join()
    [result] = results
    return result
