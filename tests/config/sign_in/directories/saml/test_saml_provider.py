"""Sign-in by SAML with a real provider of another library, in a process of its own."""

import shutil
from dataclasses import replace
from typing import Any

import pytest
import requests
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from delegations.identity_providers import SamlProvider, read_providers
from delegations.models import User
from tests.config.sign_in.directories.saml.saml_visits import (
    BACK,
    BASE_URL,
    come_back,
    go_there,
    is_signed_in,
    sign_in_there,
)
from tests.saml_provider import MFA

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("own_cache"),
    pytest.mark.skipif(not shutil.which("xmlsec1"), reason="pysaml2 signs with xmlsec1."),
]


# --- Who comes in ---------------------------------------------------------------------------------


def test_an_account_is_found_by_the_address_that_the_provider_vouches_for(
    provider: SamlProvider, ana: User
) -> None:
    client = Client(enforce_csrf_checks=False)
    assert "Sign in with Geneva" in client.get("/account/login/").content.decode()
    assert come_back(client, "ana@example.org").status_code == 302
    assert client.session["_auth_user_id"] == str(ana.pk)
    identity = SocialAccount.objects.get()
    assert (identity.user, identity.uid) == (ana, "number of ana@example.org")
    assert identity.extra_data == {}
    assert ana.history.first().history_change_reason == "operator, sign-in by geneva"
    again = Client()
    come_back(again, "ana@example.org", "both")
    assert is_signed_in(again)
    assert SocialAccount.objects.get().extra_data == {}


@pytest.mark.parametrize("email", ["eve@example.org", "zoe@elsewhere.example", "new@example.org"])
def test_no_other_address_opens_a_door_or_an_account(
    provider: SamlProvider, ana: User, email: str
) -> None:
    """Not verified, of another directory, without an account: one answer to all three."""
    if not email.startswith("new"):
        User.objects.create_user(email, name="There is one")
    before, client = User.objects.count(), Client()
    answer = come_back(client, email)
    assert answer.status_code == 403
    assert "There is no account here for your address there." in answer.content.decode()
    assert not is_signed_in(client)
    assert (User.objects.count(), SocialAccount.objects.count()) == (before, 0)


def test_a_directory_that_gives_out_its_addresses_needs_no_attribute(
    provider: SamlProvider, settings: Any
) -> None:
    settings.IDENTITY_PROVIDERS = (replace(provider, verified="always"),)
    User.objects.create_user("eve@example.org", name="Eve")
    zoe, client = User.objects.create_user("zoe@elsewhere.example", name="Zoe"), Client()
    come_back(client, "eve@example.org")
    assert is_signed_in(client)
    assert come_back(Client(), zoe.email).status_code == 403


def test_a_domain_that_moved_to_another_directory_leaves_no_second_door(
    provider: SamlProvider, ana: User, settings: Any
) -> None:
    come_back(Client(), "ana@example.org")
    settings.IDENTITY_PROVIDERS = (replace(provider, domains=("elsewhere.example",)),)
    client = Client()
    answer = come_back(client, "ana@example.org")
    assert answer.status_code == 403
    assert "There is no account here" in answer.content.decode()
    assert not is_signed_in(client)


def test_who_is_signed_in_joins_no_other_identity(provider: SamlProvider, ana: User) -> None:
    client, eve = Client(), User.objects.create_user("eve@elsewhere.example", name="Eve")
    client.force_login(eve)
    assert come_back(client, "ana@example.org", process="connect").status_code == 403
    assert not SocialAccount.objects.exists()


def test_it_goes_on_where_the_person_wanted_to_go(provider: SamlProvider, ana: User) -> None:
    answer = come_back(Client(), "ana@example.org", next="/help/")
    assert answer.headers["Location"] == "/help/"
    answer = come_back(Client(), "ana@example.org", next="https://elsewhere.example/")
    assert answer.headers["Location"].startswith("/")


# --- The second step there ------------------------------------------------------------------------


def test_a_second_step_there_counts_and_one_step_is_refused(
    provider: SamlProvider, ana: User, settings: Any
) -> None:
    settings.IDENTITY_PROVIDERS = (replace(provider, second_step=(MFA,), acr_values=MFA),)
    User.objects.create_user("ben@example.org", name="Ben")
    client = Client()
    assert sign_in_there(go_there(client), "ben@example.org")["asked"] == [MFA]
    answer = come_back(client, "ben@example.org")
    assert answer.status_code == 403
    assert "without a second step" in answer.content.decode()
    TOTP.activate(ana, generate_totp_secret())
    come_back(client, "ana@example.org")
    assert is_signed_in(client), "ours is not asked for too"


