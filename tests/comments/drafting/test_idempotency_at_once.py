"""Two requests under one key at the same moment."""

import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections

from tests.comments.drafting.test_idempotency import (
    ACTS,
    draft_act,
    note_act,
    reply_act,
    supersede_act,
    version_act,
    written_counts,
)
from tests.room import Room

pytestmark = pytest.mark.every_server


@pytest.mark.parametrize("act", [draft_act, note_act, reply_act, supersede_act, version_act])
def test_two_at_once_under_one_key_do_it_once(
    committed_room: Room, act: Callable[..., Any]
) -> None:
    room, key, together = committed_room, uuid4(), threading.Barrier(2)
    access, before = room.access(ACTS[act]), sum(written_counts())
    made: list[Any] = []

    def press() -> None:
        together.wait()
        try:
            made.append(act(room, access, "As agreed.", key).pk)
        except Exception as error:
            made.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _press in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 1 and isinstance(made[0], int), made
    assert sum(written_counts()) == before + (2 if act is supersede_act else 1)  # with its receipt
