"""The font that a page preloads is fetched once, and used."""

import re

import pytest

from tests.journeys.conftest import Desk

PRELOAD = re.compile(r'<link rel="preload" href="([^"]+)" as="font"')


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "ru", "ar"])
def test_what_is_asked_for_first_is_fetched_once_and_used(desk: Desk, language: str) -> None:
    page = desk.window(language=language)
    console_lines: list[str] = []
    fetched: list[str] = []
    page.on("console", lambda line: console_lines.append(line.text))
    page.on("request", lambda request: fetched.append(request.url))
    page.goto("/account/login/", wait_until="networkidle")
    page.wait_for_timeout(4_000)  # the browser tells of what it did not use after three seconds
    [asked] = PRELOAD.findall(page.content())
    assert [url.endswith(asked) for url in fetched].count(True) == 1
    assert not [line for line in console_lines if "preload" in line]
