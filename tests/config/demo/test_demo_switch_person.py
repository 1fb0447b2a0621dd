"""Each page of the demo offers to become another person, with one button."""

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from config.demo.ground import SLUG, read_data
from config.demo.seed import seed_demo
from config.demo.switch_person import DEMO_FACILITATOR, DEMO_FOCAL_POINT
from delegations.models import User
from tests.conftest import lazy_loads_allowed
from tests.database import check_once

BECOME = "/demo/become/"
FRONT = f"/consultations/{SLUG}/"


pytestmark = pytest.mark.django_db


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
def demonstration(_rows: None, settings: LazySettings) -> None:
    settings.DEMO = True


def signed_in(who: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(email=f"{who}@demo.example"))
    return client


def front_page(client: Client) -> str:
    with lazy_loads_allowed():
        return client.get(FRONT).content.decode()


def test_the_people_to_become_are_those_of_the_demonstration() -> None:
    emails = {person["email"] for person in read_data("people.json")}
    assert {f"{DEMO_FACILITATOR}@demo.example", f"{DEMO_FOCAL_POINT}@demo.example"} <= emails


@pytest.mark.parametrize(
    ("who", "other", "label"),
    [
        (DEMO_FOCAL_POINT, DEMO_FACILITATOR, "Become a co-facilitator"),
        (DEMO_FACILITATOR, DEMO_FOCAL_POINT, "Become a focal point"),
        ("secretariat", DEMO_FOCAL_POINT, "Become a focal point"),
    ],
)
def test_a_page_says_who_else_to_become_and_one_button_does_it(
    demonstration: None, who: str, other: str, label: str
) -> None:
    client = signed_in(who)
    page = front_page(client)
    assert f'name="person" value="{other}">{label}</button>' in page
    answer = client.post(BECOME, {"person": other})
    assert answer["Location"] == FRONT
    assert f'value="{who if who != "secretariat" else DEMO_FACILITATOR}"' in front_page(client)


def test_nobody_else_can_be_become_and_signed_out_there_is_no_button(demonstration: None) -> None:
    client = signed_in(DEMO_FOCAL_POINT)
    assert client.post(BECOME, {"person": "secretariat"}).status_code == 404
    assert client.get(BECOME).status_code == 302
    assert BECOME not in Client().get(reverse("account_login")).content.decode()


def test_outside_the_demonstration_there_is_no_such_button_and_no_such_page(
    demonstration: None, settings: LazySettings
) -> None:
    settings.DEMO = False
    client = signed_in(DEMO_FOCAL_POINT)
    assert BECOME not in front_page(client)
    assert client.post(BECOME, {"person": DEMO_FACILITATOR}).status_code == 404
