"""A request sent before the deadline is in time, though it waited at the web server or proxy."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from comments.models import Comment
from consultations.keys.acts import make_token
from consultations.models import LatePolicy, Round
from consultations.rules.phases import GRACE
from tests.api_clients import address
from tests.celery_workers import until
from tests.room import Room
from tests.web_server import WebServer, ask, web_server

pytestmark = [pytest.mark.long, pytest.mark.every_server]

WHO = "FRA focal_point"


@pytest.fixture(scope="module")
def web(request: pytest.FixtureRequest, django_db_setup: None) -> Iterator[WebServer]:
    """One for all tests that trust the same proxies."""
    with web_server({"DEMO": "1", "ARRIVAL_PROXIES": request.param}, workers=1) as web:
        yield web


def trusting(*proxies: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("web", proxies, indirect=True)


@pytest.fixture
def head(committed_room: Room) -> dict[str, str]:
    key = make_token(actor=committed_room.access(WHO), name="A program")[1]
    return {"Authorization": f"Token {key}", "Content-Type": "application/json"}


def close_in(room: Room, seconds: float) -> datetime:
    """Set the round so that its grace ends in so many seconds; it takes late inputs as late."""
    close = timezone.now() + timedelta(seconds=seconds)
    Round.objects.filter(pk=room.round.pk).update(
        deadline=close - GRACE, late_policy=LatePolicy.MARK
    )
    return close


def submit(room: Room, web: WebServer, head: dict[str, str]) -> None:
    answer = ask(submit_url(room, web), head, b"{}")
    assert answer.status == 200, answer.content


def submit_url(room: Room, web: WebServer) -> str:
    return web.url + address("comments", room.comment("FRA draft").public_id, "submit")


def submitted(room: Room) -> Comment:
    return Comment.objects.get(pk=room.comment("FRA draft").pk)


@contextmanager
def rounds_locked() -> Iterator[None]:
    """Whoever reads a round waits until the block ends."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE consultations_round IN ACCESS EXCLUSIVE MODE")
        yield


def somebody_waits_for_rounds() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks"
            " WHERE NOT granted AND relation = 'consultations_round'::regclass)"
        )
        return bool(cursor.fetchone()[0])


def test_what_waited_for_a_thread_while_the_deadline_passed_is_in_time(
    committed_room: Room, head: dict[str, str]
) -> None:
    room = committed_room
    with web_server({"DEMO": "1"}, workers=1, threads=1) as web:
        url = submit_url(room, web)
        occupy = threading.Thread(target=ask, args=(web.url + address("rounds"), head))
        submit_later = threading.Thread(target=ask, args=(url, head, b"{}"))
        with rounds_locked():
            occupy.start()
            until(somebody_waits_for_rounds)
            close = close_in(room, 4)  # until it stands in the queue, on a machine that is busy
            sent = timezone.now()
            submit_later.start()
            until(lambda: timezone.now() > close)
        occupy.join()
        submit_later.join()
    row = submitted(room)
    assert row.submitted_at is not None and row.is_late is False
    assert sent <= row.submitted_at < close


@trusting("")
def test_what_comes_after_the_close_is_late(
    committed_room: Room, head: dict[str, str], web: WebServer
) -> None:
    close_in(committed_room, -1)
    submit(committed_room, web, head)
    assert submitted(committed_room).is_late is True


@pytest.mark.parametrize(
    ("web", "is_late"),
    [
        ("", True),
        ("127.0.0.1", False),
        pytest.param("192.0.2.0/24", True, marks=pytest.mark.night),
    ],
    indirect=["web"],
)
def test_the_header_of_a_proxy_dates_an_act_and_nobody_elses_does(
    committed_room: Room, head: dict[str, str], web: WebServer, is_late: bool
) -> None:
    close = close_in(committed_room, -1)
    came = close - timedelta(seconds=20)
    submit(committed_room, web, head | {"X-Request-Start": f"t={came.timestamp():.3f}"})
    assert submitted(committed_room).is_late is is_late


@trusting("127.0.0.1")
@pytest.mark.parametrize("minutes", [6, -1])
def test_a_header_that_is_old_or_of_the_future_is_ignored(
    committed_room: Room, head: dict[str, str], web: WebServer, minutes: int
) -> None:
    close_in(committed_room, 60)
    sent = timezone.now()
    came = sent - timedelta(minutes=minutes)
    submit(committed_room, web, head | {"X-Request-Start": f"t={came.timestamp():.3f}"})
    at = submitted(committed_room).submitted_at
    assert at is not None and sent <= at <= timezone.now()
