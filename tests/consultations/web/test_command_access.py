"""The actor of a management command."""

import pytest
from django.core.management.base import CommandError

from consultations.command_access import access_for
from consultations.rules.access import Role
from delegations.acts import give_post
from tests.consultations.people.people import KEPT, House, key_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return KEPT.laid_out()


def test_a_single_capacity_needs_no_naming(house: House) -> None:
    access = access_for(house.focal_point.email.upper(), "", "plan")
    assert (access.role, access.consultation) == (Role.FOCAL_POINT, house.consultation)


@pytest.mark.parametrize(
    ("capacity", "role"),
    [
        ("co_facilitator", Role.CO_FACILITATOR),
        ("deputy", Role.DEPUTY),
        ("deputy:PRT", Role.DEPUTY),
    ],
)
def test_several_capacities_are_told_apart_by_words(
    house: House, capacity: str, role: Role
) -> None:
    give_post(
        actor=house.access(house.secretariat),
        user=house.co_facilitator,
        delegation=house.portugal,
        role="deputy",
    )
    email = house.co_facilitator.email
    assert access_for(email, capacity, "plan").role == role
    with pytest.raises(CommandError, match="Say which with --capacity: deputy:PRT, co_facil"):
        access_for(email, "", "plan")


def test_a_key_is_taken_as_well(house: House) -> None:
    key = key_of(house.staff)
    assert access_for(house.staff.email, key, "plan").capacity.key == key


@pytest.mark.parametrize(
    ("email", "capacity", "slug", "sentence"),
    [
        ("nobody@example.org", "", "plan", "no active account with the address nobody@"),
        ("ana.plan@example.org", "", "ocean", "no consultation with the address ocean"),
        ("ana.plan@example.org", "king", "plan", "king is no function. Choose one of"),
        ("ana.plan@example.org", "deputy", "plan", "They act as: focal_point:PRT"),
        ("ana.plan@example.org", "focal_point:CPV", "plan", "does not act as focal_point:CPV"),
    ],
)
def test_what_does_not_fit_is_said_with_what_would(
    house: House, email: str, capacity: str, slug: str, sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        access_for(email, capacity, slug)
