"""The form of a comment asks each kind for its own fields only."""

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from config.demo.ground import SLUG
from tests.journeys.conftest import PHONE, WIDE, Desk
from tests.journeys.demo_pages import FOCAL_POINT, wording

pytestmark = pytest.mark.browser

ASKED = {
    "New wording": {"Proposed wording", "Reason"},
    "Add after": {"Proposed wording", "Reason"},
    "Comment": {"Reason"},
    "Question": {"Reason"},
    "Retain as is": {"Reason"},
    "Delete": {"Reason"},
    "Move": {"Place after paragraph", "Reason"},
    "Reserve position": {"Reason"},
}


def _write_on(page: Page, label: str) -> None:
    page.goto(f"/consultations/{SLUG}/plan/2/?open={wording(label).paragraph.public_id}")


def _asked(page: Page) -> set[str]:
    card = page.locator(".writing")
    labels = ("Proposed wording", "Place after paragraph", "Reason")
    return {label for label in labels if card.get_by_label(label).is_visible()}


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_kind_asks_for_what_it_needs_and_nothing_else(
    desk: Desk, size: ViewportSize, scripts: bool
) -> None:
    page = desk.window(FOCAL_POINT, size=size, scripts=scripts)
    _write_on(page, "14")
    for kind, asked in ASKED.items():
        page.locator(".writing").get_by_label(kind, exact=True).check(force=True)
        assert _asked(page) == asked, kind


@pytest.mark.parametrize(("size", "label"), [(WIDE, "14"), (PHONE, "15")], ids=["wide", "phone"])
def test_a_move_without_a_place_says_so_at_the_place(
    desk: Desk, size: ViewportSize, label: str
) -> None:
    page = desk.window(FOCAL_POINT, size=size, scripts=False)
    _write_on(page, label)
    card = page.locator(".writing")
    card.get_by_label("Move", exact=True).check(force=True)
    card.get_by_role("button", name="Save draft").click()
    place = page.locator(".writing").get_by_label("Place after paragraph")
    expect(place).to_be_visible()
    expect(page.locator(".writing__place .field__error")).to_have_text(
        "Choose where to place the paragraph."
    )
    expect(page.locator(".writing .notice")).to_be_in_viewport()
    place.fill("para. 11")
    page.locator(".writing").get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("To be placed after 11.")).to_be_visible()
