"""Invitations on the people page, in the mail, and on the page that the link opens."""

import logging
import re
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import lxml.html
import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.exceptions import ValidationError
from django.core.signing import Signer
from django.test import Client
from django.utils import timezone

from consultations.models import Mail, MailKind, MailState
from consultations.people.functions import give_function
from consultations.people.inviting import invite, invite_successor
from consultations.people.mail import compose_invitation, invitation_url, token_of
from consultations.people.posts import accept_invitation
from consultations.seats.acts import seat_delegation
from delegations.acts import add_delegation, end_post
from delegations.models import Invitation, Post, User
from tests.conftest import lazy_loads_allowed
from tests.consultations.people.people import KEPT, House, key_of, signed_in
from tests.mails import send_all
from tests.smtp import mail_server, part_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return KEPT.laid_out()


def invite_by_page(house: House, who: User, **sent: str) -> Any:
    form = {"email": "Luisa@Portugal.example", "role": "deputy", "capacity": key_of(who)}
    return signed_in(who).post(house.path("people/"), form | sent)


@pytest.fixture
def invitation(house: House) -> Invitation:
    assert invite_by_page(house, house.focal_point).status_code == 302
    return Invitation.objects.select_related("delegation").get()


def invited_client(invitation: Invitation, client: Client | None = None) -> Client:
    """A browser that followed the link in the mail."""
    client = client or Client()
    answer = client.get(urlsplit(invitation_url(invitation)).path)
    assert answer.headers["Location"] == "/invitation/"
    return client


NEWCOMER = {"name": "Luísa", "language": "fr", "time_zone": "Europe/Lisbon"}


def accept(client: Client, **more: str) -> Any:
    with lazy_loads_allowed():  # sign-in is allauth's
        return client.post("/invitation/", NEWCOMER | more)


# --- The desk of whoever invites ------------------------------------------------------------------


def test_a_focal_point_invites_and_a_contributor_does_not(house: House) -> None:
    assert invite_by_page(house, house.contributor).status_code == 403
    assert not Invitation.objects.exists()
    assert invite_by_page(house, house.focal_point).status_code == 302
    row = Invitation.objects.get()
    assert (row.email, row.role) == ("luisa@portugal.example", "deputy")
    assert row.delegation_id == house.portugal.pk


def test_an_invitation_names_its_consultation_and_who_invites(
    house: House, invitation: Invitation
) -> None:
    letter = compose_invitation(invitation.mails.get(), timezone.now())
    assert letter is not None
    title = house.consultation.title
    for words in (letter.text, invited_client(invitation).get("/invitation/").content.decode()):
        assert f"Consultation: {title}" in words
        assert f"{house.focal_point.name} invites" in words


def test_the_secretariat_invites_to_the_delegation_it_names(house: House) -> None:
    assert invite_by_page(house, house.secretariat, delegation="").status_code == 422
    named = str(house.cabo_verde.pk)
    assert invite_by_page(house, house.secretariat, delegation=named).status_code == 302
    assert Invitation.objects.get().delegation_id == house.cabo_verde.pk


def test_no_group_is_offered_to_invite_people_to(house: House) -> None:
    access = house.access(house.secretariat)
    group = add_delegation(actor=access, kind="group", code="EU", short_en="European Union")
    seat_delegation(access=access, delegation=group)
    page = signed_in(house.secretariat).get(house.path("people/")).content
    offered = lxml.html.document_fromstring(page).get_element_by_id("id_delegation").value_options
    assert str(house.portugal.pk) in offered and str(group.pk) not in offered
    answer = invite_by_page(house, house.secretariat, delegation=str(group.pk))
    assert answer.status_code == 422
    assert not Invitation.objects.exists()


def test_the_answer_is_the_same_for_a_known_and_an_unknown_address(house: House) -> None:
    def answer_to(email: str) -> str:
        client = signed_in(house.focal_point)
        sent = {"email": email, "role": "deputy", "capacity": key_of(house.focal_point)}
        page = client.post(house.path("people/"), sent, follow=True).content.decode()
        Mail.objects.all().delete()
        Invitation.objects.all().delete()
        page = re.sub(r"\b\w{64}\b|[\w-]{36}|\d\d:\d\d", "…", page)
        return page.replace(email, "…")

    closed = User.objects.create(email="closed@example.org", name="Closed", is_active=False)
    assert (
        answer_to(house.neighbour.email)
        == answer_to("nobody@example.org")
        == answer_to(closed.email)
    )


def test_open_invitations_are_listed_for_who_may_invite_alone(
    house: House, invitation: Invitation
) -> None:
    def page(user: User) -> str:
        return unescape(signed_in(user).get(house.path("people/")).content.decode())

    mine = page(house.focal_point)
    assert "luisa@portugal.example" in mine
    assert "By Ana," in mine
    assert "Valid until" in mine
    assert "luisa@portugal.example" in page(house.secretariat)
    for user in (house.deputy, house.contributor, house.neighbour, house.co_facilitator):
        assert "luisa@portugal.example" not in page(user)


