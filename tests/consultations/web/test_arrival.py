"""The time of arrival of a request, from the queue and the proxy, and who is believed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from consultations.rules.moment import QUEUE_SECONDS_KEY, REQUEST_START_HEADER, arrival_of

NOW = datetime(2026, 5, 7, 17, 0, 30, tzinfo=UTC)


def seconds_since_arrival(
    stamp: float | str = "", address: str = "10.1.0.7", queued: float = 0.0
) -> float:
    """How many seconds before now a request is dated whose proxy says so many, or these words."""
    header = stamp if isinstance(stamp, str) else f"t={NOW.timestamp() - stamp:.3f}"
    meta: dict[str, Any] = {
        "REMOTE_ADDR": address,
        REQUEST_START_HEADER: header,
        QUEUE_SECONDS_KEY: queued,
    }
    return (NOW - arrival_of(meta, NOW)).total_seconds()


@pytest.fixture(autouse=True)
def _proxies(settings: Any) -> None:
    settings.ARRIVAL_PROXIES = ["127.0.0.1", "10.1.0.0/16", "fd00::/8", "unix"]


def test_without_a_word_from_anybody_a_request_came_now() -> None:
    assert seconds_since_arrival() == 0


def test_what_the_queue_held_came_when_it_was_queued() -> None:
    assert seconds_since_arrival(queued=41.5) == 41.5


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.200.3", "fd00::1", ""])
def test_a_proxy_of_ours_says_when_a_request_came(address: str) -> None:
    assert seconds_since_arrival(33.25, address) == 33.25
    assert seconds_since_arrival(33.25, address, queued=10.0) == 33.25


@pytest.mark.parametrize("address", ["127.0.0.2", "10.2.0.1", "192.0.2.1", "fe80::1", "nobody"])
def test_nobody_else_is_believed(address: str) -> None:
    assert seconds_since_arrival(33, address) == 0
    assert seconds_since_arrival(33, address, queued=10.0) == 10


def test_without_the_setting_no_proxy_is_believed(settings: Any) -> None:
    settings.ARRIVAL_PROXIES = []
    assert [seconds_since_arrival(33, address) for address in ("127.0.0.1", "10.1.0.7", "")] == [
        0,
        0,
        0,
    ]


@pytest.mark.parametrize("seconds_ago", [300.5, 3600, -0.5, -3600])
def test_what_is_old_or_to_come_is_not_believed(seconds_ago: float) -> None:
    assert seconds_since_arrival(seconds_ago) == 0
    assert seconds_since_arrival(seconds_ago, queued=10.0) == 10


def test_five_minutes_are_the_most() -> None:
    assert seconds_since_arrival(300) == 300
    assert seconds_since_arrival(queued=500.0) == 300


@pytest.mark.parametrize("stamp", ["t=", "soon", "t=nan", "t=inf", "t=1, t=2", "t=-1", "t=1e400"])
def test_what_is_no_moment_is_not_believed(stamp: str) -> None:
    assert seconds_since_arrival(stamp) == 0


def test_milliseconds_are_read_too() -> None:
    milliseconds = int((NOW - timedelta(seconds=7)).timestamp() * 1000)
    assert seconds_since_arrival(f"t={milliseconds}") == 7
    assert seconds_since_arrival(str(milliseconds)) == 7