def test_a_second_step_of_ours_is_asked_for_where_the_provider_has_none(
    provider: SamlProvider, ana: User
) -> None:
    TOTP.activate(ana, generate_totp_secret())
    client = Client()
    assert come_back(client, "ana@example.org").headers["Location"] == "/account/2fa/authenticate/"
    assert not is_signed_in(client)


# --- Signing out, and ended there -----------------------------------------------------------------


def test_signing_out_here_leads_to_signing_out_there(provider: SamlProvider, ana: User) -> None:
    client = Client()
    come_back(client, "ana@example.org")
    there = client.post("/account/logout/").headers["Location"]
    assert not is_signed_in(client)
    assert there.startswith(f"{provider.sign_out_address}?")
    logout = requests.get(there).json()
    assert logout["number"] == "number of ana@example.org"
    assert len(logout["sessions"]) == 1
    assert logout["back"].startswith(f"{BASE_URL}/account/provider/geneva/ended/?SAMLResponse=")
    back = client.get(logout["back"].removeprefix(BASE_URL))
    assert back.headers["Location"] == "/account/login/"


def test_who_has_no_page_to_sign_out_is_signed_out_here(
    provider: SamlProvider, ana: User, settings: Any
) -> None:
    client = Client()
    come_back(client, "ana@example.org")
    settings.IDENTITY_PROVIDERS = (replace(provider, sign_out_address=""),)
    assert client.post("/account/logout/").headers["Location"].startswith("/")
    assert not is_signed_in(client)


def end_there(provider: SamlProvider, wrong: str = "") -> str:
    address = provider.entity_id.removesuffix("/metadata")
    answer = requests.get(f"{address}/end?email=ana@example.org&wrong={wrong}").json()
    return str(answer["back"]).removeprefix(BASE_URL)


def test_a_session_that_ended_there_ends_here(provider: SamlProvider, ana: User) -> None:
    client = Client()
    come_back(client, "ana@example.org")
    told = end_there(provider)
    answer = Client().get(told)
    assert answer.headers["Location"].startswith(f"{provider.sign_out_address}?SAMLResponse=")
    assert client.get("/account/email/").status_code == 302
    assert Client().get(told).status_code == 400, "a request is used once"


@pytest.mark.parametrize("wrong", ["unsigned", "destination", "issuer", "old"])
def test_no_other_request_ends_a_session(provider: SamlProvider, ana: User, wrong: str) -> None:
    client = Client()
    come_back(client, "ana@example.org")
    assert Client().get(end_there(provider, wrong)).status_code == 400
    tampered = end_there(provider).replace("SAMLRequest=", "SAMLRequest=A")
    assert Client().get(tampered).status_code == 400
    assert Client().post("/account/provider/geneva/ended/").status_code == 405
    assert client.get("/account/email/").status_code == 200


# --- What is told to the provider, and by the setting ---------------------------------------------


def test_our_metadata_say_where_to_and_that_assertions_are_signed(provider: SamlProvider) -> None:
    answer = Client().get("/account/provider/geneva/metadata/")
    assert answer.headers["Content-Type"] == "application/samlmetadata+xml"
    body = answer.content.decode()
    assert f'entityID="{BASE_URL}/account/provider/geneva/metadata/"' in body
    assert f'Location="{BASE_URL}{BACK}"' in body
    assert 'WantAssertionsSigned="true"' in body
    assert "validUntil" not in body
    assert "PRIVATE" not in body
    assert Client().get("/account/provider/other/metadata/").status_code == 404


ROW = (
    '{"protocol": "saml", "id": "x", "name": "X", "address": "https://login.example.org/sso", '
    '"domains": ["Example.org"], "entity_id": "e", "certificates": ["MII"], "verified": "always"}'
)


def test_the_setting_is_read() -> None:
    (one,) = read_providers(f"[{ROW}]")
    assert isinstance(one, SamlProvider)
    assert (one.domains, one.certificates) == (("example.org",), ("MII",))
    assert one.origins == ["https://login.example.org"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"entity_id"', '"secret"', "needs id, name, address, domains, entity_id, certificates"),
        ('["MII"]', "[]", "needs certificates"),
        ('["MII"]', '[""]', "needs certificates"),
        ('"always"', '""', "says that an address is verified"),
        ('"always"', '"v", "sign_out_address": "https://x"', "own_certificate and own_key"),
        ('"always"', '"v", "sign_out_address": "http://x"', "begin with https://"),
    ],
)
def test_a_wrong_setting_is_a_sentence_that_says_what_to_do(old: str, new: str, says: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=says):
        read_providers(f"[{ROW}]".replace(old, new))
