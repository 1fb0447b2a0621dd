"""The page of people, and that no list of a consultation costs more with more rows."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consultations.founding.acts import create_consultation
from consultations.models import ApiToken, Facilitation, Round
from consultations.people.functions import end_function
from consultations.people.views import facilitations_in_order_of_role
from consultations.rules.access_factory import make_access
from consultations.seats.acts import seat_delegation
from consultations.timetable.acts import create_meeting
from delegations.acts import add_delegation, add_user, give_post
from delegations.invitations import invite
from delegations.models import Post, User
from tests.consultations.people.people import KEPT, House, furnish, key_of, later, signed_in
from tests.consultations.timetable.rounds import a_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return KEPT.laid_out()


def queries_of(client: Client, path: str) -> int:
    client.get(path)  # what a first visit alone costs is left out
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


# --- People ---------------------------------------------------------------------------------------


def test_only_the_own_delegation_and_the_secretariat_see_who_holds_posts(house: House) -> None:
    def page(user: User) -> str:
        return signed_in(user).get(house.path("people/")).content.decode()

    assert "Carla" in page(house.focal_point)
    assert "Nilda" not in page(house.focal_point)
    assert "Carla" not in page(house.neighbour)
    for user in (house.co_facilitator, house.staff):
        assert "Carla" not in page(user)
        assert "Nilda" not in page(user)
    assert "Carla" in page(house.secretariat)
    assert "Nilda" in page(house.secretariat)


def test_who_leads_and_serves_is_listed_by_role_and_of_this_consultation_alone(
    house: House,
) -> None:
    furnish("other", "desk2@un.example")
    access = house.access(house.focal_point)

    def listed() -> list[User]:
        return [facilitation.user for facilitation in facilitations_in_order_of_role(access)]

    assert listed() == [house.co_facilitator, house.staff, house.secretariat]
    staff = Facilitation.objects.get(user=house.staff)
    end_function(access=house.access(house.secretariat), facilitation=staff)
    assert listed() == [house.co_facilitator, house.secretariat]


def test_ending_a_post_asks_first_and_reaches_the_own_delegation_only(house: House) -> None:
    client = signed_in(house.focal_point)
    theirs = Post.objects.get(user=house.neighbour)
    assert client.get(house.path(f"people/{theirs.public_id}/end/")).status_code == 403
    mine = Post.objects.get(user=house.deputy)
    path = house.path(f"people/{mine.public_id}/end/")
    assert "It ends immediately" in client.get(path).content.decode()
    assert Post.objects.get(pk=mine.pk).ended_at is None
    assert client.post(path, {"capacity": key_of(house.focal_point)}).status_code == 302
    assert Post.objects.get(pk=mine.pk).ended_at is not None


# --- The same number of queries for one row and for thirty ----------------------------------------


def test_lists_cost_the_same_for_one_row_and_for_thirty(house: House) -> None:
    lead, serve, read = (
        signed_in(house.co_facilitator),
        signed_in(house.secretariat),
        signed_in(house.focal_point),
    )
    pages = [
        (lead, house.path("rounds/")),
        (lead, house.path("meetings/")),
        (serve, house.path("people/")),
        (read, house.path("people/")),
        (read, "/keys/"),
        (read, "/"),
    ]
    _add_row(house, 0)
    once = [queries_of(*page) for page in pages]
    for number in range(1, 30):
        _add_row(house, number)
    assert [queries_of(*page) for page in pages] == once


def _add_row(house: House, number: int) -> None:
    first = Round.objects.order_by("pk").first()
    a_round(
        house,
        name=f"Round {number}",
        asks_again=first,
        opens_at=later(days=10 * number, hours=1),
        deadline=later(days=10 * number + 7),
    )
    create_meeting(
        access=house.access(house.staff), title=f"Meeting {number}", starts_at=later(days=1)
    )
    access = house.access(house.secretariat)
    body = add_delegation(
        actor=access, kind="member_state", code=f"S{number}", short_en=f"State {number}"
    )
    seat_delegation(access=access, delegation=body)
    there = add_user(actor=access, email=f"there{number}@example.org", name=f"There {number}")
    here = add_user(actor=access, email=f"here{number}@example.org", name=f"Here {number}")
    give_post(actor=access, user=there, delegation=body, role="focal_point")
    give_post(actor=access, user=here, delegation=house.portugal, role="contributor")
    for delegation in (house.portugal, body):
        email = f"invited{number}@example.org"
        invite(actor=access, delegation=delegation, email=email, role="deputy")
    ApiToken.objects.create(
        user=house.focal_point,
        capacity=key_of(house.focal_point),
        name=f"Key {number}",
        key_hash=f"{number:064}",
    )
    founder = User.objects.create(email=f"desk{number}@un.example", is_staff=True)
    founded = create_consultation(user=founder, slug=f"more-{number}", title=f"More {number}")
    elsewhere = make_access(founder, founded.slug, key_of(founder))
    seat_delegation(access=elsewhere, delegation=house.portugal)
