"""Invited people accept and act; they sign in with a passkey and an app."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time as counters,
)
from django.test import override_settings
from playwright.sync_api import Page, ViewportSize, expect

from comments.drafting.acts import delete_autosave, save_autosave
from comments.models import Comment
from config.demo.ground import SLUG
from consultations.models import MailKind
from delegations.models import Invitation, Post, User
from tests.conftest import lazy_loads_allowed
from tests.journeys.conftest import PHONE, WIDE, Desk, Window, sign_in
from tests.journeys.demo_pages import access_of, wording
from tests.journeys.hands import press_and_load
from tests.journeys.widths import faults
from tests.mails import send_all
from tests.smtp import mail_server, part_of

pytestmark = pytest.mark.browser

PEOPLE = f"/consultations/{SLUG}/people/"
PLAN = f"/consultations/{SLUG}/plan/2/"


@pytest.fixture(autouse=True)
def _sign_in_loads_as_it_likes() -> Iterator[None]:
    with lazy_loads_allowed(), override_settings(ACCOUNT_RATE_LIMITS=False):
        yield


def link_in_the_mail_to(email: str, settings: Any) -> str:
    """Rings the worker's bell, lets a real mail server take the mail, and reads the link in it."""
    assert Invitation.objects.unanswered().filter(email=email).exists()
    with mail_server(settings) as taken:
        send_all(MailKind.INVITATION)
    [(recipients, message)] = taken.mails
    assert recipients == [email]
    found = re.search(r"https?://[^/\s]+(/invitation/\S+)", part_of(message, "plain"))
    assert found is not None
    return found[1]


# --- Invited, arrived, at work --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "scripts", "label"),
    [(WIDE, True, "7"), (PHONE, True, "8"), (WIDE, False, "9")],
    ids=["desktop", "phone", "no-scripts"],
)
def test_who_is_invited_by_mail_comes_in_and_drafts(
    window: Window, settings: Any, size: ViewportSize, scripts: bool, label: str
) -> None:
    email = f"clara.{size['width']}.{scripts}@portugal.example".lower()
    focal_point = window("portugal", size=size, scripts=scripts)
    focal_point.goto(PEOPLE)
    focal_point.get_by_label("E-mail address").fill(email)
    focal_point.get_by_label("Contributor: drafts.").check()
    focal_point.get_by_role("button", name="Send the invitation").click()
    expect(focal_point.get_by_text(f"The invitation to {email} is being sent.")).to_be_visible()
    expect(focal_point.get_by_text("The e-mail is not sent yet.").first).to_be_visible()

    newcomer = window(size=size, scripts=scripts)
    newcomer.goto(link_in_the_mail_to(email, settings))
    expect(newcomer.get_by_role("heading", level=1)).to_have_text(
        "Invitation: contributor of Portugal"
    )
    assert newcomer.url.endswith("/invitation/")
    newcomer.get_by_label("Your name").fill("Clara Newcomer")
    newcomer.get_by_label("Your time zone").select_option("Europe/Lisbon")
    newcomer.get_by_role("button", name="Accept").click()
    expect(newcomer.get_by_text("You are now contributor of Portugal.")).to_be_visible()
    expect(newcomer.locator(".capacity__name")).to_have_text("Portugal")

    reason = f"For the record of {email}."
    newcomer.goto(f"{PLAN}?open={wording(label).paragraph.public_id}")
    newcomer.get_by_label("Reason").fill(reason)
    newcomer.get_by_label("Proposed wording").fill(wording(label).text[:-1] + ", and beyond;")
    newcomer.get_by_role("button", name="Save draft").click()
    expect(newcomer.locator(".card", has_text=reason)).to_be_visible()
    assert Comment.objects.get(rationale=reason).filed_by.code == "PRT"

    focal_point.goto(PEOPLE)
    expect(focal_point.get_by_text(email)).to_be_visible()
    assert Invitation.objects.get(email=email).accepted_at is not None


