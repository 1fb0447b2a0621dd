"""Pages when printed, and in forced colours."""

from typing import Literal

import pytest
from playwright.sync_api import Locator, Page

from config.demo.ground import SLUG
from tests.journeys.conftest import Window
from tests.journeys.demo_pages import FOCAL_POINT, wording

pytestmark = pytest.mark.browser

HERE = f"/consultations/{SLUG}"
# What one clicks or fills in, and what leads elsewhere on the site.
OF_THE_SCREEN = (
    "button, select, textarea, input, nav, header.frame, .foot, .demo-line, details:not([open])"
)
# Of these elements the beginning of each that is seen; asked one by one they take seconds.
VISIBLE = """all => all.filter(one => {
    const { width, height } = one.getBoundingClientRect();
    return one.checkVisibility({ visibilityProperty: true }) && width > 0 && height > 0;
}).map(one => one.outerHTML.slice(0, 120))"""
Media = Literal["print", "screen"]


def open_page(window: Window, page_name: str, media: Media = "screen") -> Page:
    """The page of a delegate, as a printer or as a screen shows it."""
    thread = wording("12").paragraph.public_id
    addresses = {
        "text": f"/plan/2/?open={thread}",
        "brief": "/brief/",
        "table": "/table/",
        "front": "/",
    }
    page = window(FOCAL_POINT)
    page.goto(f"{HERE}{addresses[page_name]}")
    page.emulate_media(media=media, forced_colors="none" if media == "print" else "active")
    return page


@pytest.mark.parametrize("page_name", ["text", "brief", "table", "front"])
def test_printed_a_page_is_the_paper_and_nothing_one_clicks(window: Window, page_name: str) -> None:
    page = open_page(window, page_name, "print")
    assert page.locator(OF_THE_SCREEN).evaluate_all(VISIBLE) == []
    assert page.get_by_role("heading", level=1).is_visible()
    words = {"text": "or strengthen", "brief": "or strengthen", "table": "PRT-1", "front": "Texts"}
    shown = page.locator("main").get_by_text(words[page_name]).all()
    assert any(found.is_visible() for found in shown)
    page.emulate_media(media="screen")
    assert page.locator(OF_THE_SCREEN).evaluate_all(VISIBLE) != []


def test_printed_a_picture_keeps_its_legend_and_no_link(window: Window) -> None:
    picture = open_page(window, "brief", "print").locator(".picture").first
    assert picture.locator(".picture__legend").is_visible()
    assert not picture.get_by_role("link").first.is_visible()


def style(found: Locator, name: str) -> str:
    value: str = found.evaluate("(one, name) => getComputedStyle(one)[name]", name)
    return value


def test_in_forced_colours_the_open_paragraph_is_told_from_the_others(window: Window) -> None:
    page = open_page(window, "text")
    body = page.locator(".paragraph.is-open > .paragraph__body")
    other = page.locator(".paragraph:not(.is-open) > .paragraph__body").first
    edge = "borderInlineStartColor"
    assert style(body, edge) != style(other, edge)
    assert style(other, edge) == style(page.locator("body"), "backgroundColor")


def test_in_forced_colours_changed_words_are_underlined_and_struck(window: Window) -> None:
    page = open_page(window, "brief")
    assert "underline" in style(page.locator("ins").first, "textDecorationLine")
    assert "line-through" in style(page.locator("del").first, "textDecorationLine")


def test_in_forced_colours_the_section_one_is_in_is_marked(window: Window) -> None:
    page = open_page(window, "table")
    here, other = (
        page.locator(f".sections a{which}").first
        for which in ("[aria-current]", ":not([aria-current])")
    )
    assert style(here, "borderBlockEndColor") != style(other, "borderBlockEndColor")


def test_in_forced_colours_a_picture_is_drawn_in_the_colour_of_text(window: Window) -> None:
    page = open_page(window, "front")
    ink = style(page.locator("h1"), "color")
    assert style(page.locator(".picture__drawing"), "color") == ink
    assert style(page.locator(".picture__words").first, "fill") == ink
