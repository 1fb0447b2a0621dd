"""The second step of sign-in, and the list of one's sessions."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from config.templatetags.sessions import browser_name
from consultations.web.activity import activity_key
from delegations.models import User
from tests.conftest import lazy_loads_allowed
from tests.consultations.people.people import furnish

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough secret"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/138.0.0.0 Safari/537.36"
)
EDGE = f"{CHROME} Edg/138.0.0.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)


@pytest.fixture(autouse=True)
def _sign_in_loads_as_it_likes(settings: Any) -> Iterator[None]:
    settings.ACCOUNT_RATE_LIMITS = False
    with lazy_loads_allowed():
        yield


@pytest.fixture
def ana() -> User:
    return User.objects.create_user("ana@example.org", PASSWORD, name="Ana")


def sign_in(user: User, agent: str = FIREFOX) -> tuple[Client, Any]:
    client = Client(HTTP_USER_AGENT=agent)
    answer = client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    return client, answer


def code_now(secret: str) -> str:
    counter = list(yield_hotp_counters_from_time())[1]
    return str(format_hotp_value(hotp_value(secret, counter)))


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


# --- Authenticator app and recovery codes ---------------------------------------------------------


def test_an_app_is_set_up_by_its_first_code_and_recovery_codes_come_with_it(ana: User) -> None:
    client, _answer = sign_in(ana)
    asked = client.get("/account/2fa/totp/activate/")
    assert asked.headers["Location"].startswith("/account/reauthenticate/")
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    page = client.get("/account/2fa/totp/activate/").content.decode()
    secret = re.search(r'value="([A-Z2-7]{32})"', page)
    assert secret is not None
    done = client.post("/account/2fa/totp/activate/", {"code": code_now(secret[1])})
    assert done.headers["Location"] == "/account/2fa/recovery-codes/"
    shown = client.get("/account/2fa/recovery-codes/").content.decode()
    assert len(set(re.findall(r"\b\d{8}\b", shown))) == 10


def test_who_has_an_app_comes_in_by_its_code_alone(ana: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(ana, secret)
    client, answer = sign_in(ana)
    assert answer.headers["Location"] == "/account/2fa/authenticate/"
    assert not is_signed_in(client)
    client.post("/account/2fa/authenticate/", {"code": "000000"})
    assert not is_signed_in(client)
    assert client.post("/account/2fa/authenticate/", {"code": code_now(secret)}).status_code == 302
    assert is_signed_in(client)


def test_a_code_of_the_app_opens_once(ana: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(ana, secret)
    with time_machine.travel(timezone.now(), tick=False):
        code = code_now(secret)
        first, _answer = sign_in(ana)
        first.post("/account/2fa/authenticate/", {"code": code})
        second, _answer = sign_in(ana)
        second.post("/account/2fa/authenticate/", {"code": code})
    assert (is_signed_in(first), is_signed_in(second)) == (True, False)


def test_a_recovery_code_opens_once(ana: User) -> None:
    TOTP.activate(ana, generate_totp_secret())
    [code, *_others] = RecoveryCodes.activate(ana).get_unused_codes()
    first, _answer = sign_in(ana)
    first.post("/account/2fa/authenticate/", {"code": code})
    assert is_signed_in(first)
    second, _answer = sign_in(ana)
    second.post("/account/2fa/authenticate/", {"code": code})
    assert not is_signed_in(second)


def test_a_mailed_code_is_followed_by_the_second_step_too(ana: User, mailoutbox: list[Any]) -> None:
    TOTP.activate(ana, generate_totp_secret())
    client = Client()
    client.post("/account/login/code/", {"email": ana.email})
    code = re.search(r"^\s{4}(\S+)$", mailoutbox[-1].body, re.MULTILINE)
    assert code is not None
    answer = client.post("/account/login/code/confirm/", {"code": code[1]})
    assert answer.headers["Location"] == "/account/2fa/authenticate/"
    assert not is_signed_in(client)


def test_a_look_at_ones_address_does_not_hinder_the_second_step(ana: User) -> None:
    client, _answer = sign_in(ana)
    assert "You sign in as ana@example.org" in client.get("/account/email/").content.decode()
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    for path in ("/account/2fa/totp/activate/", "/account/2fa/webauthn/add/"):
        assert client.get(path).status_code == 200


def test_nobody_adds_an_address_to_their_account(ana: User) -> None:
    client, _answer = sign_in(ana)
    sent = {"email": "ambassador@example.org", "action_add": ""}
    assert client.post("/account/email/", sent).status_code == 405
    assert not EmailAddress.objects.filter(email="ambassador@example.org").exists()


# --- Sessions -------------------------------------------------------------------------------------


def test_one_sees_where_one_is_signed_in_and_ends_one_or_all_others(ana: User) -> None:
    here, _answer = sign_in(ana)
    phone, _answer = sign_in(ana, PHONE)
    office, _answer = sign_in(ana, EDGE)
    page = here.get("/account/sessions/").content.decode()
    assert "Firefox, Linux</span>, this browser" in page
    assert "Safari, iPhone" in page
    assert "Edge, Windows" in page
    on_phone = UserSession.objects.get(user_agent=PHONE)
    assert here.post(f"/account/sessions/{on_phone.pk}/end/").status_code == 302
    assert phone.get("/").headers["Location"].startswith("/account/login/")
    assert office.get("/").status_code == 200
    here.post("/account/sessions/")
    assert office.get("/").headers["Location"].startswith("/account/login/")
    assert here.get("/").status_code == 200


def test_nobody_ends_somebody_elses_session(ana: User) -> None:
    sign_in(ana)
    other = User.objects.create_user("other@example.org", PASSWORD, name="Other")
    client, _answer = sign_in(other)
    path = f"/account/sessions/{UserSession.objects.get(user=ana).pk}/end/"
    assert client.post(path).status_code == 404
    assert client.get(path).status_code == 302
    assert Client().post(path).headers["Location"].startswith("/account/login/")
    assert UserSession.objects.filter(user=ana).count() == 1


def test_a_session_says_when_it_was_last_seen_every_five_minutes_at_most() -> None:
    house = furnish()
    house.deputy.set_password(PASSWORD)
    house.deputy.save()
    client, _answer = sign_in(house.deputy)
    start = timezone.now()
    seen = []
    for minutes in (1, 2, 9):
        if minutes == 9:
            # As after five minutes, for the cache's clock is not ours to move.
            key = client.session.session_key or ""
            assert cache.delete(activity_key(key, house.access(house.deputy)))
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            client.get(house.path("rounds/"))
        seen.append(round((UserSession.objects.get().last_seen_at - start).total_seconds() / 60))
    assert seen == [1, 1, 9]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox, Linux"),
        (CHROME, "Chrome, Windows"),
        (EDGE, "Edge, Windows"),
        (PHONE, "Safari, iPhone"),
        ("curl/8.5", "Another browser"),
        ("", "Another browser"),
    ],
)
def test_a_browser_is_named(agent: str, words: str) -> None:
    assert browser_name(agent) == words
