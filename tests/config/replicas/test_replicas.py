"""Reads on streaming replicas never miss what the reader wrote or saw before.

On a primary and two replicas of it, real ones, whose replay is paused or which are killed.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache, caches
from django.db import OperationalError, connections
from django.test import Client, TestCase, override_settings
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings
from rest_framework.test import APIClient

from comments.drafting.acts import draft_comment
from comments.inputs.content import CommentContent
from comments.submitting.acts import submit_comment
from config.monitoring.counters import READS
from config.replicas import middleware
from config.replicas.choosing import PRIMARY, ReplicaChoice, replicas
from consultations.models import Round, Visibility
from consultations.rules.phases import GRACE, readable_by_all_filter
from consultations.rules.request_facts import RequestFacts
from consultations.timetable.acts import extend_deadline
from delegations.models import Post
from tests.api_clients import address, signed_in, with_key
from tests.config.monitoring.test_metrics import OF_REPLICAS, TOKEN, read_samples, scrape
from tests.consultations.web.site_map import CASES, READERS
from tests.kept_room import KEPT
from tests.nights import others_at_night
from tests.opened import plain
from tests.replication import Replicated, on_replicas, replicated
from tests.room import SLUG, Room, marker, speak_in_room

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("own_cache")]
REPLICAS = {"replica_1", "replica_2"}


@pytest.fixture(scope="module")
def servers() -> Iterator[Replicated]:
    with replicated(2) as servers:
        yield servers


@pytest.fixture(scope="module")
def room(
    servers: Replicated, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Room]:
    with django_db_blocker.unblock(), on_replicas(servers):
        room = KEPT.laid_out()
        speak_in_room(room)
        servers.await_replay()
        yield room


@pytest.fixture(autouse=True)
def _patience(settings: Settings) -> None:
    """What a replica shows may be as old as a test gets on a machine that is busy with others."""
    settings.REPLICA_LAG = 120.0


@contextmanager
def _paused(servers: Replicated, *which: int) -> Iterator[None]:
    """These replicas stand still, all by default, with all that was written so far."""
    servers.await_replay()
    with ExitStack() as stack:
        for number in which or range(len(servers.standbys)):
            servers.standbys[number].pause()
            stack.callback(servers.standbys[number].resume)
        yield


def _reader(room: Room, who: str) -> APIClient:
    """A browser of somebody who has looked once, and so has a mark."""
    client = signed_in(room, who)
    assert _inputs(client) == "primary"
    return client


def _inputs(client: APIClient, *words: str, without: str = "") -> str:
    """Where the list of inputs was read, after a look at what it says."""
    response: Any = client.get(address("comments"), {"page_size": 100})
    assert response.status_code == 200
    body = response.content.decode()
    for word in words:
        assert word in body
    if without:
        assert without not in body
    return _read_database(response)


def _until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.1)


def _say(room: Room, name: str, who: str = "FRA focal_point") -> str:
    """Somebody else submits an input; gives the word that it holds."""
    access = room.access(who)
    content = CommentContent(kind="comment", rationale=f"We say {marker(name)}.")
    wording = room.wording(room.revision, 2)
    submit_comment(
        access=access, comment=draft_comment(access=access, wording=wording, content=content)
    )
    return marker(name)


# --- What is read where --------------------------------------------------------------------------


def test_who_has_looked_once_reads_replicas(room: Room, servers: Replicated) -> None:
    reader = _reader(room, "CPV contributor")
    servers.await_replay()
    assert {_inputs(reader) for _look in range(20)} == REPLICAS


def test_a_program_with_a_key_reads_replicas(room: Room, servers: Replicated) -> None:
    program = with_key(room, "CPV contributor")
    assert _inputs(program) == "primary"
    servers.await_replay()
    assert _inputs(program) in REPLICAS


def test_the_log_and_the_metrics_say_which_database_answered(
    room: Room, servers: Replicated
) -> None:
    reader = _reader(room, "CPV contributor")
    servers.await_replay()
    log = TestCase().assertLogs("config.access")
    with override_settings(METRICS_TOKEN="m" * 32), log as captured:
        before = {name: READS.labels(database=name)._value.get() for name in REPLICAS}
        where = _inputs(reader)
        after = READS.labels(database=where)._value.get()
    assert vars(captured.records[-1])["database"] == where
    assert after == before[where] + 1


def test_receipts_and_screens_are_read_at_the_primary(room: Room, servers: Replicated) -> None:
    reader = _reader(room, "CPV focal_point")
    servers.await_replay()
    screen = reverse("screen", args=[SLUG, room.meeting.public_id])
    for url in (reverse("receipts", args=[SLUG]), address("receipts"), screen):
        response: Any = reader.get(url)
        assert _read_database(response) == "primary"


def test_a_page_that_writes_is_begun_anew_at_the_primary(room: Room, servers: Replicated) -> None:
    """The front page remembers since when somebody follows the consultation."""
    reader = _reader(room, "FRA contributor")
    servers.await_replay()
    front = reverse("consultation", args=[SLUG])
    first: Any = reader.get(front)
    assert (first.status_code, _read_database(first)) == (200, "primary")
    servers.await_replay()
    second: Any = reader.get(front)
    assert second.status_code == 200
    assert _read_database(second) in REPLICAS


# --- What a person wrote or saw -------------------------------------------------------------------


def test_what_a_person_wrote_they_read_at_once(room: Room, servers: Replicated) -> None:
    writer = _reader(room, "CPV contributor")
    with _paused(servers):
        form = {
            "capacity": room.capacities["CPV contributor"],
            "kind": "comment",
            "type": "substantive",
            "language": "en",
            "rationale": marker("just written"),
            "form_key": "5d0f3c9e-0000-4000-8000-000000000001",
        }
        wording = room.wording(room.revision, 2)
        url = reverse("draft_comment", args=[SLUG, wording.public_id])
        sent: Any = writer.post(url, form, format="multipart")
        assert sent.status_code in {200, 302}
        assert _inputs(writer, marker("just written")) == "primary"
    servers.await_replay()
    assert _inputs(writer, marker("just written")) in REPLICAS


def test_what_was_written_on_one_device_is_read_on_another(room: Room, servers: Replicated) -> None:
    laptop, telephone = _reader(room, "CPV deputy"), signed_in(room, "CPV deputy")
    with _paused(servers):
        shape = {
            "wording": str(room.wording(room.revision, 2).public_id),
            "kind": "comment",
            "rationale": marker("on the telephone"),
        }
        headers = {"X-Capacity": room.capacities["CPV deputy"]}
        sent = telephone.post(address("comments"), shape, headers=headers)
        assert sent.status_code == 201, sent.content
        assert _inputs(laptop, marker("on the telephone")) == "primary"


def test_nobody_is_shown_less_than_they_saw(
    room: Room, servers: Replicated, settings: Settings
) -> None:
    """Seen on the replica that goes on, then asked of the one that stands still."""
    reader = _reader(room, "CPV contributor")
    with _paused(servers, 1):
        sentence = _say(room, "seen once")
        _until(lambda: sentence in _body(reader))
        looks = [_inputs(reader, sentence) for _look in range(10)]
        assert "replica_2" not in looks
        servers.standbys[0].pause()
        later = _say(room, "seen at the primary")
        settings.REPLICA_LAG = 1.0  # so that the primary is asked soon
        _until(lambda: later in _body(reader))
        servers.standbys[0].resume()
        looks = [_inputs(reader, sentence, later) for _look in range(10)]
        assert "replica_2" not in looks


def _body(client: APIClient) -> str:
    response: Any = client.get(address("comments"), {"page_size": 100})
    body: str = response.content.decode()
    return body


def test_what_a_replica_shows_is_never_older_than_the_lag_allowed(
    room: Room, servers: Replicated, settings: Settings
) -> None:
    reader = _reader(room, "CPV contributor")
    with _paused(servers):
        sentence = _say(room, "not replayed")
        assert _inputs(reader, without=sentence) in REPLICAS
        settings.REPLICA_LAG = 1.0
        time.sleep(settings.REPLICA_LAG)
        assert _inputs(reader, sentence) == "primary"


def test_who_was_shown_what_stands_further_on_in_the_log_reads_the_primary(
    room: Room, servers: Replicated
) -> None:
    """Whatever the clocks of the machines say."""
    reader = _reader(room, "CPV contributor")
    servers.await_replay()
    assert _inputs(reader) in REPLICAS
    middleware._advance_mark(room.users["CPV contributor"].pk, 2**52, room.now)
    assert _inputs(reader) == "primary"


def test_a_replica_that_went_back_meanwhile_is_not_believed(
    room: Room, servers: Replicated, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = _reader(room, "CPV contributor")
    ahead = ReplicaChoice(replicas()[0], 2**52, timezone.now())
    monkeypatch.setattr(middleware, "choose_replica", lambda *_mark: ahead)
    assert _inputs(reader) == "primary"


def test_of_two_requests_at_once_the_one_that_knows_more_counts(room: Room) -> None:
    now = timezone.now()
    middleware._advance_mark(1, 2**50 + 1, now)
    middleware._advance_mark(1, 2**50, now + timedelta(seconds=1))
    assert middleware._mark_of(1) == (2**50 + 1, now + timedelta(seconds=1))


# --- What is away --------------------------------------------------------------------------------


def test_a_replica_that_is_killed_is_replaced_by_the_other_and_then_by_the_primary(
    room: Room, servers: Replicated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.outages.breaker.REST_SECONDS", 0.5)
    reader = _reader(room, "CPV contributor")
    servers.await_replay()
    assert {_inputs(reader) for _look in range(20)} == REPLICAS
    servers.standbys[0].kill()
    assert {_inputs(reader) for _look in range(10)} == {"replica_2"}
    servers.standbys[1].kill()
    assert {_inputs(reader) for _look in range(5)} == {"primary"}
    for standby in servers.standbys:
        standby.server.start()
    servers.await_replay()
    _until(lambda: _inputs(reader) in REPLICAS)


def test_an_operator_sees_which_replica_is_away_and_which_is_behind(
    room: Room, servers: Replicated, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Named in `/health/ready/`, which fails for it no more than without it; alarms count it."""
    settings.METRICS_TOKEN = TOKEN
    monkeypatch.setattr("config.outages.breaker.REST_SECONDS", 0.5)

    def seen() -> tuple[dict[str, bool], int, dict[str, float], dict[str, float]]:
        ready, metrics = Client().get("/health/ready/"), read_samples(scrape())
        there, behind = (
            {
                dict(labels)["database"]: value
                for (named, labels), value in metrics.items()
                if named == name
            }
            for name in sorted(OF_REPLICAS, reverse=True)
        )
        named = {name: there for name, there in ready.json().items() if name in REPLICAS}
        return named, ready.status_code, there, behind

    servers.await_replay()
    of_both = dict.fromkeys(REPLICAS, True)
    # The one that a test before this one killed is asked again only after a rest.
    _until(lambda: seen()[0] == of_both)
    without_any, status, up, lag = seen()
    assert (without_any, up, lag) == (
        of_both,
        dict.fromkeys(REPLICAS, 1),
        dict.fromkeys(REPLICAS, 0),
    )
    with _paused(servers, 0):
        _say(room, "behind")
        time.sleep(2)
        named, _status, up, lag = seen()
        assert named == of_both and up == dict.fromkeys(REPLICAS, 1)
        assert lag["replica_1"] >= 2 and lag["replica_2"] == 0
    servers.standbys[0].kill()
    away = {"replica_1": False, "replica_2": True}
    assert seen() == (away, status, away, {"replica_2": 0})
    assert Client().get("/health/ready/?of=web").status_code == 200
    servers.standbys[0].server.start()
    servers.await_replay()
    _until(lambda: seen() == (of_both, status, of_both, dict.fromkeys(REPLICAS, 0)))


