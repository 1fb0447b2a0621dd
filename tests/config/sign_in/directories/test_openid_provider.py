"""Sign-in by OpenID Connect with a real provider, in a process of its own."""

import re
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import jwt
import pytest
import requests
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from config.sign_in.openid_sign_out import LOGOUT_EVENT, with_return_address
from consultations.rules.second_factor import lacks_second_factor
from delegations.identity_providers import IdentityProvider, OpenIdProvider, read_providers
from delegations.models import User
from tests.config.sign_in.directories.listening import listening
from tests.consultations.people.people import furnish
from tests.identity_provider import CLIENT, PASSWORD, SECRET

pytestmark = pytest.mark.django_db

HERE = "http://testserver"
BASE_URL = "https://here.example"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("provider")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """The provider's address, once it listens."""
    back, after = f"{HERE}/account/provider/geneva/back/", f"{BASE_URL}/account/login/"
    with listening("tests.identity_provider", folder, back, after) as found:
        yield found


@pytest.fixture
def provider(address: str, settings: Any) -> IdentityProvider:
    known = OpenIdProvider(
        id="geneva",
        name="Geneva",
        address=address,
        domains=("example.org",),
        client_id=CLIENT,
        secret=SECRET,
    )
    settings.IDENTITY_PROVIDERS = (known,)
    settings.BASE_URL = BASE_URL
    settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = 60  # else five seconds, and the machine is busy
    return known


def go_there(client: Client, **query: str) -> str:
    """The button on the page of sign-in; where it leads."""
    answer = client.post("/account/provider/geneva/", query_params=query)
    return answer.headers["Location"]


