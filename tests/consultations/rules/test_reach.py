"""Which delegations, groups and accounts a consultation's secretariat may change."""

import pytest

from consultations.models import Seat
from consultations.people.functions import give_function
from consultations.rules.access import Refused
from consultations.seats.acts import end_seat, seat_delegation
from delegations.acts import (
    add_delegation,
    add_membership,
    deactivate_user,
    edit_delegation,
    edit_user,
    give_post,
    hand_over,
    set_mandate,
)
from delegations.invitations import PlannedInvitation, invite, invite_all
from delegations.models import Invitation, Post, User
from tests.consultations.people.people import KEPT, House, furnish

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return KEPT.laid_out()


@pytest.fixture
def elsewhere() -> House:
    """Another consultation, with delegations, people and a secretariat of its own."""
    return furnish("other", "desk2@un.example")


def test_a_secretariat_touches_no_delegation_that_does_not_sit_in_its_consultation(
    house: House, elsewhere: House
) -> None:
    desk = house.access(house.secretariat)
    strange = elsewhere.portugal
    with pytest.raises(Refused, match="Portugal has no seat in your consultation"):
        give_post(actor=desk, user=house.staff, delegation=strange, role="focal_point")
    with pytest.raises(Refused, match="has no seat"):
        invite(actor=desk, delegation=strange, email="x@example.org", role="deputy")
    with pytest.raises(Refused, match="has no seat"):
        invite_all(
            actor=desk, planned_invitations=[PlannedInvitation(strange, "x@example.org", "deputy")]
        )
    with pytest.raises(Refused, match="has no seat"):
        edit_delegation(actor=desk, delegation=strange, short_fr="Le Portugal")
    assert not Invitation.objects.exists()


def test_who_left_the_consultation_is_out_of_reach(house: House) -> None:
    desk = house.access(house.secretariat)
    end_seat(access=desk, seat=Seat.objects.get(delegation=house.cabo_verde))
    with pytest.raises(Refused, match="has no seat"):
        give_post(actor=desk, user=house.staff, delegation=house.cabo_verde, role="deputy")


def test_what_sits_nowhere_yet_may_be_described_but_gets_no_people(house: House) -> None:
    desk = house.access(house.secretariat)
    group = add_delegation(actor=desk, kind="group", code="G", short_en="Group")
    add_membership(actor=desk, group=group, member=house.portugal)
    set_mandate(actor=desk, group=group, coordinator=house.portugal)
    with pytest.raises(Refused, match="Group has no seat"):
        give_post(actor=desk, user=house.staff, delegation=group, role="deputy")


def test_members_and_coordinator_of_a_group_are_set_where_it_sits(
    house: House, elsewhere: House
) -> None:
    desk, strange = house.access(house.secretariat), elsewhere.access(elsewhere.secretariat)
    group = add_delegation(actor=desk, kind="group", code="G", short_en="Group")
    seat_delegation(access=desk, delegation=group)
    with pytest.raises(Refused, match="Group has no seat"):
        set_mandate(actor=strange, group=group, coordinator=elsewhere.portugal)
    with pytest.raises(Refused, match="Group has no seat"):
        add_membership(actor=strange, group=group, member=elsewhere.portugal)


def test_an_account_that_reaches_further_than_the_consultation_is_left_alone(
    house: House, elsewhere: House
) -> None:
    desk = house.access(house.secretariat)
    for user, why in (
        (elsewhere.deputy, "a delegation without a seat in your consultation"),
        (elsewhere.co_facilitator, "a function in another consultation"),
    ):
        with pytest.raises(Refused, match=why):
            edit_user(actor=desk, user=user, email="mine@un.example")
        with pytest.raises(Refused, match=why):
            deactivate_user(actor=desk, user=user)
    operator = User.objects.create(email="root@un.example", name="Root", is_superuser=True)
    with pytest.raises(Refused, match="Root is an administrator of the platform"):
        edit_user(actor=desk, user=operator, email="mine@un.example")
    edit_user(actor=desk, user=house.deputy, email="duarte@example.org")
    assert User.objects.get(pk=house.deputy.pk).email == "duarte@example.org"


def test_the_secretariat_gives_its_own_people_no_post(house: House) -> None:
    desk = house.access(house.secretariat)
    give_function(access=desk, user=house.staff, role="secretariat")
    for colleague in (house.secretariat, house.staff):
        with pytest.raises(
            Refused, match="Only a focal point of the delegation can give them a post"
        ):
            give_post(actor=desk, user=colleague, delegation=house.portugal, role="deputy")
        with pytest.raises(
            Refused, match="Only a focal point of the delegation can give them a post"
        ):
            invite(actor=desk, delegation=house.portugal, email=colleague.email, role="focal_point")
    User.objects.filter(pk=house.staff.pk).update(email=house.staff.email.title())
    guests = [PlannedInvitation(house.portugal, house.staff.email.upper(), "deputy")]
    with pytest.raises(Refused, match="Only a focal point of the delegation can give them a post"):
        invite_all(actor=desk, planned_invitations=guests)
    assert not Post.objects.filter(user__in=[house.secretariat, house.staff]).exists()


def test_a_focal_point_may_take_somebody_of_the_secretariat_in(house: House) -> None:
    own, clerk = house.access(house.focal_point), User.objects.create(email="b@un.example")
    desk = house.access(house.secretariat)
    give_function(access=desk, user=clerk, role="secretariat")
    taken_in = give_post(actor=own, user=clerk, delegation=house.portugal, role="contributor")
    with pytest.raises(Refused, match="Only a focal point of the delegation can give them a post"):
        hand_over(actor=desk, post=Post.objects.get(user=house.focal_point), successor=taken_in)
    hand_over(actor=own, post=Post.objects.get(user=house.focal_point), successor=taken_in)
    assert Post.objects.held().get(user=clerk).role == "focal_point"
