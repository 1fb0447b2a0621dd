"""Search in a browser: from the header of a page to the paragraph found."""

import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from config.demo.ground import SLUG
from tests.journeys.conftest import PHONE, WIDE, Desk
from tests.journeys.demo_pages import FOCAL_POINT
from tests.journeys.hands import open_menu, press_and_load

pytestmark = pytest.mark.browser

HERE = f"/consultations/{SLUG}"
WAYS = pytest.mark.parametrize(
    ("size", "scripts"),
    [(WIDE, True), (PHONE, True), (WIDE, False)],
    ids=["desktop", "phone", "no-scripts"],
)


def ask_in_frame(page: Page, words: str) -> None:
    open_menu(page, "Search")
    field = page.get_by_label("Search this consultation")
    field.fill(words)
    field.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Search")


@WAYS
def test_a_misspelled_search_leads_to_the_paragraph(
    desk: Desk, size: ViewportSize, scripts: bool
) -> None:
    page = desk.window(FOCAL_POINT, size=size, scripts=scripts)
    page.goto(f"{HERE}/")
    ask_in_frame(page, "traffiking")

    press_and_load(page.get_by_role("link", name="trafficking", exact=True))
    expect(page.locator("mark").first).to_have_text(re.compile("trafficking", re.IGNORECASE))
    page.get_by_text("Filters").click()
    page.get_by_label("Look in").select_option("text")
    press_and_load(page.get_by_role("button", name="Search"))
    expect(page.get_by_role("heading", level=2)).to_have_count(1)

    hit = page.locator(".found h3 a").first
    label = hit.inner_text()
    hit.click()
    expect(page.locator(".paragraph.is-open")).to_be_in_viewport()
    if label.startswith("Paragraph"):
        expect(page.locator("#thread h2").first).to_have_text(label)


def test_a_slash_moves_the_focus_to_the_search_field(desk: Desk) -> None:
    page = desk.window(FOCAL_POINT)
    page.goto(f"{HERE}/workspace/")
    page.keyboard.press("/")

    expect(page.get_by_label("Search this consultation")).to_be_focused()
