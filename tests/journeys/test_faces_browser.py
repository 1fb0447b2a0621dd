"""The font that a page preloads is fetched once, and used."""

import re
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Desk

PRELOAD = re.compile(r'<link rel="preload" href="([^"]+)" as="font"')


@dataclass
class Listened:
    """A window, with what its console said and what it asked for."""

    page: Page
    console_lines: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda line: self.console_lines.append(line.text))
        self.page.on("request", lambda request: self.fetched.append(request.url))


@pytest.mark.browser
def test_what_is_asked_for_first_is_fetched_once_and_used(desk: Desk) -> None:
    windows = [Listened(desk.window(language=language)) for language in ("en", "ru", "ar")]
    for window in windows:
        window.page.goto("/account/login/", wait_until="networkidle")
    # The browser tells of what it did not use after three seconds: of all three at once.
    windows[-1].page.wait_for_timeout(4_000)
    for window in windows:
        [asked] = PRELOAD.findall(window.page.content())
        assert [url.endswith(asked) for url in window.fetched].count(True) == 1
        assert not [line for line in window.console_lines if "preload" in line]
