"""What happens to exports and digests while the broker is down."""

import time
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from comments.tasks import gather_due_digests, start_export
from tests.mails import digests, due
from tests.room import Room

pytestmark = [pytest.mark.every_server, pytest.mark.django_db]


def test_with_the_broker_away_who_asked_for_a_paper_is_told_soon(broker_away: None) -> None:
    began = time.monotonic()
    assert start_export(1) is False
    assert time.monotonic() - began < 20


def test_with_the_broker_away_what_the_task_wrote_waits_and_is_due(
    room: Room, broker_away: None, django_capture_on_commit_callbacks: Any
) -> None:
    with time_machine.travel(room.at(2)):
        with django_capture_on_commit_callbacks(execute=True) as callbacks:
            gather_due_digests()
        assert callbacks  # they ran, and reached no broker
        written = digests().filter(meeting=room.meeting)
        assert set(written.values_list("sent_at", "dropped_at", "attempts")) == {(None, None, 0)}
        assert written.count() == 19
        assert due(timezone.now()) == sorted(written.values_list("pk", flat=True))


@pytest.mark.parametrize("failing", ["broker_that_hangs", "broker_that_is_full"])
def test_a_request_does_not_wait_for_a_broker_that_fails(
    request: pytest.FixtureRequest, failing: str
) -> None:
    request.getfixturevalue(failing)
    began = time.monotonic()
    assert start_export(1) is False
    assert time.monotonic() - began < 8


def test_a_broker_that_hangs_is_left_alone_for_some_seconds(broker_that_hangs: None) -> None:
    assert start_export(1) is False
    began = time.monotonic()
    assert [start_export(key) for key in range(2, 12)] == [False] * 10
    assert time.monotonic() - began < 0.5