def test_a_post_is_handed_over_by_keyboard_alone(window: Window) -> None:
    page = window("egypt")
    page.goto(PEOPLE)
    own = Post.objects.held().get(user__email="egypt@demo.example", role="focal_point")
    page.get_by_role("link", name=re.compile("Hand over")).focus()
    page.keyboard.press("Enter")
    page.get_by_label("A new person, by invitation").focus()
    page.keyboard.press("Space")
    page.get_by_label("E-mail address, for a new person").focus()
    page.keyboard.type("successor@egypt.example")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Invited to take over the post of focal point")).to_be_visible()
    assert Invitation.objects.get(email="successor@egypt.example").succeeds_id == own.pk
    assert Post.objects.get(pk=own.pk).ended_at is None


@pytest.mark.parametrize(
    ("size", "scripts"), [(WIDE, True), (PHONE, False)], ids=["desktop", "phone-no-scripts"]
)
def test_who_hands_over_is_led_back_to_what_they_typed(
    window: Window, size: ViewportSize, scripts: bool
) -> None:
    read = wording("7")
    save_autosave(
        access=access_of("egypt"),
        wording=read,
        text_by_field={"proposed": "Half a sentence of Egypt"},
    )
    page = window("egypt", size=size, scripts=scripts)
    page.goto(PEOPLE)
    page.get_by_role("link", name=re.compile("Hand over")).click()
    left = page.locator(".notice", has_text="You typed 1 text that is not saved as a draft.")
    expect(left).to_be_visible()
    expect(left).not_to_contain_text("Half a sentence")
    assert faults(page) == [] if scripts else True
    left.get_by_role("link").click()
    expect(page.get_by_label("Proposed wording")).to_have_value("Half a sentence of Egypt")
    delete_autosave(access=access_of("egypt"), wording=read)


# --- A second step --------------------------------------------------------------------------------


def confirm_password(page: Page) -> None:
    page.get_by_label("Password").fill("demonstration")
    press_and_load(page.get_by_role("button", name="Confirm"))


def test_who_has_to_sets_up_an_app_first_and_then_goes_on(window: Window) -> None:
    page = window("facilitator.cv")
    with override_settings(REQUIRE_MFA=True):
        page.goto(PEOPLE)
        expect(page.get_by_role("heading", level=1)).to_have_text("Set up a second step first")
        assert faults(page) == []
        page.get_by_role("link", name="Set up an authenticator app").click()
        confirm_password(page)
        secret = page.get_by_label("Key for the app").input_value()
        code = format_hotp_value(hotp_value(secret, list(counters())[1]))
        page.get_by_label("Code").fill(code)
        page.get_by_role("button", name="Set up the app").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
        page.goto(PEOPLE)
        expect(page.get_by_role("heading", level=1)).to_have_text("People")


def test_a_passkey_is_made_and_signs_in_without_a_password(desk: Desk) -> None:
    """On `localhost`: browsers make no passkey for a number."""
    at_home = Desk(desk.browser, desk.url.replace("127.0.0.1", "localhost"), desk.complaints)
    page = at_home.window()
    with_authenticator(page)
    page.goto("/account/login/")
    with page.expect_navigation():
        sign_in(page, "portugal.deputy")
    page.goto("/account/2fa/")
    page.get_by_role("link", name="Set up a passkey").click()
    confirm_password(page)
    page.get_by_label("Use it as a passkey").check()
    page.get_by_role("button", name="Add the key").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    deputy = User.objects.get(email="portugal.deputy@demo.example")
    assert Authenticator.objects.filter(user=deputy, type=Authenticator.Type.WEBAUTHN).count() == 1

    page.goto("/account/logout/")
    press_and_load(page.get_by_role("button", name="Sign out"))
    page.goto("/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Plan of Action")
    at_home.close()
    Authenticator.objects.filter(user=deputy).delete()


def with_authenticator(page: Page) -> None:
    """A key of the browser's own that knows its owner, as a phone or a laptop has it."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
