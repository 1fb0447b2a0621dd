"""A text is downloaded, its seal verified and a copy compared, by keyboard and on a phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from config.demo.ground import SLUG
from tests.journeys.conftest import PHONE, Desk, Window
from tests.journeys.demo_pages import FOCAL_POINT
from tests.journeys.hands import open_menu
from tests.journeys.text_pages import TEXTS, circulated_lines, compare, revision

pytestmark = pytest.mark.browser

READING = f"/consultations/{SLUG}/plan/2/"


def test_the_text_and_its_changes_come_as_files(window: Window) -> None:
    page = window(FOCAL_POINT)
    page.goto(READING)
    open_menu(page, "Files")
    for link in ("Word", "PDF", "Akoma Ntoso"):
        place = page.get_by_text("Download").locator("..")
        with page.expect_download() as coming:
            place.get_by_role("link", name=link).press("Enter")
        assert coming.value.suggested_filename.startswith("plan-rev-1.")
    changes = page.get_by_text("Changes since First draft").locator("..")
    with page.expect_download() as coming:
        changes.get_by_role("link", name="Word").press("Enter")
    assert coming.value.suggested_filename == "plan-rev-1-since-first-draft.docx"


def test_a_copy_is_compared_by_keyboard_alone(window: Window) -> None:
    page = window(FOCAL_POINT)
    page.goto(READING.replace("/2/", "/1/"))
    open_menu(page, "Files")
    page.get_by_role("link", name="Check a copy").press("Enter")
    compare(page, circulated_lines())
    expect(page.get_by_role("heading", level=1)).to_have_text("Word for word the same")
    lines = circulated_lines()
    compare(page, [*lines[:5], lines[5].replace("the", "all the"), *lines[6:]])
    expect(page.get_by_role("heading", level=1)).to_have_text("The copy differs")
    expect(page.locator(".redline ins").first).to_contain_text("all")


def test_anybody_verifies_a_checksum_on_a_phone(desk: Desk) -> None:
    page = desk.window("", size=PHONE)
    page.goto("/seal/")
    page.get_by_label("Checksum").fill(revision().checksum.upper())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "This is the checksum of a circulated text"
    )
    assert fits(page)


@pytest.mark.parametrize("size", [{"width": 1440, "height": 900}, PHONE], ids=["wide", "phone"])
def test_the_pages_fit_a_desk_and_a_phone(desk: Desk, size: ViewportSize, tmp_path: Path) -> None:
    for shown in TEXTS:
        page = desk.window(shown.who, size=size)
        assert shown.open(page) == shown.status
        assert fits(page), shown.title
        page.screenshot(path=tmp_path / f"{shown.title}.png", full_page=True)
    page = desk.window(FOCAL_POINT, size=size)
    page.goto(READING)
    assert fits(page)
    page.screenshot(path=tmp_path / "reading.png")


def fits(page: Page) -> bool:
    """Whether nothing is wider than the window."""
    return bool(
        page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    )
