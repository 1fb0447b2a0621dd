"""Checking the contrast of one text of each kind finds what checking every text finds."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

from tests.journeys.contrasts import Contrasts

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="en"><title>Page</title><style>
:root { color-scheme: light dark; }
body { background: light-dark(#fff, #111); color: light-dark(#111, #eee); }
.quiet { color: light-dark(#444, #bbb); }
</style><main><h1>Heading</h1><p class="quiet">One</p><p class="quiet" id="two">Two</p>
<div id="ground"><p class="quiet" id="three">Three</p></div><p hidden id="four">Four</p>
<button disabled id="five" style="background: #eee; color: #bbb">Five</button></main>"""


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    opened = chromium.new_page()
    opened.set_content(PAGE)
    opened.evaluate(AXE_SCRIPT)
    yield opened
    opened.close()


@pytest.fixture
def contrasts(page: Page) -> Contrasts:
    """The page is looked through already: every kind of text on it is known."""
    looked = Contrasts()
    assert looked.faults(page) == []
    assert looked.readable
    return looked


def change(page: Page, what: str) -> None:
    page.evaluate(f"(() => {{ {what} }})()")


def unreadable_texts(contrasts: Contrasts, page: Page) -> list[str]:
    """The identifiers of the texts that cannot be read."""
    return [fault.split('id="')[1].split('"')[0] for fault in contrasts.faults(page)]


def test_a_kind_of_text_is_asked_of_once(contrasts: Contrasts, page: Page) -> None:
    change(page, "window.axe = undefined")  # whoever asked now would fail
    change(page, "three.after(two.cloneNode(true))")
    assert contrasts.faults(page) == []


def test_a_text_of_a_known_class_in_another_colour_is_found(
    contrasts: Contrasts, page: Page
) -> None:
    change(page, "two.style.color = '#ddd'")
    assert unreadable_texts(contrasts, page) == ["two"]
    assert unreadable_texts(contrasts, page) == ["two"]  # and every time


def test_a_known_text_on_another_ground_is_found(contrasts: Contrasts, page: Page) -> None:
    change(page, "ground.style.background = '#555'")
    assert unreadable_texts(contrasts, page) == ["three"]


def test_a_known_text_that_shines_through_is_found(contrasts: Contrasts, page: Page) -> None:
    change(page, "ground.style.opacity = '0.4'")
    assert unreadable_texts(contrasts, page) == ["three"]


def test_a_text_that_was_hidden_is_found_once_it_shows(contrasts: Contrasts, page: Page) -> None:
    change(page, "four.style.color = '#ccc'")
    assert contrasts.faults(page) == []
    change(page, "four.hidden = false")
    assert unreadable_texts(contrasts, page) == ["four"]


def test_a_text_that_could_not_be_used_is_found_once_it_can(
    contrasts: Contrasts, page: Page
) -> None:
    change(page, "five.disabled = false")
    assert unreadable_texts(contrasts, page) == ["five"]


def test_a_known_text_is_looked_at_anew_in_the_dark(contrasts: Contrasts, page: Page) -> None:
    change(page, "two.style.color = '#444'")
    assert contrasts.faults(page) == []
    page.emulate_media(color_scheme="dark")
    assert unreadable_texts(contrasts, page) == ["two"]
