"""Checking what changes at each further width finds what checking the whole page finds."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, ViewportSize

from tests.journeys.broken_words import broken_words
from tests.journeys.conftest import PHONE, WIDE
from tests.journeys.contrasts import Contrasts
from tests.journeys.targets import small_targets
from tests.journeys.widths import ALL_BUT_COLOURS, Widths, faults

pytestmark = pytest.mark.browser

NARROW: ViewportSize = {"width": 320, "height": 800}
PAGE = """<!doctype html><html lang="en"><title>Page</title><style>
body { background: #fff; color: #111; }
.bar { block-size: 40px; overflow: auto; }
.narrow { display: none; }
@media (max-width: 340px) { .wide { display: none; } .narrow { display: block; } STYLE }
</style><header><nav aria-label="Sections"><a href="/one" class="link"><svg aria-hidden="true"
></svg><span class="wide">One</span></a></nav></header>
<main><h1>Heading</h1><h2 class="wide">Part</h2><h3 class="under">Under it</h3>
<label for="name" class="named">Name</label><input id="name">
<div class="bar">Words</div><p class="quiet">Quiet words</p>
<button class="narrow" type="button">Menu</button>BODY</main></html>"""
KNOWN_STYLE = ".link .wide, h2.wide { display: inline; }"


def open_page_with(page: Page, style: str = "", body: str = "", *, direction: str = "ltr") -> Page:
    """The page opened at the first width."""
    page.set_viewport_size(WIDE)
    page.set_content(PAGE.replace("STYLE", style).replace("BODY", body))
    page.evaluate("direction => { document.documentElement.dir = direction }", direction)
    page.evaluate(AXE_SCRIPT)
    return page


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    opened = chromium.new_page()
    yield opened
    opened.close()


def at_each_width(widths: Widths, page: Page) -> list[list[str]]:
    """The rules that are broken at each width."""
    found = []
    for size in (WIDE, PHONE, NARROW):
        page.set_viewport_size(size)
        found.append([fault.split(":")[0] for fault in widths.faults(page)])
    return found


@pytest.fixture
def widths(page: Page) -> Widths:
    """The page without a fault was looked through at each width."""
    looked = Widths()
    assert at_each_width(looked, open_page_with(page, KNOWN_STYLE)) == [[], [], []]
    return looked


FAULTS = {
    "link-name": "h2.wide { display: block }",  # the words of the link are hidden
    "heading-order": ".link .wide { display: inline }",
    "label": f"{KNOWN_STYLE} .named {{ display: none }}",
    "scrollable-region-focusable": f"{KNOWN_STYLE} .bar::before {{ content: ''; display: block;"
    " block-size: 90px }",
}


@pytest.mark.parametrize("rule", FAULTS)
def test_a_fault_of_the_narrow_page_alone_is_found(widths: Widths, page: Page, rule: str) -> None:
    open_page_with(page, FAULTS[rule])
    assert at_each_width(widths, page) == [[], [], [rule]]
    assert rule in {fault.split(":")[0] for fault in faults(page, ALL_BUT_COLOURS)}
    # Every time: what has a fault is never known.
    open_page_with(page, FAULTS[rule])
    assert at_each_width(widths, page) == [[], [], [rule]]


@pytest.mark.parametrize(
    ("rule", "body"),
    {
        "button-name": '<button class="narrow" type="button"></button>',
        "image-alt": '<p class="narrow"><img src="data:,"></p>',
        "list": '<ul class="narrow"><p>Words</p></ul>',
        "aria-hidden-focus": '<p class="narrow" aria-hidden="true"><a href="/two">Two</a></p>',
        "landmark-unique": '<nav class="narrow" aria-label="Sections"><a href="/2">Two</a></nav>',
        "region": '</main><p class="narrow">Words beside the page</p><main hidden>',
    }.items(),
)
def test_a_fault_in_what_shows_on_the_narrow_page_alone_is_found(
    widths: Widths, page: Page, rule: str, body: str
) -> None:
    open_page_with(page, KNOWN_STYLE, body)
    assert at_each_width(widths, page) == [[], [], [rule]]


def test_what_changes_with_the_width_is_asked_of_once(widths: Widths, page: Page) -> None:
    open_page_with(page, KNOWN_STYLE)
    assert widths.faults(page) == []
    page.evaluate("window.axe = undefined")  # whoever asked now would fail
    page.set_viewport_size(NARROW)
    assert widths.faults(page) == []


def in_other_words(page: Page, words: str) -> None:
    """The page opened in another language, its button with these words."""
    open_page_with(page, KNOWN_STYLE, direction="rtl")
    page.set_viewport_size(NARROW)
    page.evaluate("words => { document.querySelector('button').textContent = words }", words)


def test_of_a_page_in_another_language_what_its_words_cannot_change_is_not_asked(
    widths: Widths, page: Page
) -> None:
    in_other_words(page, "القائمة")
    page.evaluate("window.axe = undefined")
    assert widths.faults(page) == []
    assert page.evaluate("window.axe === undefined")


def test_words_that_are_missing_in_another_language_are_found(widths: Widths, page: Page) -> None:
    in_other_words(page, "")
    assert [fault.split(":")[0] for fault in widths.faults(page)] == ["button-name"]


def test_a_text_without_contrast_on_the_narrow_page_alone_is_found(page: Page) -> None:
    contrasts = Contrasts()
    open_page_with(page, f"{KNOWN_STYLE} .quiet {{ color: #ccc }}")
    assert contrasts.faults(page) == []
    page.set_viewport_size(PHONE)
    assert contrasts.faults(page) == []
    page.set_viewport_size(NARROW)
    assert [fault.split(":")[0] for fault in contrasts.faults(page)] == ["color-contrast"]


def test_a_link_without_a_mark_on_the_narrow_page_alone_is_found(page: Page) -> None:
    contrasts = Contrasts()
    body = '<p>Words around <a href="/two" class="marked">a link in them</a> and after it.</p>'
    open_page_with(page, f"{KNOWN_STYLE} .marked {{ text-decoration: none; color: #222 }}", body)
    assert contrasts.faults(page) == []
    page.set_viewport_size(NARROW)
    assert [fault.split(":")[0] for fault in contrasts.faults(page)] == ["link-in-text-block"]


@pytest.mark.parametrize("style", ["color: #ccc", "display: none"])
def test_a_fault_of_the_other_direction_alone_is_found(
    widths: Widths, page: Page, style: str
) -> None:
    contrasts = Contrasts()
    sheet = f"{KNOWN_STYLE}}} @media all {{ [dir=rtl] .quiet, [dir=rtl] .named {{ {style} }}"
    open_page_with(page, sheet)
    assert at_each_width(widths, page) == [[], [], []]
    assert contrasts.faults(page) == []

    open_page_with(page, sheet, direction="rtl")
    assert [*widths.faults(page), *contrasts.faults(page)] != []


def test_a_target_too_small_for_a_finger_is_found_at_its_width(page: Page) -> None:
    open_page_with(page, f"{KNOWN_STYLE} button {{ block-size: 12px; font-size: 8px }}")
    assert not [line for line in small_targets(page) if "Menu" in line]
    page.set_viewport_size(NARROW)
    assert [line for line in small_targets(page) if "Menu" in line]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("trafficking", ["trafficking"]),
        ("anti-trafficking", ["trafficking"]),
        ("in it", []),
        ("inter-state", []),
        ("a@example.org.of.a.mission", []),
        ("0f1e2d3c4b5a69788796a5b4c3d2e1f0", []),
        ("打击贩运人口全球行动计划", []),
    ],
)
def test_a_word_that_stands_on_two_lines_is_broken_and_an_address_is_not(
    page: Page, words: str, found: list[str]
) -> None:
    narrow = "inline-size: 4em; overflow-wrap: anywhere; font: 16px monospace"
    open_page_with(page, body=f'<p class="narrow-words" style="{narrow}">{words}</p>')

    assert [line.split(" in ")[0] for line in broken_words(page)] == found
