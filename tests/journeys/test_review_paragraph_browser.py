"""The facilitators' page of a paragraph: its words stay in sight while the proposals run beside."""

from collections.abc import Iterator

import pytest
from django.test import override_settings
from playwright.sync_api import Page, ViewportSize, expect

from config.demo.ground import SLUG
from tests.conftest import lazy_loads_allowed
from tests.journeys.conftest import PHONE, Window
from tests.journeys.demo_pages import FACILITATOR, wording

pytestmark = pytest.mark.browser

DESKTOP: ViewportSize = {"width": 1440, "height": 900}
LABEL = "6"  # ten delegations ask for other words, in two sets


@pytest.fixture(scope="module")
def demo(whole_demo: str) -> Iterator[str]:
    with override_settings(DEMO=True, ACCOUNT_RATE_LIMITS=False), lazy_loads_allowed():
        yield whole_demo


def open_paragraph(page: Page) -> None:
    page.goto(f"/consultations/{SLUG}/review/{wording(LABEL).paragraph.public_id}/")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Paragraph {LABEL}")


def test_the_paragraph_stays_in_sight_beside_the_last_proposal(window: Window) -> None:
    page = window(FACILITATOR, size=DESKTOP)
    open_paragraph(page)
    words, sets = page.locator(".beside__words h1"), page.locator("#sets-title")
    expect(sets).to_be_in_viewport()
    page.locator(".aligned > li").last.scroll_into_view_if_needed()
    expect(words).to_be_in_viewport()
    expect(sets).not_to_be_in_viewport()


def test_words_and_proposals_do_not_overlap(window: Window) -> None:
    page = window(FACILITATOR, size=DESKTOP)
    open_paragraph(page)
    words = page.locator(".beside__words").bounding_box()
    inputs = page.locator(".beside__inputs").bounding_box()
    assert words and inputs
    assert words["x"] + words["width"] < inputs["x"]
    assert inputs["x"] + inputs["width"] <= DESKTOP["width"]


def test_a_phone_has_one_column(window: Window) -> None:
    page = window(FACILITATOR, size=PHONE)
    open_paragraph(page)
    words = page.locator(".beside__words").bounding_box()
    inputs = page.locator(".beside__inputs").bounding_box()
    assert words and inputs
    assert words["x"] == inputs["x"]
    assert words["y"] + words["height"] < inputs["y"]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
