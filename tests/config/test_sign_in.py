"""Sign-in: by a mailed code or a password, closed to strangers, and silent about who has one."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from delegations.models import User
from tests.conftest import lazy_loads_allowed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sign_in_loads_as_it_likes(settings: Any) -> Iterator[None]:
    """And counts no attempts here: each test is a person of its own, all at one address."""
    settings.ACCOUNT_RATE_LIMITS = False
    with lazy_loads_allowed():
        yield


@pytest.fixture
def ana() -> User:
    return User.objects.create_user("ana@example.org", "a long enough secret", name="Ana")


def test_a_mailed_code_signs_in(ana: User) -> None:
    client = Client()
    client.post("/account/login/code/", {"email": "ana@example.org"})
    (sent,) = mail.outbox
    code = re.search(r"^\s{4}(\S+)$", sent.body, re.MULTILINE)
    assert code is not None
    assert sent.to == ["ana@example.org"]
    assert code[1] in sent.subject
    answer = client.post("/account/login/code/confirm/", {"code": code[1]})
    assert answer.headers["Location"] == "/"
    assert client.session["_auth_user_id"] == str(ana.pk)


def test_a_wrong_code_signs_nobody_in(ana: User) -> None:
    client = Client()
    client.post("/account/login/code/", {"email": "ana@example.org"})
    client.post("/account/login/code/confirm/", {"code": "AAAA-AAAA"})
    assert "_auth_user_id" not in client.session


def test_known_and_unknown_addresses_get_the_same_answer(ana: User) -> None:
    def ask(email: str) -> tuple[int, str, str]:
        client = Client()
        answer = client.post("/account/login/code/", {"email": email})
        page = client.get("/account/login/code/confirm/").content.decode()
        page = re.sub(r"\b\w{64}\b", "the form's own token", page)
        return answer.status_code, answer.headers["Location"], page.replace(email, "…")

    assert ask("ana@example.org") == ask("nobody@example.org")
    known, unknown = mail.outbox
    assert "sign-in code" in known.subject
    assert "There is no account with this address" in unknown.body


def test_a_wrong_password_and_an_unknown_address_get_the_same_sentence(ana: User) -> None:
    def sentences(email: str) -> list[str]:
        sent = {"login": email, "password": "not the password"}
        page = Client().post("/account/login/", sent).content.decode()
        return re.findall(r"<p>([^<]*(?:password|address)[^<]*)</p>", page)

    assert sentences("ana@example.org") == sentences("nobody@example.org") != []


def test_nobody_signs_up() -> None:
    client = Client()
    sent = {"email": "new@example.org", "password1": "a long enough secret"}
    client.post("/account/signup/", {**sent, "password2": sent["password1"]})
    assert not User.objects.exists()


def test_a_deactivated_account_does_not_sign_in(ana: User) -> None:
    User.objects.filter(pk=ana.pk).update(is_active=False)
    client = Client()
    client.post("/account/login/", {"login": "ana@example.org", "password": "a long enough secret"})
    assert "_auth_user_id" not in client.session
