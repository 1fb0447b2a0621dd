"""Groups, their members and coordinators, accounts and invitations."""

from datetime import date, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from consultations.seats.acts import seat_delegation
from delegations.acts import (
    add_delegation,
    add_membership,
    add_user,
    edit_delegation,
    edit_user,
    end_mandate,
    end_membership,
    give_post,
    hand_over,
    set_mandate,
)
from delegations.models import Delegation, GroupMembership, Mandate, Post
from tests.consultations.people.people import KEPT, House

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return KEPT.laid_out()


@pytest.fixture
def group(house: House) -> Delegation:
    return add_delegation(
        actor=house.access(house.secretariat), kind="group", code="EU", short_en="European Union"
    )


def test_a_membership_holds_from_one_day_to_another(house: House, group: Delegation) -> None:
    access = house.access(house.secretariat)
    row = add_membership(
        actor=access, group=group, member=house.portugal, starts_on=date(1986, 1, 1)
    )
    end_membership(actor=access, membership=row, ends_on=date(2020, 2, 1))

    def holds(day: str) -> bool:
        moment = datetime.fromisoformat(f"{day}T12:00+00:00")
        return GroupMembership.objects.in_force(moment).exists()

    assert [holds(day) for day in ("1985-12-31", "1986-01-01", "2020-01-31", "2020-02-01")] == [
        False,
        True,
        True,
        False,
    ]


def test_a_membership_is_entered_once_and_in_order(house: House, group: Delegation) -> None:
    access = house.access(house.secretariat)
    add_membership(actor=access, group=group, member=house.portugal)
    with pytest.raises(ValidationError, match="is already a member"):
        add_membership(actor=access, group=group, member=house.portugal)
    with pytest.raises(ValidationError, match="end must come after the start"):
        add_membership(
            actor=access,
            group=group,
            member=house.cabo_verde,
            starts_on=date(2020, 1, 1),
            ends_on=date(2019, 1, 1),
        )


def test_only_groups_have_members_and_groups_are_members_of_none(
    house: House, group: Delegation
) -> None:
    access = house.access(house.secretariat)
    with pytest.raises(ValidationError, match="Portugal is not a group"):
        add_membership(actor=access, group=house.portugal, member=house.cabo_verde)
    with pytest.raises(ValidationError, match=r"is a group\. Choose a delegation"):
        set_mandate(actor=access, group=group, coordinator=group)


def test_a_mandate_lets_the_coordinator_file_until_it_ends(house: House, group: Delegation) -> None:
    access = house.access(house.secretariat)
    mandate = set_mandate(actor=access, group=group, coordinator=house.portugal)
    assert Mandate.objects.in_force(access.moment).filter(coordinator=house.portugal).exists()
    end_mandate(actor=access, mandate=mandate, ends_on=access.moment.date())
    assert not Mandate.objects.in_force(access.moment).exists()


def test_nobody_is_given_a_post_in_a_group(house: House, group: Delegation) -> None:
    access = house.access(house.secretariat)
    seat_delegation(access=access, delegation=group)
    for role in ("focal_point", "contributor"):
        with pytest.raises(ValidationError, match=r"European Union is a group\. Choose a deleg"):
            give_post(actor=access, user=house.neighbour, delegation=group, role=role)
    assert not Post.objects.filter(delegation=group).exists()


def test_a_post_in_a_group_from_before_is_not_handed_over(house: House, group: Delegation) -> None:
    access = house.access(house.secretariat)
    seat_delegation(access=access, delegation=group)
    post, other_post = (
        Post.objects.create(user=user, delegation=group, role=role)
        for user, role in ((house.neighbour, "focal_point"), (house.deputy, "deputy"))
    )
    with pytest.raises(ValidationError, match="European Union is a group"):
        hand_over(actor=access, post=post, successor=other_post)
    assert set(Post.objects.filter(delegation=group, ended_at=None)) == {post, other_post}


def test_a_delegation_becomes_no_group_while_people_have_posts_in_it(house: House) -> None:
    access = house.access(house.secretariat)
    with pytest.raises(ValidationError, match="People have posts in this delegation"):
        edit_delegation(actor=access, delegation=house.portugal, kind="group")
    assert Delegation.objects.get(pk=house.portugal.pk).kind == "member_state"
    edit_delegation(actor=access, delegation=house.portugal, kind="observer_state")
    Post.objects.filter(delegation=house.portugal).update(ended_at=access.moment)
    assert edit_delegation(actor=access, delegation=house.portugal, kind="group").is_group


def test_groups_are_the_secretariats_affair(house: House, group: Delegation) -> None:
    for user in (house.focal_point, house.co_facilitator):
        with pytest.raises(PermissionDenied):
            add_membership(actor=house.access(user), group=group, member=house.portugal)


def test_an_account_is_opened_once_whatever_the_case(house: House) -> None:
    access = house.access(house.focal_point)
    user = add_user(actor=access, email=" Luisa@Example.org ", name="Luísa")
    assert (user.email, user.has_usable_password()) == ("luisa@example.org", False)
    with pytest.raises(ValidationError, match="already an account with this address"):
        add_user(actor=access, email="LUISA@example.org", name="Luísa")
    with pytest.raises(PermissionDenied):
        add_user(actor=house.access(house.deputy), email="x@example.org", name="X")


def test_the_way_to_the_desk_is_opened_by_the_secretariat_alone(house: House) -> None:
    with pytest.raises(PermissionDenied):
        edit_user(actor=house.access(house.focal_point), user=house.deputy, is_staff=True)
    assert edit_user(
        actor=house.access(house.secretariat), user=house.deputy, is_staff=True
    ).is_staff