def sign_in_there(there: str, email: str) -> str:
    """What a person does at the provider; where it sends the browser back to."""
    browser = requests.Session()
    page = browser.get(there)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    assert token is not None
    words = {"login": email, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
    answer = browser.post(page.url, words, allow_redirects=False)
    while not answer.headers["Location"].startswith(HERE):
        where = urljoin(answer.url, answer.headers["Location"])
        answer = browser.get(where, allow_redirects=False)
    return answer.headers["Location"]


def come_back(client: Client, email: str, **query: str) -> Any:
    return client.get(sign_in_there(go_there(client, **query), email).removeprefix(HERE))


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


# --- Who comes in ---------------------------------------------------------------------------------


def test_an_account_is_found_by_the_address_that_the_provider_verified(
    provider: IdentityProvider, ana: User
) -> None:
    client = Client()
    assert "Sign in with Geneva" in client.get("/account/login/").content.decode()
    assert come_back(client, "ana@example.org").status_code == 302
    assert client.session["_auth_user_id"] == str(ana.pk)
    ana.refresh_from_db()
    assert ana.check_password("an old secret here"), "the other ways in stay"
    identity = SocialAccount.objects.get()
    assert (identity.user, identity.extra_data) == (ana, {})
    assert ana.history.first().history_change_reason == "operator, sign-in by geneva"

    again = Client()
    come_back(again, "ana@example.org")
    assert is_signed_in(again)
    assert SocialAccount.objects.count() == 1
    assert SocialAccount.objects.get().extra_data == {}


@pytest.mark.parametrize("email", ["eve@example.org", "zoe@elsewhere.example", "new@example.org"])
def test_no_other_address_opens_a_door_or_an_account(
    provider: IdentityProvider, ana: User, email: str
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


def test_a_closed_account_stays_closed(provider: IdentityProvider, ana: User) -> None:
    User.objects.update(is_active=False)
    client = Client()
    come_back(client, "ana@example.org")
    assert not is_signed_in(client)


def test_who_is_signed_in_joins_no_other_identity(provider: IdentityProvider, ana: User) -> None:
    client, eve = Client(), User.objects.create_user("eve@elsewhere.example", name="Eve")
    client.force_login(eve)
    answer = come_back(client, "ana@example.org", process="connect")
    assert answer.status_code == 403
    assert not SocialAccount.objects.exists()


def test_a_provider_that_is_away_is_said_and_the_other_ways_stay(
    provider: IdentityProvider, settings: Any
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings.IDENTITY_PROVIDERS = (replace(provider, address=f"http://127.0.0.1:{port}"),)
    answer = Client().post("/account/provider/geneva/")
    assert answer.status_code == 403
    assert "It does not answer right now." in answer.content.decode()
    assert "sign in with a code" in answer.content.decode()


def test_what_was_broken_off_there_is_said(provider: IdentityProvider) -> None:
    client = Client()
    state = parse_qs(urlsplit(go_there(client)).query)["state"][0]
    answer = client.get(
        "/account/provider/geneva/back/", {"error": "access_denied", "state": state}
    )
    assert answer.status_code == 403
    assert "The sign-in there did not succeed." in answer.content.decode()
    assert client.get("/account/provider/unknown/back/").status_code == 404
    assert client.post("/account/provider/unknown/").status_code == 404


def test_a_form_of_sign_in_may_lead_to_the_provider(provider: IdentityProvider) -> None:
    assert provider.origins == [provider.address]
    assert provider.speaks_for("x@EXAMPLE.org")
    assert not provider.speaks_for("x@example.org.elsewhere.example")


# --- The second step there ------------------------------------------------------------------------


def test_a_second_step_there_counts_and_one_step_is_refused(
    provider: IdentityProvider, ana: User, settings: Any
) -> None:
    settings.IDENTITY_PROVIDERS = (replace(provider, second_step=("otp",), acr_values="two"),)
    User.objects.create_user("ben@example.org", name="Ben")
    client = Client()
    assert parse_qs(urlsplit(go_there(client)).query)["acr_values"] == ["two"]
    answer = come_back(client, "ben@example.org")
    assert answer.status_code == 403
    assert "without a second step" in answer.content.decode()
    come_back(client, "ana@example.org")
    assert is_signed_in(client)


def test_who_took_it_there_acts_and_is_not_asked_again(
    provider: IdentityProvider, settings: Any
) -> None:
    """With `REQUIRE_MFA`; their key to the API works too, and without the provider neither does."""
    settings.REQUIRE_MFA = True
    settings.IDENTITY_PROVIDERS = (replace(provider, second_step=("otp",)),)
    ana = User.objects.create_user("ana@example.org", PASSWORD, name="Ana")
    house = furnish()
    access = replace(house.access(house.co_facilitator), user=ana)
    assert lacks_second_factor(access)
    client = Client()
    come_back(client, "ana@example.org")
    request = client.get("/account/email/").wsgi_request
    assert not lacks_second_factor(access, request)
    assert not lacks_second_factor(access), "by a key"
    by_password = Client()
    by_password.post("/account/login/", {"login": ana.email, "password": PASSWORD})
    assert is_signed_in(by_password)
    assert lacks_second_factor(access, by_password.get("/account/email/").wsgi_request)
    settings.IDENTITY_PROVIDERS = (provider,)
    assert lacks_second_factor(access)


def test_a_second_step_of_ours_is_asked_for_where_the_provider_has_none(
    provider: IdentityProvider, ana: User, settings: Any
) -> None:
    TOTP.activate(ana, generate_totp_secret())
    client = Client()
    assert come_back(client, "ana@example.org").headers["Location"] == "/account/2fa/authenticate/"
    assert not is_signed_in(client)
    settings.IDENTITY_PROVIDERS = (replace(provider, second_step=("otp",)),)
    come_back(client, "ana@example.org")
    assert is_signed_in(client)


# --- Signing out, and ended there -----------------------------------------------------------------


def test_signing_out_here_leads_to_signing_out_there(provider: IdentityProvider, ana: User) -> None:
    client = Client()
    come_back(client, "ana@example.org")
    there = client.post("/account/logout/").headers["Location"]
    assert not is_signed_in(client)
    assert there.startswith(f"{provider.address}/identity/o/logout?")
    page = requests.get(there, allow_redirects=False)
    assert page.status_code == 302, page.text
    assert page.headers["Location"] == f"{BASE_URL}/account/login/"
    by_password = Client()
    by_password.force_login(ana)
    answer = by_password.post("/account/logout/")
    assert answer.headers["Location"].startswith("/")


@pytest.mark.parametrize("query", ["", "?policy=b2c_1"])
def test_a_page_for_signing_out_keeps_its_own_query(query: str, settings: Any) -> None:
    page = urlsplit(with_return_address(f"https://login.example.org/out{query}", CLIENT))
    assert f"{page.scheme}://{page.netloc}{page.path}" == "https://login.example.org/out"
    back = {
        "client_id": [CLIENT],
        "post_logout_redirect_uri": [f"{settings.BASE_URL}/account/login/"],
    }
    assert parse_qs(page.query) == back | ({"policy": ["b2c_1"]} if query else {})


def logout_token(folder: Path, address: str, **changed: Any) -> str:
    """A token of an ended session, signed by the provider's key."""
    key = (folder / "key.pem").read_text()
    number = next(iter(SocialAccount.objects.values_list("uid", flat=True)))
    known = requests.get(f"{address}/.well-known/jwks.json").json()["keys"][0]
    claims = {
        "iss": address,
        "aud": CLIENT,
        "iat": int(time.time()),
        "exp": int(time.time()) + 60,
        "jti": f"{time.monotonic_ns()}",
        "sub": number,
        "events": {LOGOUT_EVENT: {}},
    } | changed
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": known["kid"]})


def test_a_session_that_ended_there_ends_here(
    provider: IdentityProvider, ana: User, folder: Path
) -> None:
    client = Client()
    come_back(client, "ana@example.org")
    told = logout_token(folder, provider.address)
    for _time in range(2):
        answer = Client().post("/account/provider/geneva/ended/", {"logout_token": told})
        assert client.get("/account/email/").status_code == 302
    assert answer.status_code == 400, "a token is used once"


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "another"},
        {"iss": "https://elsewhere.example"},
        {"exp": 1},
        {"events": {}},
        {"nonce": "of an ID token"},
    ],
)
def test_no_other_token_ends_a_session(
    provider: IdentityProvider, ana: User, folder: Path, changed: dict[str, Any]
) -> None:
    client = Client()
    come_back(client, "ana@example.org")
    told = logout_token(folder, provider.address, **changed)
    answer = Client().post("/account/provider/geneva/ended/", {"logout_token": told})
    assert answer.status_code == 400
    assert client.get("/account/email/").status_code == 200


