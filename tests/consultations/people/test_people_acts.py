"""Functions, posts and accounts are given and ended, and what ends with them."""

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.test import Client

from consultations.keys.acts import make_token
from consultations.models import ApiToken, Facilitation, FunctionInvitation
from consultations.people.functions import end_function, give_function, invite_to_function
from consultations.people.inviting import invite
from consultations.people.posts import deactivate_user, end_post
from consultations.rules.access import Role
from consultations.rules.access_factory import capacities_of, make_access
from delegations import acts as who_is_who
from delegations.models import Invitation, Post, User
from tests.consultations.people.people import KEPT, House, furnish, key_of, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return KEPT.laid_out()


def test_a_function_is_given_once_and_ends_with_its_sessions_and_keys(house: House) -> None:
    access = house.access(house.secretariat)
    with pytest.raises(ValidationError, match="already has this function"):
        give_function(access=access, user=house.staff, role="staff")
    client = signed_in_by_password(house.staff)
    token, _key = make_token(actor=house.access(house.staff), name="script")
    held = Facilitation.objects.get(user=house.staff)
    end_function(access=access, facilitation=held)
    assert client.get("/keys/").headers["Location"].startswith("/account/login/")
    assert Session.objects.count() == 0
    assert ApiToken.objects.get(pk=token.pk).ended_at == access.moment


def signed_in_by_password(user: User) -> Client:
    """Through the sign-in page, so that the session is one of those the account lists."""
    user.set_password("a long enough secret")
    user.save()
    client = Client()
    sent = {"login": user.email, "password": "a long enough secret"}
    assert client.post("/account/login/", sent).status_code == 302
    assert client.get("/keys/").status_code == 200
    return client


def test_nobody_ends_the_function_or_post_in_which_they_act(house: House) -> None:
    mine = Facilitation.objects.get(user=house.secretariat)
    with pytest.raises(ValidationError, match="A colleague can end it"):
        end_function(access=house.access(house.secretariat), facilitation=mine)
    with pytest.raises(ValidationError, match="Hand it over, or ask another focal point"):
        end_post(
            actor=house.access(house.focal_point), post=Post.objects.get(user=house.focal_point)
        )
    with pytest.raises(ValidationError, match="your own account"):
        deactivate_user(actor=house.access(house.secretariat), user=house.secretariat)


def test_an_ended_post_opens_nothing_by_session_or_key(house: House) -> None:
    client = signed_in_by_password(house.deputy)
    post_key = key_of(house.deputy)
    token, _key = make_token(actor=house.access(house.deputy), name="script")
    end_post(actor=house.access(house.focal_point), post=Post.objects.get(user=house.deputy))
    assert client.get("/keys/").headers["Location"].startswith("/account/login/")
    assert ApiToken.objects.get(pk=token.pk).ended_at is not None
    with pytest.raises(Http404):
        make_access(house.deputy, "plan", post_key)


def test_a_focal_point_gives_and_ends_posts_of_the_own_delegation_only(house: House) -> None:
    access = house.access(house.focal_point)
    theirs = Post.objects.get(user=house.neighbour)
    with pytest.raises(PermissionDenied, match="another delegation"):
        end_post(actor=access, post=theirs)
    with pytest.raises(PermissionDenied, match="another delegation"):
        who_is_who.give_post(
            actor=access, user=house.neighbour, delegation=house.cabo_verde, role="deputy"
        )
    for user in (house.deputy, house.contributor, house.co_facilitator):
        with pytest.raises(PermissionDenied):
            who_is_who.give_post(
                actor=house.access(user),
                user=house.neighbour,
                delegation=house.portugal,
                role="deputy",
            )
    given = who_is_who.give_post(
        actor=access, user=house.neighbour, delegation=house.portugal, role="contributor"
    )
    assert given.history.get().history_change_reason == "focal point, Portugal"


def test_a_deactivated_account_loses_posts_functions_sessions_and_keys(house: House) -> None:
    client = signed_in(house.deputy)
    make_token(actor=house.access(house.deputy), name="script")
    deactivate_user(actor=house.access(house.secretariat), user=house.deputy)
    assert not User.objects.get(pk=house.deputy.pk).is_active
    assert not Post.objects.filter(user=house.deputy, ended_at=None).exists()
    assert not ApiToken.objects.filter(user=house.deputy, ended_at=None).exists()
    assert client.get("/keys/").status_code == 302


@pytest.fixture
def colleague(house: House) -> User:
    """A second person of the secretariat."""
    access = house.access(house.secretariat)
    colleague = who_is_who.add_user(actor=access, email="colleague@un.example", name="Colleague")
    give_function(access=access, user=colleague, role="secretariat")
    return colleague


def test_with_an_account_end_the_invitations_that_it_sent(house: House, colleague: User) -> None:
    theirs, others = house.access(colleague), house.access(house.secretariat)
    for access, name in ((theirs, "theirs"), (others, "other")):
        invite_to_function(access=access, email=f"{name}@un.example", role="staff")
        invite(actor=access, delegation=house.portugal, email=f"{name}@pt.example", role="deputy")
    deactivate_user(actor=others, user=colleague)
    for model in (FunctionInvitation, Invitation):
        [open_invitation] = model.objects.unanswered()
        assert open_invitation.invited_by_id == house.secretariat.pk
        assert model.objects.get(invited_by=colleague).revoked_at == others.moment


def test_with_a_secretariats_function_end_its_invitations_to_functions_here(
    house: House, colleague: User
) -> None:
    other = furnish("other", "desk2@un.example")
    give_function(access=other.access(other.secretariat), user=colleague, role="secretariat")
    give_function(access=house.access(house.secretariat), user=colleague, role="staff")
    capacities = capacities_of(colleague)
    for slug in ("plan", "other"):
        [key] = [
            one.key
            for one in capacities
            if (one.consultation_slug, one.role) == (slug, Role.SECRETARIAT)
        ]
        access = make_access(colleague, slug, key)
        invite_to_function(access=access, email=f"{slug}@un.example", role="staff")
    held = Facilitation.objects.filter(consultation=house.consultation, user=colleague)

    def open_addresses() -> set[str]:
        return set(FunctionInvitation.objects.unanswered().values_list("email", flat=True))

    access = house.access(house.secretariat)
    end_function(access=access, facilitation=held.get(role="staff"))
    assert open_addresses() == {"plan@un.example", "other@un.example"}
    end_function(access=access, facilitation=held.get(role="secretariat"))
    assert open_addresses() == {"other@un.example"}
