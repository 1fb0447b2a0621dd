"""Changes of posts, addresses and second factors are reported to the delegation."""

import re

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail

from consultations.models import MailKind
from consultations.people.inviting import invite
from consultations.people.posts import accept_invitation, edit_user, give_post, hand_over
from delegations.invitations import NewAccountDetails
from delegations.models import Post, User
from tests.conftest import lazy_loads_allowed
from tests.consultations.people.people import KEPT, House, signed_in
from tests.mails import send_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return KEPT.laid_out()


def mails_of_kind(kind: MailKind) -> dict[str, str]:
    """Who is told what: address and text of the mails of a kind that were sent just now."""
    mail.outbox.clear()
    send_all(kind)
    return {letter.to[0]: f"{letter.subject}\n{letter.body}" for letter in mail.outbox}


def test_a_post_that_is_given_is_told_to_every_focal_point_and_to_its_holder(house: House) -> None:
    second = User.objects.create(email="second@example.org", name="Second")
    desk = house.access(house.secretariat)
    give_post(actor=desk, user=second, delegation=house.portugal, role="focal_point")
    mails_of_kind(MailKind.POST_GIVEN)
    give_post(actor=desk, user=house.staff, delegation=house.portugal, role="contributor")
    letters = mails_of_kind(MailKind.POST_GIVEN)
    assert set(letters) == {house.focal_point.email, second.email, house.staff.email}
    words = letters[house.focal_point.email]
    assert "Helper (helper.plan@example.org) is now contributor of Portugal." in words
    assert "The post was given by Desk." in words


def test_who_accepts_an_invitation_is_announced_to_the_focal_points(house: House) -> None:
    own = house.access(house.focal_point)
    sent = invite(actor=own, delegation=house.portugal, email="rui@example.org", role="deputy")
    accept_invitation(invitation=sent, moment=own.moment, account_details=NewAccountDetails("Rui"))
    letters = mails_of_kind(MailKind.POST_GIVEN)
    assert set(letters) == {house.focal_point.email, "rui@example.org"}
    assert "The invitation came from Ana." in letters[house.focal_point.email]


def test_a_post_that_is_handed_over_is_told(house: House) -> None:
    desk = house.access(house.secretariat)
    post = Post.objects.get(user=house.focal_point)
    hand_over(actor=desk, post=post, successor=Post.objects.get(user=house.deputy))
    letters = mails_of_kind(MailKind.POST_GIVEN)
    assert set(letters) == {house.deputy.email}
    assert "Duarte is now focal point of Portugal" in letters[house.deputy.email]


def test_another_address_is_told_at_both_and_to_the_focal_points_and_the_old_one_is_kept(
    house: House,
) -> None:
    desk = house.access(house.secretariat)
    old = house.deputy.email
    edit_user(actor=desk, user=house.deputy, email="taken@un.example")
    letters = mails_of_kind(MailKind.ADDRESS_CHANGED)
    assert set(letters) == {old, "taken@un.example", house.focal_point.email}
    for words in letters.values():
        assert f"now has the address taken@un.example. It was {old}." in words
        assert "It was changed by Desk." in words
    now, before = User.objects.get(pk=house.deputy.pk).history.order_by("-history_id")[:2]
    assert (now.email, before.email) == ("taken@un.example", old)
    assert (now.history_user_id, now.history_change_reason) == (
        house.secretariat.pk,
        "secretariat, Plan of Action",
    )


def test_of_two_changes_at_one_moment_the_later_mail_names_the_address_between(
    house: House,
) -> None:
    desk = house.access(house.secretariat)
    edit_user(actor=desk, user=house.deputy, email="first@un.example")
    edit_user(actor=desk, user=house.deputy, email="second@un.example")
    last = mails_of_kind(MailKind.ADDRESS_CHANGED)["second@un.example"]
    assert "now has the address second@un.example. It was first@un.example." in last


def test_an_account_that_keeps_its_address_tells_nobody(house: House) -> None:
    edit_user(actor=house.access(house.secretariat), user=house.deputy, name="Duarte Reis")
    assert mails_of_kind(MailKind.ADDRESS_CHANGED) == {}


def test_the_desk_of_the_operator_tells_as_the_pages_do(house: House) -> None:
    client = signed_in(house.secretariat)
    user = house.deputy
    sent = {"email": "new@example.org", "name": user.name, "language": "en", "is_active": "on"}
    sent["time_zone"] = "America/New_York"
    sent["shown_record"] = str(user.history.latest().history_id)
    with lazy_loads_allowed():
        client.post(f"/desk/delegations/user/{user.pk}/change/", sent)
        given = {"user": house.staff.pk, "delegation": house.portugal.pk, "role": "deputy"}
        client.post("/desk/delegations/post/add/", given)
    assert "new@example.org" in mails_of_kind(MailKind.ADDRESS_CHANGED)
    assert house.focal_point.email in mails_of_kind(MailKind.POST_GIVEN)


def test_a_second_step_that_is_taken_away_is_told(house: House) -> None:
    house.deputy.set_password("a long password")
    house.deputy.save()
    TOTP.activate(house.deputy, generate_totp_secret())
    client = signed_in(house.deputy)
    with lazy_loads_allowed():
        client.post("/account/reauthenticate/", {"password": "a long password"})
        answer = client.post("/account/2fa/totp/deactivate/")
    assert answer.status_code == 302
    letters = mails_of_kind(MailKind.SECOND_STEP_ENDED)
    assert set(letters) == {house.deputy.email, house.focal_point.email}
    assert "It was removed by Duarte." in letters[house.focal_point.email]


def test_when_somebody_signs_in_leaves_no_history(house: House) -> None:
    before = house.deputy.history.count()
    house.deputy.save(update_fields=["last_login"])
    assert house.deputy.history.count() == before
    house.deputy.save(update_fields=["name", "last_login"])
    assert house.deputy.history.count() == before + 1


def test_no_hash_stands_in_the_history_of_an_account(house: House) -> None:
    columns = {field.name for field in User.history.model._meta.fields}
    assert "email" in columns
    assert not {name for name in columns if re.search("password|last_login", name)}
