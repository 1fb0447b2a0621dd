"""Signing in by SAML in a real browser: from our page to the provider's, and its form back to us.

Ours is http://localhost and the provider's http://127.0.0.1, which are two sites to a browser. With
cookies as in production: it takes those that ask for TLS from localhost as well.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django import DjangoDbBlocker

from delegations.models import User
from tests.config.deploy.bare_servers import free_port
from tests.conftest import keeping_apart
from tests.journeys.conftest import PATIENCE, own_database, started_chromium
from tests.saml_provider import VERIFIED
from tests.web_server import collected, web_server

pytestmark = [
    pytest.mark.browser,
    pytest.mark.night,
    pytest.mark.skipif(not shutil.which("xmlsec1"), reason="pysaml2 signs with xmlsec1."),
]

BACK = "/account/provider/geneva/back/"


def _directory(address: str, folder: Path) -> str:
    """As it stands in IDENTITY_PROVIDERS."""

    def bare(name: str) -> str:
        """Base64 without the lines around."""
        return "".join((folder / name).read_text().splitlines()[1:-1])

    known = {
        "protocol": "saml",
        "id": "geneva",
        "name": "Geneva",
        "address": f"{address}/sign-in",
        "domains": ["example.org"],
        "entity_id": f"{address}/metadata",
        "certificates": [bare("provider.crt")],
        "verified": VERIFIED,
        "own_certificate": bare("platform.crt"),
        "own_key": bare("platform.key"),
    }
    return json.dumps([known])


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with started_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def url(
    chromium: Browser,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    address: str,
    folder: Path,
) -> Iterator[str]:
    """The platform as in production, known to the provider, with one account.

    After the browser, whose loop has a connection of its own to the database.
    """
    port = free_port()
    there = f"http://localhost:{port}"
    environment = {
        "SECURE": "true",
        "ALLOWED_HOSTS": "localhost",
        "BASE_URL": there,
        "IDENTITY_PROVIDERS": _directory(address, folder),
    }
    with django_db_blocker.unblock(), own_database(), keeping_apart():
        User.objects.create_user("ana@example.org", name="Ana Sousa")
        with web_server(environment | {"STATIC_ROOT": collected()}, workers=1, port=port):
            with urlopen(f"{there}/account/provider/geneva/metadata/") as ours:
                (folder / "platform.xml").write_bytes(ours.read())
            yield there
        call_command("flush", verbosity=0, interactive=False)


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    opened = chromium.new_context(locale="en")
    opened.set_default_timeout(PATIENCE * 3)
    yield opened
    opened.close()


def _go_there(page: Page, url: str) -> str:
    """From our page of sign-in to the provider's; gives its address, with what we ask for."""
    page.goto(f"{url}/account/login/")
    page.get_by_role("button", name="Sign in with Geneva").click()
    page.get_by_label("Address").wait_for()
    return page.url


def _come_back(page: Page, email: str) -> str:
    """Sign in there and press the button that leads back; the cookies that went with its form."""
    page.get_by_label("Address").fill(email)
    page.get_by_role("button", name="Sign in here").click()
    with page.expect_request(lambda sent: sent.method == "POST" and BACK in sent.url) as form:
        page.get_by_role("button", name="Go back").click()
    page.wait_for_load_state()
    return form.value.all_headers().get("cookie", "")


def _is_signed_in(page: Page, url: str) -> bool:
    """Whoever is in is led on from the page of sign-in."""
    page.goto(f"{url}/account/login/")
    return "/account/login/" not in page.url


def test_who_has_an_account_comes_in_by_the_form_of_another_site(
    url: str, context: BrowserContext
) -> None:
    page = context.new_page()
    _go_there(page, url)
    sent_along = _come_back(page, "ana@example.org")
    assert settings.SESSION_COOKIE_NAME not in sent_along, "as the browser has it for other sites"
    assert page.url.startswith(f"{url}/") and "/account/" not in page.url
    assert "Ana Sousa" in page.content() and _is_signed_in(page, url)
    ours = {one["name"]: (one["secure"], one["sameSite"]) for one in context.cookies(url)}
    assert ours[settings.SESSION_COOKIE_NAME] == (True, "Lax")
    assert {is_secure for is_secure, _site in ours.values()} == {True}


def test_who_was_not_invited_reads_why_and_is_not_in(url: str, context: BrowserContext) -> None:
    page = context.new_page()
    _go_there(page, url)
    _come_back(page, "new@example.org")
    page.get_by_text("There is no account here for your address there.").wait_for()
    assert not _is_signed_in(page, url)
    assert not User.objects.filter(email="new@example.org").exists()


@pytest.mark.parametrize("in_which", ["another browser", "its own browser"])
def test_an_answer_to_no_request_of_this_browser_is_refused_with_a_sentence(
    url: str, chromium: Browser, context: BrowserContext, in_which: str
) -> None:
    """Somebody is led to the answer to a request of another, or to one that nobody asked for."""
    page = context.new_page()
    there = _go_there(page, url)
    if in_which == "another browser":
        context.clear_cookies()
        page.goto(there)
    else:
        page.goto(f"{there}&wrong=unasked")
    _come_back(page, "ana@example.org")
    page.get_by_text("The sign-in there did not succeed. Try again.").wait_for()
    assert not _is_signed_in(page, url)
