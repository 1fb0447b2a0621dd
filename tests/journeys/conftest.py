"""One browser and one seeded server for a module of journeys."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from itertools import chain
from threading import Condition
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import handlers
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management import call_command
from django.db import connection
from django.db.backends.base.creation import TEST_DATABASE_PREFIX
from django.http import FileResponse, HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import setup_databases, teardown_databases
from django.utils import timezone
from playwright.sync_api import (
    Browser,
    BrowserContext,
    CDPSession,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from config.demo.seed import PASSWORD, seed_demo
from config.demo.third_week import seed_three_weeks
from config.serving.static_files import BUNDLE, bundle_of
from delegations.models import User
from tests.conftest import CHROMIUM, keeping_apart
from tests.kept_rows import Kept

WIDE: ViewportSize = {"width": 1440, "height": 980}
PHONE: ViewportSize = {"width": 390, "height": 844}
# Milliseconds, on a machine that is busy with other tests: where all is well nobody waits.
PATIENCE = 30_000
# What the pages ask for by themselves, every ten seconds at most, may take that longer.
SOON = PATIENCE + 10_000
# The workers of a run use all cores: threads of its own for JavaScript only cost the browser time.
OPTIONS = ("--no-sandbox", "--disable-dev-shm-usage", "--js-flags=--single-threaded")
expect.set_options(timeout=PATIENCE)  # else five seconds, whatever the windows have


@cache
def _bundle() -> str:
    found = chain.from_iterable(finder.list([]) for finder in get_finders())
    return bundle_of({name: (storage, name) for name, storage in found})


class UnderWay:
    """Counts the requests that are not answered yet: a server that is stopped still ends them."""

    def __init__(self) -> None:
        self._count, self._changed = 0, Condition()

    def __enter__(self) -> None:
        self._add(1)

    def __exit__(self, *_error: object) -> None:
        self._add(-1)

    def _add(self, more: int) -> None:
        with self._changed:
            self._count += more
            self._changed.notify_all()

    def wait_for_the_last(self) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self._count == 0, PATIENCE / 1000)


UNDER_WAY = UnderWay()


class KeptStaticFiles(StaticFilesHandler):
    """A window reads each file once, and the style sheets as one, as from a server in use."""

    def __call__(self, environ: Any, start_response: Any) -> Any:
        with UNDER_WAY:
            return super().__call__(environ, start_response)

    def serve(self, request: HttpRequest) -> HttpResponse | FileResponse:
        is_bundle = request.path == f"{settings.STATIC_URL}{BUNDLE}"
        answer = HttpResponse(_bundle(), "text/css") if is_bundle else super().serve(request)
        answer.headers["Cache-Control"] = "max-age=3600"
        return answer


@contextmanager
def started_chromium() -> Iterator[Browser]:
    """The system's Chromium, for the block."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setattr(handlers, "StaticFilesHandler", KeptStaticFiles)  # of every LiveServer
        # Playwright keeps a loop in this thread; the tests go on asking the database from it.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for all journeys of a worker, gone before a test of another package."""
    with started_chromium() as browser:
        yield browser


def _demonstration() -> None:
    call_command("load_delegations", verbosity=0)
    seed_demo()


def _whole_demonstration() -> None:
    call_command("load_delegations", verbosity=0)
    seed_three_weeks(timezone.now())


# What it counts in days is not told apart by minutes.
KEPT = Kept(_demonstration, lasts=timedelta(minutes=20))
WHOLE = Kept(_whole_demonstration, lasts=timedelta(minutes=20))


@contextmanager
def own_database() -> Iterator[None]:
    """A database of the test's own, also where no other test of the run has asked for one.

    pytest-django makes one only for tests that it wraps in a transaction or empties after; ours
    keep what is committed for a whole module. Nothing is ever written, or emptied, elsewhere.
    """
    if connection.settings_dict["NAME"].startswith(TEST_DATABASE_PREFIX):
        yield
        return
    made = setup_databases(verbosity=0, interactive=False)
    yield
    teardown_databases(made, verbosity=0)


@contextmanager
def serving() -> Iterator[str]:
    """The address of a server on an empty database; afterwards it is empty again.

    A window that is closed may have sent its last words: they are taken first. To empty the tables
    under a request ends one of both, and rows that are left fail every module that comes after.
    """
    if User.objects.exists():
        call_command("flush", verbosity=0, interactive=False)
    server = LiveServer("127.0.0.1")
    yield server.url
    server.stop()
    UNDER_WAY.wait_for_the_last()
    call_command("flush", verbosity=0, interactive=False)


