"""Two revisions in a browser, side by side or in line, by mouse and keyboard."""

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from config.demo.ground import SLUG
from tests.journeys.compare_pages import ANNEX, add_annex
from tests.journeys.conftest import PHONE, WIDE, Window
from tests.journeys.demo_pages import FACILITATOR, FOCAL_POINT
from tests.journeys.hands import press_until
from tests.journeys.widths import faults, overflow

pytestmark = pytest.mark.browser

SIZES = pytest.mark.parametrize("size", [WIDE, PHONE], ids=["desktop", "phone"])
ADDRESS = f"/consultations/{SLUG}/{ANNEX}/compare/"
CHANGES = [
    "3 split into 3 and 3 bis",
    "Deleted",
    "5 and 6 merged into 5",
    "Reworded",
    "Moved",
    "New",
]


@pytest.fixture(scope="module", autouse=True)
def _annex(chromium: Browser, demo: str) -> None:
    add_annex()


def heads(page: Page) -> list[str]:
    """What each change is called, without what is read out alone."""
    return [
        head.evaluate("head => head.lastChild.textContent.trim()")
        for head in page.locator(".change__what").all()
    ]


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.querySelector('h2')?.textContent ?? ''"))


@SIZES
def test_every_kind_of_change_is_shown_and_the_page_is_open_to_everybody(
    window: Window, size: ViewportSize
) -> None:
    page = window(FOCAL_POINT, size=size)
    page.goto(ADDRESS)

    assert heads(page) == CHANGES
    expect(page.locator(".compare__trace")).to_contain_text("9 was here. It moved to after 7.")
    expect(page.locator(".compare__counts")).to_contain_text("1 split")
    assert faults(page) == []
    assert overflow(page) <= 0


def test_a_wide_screen_sets_then_and_now_side_by_side(window: Window) -> None:
    page = window(FOCAL_POINT)
    page.goto(ADDRESS)
    change = page.locator(".change--reworded")
    then, now = change.locator(".change__then"), change.locator(".change__now")

    expect(then).to_contain_text("license agencies")
    expect(now.locator("ins")).to_contain_text("and inspect")
    left, right = then.bounding_box(), now.bounding_box()
    assert left and right
    assert left["y"] == right["y"] and left["x"] + left["width"] <= right["x"]
    merged = page.locator(".change--merged")
    expect(merged.locator(".change__then .cell")).to_have_count(2)
    expect(merged.locator(".change__now .cell")).to_have_count(1)
    expect(merged.locator(".change__now del").first).to_be_hidden()


def test_the_bar_covers_no_name(window: Window) -> None:
    page = window(FOCAL_POINT, size={"width": 1024, "height": 800})
    page.goto(ADDRESS)
    name = page.locator(".compare__later .compare__state")
    name.locator("a").evaluate("link => { link.textContent = 'A very long name, '.repeat(6) }")
    steps, name_box = page.locator("[data-steps]").bounding_box(), name.bounding_box()
    assert steps and name_box
    is_beside = (
        name_box["x"] + name_box["width"] <= steps["x"]
        or name_box["y"] + name_box["height"] <= steps["y"]
    )
    assert is_beside

    page.keyboard.press("n")
    head, bar = page.locator(".change__what").first, page.locator(".compare__bar")
    shown, above = head.bounding_box(), bar.bounding_box()
    assert shown and above
    assert shown["y"] >= above["y"] + above["height"]


def test_a_phone_shows_one_text_with_its_changes_in_line(window: Window) -> None:
    page = window(FOCAL_POINT, size=PHONE)
    page.goto(ADDRESS)
    change = page.locator(".change--merged")

    expect(change.locator(".change__then")).to_be_hidden()
    expect(change.locator(".change__now del").first).to_be_visible()
    expect(change.locator(".change__now ins").first).to_be_visible()
    expect(page.locator(".change--dropped del")).to_be_visible()


