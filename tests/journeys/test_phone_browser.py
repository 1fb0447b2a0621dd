"""On a phone the text is there at once, its thread is a sheet under its paragraph, and the way back
keeps the place."""

import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from config.demo.ground import SLUG
from config.launch.child_processes import wait_until
from tests.journeys.conftest import PHONE, Desk
from tests.journeys.demo_pages import FACILITATOR, FOCAL_POINT, wording
from tests.journeys.test_circulating_browser import reword_twelve

pytestmark = pytest.mark.browser

READING = f"/consultations/{SLUG}/plan/2/"
# CSS pixels from the top, of 844; in French the deadline or the title takes a line more.
AT_ONCE = {"en": 240, "fr": 270, "ar": 240}
WITH_KEYS: ViewportSize = {"width": 390, "height": 508}  # the keyboard has come up
SMALL_WITH_KEYS: ViewportSize = {"width": 320, "height": 500}
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])


def go(page: Page, address: str) -> None:
    """Twice: the typefaces come with the second page (fonts.css), and lines break by them."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.goto(address)


def top_of(page: Page, selector: str) -> float:
    """How far below the upper edge of the window it begins."""
    top: float = page.locator(selector).first.evaluate(
        "(element) => element.getBoundingClientRect().top"
    )
    return top


def in_sight(page: Page, selector: str) -> int:
    """How many pixels of its height are seen: inside the window, and under nothing else."""
    seen: int = page.locator(selector).first.evaluate(
        """(element) => {
            const {top, bottom, left, width} = element.getBoundingClientRect();
            const rows = [];
            for (let y = Math.max(top, 0); y < Math.min(bottom, innerHeight); y += 1) rows.push(y);
            return rows.filter(
                (y) => element.contains(document.elementFromPoint(left + width / 2, y))).length;
        }"""
    )
    return seen


@pytest.mark.parametrize("language", AT_ONCE)
def test_the_text_is_there_at_once(desk: Desk, language: str) -> None:
    page = desk.window(FOCAL_POINT, size=PHONE, language=language, scripts=False)
    go(page, READING)
    assert top_of(page, ".paragraph--title h1") < AT_ONCE[language] / 1.5
    assert top_of(page, ".paragraph:not(.paragraph--title)") < AT_ONCE[language]
    assert in_sight(page, ".paragraph:not(.paragraph--title, .paragraph--heading)") > 100


def test_one_menu_leads_everywhere_else(desk: Desk) -> None:
    page = desk.window(FOCAL_POINT, size=PHONE, scripts=False)
    go(page, READING)
    folded = [
        page.get_by_role("link", name=name).first
        for name in ("change", "Table", "What changed", "Our inputs")
    ]
    folded += [page.locator(".frame__search > summary"), page.get_by_label("Go to paragraph")]
    for leading in folded:
        expect(leading).to_be_hidden()
    page.get_by_text("Menu", exact=True).click()
    for leading in folded:
        expect(leading).to_be_visible()
    page.get_by_text("Files", exact=True).click()
    expect(page.get_by_role("link", name="Akoma Ntoso").first).to_be_visible()
    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Concordance").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Concordance")


@SCRIPTS
def test_a_list_is_narrowed_only_when_asked(desk: Desk, scripts: bool) -> None:
    page = desk.window(FOCAL_POINT, size=PHONE, scripts=scripts)
    go(page, f"/consultations/{SLUG}/workspace/")
    assert top_of(page, ".work > li") < PHONE["height"] * 0.75
    expect(page.get_by_label("State")).to_be_hidden()
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("State").select_option(index=1)
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_label("State")).to_be_visible()  # what narrows the list is seen


@SCRIPTS
def test_the_way_back_from_a_thread_keeps_the_place(desk: Desk, scripts: bool) -> None:
    page = desk.window(FOCAL_POINT, size=PHONE, scripts=scripts)
    go(page, READING)
    paragraph = f"#p-{wording('25').paragraph.public_id}"
    label = page.locator(f"{paragraph} > .paragraph__label")
    label.scroll_into_view_if_needed()
    before = top_of(page, paragraph)
    label.click()
    thread = page.locator(f"{paragraph} > .thread")
    expect(thread.get_by_role("heading", name="Paragraph 25")).to_be_attached()
    thread.evaluate("(thread) => thread.scrollIntoView({block: 'end'})")
    thread.get_by_role("link", name="Back to the paragraph").click()
    expect(page.locator(paragraph)).to_be_in_viewport(ratio=0.2)
    assert wait_until(lambda: 0 <= top_of(page, paragraph) < 100, patience=10)
    if scripts:  # the way back was a step of its own
        page.go_back()
        expect(page).not_to_have_url(re.compile("#"))
    page.go_back()
    expect(page).not_to_have_url(re.compile("open="))
    expect(page.locator(".paragraph.is-open")).to_have_count(0)
    # A browser scrolls back some moments after the page is there.
    assert wait_until(lambda: abs(top_of(page, paragraph) - before) < 10, patience=10)


def test_the_way_back_from_a_second_thread_is_a_whole_page(desk: Desk) -> None:
    page = desk.window(FOCAL_POINT, size=PHONE)
    go(page, READING)
    for label in ("25", "26"):
        page.locator(f"#p-{wording(label).paragraph.public_id} > .paragraph__label").click()
        expect(page.get_by_role("heading", name=f"Paragraph {label}")).to_be_attached()
    page.go_back()
    expect(page.get_by_role("heading", name="Paragraph 25")).to_be_attached()
    for label in ("25", "26"):
        expect(page.locator(f"#p-{wording(label).paragraph.public_id}")).to_be_attached()


SIZES = pytest.mark.parametrize(
    "size", [PHONE, WITH_KEYS, SMALL_WITH_KEYS], ids=["phone", "keyboard", "small-keyboard"]
)


@SCRIPTS
@SIZES
def test_who_writes_has_the_paragraph_in_sight_or_two_fifths_of_the_window(
    desk: Desk, size: ViewportSize, scripts: bool
) -> None:
    page = desk.window(FOCAL_POINT, size=size, scripts=scripts)
    paragraph = f"#p-{wording('26').paragraph.public_id}"
    go(page, READING)
    page.locator(f"{paragraph} > .paragraph__label").click()
    expect(page.get_by_role("heading", name="Paragraph 26")).to_be_attached()
    body = page.locator(f"{paragraph} > .paragraph__body").bounding_box()
    assert body is not None
    for field in ("Reason", "Proposed wording"):
        page.get_by_label(field).click()
        page.get_by_label(field).press_sequentially("A reason of some length.")
        seen = in_sight(page, f"{paragraph} > .paragraph__body")
        assert seen >= min(body["height"] - 1, 0.4 * size["height"])


def test_a_text_is_circulated_within_two_screens(desk: Desk) -> None:
    reword_twelve()
    page = desk.window(FACILITATOR, size=PHONE, scripts=False)
    go(page, f"/consultations/{SLUG}/drafts/plan/circulate/")
    button = page.get_by_role("button", name="Circulate to all delegations")
    box, unanswered = button.bounding_box(), page.locator(".open-inputs").bounding_box()
    assert box is not None and unanswered is not None
    # Beside what has no answer, which is read and confirmed first.
    assert box["y"] + box["height"] - unanswered["height"] < 2 * PHONE["height"]
