"""The demo's people on its sign-in page, one button each, and only in the demo."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from config.demo.people import demo_people
from config.demo.seed import PASSWORD, people_who_can_sign_in, seed_demo
from delegations.models import Post, User
from tests.conftest import lazy_loads_allowed
from tests.database import check_once

pytestmark = pytest.mark.django_db
CHOICE = "Choose a person of the demonstration"


def test_a_demo_without_its_rows_shows_the_form_alone(settings: Any) -> None:
    """Before the rows are laid out, for all tests below."""
    settings.DEMO = True
    page = Client().get("/account/login/").content.decode()
    assert CHOICE not in page
    assert 'name="password"' in page


@pytest.fixture(scope="module")
def _rows(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demo's rows, laid out once for all tests and never committed."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_delegations", verbosity=0)
        seed_demo()
        check_once()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def _demo(_rows: None, db: None, settings: Any) -> Iterator[None]:
    settings.DEMO = True
    settings.ACCOUNT_RATE_LIMITS = False
    with lazy_loads_allowed():
        yield


@pytest.mark.usefixtures("_demo")
def test_each_person_of_the_demo_is_one_button_that_signs_in() -> None:
    client = Client()
    page = client.get("/account/login/?next=/keys/").content.decode()
    buttons = re.findall(r'<button class="person" name="login" value="([^"]+)">', page)
    assert buttons == [person.email for person in demo_people()]
    assert len(buttons) == 19
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "Helena Rocha Focal point · Portugal" in words
    assert "Teresa Vaz Co-facilitator · Portugal" in words
    assert "Ingrid Solberg Secretariat" in words
    form = page[: page.index('class="person"')].rpartition("<form")[2]
    assert 'method="post"' in form and 'name="csrfmiddlewaretoken"' in form
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    answer = client.post("/account/login/", {**sent, "login": "egypt@demo.example"})
    assert answer.headers["Location"] == "/keys/"
    nadia = User.objects.get(email="egypt@demo.example")
    assert client.session["_auth_user_id"] == str(nadia.pk)
    assert client.cookies["django_language"].value == "ar"


@pytest.mark.usefixtures("_demo")
def test_outside_the_demo_the_page_has_neither_people_nor_their_password(settings: Any) -> None:
    settings.DEMO = False
    page = Client().get("/account/login/").content.decode()
    assert CHOICE not in page
    assert PASSWORD not in page
    assert "demo.example" not in page


@pytest.mark.usefixtures("_demo")
def test_only_those_who_hold_something_now_are_shown_in_three_queries() -> None:
    Post.objects.get(user__email="fiji@demo.example").delete()
    User.objects.filter(email="korea@demo.example").update(is_active=False)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        emails = {person.email for person in demo_people()}
    assert len(asked) == 3
    assert len(emails) == 17
    assert not emails & {"fiji@demo.example", "korea@demo.example"}


@pytest.mark.usefixtures("_demo")
def test_the_terminal_names_the_same_people() -> None:
    people = dict(people_who_can_sign_in())
    assert people["portugal@demo.example"] == "focal point, Portugal"
    assert people["secretariat@demo.example"] == "secretariat"