def test_the_keys_lead_from_change_to_change_and_say_which(window: Window) -> None:
    page = window(FOCAL_POINT)
    page.goto(ADDRESS)
    for key, number in (("n", 1), ("j", 2), ("n", 3), ("k", 2), ("p", 1), ("p", 1)):
        page.keyboard.press(key)
        assert focused(page).startswith(f"Change {number} of 6"), key
        expect(page.locator("[data-at]")).to_have_text(f"Change {number} of 6")
    expect(page.get_by_role("button", name="Previous change")).to_be_disabled()
    for _press in range(9):
        page.keyboard.press("n")
    assert focused(page).startswith("Change 6 of 6")
    assert page.locator(".change.is-current").count() == 1
    expect(page.locator(".change.is-current")).to_be_in_viewport()


def test_the_buttons_do_the_same_and_the_keys_rest_while_one_types(window: Window) -> None:
    page = window(FOCAL_POINT, size=PHONE)
    page.goto(ADDRESS)
    page.get_by_role("button", name="Next change").click()
    page.get_by_role("button", name="Next change").click()
    assert focused(page).startswith("Change 2 of 6")
    field = page.get_by_label("Only paragraph")
    field.focus()
    page.keyboard.type("np")
    expect(field).to_have_value("np")


def test_the_keyboard_alone_chooses_two_states_and_opens_what_is_folded(window: Window) -> None:
    page = window(FACILITATOR)
    page.goto(ADDRESS)
    press_until(page, "Tab", "To")
    page.keyboard.press("ArrowDown")
    press_until(page, "Tab", "Show")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("From First draft to Working text")
    press_until(page, "Tab", "2 unchanged")
    page.keyboard.press("Enter")
    expect(page.locator("details.fold").first).to_have_attribute("open", "")


def test_a_trace_leads_to_where_the_paragraph_stands_now(window: Window) -> None:
    page = window(FOCAL_POINT)
    page.goto(ADDRESS)
    page.locator(".compare__trace a").click()

    expect(page.locator(".change.is-current .change__what")).to_contain_text("Moved")
    expect(page.locator(".change.is-current")).to_be_in_viewport()


def test_without_scripts_everything_is_there_but_the_way_from_change_to_change(
    window: Window,
) -> None:
    page = window(FOCAL_POINT, scripts=False)
    page.goto(ADDRESS)
    page.locator("details.fold summary").first.click()

    expect(page.locator("details.fold .kept").first).to_be_visible()
    expect(page.locator("[data-steps]")).to_be_hidden()
    page.get_by_label("Only paragraph").fill("7")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".change")).to_have_count(1)


def test_the_reading_page_and_the_list_of_texts_lead_there(window: Window) -> None:
    page = window(FOCAL_POINT)
    page.goto(f"/consultations/{SLUG}/{ANNEX}/2/")
    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Compare revisions").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("From First draft to Rev.1")
    page.goto(f"/consultations/{SLUG}/drafts/")
    page.get_by_role("link", name="Compare revisions · Annex on routes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("From First draft to Rev.1")


def test_a_label_runs_its_own_way_on_an_arabic_page(window: Window) -> None:
    page = window(FOCAL_POINT, language="ar")
    for address, label in (
        (ADDRESS, ".cell__label bdi"),
        (f"/consultations/{SLUG}/{ANNEX}/2/", ".paragraph__number bdi"),
        (f"/consultations/{SLUG}/{ANNEX}/2/concordance/", ".concordance__cited bdi"),
    ):
        page.goto(address)
        assert places_of(page.locator(label, has_text="3 bis").first) == [0, 2], address


def places_of(label: Locator) -> list[int]:
    """The first and the third sign of a label, in the order in which they stand from the left."""
    places: list[int] = label.evaluate(
        """label => {
            const left = (at) => {
                const range = document.createRange();
                range.setStart(label.firstChild, at);
                range.setEnd(label.firstChild, at + 1);
                return range.getBoundingClientRect().left;
            };
            return [0, 2].sort((one, other) => left(one) - left(other));
        }"""
    )
    return places
