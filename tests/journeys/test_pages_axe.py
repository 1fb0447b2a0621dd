"""Every page of the site map: no fault of access in two directions and two sizes, nothing lost."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import URLPattern, get_resolver
from playwright.sync_api import Page

from tests.journeys.conftest import PHONE, WIDE, Desk
from tests.journeys.demo_pages import ACCOUNT, ELSEWHERE, NO_PAGES, PAGES, Shown

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 800}
DIRECTIONS = {"en": "ltr", "ar": "rtl"}
axe = Axe()


def _named(patterns: list[object]) -> Iterator[str]:
    """The names of our own pages: without the API's rows, and other people's pages."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern) and pattern.name:
            yield pattern.name


def test_every_address_of_the_site_map_is_looked_at_or_said_to_be_no_page() -> None:
    names = {name for name in _named(get_resolver().url_patterns) if not name.startswith("api-")}

    assert names == {
        *(shown.name for shown in PAGES if shown.name not in ACCOUNT),
        *ELSEWHERE,
        *NO_PAGES,
    }


def faults(page: Page) -> list[str]:
    """What axe finds, a line each: the rule, and the first element it is broken by."""
    found = axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:200]}" for fault in found]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


@pytest.mark.parametrize("language", DIRECTIONS)
@pytest.mark.parametrize("shown", PAGES, ids=lambda shown: shown.title)
def test_a_page_is_open_to_everybody(desk: Desk, shown: Shown, language: str) -> None:
    page = desk.window(shown.who, language=language)
    answer = page.goto(shown.address())

    assert answer is not None and answer.status == 200, page.url
    assert page.locator("html").get_attribute("dir") == DIRECTIONS[language]
    assert page.locator("h1").count() == 1
    assert page.locator("main").count() == 1
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        assert faults(page) == []
        assert overflow(page) <= 0
    page.set_viewport_size(NARROW)
    assert overflow(page) <= 0
