"""A file is corrected, placed and imported in a browser; by keyboard, on a phone, reloaded."""

import re

import pytest
from playwright.sync_api import Page, expect

from config.demo.ground import SLUG
from drafts.models import Paragraph
from tests.journeys.conftest import Window
from tests.journeys.demo_pages import FACILITATOR
from tests.journeys.hands import press_and_load, press_until

pytestmark = pytest.mark.browser

HERE = f"/consultations/{SLUG}"
PHONE = {"width": 390, "height": 844}

FIRST = """Draft decision on harbours

Recalling its decision on open seas,

1. Urges all States with a coast to keep their harbours open by day and by night:

(a) To ships in distress;

(b) To ships with pilgrims;

2. Decides to meet again in a year, and to hear what the masters of harbours have seen.
"""
NEXT = """Draft decision on harbours

Recalling its decision on open seas,

1. Decides to meet again in a year, and to hear what the masters of harbours have seen.

2. Urges all States with a coast to keep their harbours open by day and by night:

(a) To ships in distress;

(b) To every vessel that carries the sick;

3. Thanks the pilots.
"""


def begin(page: Page, slug: str) -> None:
    """A new text, and a first file pasted and shown."""
    page.goto(f"{HERE}/new-text/")
    page.get_by_label("Title").fill("Draft decision")
    page.get_by_label("Web address").fill(slug)
    press_and_load(page.get_by_role("button", name="Create the text"))
    paste(page, slug, FIRST)


