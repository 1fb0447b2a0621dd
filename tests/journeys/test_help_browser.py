"""The help in a browser: its key, its search, its link back, and printed."""

import re

import pytest
from playwright.sync_api import ViewportSize, expect

from config.demo.ground import SLUG
from tests.journeys.conftest import PHONE, WIDE, Window
from tests.journeys.demo_pages import FOCAL_POINT
from tests.journeys.hands import press_and_load

pytestmark = pytest.mark.browser

HERE = f"/consultations/{SLUG}"


def test_the_question_mark_opens_the_keys_and_is_a_letter_in_a_field(window: Window) -> None:
    page = window(FOCAL_POINT)
    page.goto(f"{HERE}/")
    page.keyboard.press("/")
    page.get_by_role("searchbox").fill("why")
    page.keyboard.press("?")
    expect(page.get_by_role("searchbox")).to_have_value("why?")
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page).to_have_url(re.compile(rf"/help/keys/\?in={SLUG}$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Keys")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["desktop", "phone"])
def test_help_is_searched_and_leads_back_into_the_consultation(
    window: Window, size: ViewportSize, scripts: bool
) -> None:
    page = window(FOCAL_POINT, size=size, scripts=scripts)
    page.goto(f"{HERE}/")
    press_and_load(page.get_by_role("link", name="Help", exact=True))
    page.get_by_label("Search the help").fill("receipt")
    press_and_load(page.get_by_role("button", name="Search"))
    page.locator(".lines").first.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("For focal points and deputies")
    page.get_by_role("link", name="Receipts").click()
    expect(page).to_have_url(re.compile(f"{HERE}/receipts/$"))


def test_printed_the_help_is_its_words_alone(window: Window) -> None:
    page = window()
    page.goto("/help/all/")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="For the secretariat")).to_be_visible()
    for found in page.locator("header.frame, .foot, button, .button").all():
        expect(found).to_be_hidden()