# --- The setting ----------------------------------------------------------------------------------

ROW = (
    '{"id": "x", "name": "X", "address": "https://login.example.org", "client_id": "c", '
    '"secret": "s", "domains": ["Example.org"], "second_step": ["mfa"]}'
)


def test_the_setting_is_read_and_nothing_is_none() -> None:
    (one,) = read_providers(f"[{ROW}]")
    assert (one.domains, one.second_step) == (("example.org",), ("mfa",))
    assert one.saw_second_step({"amr": ["pwd", "mfa"]})
    assert one.saw_second_step({"acr": "mfa"})
    assert not one.saw_second_step({"amr": ["pwd"], "acr": None})
    assert read_providers("") == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "is no JSON"),
        (ROW, "has to be a list"),
        (f"[{ROW}, {ROW}]", "an id of its own"),
        (
            f"[{ROW}, {ROW.replace(chr(34) + 'x' + chr(34), chr(34) + 'y' + chr(34))}]",
            "one may speak",
        ),
        ("[{}]", "needs id, name"),
        (f"[{ROW}]".replace("{", '{"protocol": "ldap", '), "may be openid or saml"),
        (f"[{ROW}]".replace('"X"', "7"), "name has to be a word"),
        (f"[{ROW}]".replace('"secret"', '"secrets"'), "needs id, name"),
        (f"[{ROW}]".replace('"x"', '"X/1"'), "may have a-z"),
        (f"[{ROW}]".replace("https", "http"), "begin with https://"),
        (f"[{ROW}]".replace('"Example.org"', ""), "needs the domains"),
        (f"[{ROW}]".replace('["mfa"]', '"mfa"'), "a list of words"),
    ],
)
def test_a_wrong_setting_is_a_sentence_that_says_what_to_do(text: str, says: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=says):
        read_providers(text)
