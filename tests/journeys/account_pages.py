"""Sign-in and one's own account: allauth's pages in our frame, from the mailed code to the keys."""

from hashlib import sha256
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from fido2.cose import CoseKey
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)
from playwright.sync_api import Page

from config.demo.seed import PASSWORD
from delegations.identity_providers import IdentityProvider, OpenIdProvider, SamlProvider
from delegations.models import User
from tests.journeys.demo_pages import FOCAL_POINT
from tests.journeys.shown import Shown

CAREFUL = "careful"  # signs in with a second step
NEWCOMER = "newcomer"  # signs in by mailed codes, and has no password yet


# Two directories that are named and away: nothing listens where they should be.
PROVIDERS: tuple[IdentityProvider, ...] = (
    OpenIdProvider(
        id="geneva",
        name="Permanent Mission in Geneva",
        address="http://127.0.0.1:9",
        domains=("mission.example",),
        client_id="the-platform",
        secret="a secret between the two",
    ),
    SamlProvider(
        id="capital",
        name="Ministry of Foreign Affairs",
        address="http://127.0.0.1:9/sign-in",
        domains=("ministry.example",),
        entity_id="https://ministry.example",
        certificates=("none",),
        verified="always",
    ),
)


def add_people() -> None:
    """Two more people for the demonstration: with a second step, and without a password."""
    User.objects.create_user(f"{NEWCOMER}@demo.example", name="Nina Newcomer")
    careful = User.objects.create_user(f"{CAREFUL}@demo.example", PASSWORD, name="Carla Careful")
    TOTP.activate(careful, generate_totp_secret())
    RecoveryCodes.activate(careful)
    Authenticator.objects.create(
        user=careful,
        type=Authenticator.Type.WEBAUTHN,
        data={"name": "Key", "credential": registered_key()},
    )


def registered_key() -> dict[str, Any]:
    """What a browser says when a security key is added; no key of this world answers to it."""
    point = {1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)}
    key = AttestedCredentialData.create(Aaguid.NONE, b"key", CoseKey.parse(point))
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    seen = AuthenticatorData.create(sha256(b"127.0.0.1").digest(), flags, 0, key)
    client = CollectedClientData.create(
        CollectedClientData.TYPE.CREATE, b"challenge", "http://127.0.0.1"
    )
    return {
        "id": websafe_encode(b"key"),
        "rawId": websafe_encode(b"key"),
        "type": "public-key",
        "clientExtensionResults": {},
        "response": {
            "clientDataJSON": websafe_encode(client),
            "attestationObject": websafe_encode(AttestationObject.create("none", seen, {})),
        },
    }


def _send(page: Page, **values: str) -> None:
    """Fill in these fields and send their form, in whatever language it speaks."""
    for name, value in values.items():
        page.locator(f"main input[name={name}]:not([type=hidden])").fill(value)
    with page.expect_navigation():
        page.locator(f"main input[name={name}]:not([type=hidden])").press("Enter")


def _choose_directory(page: Page) -> None:
    with page.expect_navigation():
        page.locator("form[action='/account/provider/geneva/'] button").click()


def _ask_for_code(page: Page) -> None:
    _send(page, email=f"{FOCAL_POINT}@demo.example")


def _give_wrong_code(page: Page) -> None:
    _ask_for_code(page)
    _send(page, code="AAAA-AAAA")


def _give_wrong_password(page: Page) -> None:
    _send(page, login=f"{FOCAL_POINT}@demo.example", password="not the password")


def _come_to_second_step(page: Page) -> None:
    _send(page, login=f"{CAREFUL}@demo.example", password=PASSWORD)


def _give_wrong_second_step(page: Page) -> None:
    _come_to_second_step(page)
    _send(page, code="000000")


def _confirm_by_password(page: Page) -> None:
    """Where the account itself changes, the password is asked once more."""
    _send(page, password=PASSWORD)


def _ask_for_new_password(page: Page) -> None:
    _send(page, email=f"{FOCAL_POINT}@demo.example")


def _key_of_password() -> dict[str, Any]:
    user = User.objects.get(email=f"{FOCAL_POINT}@demo.example")
    return {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}


def _old_key_of_password() -> dict[str, Any]:
    return _key_of_password() | {"key": "abc-0123456789"}


def _security_key() -> dict[str, Any]:
    return {"pk": Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN).pk}


ACCOUNT = (
    Shown("account_login"),
    Shown("account_login", act=_give_wrong_password, note="wrong-password"),
    Shown("account_login", act=_choose_directory, note="directory-away", status=403),
    Shown("openid_connect_callback", rows=lambda: {"provider_id": "capital"}, status=403),
    Shown("account_request_login_code"),
    Shown("account_request_login_code", act=_ask_for_code, note="code-sent"),
    Shown("account_request_login_code", act=_give_wrong_code, note="wrong-code"),
    Shown("account_login", act=_come_to_second_step, note="second-step"),
    Shown("account_login", act=_give_wrong_second_step, note="wrong-second-step"),
    Shown("account_reset_password"),
    Shown("account_reset_password", act=_ask_for_new_password, note="asked"),
    Shown("account_reset_password_done"),
    Shown("account_reset_password_from_key", rows=_key_of_password),
    Shown("account_reset_password_from_key", rows=_old_key_of_password, note="old-key"),
    Shown("account_reset_password_from_key_done"),
    Shown("account_inactive"),
    Shown("account_signup"),
    Shown("account_email_verification_sent"),
    Shown("account_confirm_email", rows=lambda: {"key": "old"}),
    Shown("account_logout", FOCAL_POINT),
    Shown("account_change_password", FOCAL_POINT),
    Shown("account_set_password", NEWCOMER),
    Shown("account_email", FOCAL_POINT),
    Shown("account_reauthenticate", FOCAL_POINT),
    Shown("usersessions_list", FOCAL_POINT),
    Shown("mfa_index", FOCAL_POINT),
    Shown("mfa_index", CAREFUL),
    Shown("mfa_activate_totp", FOCAL_POINT, act=_confirm_by_password),
    Shown("mfa_deactivate_totp", CAREFUL, act=_confirm_by_password),
    Shown("mfa_view_recovery_codes", CAREFUL, act=_confirm_by_password),
    Shown("mfa_generate_recovery_codes", CAREFUL, act=_confirm_by_password),
    Shown("mfa_reauthenticate", CAREFUL),
    Shown("mfa_reauthenticate_webauthn", CAREFUL),
    Shown("mfa_list_webauthn", CAREFUL),
    Shown("mfa_add_webauthn", FOCAL_POINT, act=_confirm_by_password),
    Shown("mfa_edit_webauthn", CAREFUL, _security_key, act=_confirm_by_password),
    Shown("mfa_remove_webauthn", CAREFUL, _security_key, act=_confirm_by_password),
)

# Addresses of the account that are no pages, or that another page of the list leads to.
NO_PAGES_OF_ACCOUNT = {
    "account_confirm_login_code": "follows account_request_login_code (code-sent, wrong-code)",
    "mfa_authenticate": "follows account_login (second-step, wrong-second-step)",
    "mfa_download_recovery_codes": "a file",
    "mfa_login_webauthn": "JSON",
    "openid_connect_login": "leads to an identity provider; follows account_login (directory-away)",
    "openid_connect_ended": "is for the provider",
    "saml_metadata": "a file",
}
