"""Failed sign-ins slow down their sender; nobody can lock another person's account."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.test import Client

from delegations.models import User
from tests.conftest import lazy_loads_allowed

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough secret"
AT_HOME, ELSEWHERE = "2001:db8:1::7", "2001:db8:2::9"
TOO_MANY = "Too many attempts."


@pytest.fixture(autouse=True)
def _sign_in_loads_as_it_likes() -> Iterator[None]:
    with lazy_loads_allowed():
        yield


@pytest.fixture(autouse=True)
def _places(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two networks that no other test and no earlier run has tried from."""
    fresh = uuid4().hex
    for name, end in (("AT_HOME", "7"), ("ELSEWHERE", "9")):
        place = f"2001:db8:{fresh[:4]}:{fresh[4:7]}{end}::1"
        monkeypatch.setitem(globals(), name, place)


@pytest.fixture
def ana() -> User:
    return User.objects.create_user(f"ana.{uuid4().hex}@example.org", PASSWORD, name="Ana")


def try_password(user: User, place: str, password: str = "a guess") -> Any:
    sent = {"login": user.email, "password": password}
    return Client(REMOTE_ADDR=place).post("/account/login/", sent)


def signs_in(user: User, place: str) -> bool:
    return bool(try_password(user, place, PASSWORD).status_code == 302)


def test_five_failures_from_one_place_slow_that_place_down_and_no_other(ana: User) -> None:
    for _try in range(5):
        assert TOO_MANY not in try_password(ana, ELSEWHERE).content.decode()
    assert TOO_MANY in try_password(ana, ELSEWHERE).content.decode()
    assert not signs_in(ana, ELSEWHERE)
    assert signs_in(ana, AT_HOME)


def test_after_five_minutes_the_place_may_try_again(ana: User) -> None:
    now = datetime.now(UTC)
    with time_machine.travel(now, tick=False):
        for _try in range(6):
            try_password(ana, AT_HOME)
        assert not signs_in(ana, AT_HOME)
    with time_machine.travel(now + timedelta(minutes=5, seconds=1), tick=False):
        assert signs_in(ana, AT_HOME)


def test_tries_without_end_from_many_places_leave_the_mailed_code_open(ana: User) -> None:
    now = datetime.now(UTC)
    with time_machine.travel(now, tick=False):
        for number in range(60):
            try_password(ana, f"203.0.{number}.{int(uuid4().hex[:2], 16)}")
        assert TOO_MANY in try_password(ana, AT_HOME, PASSWORD).content.decode()
        assert signs_in_by_code(ana, AT_HOME)
    with time_machine.travel(now + timedelta(minutes=10, seconds=1), tick=False):
        assert signs_in(ana, AT_HOME)


def ask_for_code(user: User, place: str) -> tuple[Client, Any]:
    client = Client(REMOTE_ADDR=place)
    return client, client.post("/account/login/code/", {"email": user.email})


def signs_in_by_code(user: User, place: str) -> bool:
    client, _answer = ask_for_code(user, place)
    code = re.search(r"^\s{4}(\S+)$", str(mail.outbox[-1].body), re.MULTILINE)
    assert code is not None
    return client.post("/account/login/code/confirm/", {"code": code[1]}).status_code == 302


def test_codes_asked_for_elsewhere_do_not_keep_mine_away(ana: User) -> None:
    for _try in range(3):
        assert ask_for_code(ana, ELSEWHERE)[1].status_code == 302
    flooded = ask_for_code(ana, ELSEWHERE)[1]
    assert TOO_MANY in flooded.content.decode()
    assert len(mail.outbox) == 3
    assert signs_in_by_code(ana, AT_HOME)


def test_an_unknown_address_is_slowed_down_in_the_same_words(ana: User) -> None:
    def last_of_six(email: str) -> str:
        client = Client(REMOTE_ADDR=ELSEWHERE)
        sent = {"login": email, "password": "a guess"}
        pages = [client.post("/account/login/", sent).content.decode() for _try in range(6)]
        return re.sub(r"\b\w{64}\b", "…", pages[-1]).replace(email, "…")

    known = last_of_six(ana.email)
    assert TOO_MANY in known
    assert last_of_six(f"nobody.{uuid4().hex}@example.org") == known


def test_a_building_with_one_address_comes_in_before_the_deadline() -> None:
    """Fifty people behind one network address, each with one slip of the finger, in a minute."""
    people = [
        User.objects.create_user(f"p{number}.{uuid4().hex}@example.org", PASSWORD, name="P")
        for number in range(50)
    ]
    for person in people:
        try_password(person, AT_HOME)
    assert all(signs_in(person, AT_HOME) for person in people)