@pytest.fixture(scope="module")
def demo(
    chromium: Browser, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """The address of a server with the first two weeks of the demonstration, really committed.

    After the browser: the loop that it runs in this thread gives Django a connection of its own,
    and the database is made and taken down by one and the same. With a cache of its own: each
    demonstration has the same ids, and what is kept for a screen of one is no other's.
    """
    with django_db_blocker.unblock(), own_database(), keeping_apart(), serving() as url:
        KEPT.laid_out()
        yield url


@pytest.fixture(scope="module")
def whole_demo(
    chromium: Browser, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """As `demo`, with all three weeks, as `./run demo` shows them."""
    with django_db_blocker.unblock(), own_database(), keeping_apart(), serving() as url:
        WHOLE.laid_out()
        yield url


@dataclass
class Complaints:
    """What the browser complained of: errors of scripts, and what the page's policy forbade."""

    messages: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.messages.append(str(error)))
        page.on(
            "console", lambda line: self.messages.append(line.text) if self._counts(line) else None
        )

    @staticmethod
    def _counts(line: object) -> bool:
        # A refusal (403, 409, 422) is an answer; the browser still calls it a failed resource.
        is_error = getattr(line, "type", "") == "error"
        return is_error and "Failed to load resource" not in getattr(line, "text", "")


@dataclass
class Desk:
    """Opens browser windows for people of the demonstration."""

    browser: Browser
    url: str
    complaints: Complaints = field(default_factory=Complaints)
    opened: list[BrowserContext] = field(default_factory=list)
    wires: dict[Page, CDPSession] = field(default_factory=dict)

    def window(
        self,
        who: str = "",
        *,
        size: ViewportSize = WIDE,
        language: str = "en",
        scripts: bool = True,
    ) -> Page:
        """A window of its own; signed in as this person where one is named."""
        context = self.browser.new_context(
            viewport=size,
            java_script_enabled=scripts,
            base_url=self.url,
            reduced_motion="reduce",
            has_touch=size["width"] < 600,
        )
        context.set_default_timeout(PATIENCE)
        self.opened.append(context)
        self._let_in(context, who, language)
        page = context.new_page()
        # Drawn is one pixel of it: nobody looks.
        self.wire(page).send("Emulation.setVisibleSize", {"width": 1, "height": 1})
        self.complaints.listen(page)
        return page

    def turn(self, page: Page, who: str = "", *, language: str = "en") -> None:
        """The same window for another person, as if new: nothing is left of the one before.

        Only what the browser had read of styles, fonts and scripts stays: to start a window and
        to read them again costs more than most tests of a page.
        """
        # No script of ours keeps anything on being left: nothing comes after this.
        self.wire(page).send(
            "Storage.clearDataForOrigin", {"origin": self.url, "storageTypes": "all"}
        )
        self.complaints.messages.clear()
        self._let_in(page.context, who, language)

    def wire(self, page: Page) -> CDPSession:
        """The line to the browser itself, one a window."""
        if page not in self.wires:
            self.wires[page] = page.context.new_cdp_session(page)
        return self.wires[page]

    def _let_in(self, context: BrowserContext, who: str, language: str) -> None:
        """The language chosen, and the person signed in where one is named."""
        cookies = {settings.LANGUAGE_COOKIE_NAME: language}
        if who:
            cookies[settings.SESSION_COOKIE_NAME] = session_of(who)
        context.add_cookies(
            [{"name": name, "value": value, "url": self.url} for name, value in cookies.items()]
        )

    def close(self) -> None:
        for context in self.opened:
            context.close()


def session_of(who: str) -> str:
    """A session in which this person of the demonstration is signed in."""
    client = Client()
    client.force_login(User.objects.get(email=f"{who}@demo.example"))
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def sign_in(page: Page, who: str) -> None:
    """By the page of sign-in that is open, as a person does."""
    page.get_by_label("Email").fill(f"{who}@demo.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


@pytest.fixture
def desk(chromium: Browser, demo: str) -> Iterator[Desk]:
    """Windows for one test; at its end nothing may have been complained of."""
    opened = Desk(chromium, demo)
    yield opened
    opened.close()
    assert opened.complaints.messages == []


type Window = Callable[..., Page]


@pytest.fixture
def window(desk: Desk) -> Window:
    """`window("portugal", size=PHONE)`: a browser window of that person."""
    return desk.window
