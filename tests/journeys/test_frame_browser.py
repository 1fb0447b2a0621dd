"""The frame says where one is, as whom and what is due, and all pages begin at one edge."""

from collections.abc import Iterator

import pytest
from django.test import override_settings
from playwright.sync_api import Page, ViewportSize, expect

from config.demo.ground import SLUG
from tests.conftest import lazy_loads_allowed
from tests.journeys.conftest import PHONE, Window
from tests.journeys.demo_pages import FACILITATOR, FOCAL_POINT

pytestmark = pytest.mark.browser

LAPTOP: ViewportSize = {"width": 1280, "height": 800}
SMALL: ViewportSize = {"width": 320, "height": 640}
HERE = f"/consultations/{SLUG}"
TEXT = f"{HERE}/plan/3/"
PAGES_OF_A_DELEGATION = ("/", "/workspace/", "/drafts/", "/meetings/", "/people/", "/letters/")
PAGES_OF_FACILITATORS = ("/", "/review/", "/plan/3/brackets/", "/minutes/", "/silences/")


@pytest.fixture(scope="module")
def demo(whole_demo: str) -> Iterator[str]:
    with override_settings(DEMO=True, ACCOUNT_RATE_LIMITS=False), lazy_loads_allowed():
        yield whole_demo


def edge_of_heading(page: Page) -> int:
    """Where the first heading of the page begins, in pixels from the start of the window."""
    edge: float = page.locator("main h1").first.evaluate("(h1) => h1.getBoundingClientRect().left")
    return round(edge)


def is_cut(page: Page, selector: str) -> bool:
    """Whether words of it are hidden by its own edge."""
    cut: bool = page.locator(selector).first.evaluate(
        """(box) => [box, ...box.querySelectorAll('*')].some(
            (one) => one.scrollWidth > one.clientWidth + 1
                && getComputedStyle(one).overflowX !== 'visible')"""
    )
    return cut


def test_title_and_place_stand_whole_beside_what_is_new_and_due(window: Window) -> None:
    page = window(FOCAL_POINT, size=LAPTOP)
    page.goto(TEXT)
    expect(page.locator(".frame__crumbs")).to_contain_text("Trafficking in Persons")
    expect(page.locator(".frame__crumbs")).to_contain_text("Rev.2")
    expect(page.locator(".frame__new")).to_be_visible()
    expect(page.locator(".frame .due__words")).to_contain_text("Closes")
    assert not is_cut(page, ".frame__crumbs")


@pytest.mark.parametrize(
    ("who", "addresses"),
    [(FOCAL_POINT, PAGES_OF_A_DELEGATION), (FACILITATOR, PAGES_OF_FACILITATORS)],
)
def test_all_pages_begin_at_one_edge(window: Window, who: str, addresses: tuple[str, ...]) -> None:
    page = window(who, size=LAPTOP)
    edges = {}
    for address in addresses:
        page.goto(HERE + address)
        edges[address] = edge_of_heading(page)
    assert set(edges.values()) == {272}, edges


def test_a_stroke_opens_the_search(window: Window) -> None:
    page = window(FOCAL_POINT, size=LAPTOP)
    page.goto(f"{HERE}/workspace/")
    expect(page.get_by_role("searchbox")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("victims")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{page.url.split('/consultations')[0]}{HERE}/search/?q=victims")


def test_a_menu_is_opened_and_closed_by_keys(window: Window) -> None:
    page = window(FOCAL_POINT, size=LAPTOP)
    page.goto(TEXT)
    files, more = (page.locator(".menus summary", has_text=name) for name in ("Files", "More"))
    files.press("Enter")
    expect(page.get_by_role("link", name="Akoma Ntoso").first).to_be_visible()
    more.press("Enter")
    expect(page.get_by_role("link", name="Rolling text")).to_be_visible()
    expect(page.get_by_role("link", name="Akoma Ntoso").first).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Rolling text")).to_be_hidden()
    expect(more).to_be_focused()


def test_a_menu_opens_without_a_script(window: Window) -> None:
    page = window(FOCAL_POINT, size=LAPTOP, scripts=False)
    page.goto(TEXT)
    page.locator(".menus summary", has_text="For the capital").click()
    page.get_by_role("link", name="Kit", exact=False).first.click()
    expect(page.locator("main h1").first).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, SMALL], ids=["390", "320"])
def test_nothing_is_wider_than_a_phone_when_a_menu_is_open(
    window: Window, size: ViewportSize
) -> None:
    page = window(FOCAL_POINT, size=size)
    page.goto(TEXT)
    page.get_by_text("Menu", exact=True).click()
    for summary in page.locator(".menus summary").all():
        summary.click()
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"], summary.inner_text()
