"""The front door: a person's consultations, what comes next in each, and whom to ask."""

import re
from typing import Any

import pytest
from django.db import connection

from consultations.founding.acts import close_record
from consultations.home.views import only_consultation_url
from consultations.people.functions import give_function
from consultations.seats.acts import seat_delegation
from consultations.timetable.acts import create_meeting
from delegations.acts import give_post
from delegations.models import User
from tests.consultations.people.people import KEPT, House, furnish, later, signed_in
from tests.consultations.timetable.rounds import a_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return KEPT.laid_out()


def test_home_shows_my_consultations_and_no_others(house: House) -> None:
    other = furnish("other", "desk2@un.example")
    page = signed_in(house.focal_point).get("/").content.decode()
    assert f'<h2><a href="{house.path()}">Plan of Action' in page
    assert other.path() not in page


def test_home_shows_who_leads_or_serves_their_consultations(house: House) -> None:
    for user in (house.co_facilitator, house.staff, house.secretariat):
        page = signed_in(user).get("/").content.decode()
        assert f'<h2><a href="{house.path()}">Plan of Action' in page


def test_home_asks_in_which_capacity_whoever_has_two(house: House) -> None:
    other = furnish("other", "desk2@un.example")
    access = other.access(other.secretariat)
    give_function(access=access, user=house.focal_point, role="staff")
    page = signed_in(house.focal_point).get("/").content.decode()
    assert "Enter as focal point" in page
    assert "Enter as staff of the co-facilitators" in page


def test_what_is_due_first_stands_first_and_a_closed_record_last(house: House) -> None:
    other = furnish("other", "desk2@un.example")
    secretariat = other.access(other.secretariat)
    seat_delegation(access=secretariat, delegation=house.portugal)
    for leader, days in ((house.access(house.staff), 2), (other.access(other.staff), 1)):
        create_meeting(access=leader, title="Meeting", starts_at=later(days=days))

    def addresses() -> list[str]:
        page = signed_in(house.focal_point).get("/").content.decode()
        return re.findall(r'<h2><a href="([^"]+)">', page)

    assert addresses() == [other.path(), house.path()]
    close_record(access=secretariat)
    assert addresses() == [house.path(), other.path()]


def test_home_says_what_comes_next(house: House) -> None:
    a_round(house, opens_at=house.access(house.co_facilitator).moment)
    create_meeting(
        access=house.access(house.staff), title="Second meeting", starts_at=later(days=2)
    )
    page = signed_in(house.contributor).get("/").content.decode()
    assert "First draft: inputs until" in page
    assert "Next meeting: Second meeting" in page


def test_home_says_of_a_closed_record_that_nothing_comes_next(house: House) -> None:
    a_round(house, opens_at=house.access(house.co_facilitator).moment)
    create_meeting(
        access=house.access(house.staff), title="Second meeting", starts_at=later(days=2)
    )
    client = signed_in(house.contributor)
    assert "The record is closed." not in client.get("/").content.decode()
    close_record(access=house.access(house.secretariat))
    page = client.get("/").content.decode()
    assert "The record is closed." in page
    assert "inputs until" not in page and "Next meeting" not in page


@pytest.mark.parametrize(("given", "after"), [("a post", 1), ("a facilitation", 2)])
def test_home_opens_while_a_capacity_is_given(house: House, given: str, after: int) -> None:
    """Between two queries of the page: it is on the page, or will be the next time."""
    secretariat = house.access(house.secretariat)
    queries: list[Any] = []

    def give_between_queries(execute: Any, *query: Any) -> Any:
        result = execute(*query)
        queries.append(query)
        if len(queries) == after:
            if given == "a post":
                give_post(
                    actor=secretariat,
                    user=house.neighbour,
                    delegation=house.portugal,
                    role="contributor",
                )
            else:
                give_function(access=secretariat, user=house.neighbour, role="staff")
        return result

    with connection.execute_wrapper(give_between_queries):
        only_consultation_url(house.neighbour, secretariat.moment)
    assert len(queries) > after
    assert "Plan of Action" in signed_in(house.neighbour).get("/").content.decode()


def test_home_of_a_person_without_a_post_says_whom_to_ask() -> None:
    user = User.objects.create(email="new@example.org", name="New")
    page = signed_in(user).get("/").content.decode()
    assert "No consultation yet" in page
    assert "Your focal point or the secretariat" in page
