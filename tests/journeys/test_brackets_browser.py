"""Brackets at the desk in a browser: words selected by pointer or by keys, and without scripts."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from drafts.models import Bracket
from tests.journeys.conftest import PHONE, WIDE, Window
from tests.journeys.demo_pages import FACILITATOR
from tests.journeys.desk_pages import paragraph, say
from tests.journeys.hands import press_and_load, press_until
from tests.journeys.test_desk_browser import HERE

pytestmark = pytest.mark.browser

SIZES = pytest.mark.parametrize("size", [WIDE, PHONE], ids=["desktop", "phone"])
# A sign beyond the first plane counts as one character here and as two in a browser.
TEXT = "Ships 𝕏 and boats and rafts keep to the right."


@pytest.fixture(autouse=True)
def _text(window: Window) -> None:
    say("14", lambda _text: TEXT)


def opened(page: Page) -> Any:
    """The page of the brackets of a paragraph, and the field that holds its words."""
    page.goto(f"{HERE}{paragraph('14').public_id}/brackets/")
    return page.get_by_label("The paragraph: select the words")


def chosen(page: Page) -> Any:
    return page.locator("form [name=words]").first


def press_put_brackets(page: Page) -> None:
    press_and_load(page.get_by_role("button", name="Put brackets"))


@SIZES
def test_words_are_selected_with_the_pointer(window: Window, size: Any) -> None:
    page = window(FACILITATOR, size=size)
    field = opened(page)
    field.dblclick(position={"x": 20, "y": 18})  # on the first word
    expect(chosen(page)).to_have_value(re.compile(r"^Ships ?$"))
    press_put_brackets(page)
    expect(page.locator(".wording .bracketed").first).to_contain_text("Ships")
    assert paragraph("14").text == TEXT.replace("Ships", "[Ships]")


def test_words_are_selected_with_keys_and_the_second_of_two_alike_is_meant(
    window: Window,
) -> None:
    page = window(FACILITATOR)
    field = opened(page)
    at = len("Ships 𝕏 and boats ".encode("utf-16-le")) // 2
    field.focus()
    field.evaluate("(field, at) => field.setSelectionRange(at, at)", at)
    for _letter in "and":
        page.keyboard.press("Shift+ArrowRight")
    expect(chosen(page)).to_have_value("and")
    page.keyboard.type("x")  # the words themselves are not changed here
    expect(field).to_have_value(TEXT)
    press_until(page, "Tab", "Put brackets")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_be_visible()
    assert paragraph("14").text == TEXT.replace("boats and", "boats [and]")


def test_what_is_typed_after_a_selection_counts(window: Window) -> None:
    page = window(FACILITATOR)
    field = opened(page)
    field.dblclick(position={"x": 20, "y": 18})
    expect(chosen(page)).to_have_value(re.compile(r"^Ships ?$"))
    chosen(page).fill("rafts")
    press_put_brackets(page)
    expect(page.locator(".wording .bracketed").first).to_contain_text("rafts")
    assert paragraph("14").text == TEXT.replace("rafts", "[rafts]")


def test_brackets_are_put_and_lifted_without_scripts(window: Window) -> None:
    page = window(FACILITATOR, scripts=False)
    opened(page)
    chosen(page).fill("keep to the right")
    press_put_brackets(page)
    assert paragraph("14").text == TEXT.replace("keep to the right", "[keep to the right]")
    press_and_load(page.get_by_role("link", name="Lift or change"))
    page.get_by_role("radio").first.check()
    press_and_load(page.get_by_role("button", name="Lift the brackets"))
    assert not Bracket.objects.filter(paragraph=paragraph("14"), is_open=True).exists()
    assert paragraph("14").text == TEXT
