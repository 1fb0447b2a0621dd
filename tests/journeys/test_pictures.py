"""The six pictures of the README, taken of the demonstration in light colours.

`./run pictures` writes them into docs/pictures/; else it is only seen that they can be taken.
"""

import base64
import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from config.demo.ground import SLUG
from tests.journeys.conftest import Window
from tests.journeys.demo_pages import FACILITATOR, FOCAL_POINT, wording
from tests.journeys.hands import press_and_load

pytestmark = pytest.mark.browser

HERE = f"/consultations/{SLUG}"
KEPT = Path(__file__).parents[2] / "docs" / "pictures"
SIZE: ViewportSize = {"width": 1280, "height": 860}
HEAVIEST = 120_000  # bytes


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """The folder that the pictures go to."""
    if os.environ.get("PICTURES") != "1":
        return tmp_path
    KEPT.mkdir(parents=True, exist_ok=True)
    return KEPT


def take(page: Page, picture: Path) -> None:
    """What the window shows, as WebP: a fifth of the same as PNG. It is light enough to clone."""
    page.emulate_media(color_scheme="light")
    page.evaluate("document.fonts.ready")
    faces = page.evaluate(
        "Array.from(document.fonts).filter((f) => f.status === 'loaded').map((f) => f.family)"
    )
    assert any("Source Serif" in face for face in faces), "the page is set in other typefaces"
    wire = page.context.new_cdp_session(page)
    wire.send("Emulation.setVisibleSize", dict(SIZE))  # all of it, for once
    taken = wire.send("Page.captureScreenshot", {"format": "webp", "quality": 82})
    content = base64.b64decode(taken["data"])
    assert content[8:12] == b"WEBP" and 10_000 < len(content) < HEAVIEST
    picture.write_bytes(content)


def visited(window: Window, who: str) -> Page:
    """A window of somebody who was here before: their browser holds the typefaces of the pages.

    On a first visit what is not there in time is shown in the reader's own fonts (`fonts.css`).
    """
    page = window(who, size=SIZE)
    page.goto(f"{HERE}/plan/2/")
    page.evaluate("Promise.all(Array.from(document.fonts, (face) => face.load()))")
    return page


def open_thread(page: Page, label: str) -> None:
    paragraph = wording(label).paragraph.public_id
    page.goto(f"{HERE}/plan/2/?open={paragraph}")
    expect(page.locator(f"#p-{paragraph}.is-open")).to_be_in_viewport()


def test_the_front_page_with_what_is_due(window: Window, pictures: Path) -> None:
    page = visited(window, FOCAL_POINT)
    page.goto(f"{HERE}/")
    skip = page.get_by_role("button", name="Do not show again")
    if skip.is_visible():
        press_and_load(skip)
    expect(page.get_by_role("img", name="Deadlines and meetings")).to_be_visible()
    take(page, pictures / "front.webp")


def test_the_reading_page_with_an_open_thread(window: Window, pictures: Path) -> None:
    page = visited(window, FOCAL_POINT)
    open_thread(page, "12")
    take(page, pictures / "reading.webp")


def test_the_card_being_written_with_its_live_redline(window: Window, pictures: Path) -> None:
    page = visited(window, FOCAL_POINT)
    open_thread(page, "14")
    words = wording("14").text.replace("by sex and age", "by sex, age and form of exploitation")
    page.get_by_label("Proposed wording").fill(words)
    page.get_by_label("Reason").fill("Measures differ with the form of exploitation.")
    expect(page.locator(".writing__preview ins").first).to_be_visible()
    take(page, pictures / "comment.webp")


def test_what_became_of_a_delegations_inputs(window: Window, pictures: Path) -> None:
    page = visited(window, FOCAL_POINT)
    page.goto(f"{HERE}/brief/")
    page.get_by_role("heading", name="At a glance").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('#at-a-glance').scrollIntoView()")
    take(page, pictures / "brief.webp")


def test_the_page_on_which_facilitators_answer(window: Window, pictures: Path) -> None:
    page = visited(window, FACILITATOR)
    page.goto(f"{HERE}/review/{wording('12').paragraph.public_id}/")
    take(page, pictures / "review.webp")


def test_the_table_of_inputs_as_it_is_printed(window: Window, pictures: Path) -> None:
    page = visited(window, FACILITATOR)
    page.goto(f"{HERE}/table/")
    page.evaluate("document.querySelector('.paper').scrollIntoView()")
    take(page, pictures / "table.webp")