def test_sent_again_it_is_another_link(house: House, invitation: Invitation) -> None:
    client = signed_in(house.focal_point)
    path = house.path(f"people/invitations/{invitation.public_id}/resend/")
    assert client.get(path).status_code == 302
    assert client.post(path, {"capacity": key_of(house.focal_point)}).status_code == 302
    again = Invitation.objects.unanswered().get()
    assert again.pk != invitation.pk
    assert invited_client(invitation).get("/invitation/").status_code == 410
    assert invited_client(again).get("/invitation/").status_code == 200


def test_an_invitation_is_revoked_after_a_confirmation(
    house: House, invitation: Invitation
) -> None:
    client = signed_in(house.focal_point)
    path = house.path(f"people/invitations/{invitation.public_id}/revoke/")
    assert "stops working immediately" in client.get(path).content.decode()
    assert Invitation.objects.unanswered().exists()
    assert client.post(path, {"capacity": key_of(house.focal_point)}).status_code == 302
    assert invited_client(invitation).get("/invitation/").status_code == 410


def test_another_delegations_invitation_is_not_to_be_touched(
    house: House, invitation: Invitation
) -> None:
    client = signed_in(house.neighbour)
    for act in ("resend", "revoke"):
        path = house.path(f"people/invitations/{invitation.public_id}/{act}/")
        assert client.post(path, {"capacity": key_of(house.neighbour)}).status_code == 403
    assert Invitation.objects.unanswered().count() == 1


# --- The mail -------------------------------------------------------------------------------------


def test_the_mail_brings_the_link_once(house: House, invitation: Invitation, settings: Any) -> None:
    with mail_server(settings) as taken:
        assert send_all(MailKind.INVITATION) == 1
        assert send_all(MailKind.INVITATION) == 0
    [(recipients, message)] = taken.mails
    assert recipients == ["luisa@portugal.example"]
    assert message["Subject"] == "Invitation: deputy of Portugal"
    plain = part_of(message, "plain")
    html = part_of(message, "html")
    assert "Ana invites you to act as deputy of Portugal." in plain
    assert invitation_url(invitation) in plain
    assert f'href="{invitation_url(invitation)}"' in html
    assert "style=" in html
    assert Mail.objects.get().state is MailState.SENT


def test_a_known_reader_gets_the_mail_in_their_own_language(house: House, settings: Any) -> None:
    User.objects.filter(pk=house.neighbour.pk).update(language="fr")
    invite_by_page(house, house.focal_point, email=house.neighbour.email)
    with mail_server(settings) as taken:
        send_all(MailKind.INVITATION)
    [(_recipients, message)] = taken.mails
    assert 'lang="fr"' in part_of(message, "html")


def test_what_was_revoked_meanwhile_is_not_mailed(
    house: House, invitation: Invitation, settings: Any
) -> None:
    Invitation.objects.update(revoked_at=timezone.now())
    with mail_server(settings) as taken:
        send_all(MailKind.INVITATION)
    assert taken.mails == []


@pytest.mark.parametrize("has_ended", [False, True], ids=["held", "ended"])
def test_the_mail_names_who_is_succeeded_while_they_have_the_post(
    house: House, settings: Any, has_ended: bool
) -> None:
    post = Post.objects.get(user=house.focal_point)
    access = house.access(house.secretariat)
    invite_successor(actor=access, post=post, email="luisa@portugal.example")
    if has_ended:
        end_post(actor=access, post=post)
    with mail_server(settings) as taken:
        send_all(MailKind.INVITATION)
    [(_recipients, message)] = taken.mails
    for part in ("plain", "html"):
        words = " ".join(part_of(message, part).split())
        assert "Desk invites you to act as focal point of Portugal." in words
        assert ("You take over the post from Ana when you accept." in words) is not has_ended


def test_a_server_that_is_away_leaves_neither_address_nor_link_in_the_log(
    house: House, invitation: Invitation, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": 1},
        }
    }
    with caplog.at_level(logging.INFO):
        assert send_all(MailKind.INVITATION) == 0
    log = caplog.text
    assert "was not sent: ConnectionRefusedError" in log
    assert "luisa@portugal.example" not in log
    assert token_of(invitation) not in log
    assert Mail.objects.get().state is MailState.WAITING


# --- Whoever opens the link -----------------------------------------------------------------------


def test_a_newcomer_gives_their_name_and_is_signed_in_as_what_they_were_invited_to(
    house: House, invitation: Invitation
) -> None:
    client = invited_client(invitation)
    page = client.get("/invitation/").content.decode()
    assert "Invitation: deputy of Portugal" in page
    assert "As your colleagues see it. Other delegations do not see it." in page
    refused = accept(client, name=" ")
    assert refused.status_code == 422
    assert 'value="Europe/Lisbon" selected' in refused.content.decode()
    assert accept(client).headers["Location"] == house.path("")
    luisa = User.objects.get(email="luisa@portugal.example")
    assert (luisa.name, luisa.language, luisa.time_zone) == ("Luísa", "fr", "Europe/Lisbon")
    assert client.session["capacity"] == key_of(luisa)
    assert client.get(house.path("people/")).status_code == 200


