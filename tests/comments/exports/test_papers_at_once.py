"""Several workers on one export at the same moment, each on a connection of its own."""

from pathlib import Path
from threading import Thread

import pytest
from django.db import connection
from pytest_django import Settings

from comments.exports import attempts
from comments.exports.acts import get_or_create_export, make_export_file
from comments.exports.attempts import claim_export, close_with_message, heartbeat
from comments.models import Export
from comments.table.selection import TableSelection
from tests.room import Room

pytestmark = pytest.mark.every_server

WHO = "CPV deputy"


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    """Where the papers of a test are kept."""
    stores = dict(settings.STORAGES)
    stores["default"] = stores["default"] | {"OPTIONS": {"location": tmp_path}}
    settings.STORAGES = stores
    return tmp_path / "exports"


def ask(room: Room, format_name: str = "csv") -> int:
    """A paper that is asked for."""
    asked = TableSelection((room.revision,), room.now, language="en")
    export, _new = get_or_create_export(
        access=room.access(WHO), selection=asked, format_name=format_name
    )
    return export.pk


def test_a_message_that_comes_twice_makes_one_paper(committed_room: Room, folder: Path) -> None:
    key = ask(committed_room, "xlsx")

    def work() -> None:
        make_export_file(key)
        connection.close()

    threads = [Thread(target=work) for _worker in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = Export.objects.get(pk=key)
    assert made.attempts == 1
    assert [path.name for path in folder.iterdir()] == [f"{made.public_id}-1.xlsx"]


def test_the_heart_beats_while_nothing_is_told_and_ends_with_the_attempt(
    committed_room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "HEARTBEAT_SECONDS", 0.02)
    attempt = claim_export(ask(committed_room))
    assert attempt is not None
    seen: set[object] = set()
    with heartbeat(attempt):
        while len(seen) < 3:
            seen.add(attempt.rows().get().heartbeat_at)
    last = attempt.rows().get().heartbeat_at
    assert last == attempt.rows().get().heartbeat_at
    close_with_message(attempt, "Ended.")
    with heartbeat(attempt):
        assert not attempt.rows().exists()
    assert Export.objects.get().heartbeat_at == last
