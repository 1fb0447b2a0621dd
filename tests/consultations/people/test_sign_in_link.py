"""A sign-in link works once, by a button, for a day, and asks for the second factor."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import connection
from django.test import Client
from django.utils import timezone

from consultations.models import MailKind
from consultations.outbox.sending import deliver
from consultations.outbox.writing import write_mail
from consultations.people.mail import sign_in_link_url
from delegations.helping import Operator, make_sign_in_link, use_sign_in_link
from delegations.models import SignInLink, User
from tests.conftest import lazy_loads_allowed
from tests.consultations.people.people import furnish

pytestmark = pytest.mark.every_server

OPERATOR = Operator("a test")


@pytest.fixture(autouse=True)
def _sign_in_loads_as_it_likes() -> Iterator[None]:
    with lazy_loads_allowed():
        yield


@pytest.fixture
def ana(db: None) -> User:
    return User.objects.create_user("ana@example.org", name="Ana")


def path_of(link: SignInLink) -> str:
    return re.sub(r"https?://[^/]+", "", sign_in_link_url(link))


def client_after_link(link: SignInLink) -> Client:
    """A browser that opened the link."""
    client = Client()
    assert client.get(path_of(link)).headers["Location"] == "/sign-in/"
    return client


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_look_at_the_link_uses_nothing_up_and_the_button_signs_in(ana: User) -> None:
    link = make_sign_in_link(actor=OPERATOR, user=ana)
    for _scanner in range(3):
        client = client_after_link(link)
        assert "signs you in as ana@example.org" in client.get("/sign-in/").content.decode()
        assert not is_signed_in(client)

    assert client.post("/sign-in/").headers["Location"] == "/"
    assert is_signed_in(client)
    assert SignInLink.objects.get().made_by == "operator, a test"


def test_a_link_signs_in_once(ana: User) -> None:
    link = make_sign_in_link(actor=OPERATOR, user=ana)
    first, second = client_after_link(link), client_after_link(link)
    first.post("/sign-in/")
    answer = second.post("/sign-in/")
    assert (answer.status_code, is_signed_in(second)) == (410, False)
    assert "This link no longer works" in answer.content.decode()
    assert first.post("/sign-in/").headers["Location"] == "/"


def test_a_link_ends_after_a_day_and_when_a_newer_one_is_made(ana: User) -> None:
    old = make_sign_in_link(actor=OPERATOR, user=ana)
    new = make_sign_in_link(actor=OPERATOR, user=ana)
    assert client_after_link(old).get("/sign-in/").status_code == 410
    assert client_after_link(new).get("/sign-in/").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        client = client_after_link(new)
        assert client.get("/sign-in/").status_code == 410
        assert client.post("/sign-in/").status_code == 410
    assert not is_signed_in(client)


def test_a_forged_link_and_one_of_a_closed_account_sign_nobody_in(ana: User) -> None:
    link = make_sign_in_link(actor=OPERATOR, user=ana)
    forged = Client()
    forged.get(f"/sign-in/{link.public_id}.signature/")
    assert forged.post("/sign-in/").status_code == 410
    User.objects.update(is_active=False)
    closed = client_after_link(link)
    assert closed.post("/sign-in/").status_code == 410
    assert not (is_signed_in(forged) or is_signed_in(closed))


def test_who_has_a_second_step_is_asked_for_it(ana: User) -> None:
    TOTP.activate(ana, generate_totp_secret())
    client = client_after_link(make_sign_in_link(actor=OPERATOR, user=ana))
    answer = client.post("/sign-in/")
    assert answer.headers["Location"] == "/account/2fa/authenticate/"
    assert not is_signed_in(client)


@pytest.mark.django_db
def test_who_must_have_a_second_step_acts_with_one_alone(settings: Any) -> None:
    settings.REQUIRE_MFA = True
    house = furnish()
    client = client_after_link(make_sign_in_link(actor=OPERATOR, user=house.focal_point))
    client.post("/sign-in/")
    page = client.get(house.path("rounds/"))
    assert page.status_code == 403
    assert "Set up a second step first" in page.content.decode()


def test_the_mail_brings_the_link_and_no_other_word_of_the_account(
    ana: User, mailoutbox: list[Any]
) -> None:
    link = make_sign_in_link(actor=OPERATOR, user=ana)
    row = write_mail(MailKind.SIGN_IN, consultation=None, about=link.pk, reader=ana)
    assert deliver(row.pk)
    [mail] = mailoutbox
    assert mail.to == ["ana@example.org"]
    assert sign_in_link_url(link) in mail.body
    assert str(link.public_id) not in mail.subject


def test_a_link_that_was_replaced_is_mailed_no_more(ana: User, mailoutbox: list[Any]) -> None:
    link = make_sign_in_link(actor=OPERATOR, user=ana)
    row = write_mail(MailKind.SIGN_IN, consultation=None, about=link.pk, reader=ana)
    make_sign_in_link(actor=OPERATOR, user=ana)
    assert not deliver(row.pk)
    assert mailoutbox == []


@pytest.mark.django_db(transaction=True)
def test_of_two_presses_at_one_moment_one_signs_in() -> None:
    ana = User.objects.create_user("ana@example.org", name="Ana")
    link = make_sign_in_link(actor=OPERATOR, user=ana)

    def press(_turn: int) -> bool:
        try:
            return use_sign_in_link(link=link, moment=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(press, range(8))) == [False] * 7 + [True]