def test_a_known_person_only_confirms(house: House) -> None:
    invite_by_page(house, house.focal_point, email=house.neighbour.email)
    client = invited_client(Invitation.objects.get())
    assert 'name="name"' not in client.get("/invitation/").content.decode()
    assert accept(client).headers["Location"] == "/"
    assert Post.objects.held().filter(user=house.neighbour).count() == 2
    assert User.objects.get(pk=house.neighbour.pk).name == "Nilda"


def test_who_has_a_second_step_is_asked_for_it(house: House) -> None:
    from_totp(house.neighbour)
    invite_by_page(house, house.focal_point, email=house.neighbour.email)
    client = invited_client(Invitation.objects.get())
    assert accept(client).headers["Location"] == "/account/2fa/authenticate/"
    assert "_auth_user_id" not in client.session
    assert Post.objects.held().filter(user=house.neighbour).count() == 2


def from_totp(user: User) -> None:
    TOTP.activate(user, generate_totp_secret())


def test_another_person_signed_in_here_makes_way(house: House, invitation: Invitation) -> None:
    client = invited_client(invitation, signed_in(house.neighbour))
    accept(client)
    luisa = User.objects.get(email="luisa@portugal.example")
    assert client.session["_auth_user_id"] == str(luisa.pk)
    assert not Post.objects.filter(user=house.neighbour, delegation=house.portugal).exists()


def test_a_second_press_of_the_button_goes_on_too(house: House, invitation: Invitation) -> None:
    client = invited_client(invitation)
    accept(client)
    assert accept(client).headers["Location"] == "/"
    assert Post.objects.filter(user__email="luisa@portugal.example").count() == 1


def test_every_link_that_leads_nowhere_gets_the_same_page(
    house: House, invitation: Invitation
) -> None:
    def page(token: str, *, method: str = "get") -> tuple[int, str]:
        client = Client()
        client.get(f"/invitation/{token}/")
        sent = NEWCOMER if method == "post" else None
        answer = getattr(client, method)("/invitation/", sent)
        return answer.status_code, re.sub(r"\b\w{64}\b", "…", answer.content.decode())

    token = token_of(invitation)
    with time_machine.travel(invitation.expires_at, tick=False):
        expired = page(token)
    assert expired[0] == 410
    assert page(f"{invitation.public_id}.forged") == expired
    assert page(str(invitation.public_id)) == expired
    accept(invited_client(invitation))
    assert page(token) == page(token, method="post") == expired
    Invitation.objects.update(accepted_at=None, revoked_at=timezone.now())
    assert page(token) == expired
    Invitation.objects.update(revoked_at=None)
    User.objects.filter(email="luisa@portugal.example").update(is_active=False)
    assert page(token) == page(token, method="post") == expired
    assert Client().get("/invitation/").status_code == 410


def test_no_later_address_carries_the_link(
    house: House, invitation: Invitation, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        client = invited_client(invitation)
        accept(client, name="")
    kept = [r.getMessage() for r in caplog.records if not r.name.startswith("django.db")]
    assert token_of(invitation) not in "\n".join(kept)


def test_the_link_is_a_signature_of_this_use_alone(house: House, invitation: Invitation) -> None:
    other = Signer(salt="something else", sep=".").sign(str(invitation.public_id))
    client = Client()
    client.get(f"/invitation/{other}/")
    assert client.get("/invitation/").status_code == 410


def test_an_invitation_of_somebody_whose_post_ended_leads_nowhere(
    house: House, invitation: Invitation
) -> None:
    held = Post.objects.get(user=house.focal_point)
    end_post(actor=house.access(house.secretariat), post=held)
    assert invited_client(invitation).get("/invitation/").status_code == 410


def test_somebody_who_became_secretariat_takes_up_no_post_on_its_word(house: House) -> None:
    clerk = User.objects.create(email="clerk@un.example", name="Clerk")
    desk = house.access(house.secretariat)
    offered = invite(actor=desk, delegation=house.portugal, email=clerk.email, role="deputy")
    give_function(access=desk, user=clerk, role="secretariat")
    with pytest.raises(ValidationError, match="no longer valid"):
        accept_invitation(invitation=offered, moment=desk.moment)
    assert not Post.objects.filter(user=clerk).exists()
    own = house.access(house.focal_point)
    offered = invite(actor=own, delegation=house.portugal, email=clerk.email, role="deputy")
    accept_invitation(invitation=offered, moment=own.moment)
    assert Post.objects.get(user=clerk).role == "deputy"