def test_without_redis_all_is_read_at_the_primary(
    room: Room, servers: Replicated, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = _reader(room, "CPV contributor")
    servers.await_replay()
    assert _inputs(reader) in REPLICAS
    monkeypatch.setattr(caches["default"], "key_prefix", "emptied")
    cache.clear()
    assert _inputs(reader) == "primary"
    servers.await_replay()
    assert _inputs(reader) in REPLICAS


def test_who_was_answered_just_before_the_primary_went_away_has_to_ask_it_again(
    room: Room, servers: Replicated, monkeypatch: pytest.MonkeyPatch
) -> None:
    def goes_away() -> Any:
        raise OperationalError

    reader = signed_in(room, "CPV contributor")
    middleware._advance_mark(room.users["CPV contributor"].pk, 0, room.now)
    with monkeypatch.context() as away:
        away.setattr(middleware, "choose_replica", lambda *_mark: None)
        away.setattr(PRIMARY, "note_position", goes_away)
        assert _inputs(reader) == "primary"
    assert middleware._mark_of(room.users["CPV contributor"].pk) is None


def test_a_replica_that_became_a_primary_would_take_no_write_of_ours(room: Room) -> None:
    with connections["replica_1"].cursor() as cursor:
        cursor.execute("SHOW default_transaction_read_only")
        assert cursor.fetchone() == ("on",)


# --- What may be read ----------------------------------------------------------------------------


def test_who_has_no_post_any_more_reads_nothing_at_once(room: Room, servers: Replicated) -> None:
    reader = _reader(room, "FRA deputy")
    servers.await_replay()
    assert _inputs(reader) in REPLICAS
    with _paused(servers):
        held = Post.objects.filter(user=room.users["FRA deputy"])
        held.update(ended_at=timezone.now())
        assert reader.get(address("comments")).status_code == 404
        held.update(ended_at=None)
    reader.logout()
    assert reader.get(address("comments")).status_code == 401


def test_a_deadline_that_was_extended_in_the_last_moment_closes_nothing_on_a_replica(
    room: Room, servers: Replicated
) -> None:
    """Its rows are as old as its moment: with today's moment the old deadline would be over."""
    hidden = _say(room, "until the close")
    closing = timezone.now() + timedelta(seconds=60)  # below the lag that is allowed here
    rounds = Round.objects.filter(pk=room.round.pk)
    [before] = rounds.values("visibility", "deadline")
    rounds.update(visibility=Visibility.AT_CLOSE, deadline=closing - GRACE)
    try:
        reader = _reader(room, "CPV contributor")
        with _paused(servers):
            assert _inputs(reader, without=hidden) in REPLICAS
            stored = rounds.select_related("consultation").get()
            leader = room.access("co_facilitator")
            extend_deadline(access=leader, round=stored, deadline=closing + timedelta(days=1))
            with time_machine.travel(closing + timedelta(seconds=1)):
                old = rounds.using("replica_1").filter(readable_by_all_filter(timezone.now(), ""))
                assert old.exists()
                assert _inputs(reader, without=hidden) in REPLICAS
    finally:
        rounds.update(**before)


@pytest.mark.parametrize("letter", others_at_night("xL", at_change=0))
def test_a_page_of_a_replica_says_what_that_of_the_primary_says(
    room: Room, servers: Replicated, letter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every address: what delegations draft, note and type stands on no page of others."""
    reader = _reader(room, READERS[letter])
    urls = {case.url(room, name): name for name, case in CASES if case.gets is not None}
    with time_machine.travel(timezone.now(), tick=False):
        # The primary first: who looks for the first time leaves a mark in the database.
        with monkeypatch.context() as alone:
            alone.setattr(middleware, "choose_replica", lambda *_mark: None)
            of_primary = {url: reader.get(url) for url in urls}
        servers.await_replay()
        of_replicas = {url: reader.get(url) for url in urls}
    read_databases = Counter(_read_database(response) for response in of_replicas.values())
    assert read_databases["replica_1"] + read_databases["replica_2"] > 0.8 * len(urls)
    assert not REPLICAS & {_read_database(response) for response in of_primary.values()}
    unlike = [url for url in urls if plain(of_replicas[url]) != plain(of_primary[url])]
    assert unlike == []


def _read_database(response: Any) -> str:
    facts: RequestFacts = response.wsgi_request.facts
    return facts.read_database or ""
