"""Sign-in by a mailed code or a password; it does not reveal who has an account."""

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
    code = re.search(r"^\s{4}(\S+)$", str(sent.body), re.MULTILINE)
    assert code is not None
    assert sent.to == ["ana@example.org"]
    assert code[1] not in sent.subject and "sign-in code" in sent.subject
    answer = client.post("/account/login/code/confirm/", {"code": code[1]})
    assert answer.headers["Location"] == "/"
    assert client.session["_auth_user_id"] == str(ana.pk)


def test_the_address_typed_at_sign_in_gets_the_code(ana: User) -> None:
    client = Client()
    page = client.get("/account/login/").content.decode()
    assert 'formaction="/account/login/code/"' in page
    asked = {"login": "ana@example.org", "password": "", "next": "/c/plan/"}
    answer = client.post("/account/login/code/", asked)
    assert answer.headers["Location"] == "/account/login/code/confirm/?next=%2Fc%2Fplan%2F"
    assert [sent.to for sent in mail.outbox] == [["ana@example.org"]]


@pytest.mark.parametrize(("typed", "is_wrong"), [("", False), ("ana at example", True)])
def test_an_address_that_cannot_get_a_code_is_asked_for(
    ana: User, typed: str, is_wrong: bool
) -> None:
    answer = Client().post("/account/login/code/", {"login": typed, "password": ""})
    page = answer.content.decode()
    assert answer.status_code == 200 and 'name="email"' in page
    assert ("Enter a valid email address." in page) == is_wrong
    assert f'value="{typed}"' in page or not typed
    assert mail.outbox == []


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


def same_words(page: str, email: str) -> str:
    """A page without what differs each time: the token of its form, and the address asked for."""
    page = re.sub(r"\b\w{64}\b", "…", page)
    return page.replace(email, "…")


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/account/login/", "login"),
        ("/account/login/code/", "email"),
        ("/account/password/reset/", "email"),
    ],
)
def test_every_way_in_answers_a_known_an_unknown_and_a_closed_address_alike(
    ana: User, path: str, field: str
) -> None:
    """Status, where it leads, what the page says: byte by byte; and each sends as many mails."""
    User.objects.create_user("closed@example.org", "a secret of old", name="C", is_active=False)

    def ask(email: str) -> list[Any]:
        client, before = Client(), len(mail.outbox)
        sent = {field: email, "password": "not the password"}
        answers = [client.post(path, sent), client.post(path, sent, follow=True)]
        bodies = [same_words(answer.content.decode(), email) for answer in answers]
        where = answers[0].headers.get("Location", "").replace(email, "…")
        return [answers[0].status_code, where, *bodies, len(mail.outbox) - before]

    known = ask("ana@example.org")
    assert ask("nobody@example.org") == known
    assert ask("closed@example.org") == known


def test_a_wrong_code_gets_the_same_page_whether_or_not_there_is_an_account(ana: User) -> None:
    def ask(email: str) -> list[str]:
        client = Client()
        client.post("/account/login/code/", {"email": email})
        pages = []
        for _try in range(4):
            answer = client.post("/account/login/code/confirm/", {"code": "AAAA-AAAA"}, follow=True)
            pages.append(same_words(answer.content.decode(), email))
        return pages

    assert ask("ana@example.org") == ask("nobody@example.org")


def test_a_mail_that_no_server_takes_changes_no_answer(ana: User, settings: Any) -> None:
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": 1},
        }
    }
    for email in ("ana@example.org", "nobody@example.org"):
        answer = Client().post("/account/login/code/", {"email": email})
        assert answer.headers["Location"] == "/account/login/code/confirm/"


def test_a_password_is_chosen_by_the_link_in_the_mail(ana: User) -> None:
    client = Client()
    client.post("/account/password/reset/", {"email": "ana@example.org"})
    body = str(mail.outbox[-1].body)
    link = re.search(r"http://testserver(/account/password/reset/key/\S+)", body)
    assert link is not None
    form = client.get(link[1]).headers["Location"]
    sent = {"password1": "another long secret", "password2": "another long secret"}
    assert client.post(form, sent).status_code == 302
    assert User.objects.get(pk=ana.pk).check_password("another long secret")