def paste(page: Page, slug: str, words: str) -> None:
    page.goto(f"{HERE}/drafts/{slug}/import/")
    page.get_by_label("Or paste the text").fill(words)
    press_and_load(page.get_by_role("button", name="Preview"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Preview: nothing saved yet")


def stands(slug: str) -> list[tuple[str, str, str]]:
    rows = Paragraph.objects.filter(draft__slug=slug).in_force().order_by("place")
    return [(row.kind, row.label, row.text) for row in rows]


def test_rows_are_corrected_and_the_next_file_is_placed_with_its_certainty(window: Window) -> None:
    page = window(FACILITATOR)
    begin(page, "harbours")
    page.get_by_role("button", name="Correct row 9").click()
    text = page.get_by_role("textbox", name="Text")
    expect(text).to_have_value("To ships with pilgrims;")
    text.fill("To ships with pilgrims;\n\nTo all others in need.")
    page.get_by_label("Label").fill("(c)")
    press_and_load(page.get_by_role("button", name="Apply", exact=True))
    expect(page.get_by_text("corrected by you")).to_have_count(2)
    expect(page.get_by_text("To all others in need.")).to_be_visible()

    page.get_by_role("button", name="Correct row 3").click()
    page.get_by_label("no part of the text: leave it out").check()
    press_and_load(page.get_by_role("button", name="Apply", exact=True))
    expect(page.get_by_role("heading", name="Left out or joined by you")).to_be_visible()
    page.get_by_role("button", name="Undo row 3").click()
    expect(page.get_by_role("heading", name="Left out or joined by you")).to_be_hidden()

    press_and_load(page.get_by_role("button", name="Import into the working text"))
    expect(page).to_have_url(re.compile("/drafts/harbours/desk/$"))
    assert stands("harbours")[4:6] == [
        ("operative", "(c)", "To ships with pilgrims;"),
        ("operative", "", "To all others in need."),
    ]

    paste(page, "harbours", NEXT)
    moved = page.locator(".paragraph", has_text="Decides to meet again in a year").first
    expect(moved).to_contain_text("moved")
    expect(moved).to_contain_text("sure")
    thanks = page.locator(".paragraph", has_text="Thanks the pilots.")
    expect(thanks).to_contain_text("please choose")
    chosen = thanks.get_by_label("This row continues")
    expect(chosen).to_have_value("")
    with page.expect_response(lambda answer: answer.status == 204):
        chosen.select_option("new")
    page.reload()
    expect(thanks.get_by_label("Continues")).to_have_value("new")


def test_it_goes_by_keys_alone(window: Window) -> None:
    page = window(FACILITATOR)
    begin(page, "keyed-harbours")
    press_until(page, "Tab", "Correct row 5")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    press_until(page, "Tab", "Label")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("1 bis")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text("corrected by you")).to_be_visible()
    expect(page.locator("#row-5 .paragraph__number")).to_have_text("1 bis")
    press_until(page, "Tab", "Import into the working text")
    page.keyboard.press("Enter")
    expect(page.locator(".paragraph__number", has_text="1 bis")).to_be_visible()

    paste(page, "keyed-harbours", NEXT)
    thanks = page.locator(".paragraph", has_text="Thanks the pilots.")
    chosen = thanks.get_by_label("This row continues")
    for _press in range(80):
        page.keyboard.press("Tab")
        if chosen.evaluate("field => field === document.activeElement"):
            break
    with page.expect_response(lambda answer: answer.status == 204):
        page.keyboard.press("ArrowDown")
    assert chosen.input_value()


def test_a_phone_shows_every_row_without_scrolling_sideways(window: Window) -> None:
    page = window(FACILITATOR, size=PHONE)
    begin(page, "small-harbours")
    page.get_by_role("button", name="Correct row 7").click()
    expect(page.get_by_role("textbox", name="Text")).to_be_in_viewport()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
    page.get_by_label("the end of the row above: join them").check()
    press_and_load(page.get_by_role("button", name="Apply", exact=True))
    press_and_load(page.get_by_role("button", name="Import into the working text"))
    assert stands("small-harbours")[2][2].endswith("by night: To ships in distress;")


def test_it_goes_without_scripts(window: Window) -> None:
    page = window(FACILITATOR, scripts=False)
    begin(page, "quiet-harbours")
    page.get_by_role("button", name="Correct row 5").click()
    page.get_by_label("Kind", exact=True).select_option("preambular")
    press_and_load(page.get_by_role("button", name="Apply", exact=True))
    expect(page.locator("#row-5")).to_contain_text("preambular")
    press_and_load(page.get_by_role("button", name="Import into the working text"))
    assert ("preambular", "(a)") in [row[:2] for row in stands("quiet-harbours")]


def test_the_kind_of_one_row_and_of_several_are_two_fields(window: Window) -> None:
    page = window(FACILITATOR)
    begin(page, "kinds-of-harbours")
    page.get_by_role("button", name="Correct row 5").click()
    expect(page.get_by_label("Kind", exact=True)).to_have_value("operative")
    page.get_by_text("Set the kind of several rows").click()
    expect(page.get_by_label("Kind of these rows")).to_be_visible()


DOUBTS = """Draft decision on harbours

Recalling its decision on open seas,

1. Greets the lighthouse keepers.

2. Thanks the pilots.

3. Deplores the silting of channels.
"""


def test_keys_lead_through_the_doubts_and_back(window: Window) -> None:
    page = window(FACILITATOR)
    begin(page, "doubtful-harbours")
    press_and_load(page.get_by_role("button", name="Import into the working text"))
    paste(page, "doubtful-harbours", DOUBTS)
    doubts = page.locator("[data-change]")
    expect(doubts).to_have_count(3)
    names = [doubts.nth(place).get_attribute("id") for place in range(3)]

    for key, place in (("n", 0), ("j", 1), ("n", 2), ("n", 2), ("p", 1), ("k", 0), ("k", 0)):
        page.keyboard.press(key)
        expect(doubts.nth(place)).to_be_focused()
        expect(page).to_have_url(re.compile(f"#{names[place]}$"))
    chosen = doubts.nth(0).get_by_label("This row continues")
    chosen.focus()
    page.keyboard.press("n")  # typed into a field it leads nowhere
    expect(chosen).to_be_focused()
