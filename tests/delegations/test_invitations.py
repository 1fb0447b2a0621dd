"""Invitations to a post, and posts that change hands."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from consultations.seats.acts import seat_delegation
from delegations.acts import add_delegation, end_post, hand_over
from delegations.invitations import (
    NewAccountDetails,
    PlannedInvitation,
    accept_invitation,
    invite,
    invite_all,
    invite_successor,
    resend_invitation,
    revoke_invitation,
)
from delegations.models import Delegation, Invitation, Post, User
from tests.consultations.people.people import KEPT, House

pytestmark = pytest.mark.django_db

LUISA = NewAccountDetails(name="Luísa", language="fr", time_zone="Europe/Lisbon")


@pytest.fixture
def house() -> House:
    return KEPT.laid_out()


def invited(
    house: House, email: str = "Luisa@Example.org", role: str = "contributor"
) -> Invitation:
    return invite(
        actor=house.access(house.focal_point), delegation=house.portugal, email=email, role=role
    )


def accepted(invitation: Invitation, newcomer: NewAccountDetails | None = LUISA) -> Post:
    moment = timezone.now()
    return accept_invitation(
        invitation=invitation, moment=moment, account_details=newcomer
    ).new_post


def post_of(user: User) -> Post:
    return Post.objects.select_related("user", "delegation").get(user=user, ended_at=None)


def roles(house: House) -> dict[str, str]:
    """Who holds what in Portugal now."""
    held = Post.objects.held().filter(delegation=house.portugal)
    return dict(held.values_list("user__name", "role"))


# --- Invitations ----------------------------------------------------------------------------------


def test_an_invitation_gives_one_post_and_opens_an_account(house: House) -> None:
    invitation = invited(house)
    post = accepted(invitation)
    user = post.user
    assert (user.email, post.role) == ("luisa@example.org", "contributor")
    assert (user.language, user.time_zone) == ("fr", "Europe/Lisbon")
    assert not user.has_usable_password()
    assert post.history.get().history_change_reason == "invited, Portugal"
    with pytest.raises(ValidationError, match="no longer valid"):
        accepted(invitation)
    assert Post.objects.filter(user=post.user).count() == 1


def test_a_known_account_keeps_its_name_and_takes_one_more_post(house: House) -> None:
    invitation = invited(house, email=house.neighbour.email)
    post = accepted(invitation, NewAccountDetails(name="Somebody else"))
    assert post.user == house.neighbour
    assert post.user.name == "Nilda"
    held = Post.objects.held().filter(user=house.neighbour)
    assert {row.delegation_id for row in held} == {house.portugal.pk, house.cabo_verde.pk}


def test_a_newer_invitation_replaces_the_older(house: House) -> None:
    older, newer = invited(house), invited(house)
    with pytest.raises(ValidationError, match="no longer valid"):
        accepted(older)
    assert accepted(newer).pk


def test_sent_again_the_old_link_stops_and_the_new_one_holds_anew(house: House) -> None:
    older = invited(house, role="deputy")
    Invitation.objects.filter(pk=older.pk).update(expires_at=timezone.now())
    again = resend_invitation(actor=house.access(house.focal_point), invitation=older)
    assert again.role == "deputy"
    assert again.expires_at > timezone.now() + timedelta(days=13)
    with pytest.raises(ValidationError, match="no longer valid"):
        accepted(older)
    assert accepted(again).role == "deputy"
    with pytest.raises(ValidationError, match="already accepted"):
        resend_invitation(actor=house.access(house.focal_point), invitation=again)


def test_a_revoked_invitation_gives_nothing(house: House) -> None:
    invitation = invited(house)
    revoke_invitation(actor=house.access(house.focal_point), invitation=invitation)
    with pytest.raises(ValidationError, match="no longer valid"):
        accepted(invitation)
    with pytest.raises(ValidationError, match="already revoked"):
        resend_invitation(actor=house.access(house.focal_point), invitation=invitation)


def test_who_has_only_an_expired_invitation_is_invited_anew_by_a_list(house: House) -> None:
    expired, others = invited(house), invited(house, "rui@example.org")
    elsewhere = PlannedInvitation(house.cabo_verde, "rui@example.org", "deputy")
    Invitation.objects.update(expires_at=timezone.now())
    planned = [PlannedInvitation(house.portugal, "luisa@example.org", "deputy"), elsewhere]
    actor = house.access(house.secretariat)
    new, _new_elsewhere = invite_all(actor=actor, planned_invitations=planned)
    expired.refresh_from_db()
    others.refresh_from_db()
    assert expired.revoked_at == actor.moment and others.revoked_at is None
    assert accepted(new).role == "deputy"
    assert not invite_all(actor=actor, planned_invitations=planned)


def test_an_invitation_expires(house: House) -> None:
    invitation = invited(house)
    late = invitation.expires_at
    with pytest.raises(ValidationError, match="no longer valid"):
        accept_invitation(invitation=invitation, moment=late, account_details=LUISA)
    assert not User.objects.filter(email="luisa@example.org").exists()


def test_a_newcomer_says_who_they_are(house: House) -> None:
    invitation = invited(house)
    with pytest.raises(ValidationError, match="Give your name"):
        accepted(invitation, NewAccountDetails(name="  "))
    with pytest.raises(ValidationError, match="time zone by its name"):
        accepted(invitation, NewAccountDetails(name="Luísa", time_zone="Lisbon"))
    assert not User.objects.filter(email="luisa@example.org").exists()
    assert accepted(invitation).pk


def test_a_closed_account_takes_up_nothing(house: House) -> None:
    invitation = invited(house, email=house.neighbour.email)
    User.objects.filter(pk=house.neighbour.pk).update(is_active=False)
    with pytest.raises(ValidationError, match="no longer valid"):
        accepted(invitation)


def test_nobody_invites_to_another_delegation(house: House) -> None:
    theirs = invite(
        actor=house.access(house.neighbour),
        delegation=house.cabo_verde,
        email="x@example.org",
        role="deputy",
    )
    mine = house.access(house.focal_point)
    with pytest.raises(PermissionDenied):
        invite(actor=mine, delegation=house.cabo_verde, email="y@example.org", role="deputy")
    with pytest.raises(PermissionDenied):
        resend_invitation(actor=mine, invitation=theirs)
    with pytest.raises(PermissionDenied):
        revoke_invitation(actor=mine, invitation=theirs)


def test_who_holds_a_post_is_not_invited_to_another(house: House) -> None:
    with pytest.raises(ValidationError, match="Duarte already has a post here, as deputy"):
        invited(house, email=house.deputy.email.upper(), role="focal_point")


@pytest.fixture
def group(house: House) -> Delegation:
    """The European Union, which has a seat."""
    access = house.access(house.secretariat)
    group = add_delegation(actor=access, kind="group", code="EU", short_en="European Union")
    seat_delegation(access=access, delegation=group)
    return group


def test_nobody_is_invited_to_a_post_in_a_group(house: House, group: Delegation) -> None:
    access = house.access(house.secretariat)
    planned_invitations = [
        PlannedInvitation(delegation, "eu@example.org", "focal_point")
        for delegation in (house.portugal, group)
    ]
    with pytest.raises(ValidationError, match="European Union is a group"):
        invite(actor=access, delegation=group, email="eu@example.org", role="focal_point")
    with pytest.raises(ValidationError, match="European Union is a group"):
        invite_all(actor=access, planned_invitations=planned_invitations)
    assert not Invitation.objects.exists()
    assert len(invite_all(actor=access, planned_invitations=planned_invitations[:1])) == 1


def test_an_invitation_to_a_group_from_before_gives_no_post(
    house: House, group: Delegation
) -> None:
    invitation = Invitation.objects.create(
        delegation=group, email="eu@example.org", role="deputy", invited_by=house.secretariat
    )
    with pytest.raises(ValidationError, match="no longer valid"):
        accepted(invitation)
    with pytest.raises(ValidationError, match="European Union is a group"):
        resend_invitation(actor=house.access(house.secretariat), invitation=invitation)
    assert not Post.objects.filter(delegation=group).exists()


# --- A post ends ----------------------------------------------------------------------------------


def test_with_a_post_end_the_invitations_that_rest_on_it(house: House) -> None:
    by_ana = invited(house)
    end_post(actor=house.access(house.secretariat), post=post_of(house.focal_point))
    with pytest.raises(ValidationError, match="no longer valid"):
        accepted(by_ana)


def test_two_focal_points_do_not_end_each_other(house: House) -> None:
    second = accepted(invited(house, role="focal_point"))
    mine, theirs = house.access(house.focal_point), house.access(second.user)
    end_post(actor=mine, post=second)
    with pytest.raises(ValidationError, match="Ana is the last focal point of Portugal"):
        end_post(actor=theirs, post=post_of(house.focal_point))
    assert roles(house)["Ana"] == "focal_point"


def test_the_secretariat_may_end_the_last_one(house: House) -> None:
    end_post(actor=house.access(house.secretariat), post=post_of(house.focal_point))
    assert "Ana" not in roles(house)


# --- Handed over ----------------------------------------------------------------------------------


@pytest.mark.parametrize("becomes", ["", "deputy"])
def test_a_focal_point_hands_over_to_another_holder(house: House, becomes: str) -> None:
    access = house.access(house.focal_point)
    done = hand_over(
        actor=access,
        post=post_of(house.focal_point),
        successor=post_of(house.deputy),
        former_becomes=becomes,
    )
    expected = {"Duarte": "focal_point", "Carla": "contributor"}
    assert roles(house) == expected | ({"Ana": becomes} if becomes else {})
    assert {post.ended_at for post in done.ended_posts} == {access.moment}
    assert done.new_post.history.get().history_change_reason == "focal point, Portugal"


def test_a_post_goes_to_nobody_outside_and_only_a_focal_point_has_it_to_give(house: House) -> None:
    access = house.access(house.focal_point)
    with pytest.raises(ValidationError, match="Choose another person with a post"):
        hand_over(actor=access, post=post_of(house.focal_point), successor=post_of(house.neighbour))
    with pytest.raises(ValidationError, match="Only a focal point hands over"):
        hand_over(actor=access, post=post_of(house.deputy), successor=post_of(house.contributor))
    with pytest.raises(PermissionDenied):
        hand_over(
            actor=house.access(house.neighbour),
            post=post_of(house.focal_point),
            successor=post_of(house.deputy),
        )


def test_an_invited_successor_takes_the_post_by_accepting(house: House) -> None:
    invitation = invite_successor(
        actor=house.access(house.focal_point),
        post=post_of(house.focal_point),
        email="luisa@example.org",
        former_becomes="deputy",
    )
    assert roles(house)["Ana"] == "focal_point"
    accepted(invitation)
    assert roles(house) == {
        "Luísa": "focal_point",
        "Ana": "deputy",
        "Duarte": "deputy",
        "Carla": "contributor",
    }


def test_the_former_holder_is_signed_out_where_the_post_ends(house: House) -> None:
    invitation = invite_successor(
        actor=house.access(house.focal_point),
        post=post_of(house.focal_point),
        email="luisa@example.org",
    )
    UserSession.objects.create(
        user=house.focal_point, ip="192.0.2.1", session_key="ana", user_agent="Firefox"
    )
    accepted(invitation)
    assert not UserSession.objects.filter(user=house.focal_point).exists()


def test_the_secretariat_gives_a_delegation_a_focal_point_again(house: House) -> None:
    desk = house.access(house.secretariat)
    end_post(actor=desk, post=post_of(house.focal_point))
    invitation = invite(
        actor=desk, delegation=house.portugal, email="luisa@example.org", role="focal_point"
    )
    accepted(invitation)
    assert roles(house)["Luísa"] == "focal_point"


def test_what_a_person_did_stays_in_the_record_of_the_delegation(house: House) -> None:
    held = post_of(house.focal_point)
    hand_over(actor=house.access(house.focal_point), post=held, successor=post_of(house.deputy))
    begun, ended = held.history.order_by("history_date", "pk")
    assert (begun.ended_at, ended.ended_at is not None) == (None, True)
    assert {begun.delegation_id, ended.delegation_id} == {house.portugal.pk}
    assert ended.history_user_id == house.focal_point.pk
