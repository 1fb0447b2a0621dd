"""A prepared statement runs on the connection of the calling thread."""

from threading import Thread

import pytest
from django.db import connection

from tests.delegations.test_kept_statements import OF_A_PERSON
from tests.room import Room

pytestmark = pytest.mark.every_server


def test_another_thread_asks_on_its_own_line(committed_room: Room) -> None:
    user, found = committed_room.users["FRA focal_point"], []
    expected = OF_A_PERSON.run(user=user.pk)

    def run() -> None:
        found.extend(OF_A_PERSON.run(user=user.pk))
        found.append(connection.connection)  # a line of this thread alone
        connection.close()

    thread = Thread(target=run)
    thread.start()
    thread.join()
    assert found[:-1] == expected
    assert found[-1] not in {None, connection.connection}
