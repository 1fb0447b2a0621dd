"""The two ways to work a page: with the mouse or a finger, or by the keyboard alone."""

from abc import ABC, abstractmethod

from playwright.sync_api import Locator, Page

MAX_STEPS = 120  # of the Tab key: more than any page has places to stop at
NAME_OF_FOCUS = """() => {
    const here = document.activeElement;
    return (here.labels?.[0] ?? here).textContent.replace(/\\s+/g, " ").trim();
}"""

# Asked at once: on the way to what is wanted nearly all the time goes by in asking.
WHERE_THE_FOCUS_IS = """wanted => {
    const here = document.activeElement;
    if (here === wanted) return "here";
    const isInGroup = wanted.type === "radio" && here.type === "radio"
        && here.form === wanted.form && here.name === wanted.name;
    return isInGroup ? "in the group" : "elsewhere";
}"""


def press_until(page: Page, key: str, wanted: str) -> None:
    """Press a key until the focus is on something whose name begins so."""
    for _press in range(MAX_STEPS):
        page.keyboard.press(key)
        if page.evaluate(NAME_OF_FOCUS).startswith(wanted):
            return
    raise AssertionError(f"{key} never comes to “{wanted}”")


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until this has the focus. Of radio buttons one stop stands for all: arrows go on.

    Raises AssertionError where it is never reached.
    """
    wanted.wait_for(state="visible")
    wanted_at = wanted.element_handle()
    for _press in range(MAX_STEPS):
        focus = wanted_at.evaluate(WHERE_THE_FOCUS_IS)
        if focus == "here":
            return
        page.keyboard.press("ArrowDown" if focus == "in the group" else "Tab")
    raise AssertionError(f"Tab never comes to {wanted}")


def press_and_load(place: Locator) -> None:
    """Press what asks for another page, and wait until that page is there.

    A press returns while the old page may still stand. Use this where the next step does not wait
    by itself: a look at rows or at what is there at once, a way elsewhere, a press or a field that
    the old page has too, or one that a script of the new page has to see.
    """
    place.wait_for()  # a page that was asked for before is not the one that is waited for
    with place.page.expect_navigation():
        place.click()


def press_twice(page: Page, key: str) -> None:
    """The key of an act that asks "Sure?" first: the second press counts for four seconds only."""
    page.locator("html[data-keys]").wait_for()
    with page.expect_navigation():
        for _press in range(2):
            page.locator("body").press(key)


def unfold(page: Page) -> None:
    """Open the menu, where the window is a phone's: what leads elsewhere stands in it."""
    menu = page.locator(".frame__menu > summary")
    if menu.is_visible():
        menu.click()


def open_menu(page: Page, name: str) -> None:
    """Open a menu by its word, on a phone within the menu of the frame."""
    unfold(page)
    page.locator(".menu > summary", has_text=name).click()


class Hand(ABC):
    """Works the page that is open in a window."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @abstractmethod
    def press(self, name: str) -> None:
        """A button, a link or the head of something folded, by the beginning of its name."""

    @abstractmethod
    def tick(self, name: str) -> None:
        """A box to choose by."""

    @abstractmethod
    def write(self, field: str, words: str) -> None:
        """Write at the end of what a field holds."""

    @abstractmethod
    def choose(self, field: str, option: str) -> None:
        """One of a list."""


class Mouse(Hand):
    """Also a finger, where the window is a phone's."""

    def press(self, name: str) -> None:
        able = self.page.locator("button, a, summary").filter(visible=True)
        able.filter(has_text=name).first.click()

    def tick(self, name: str) -> None:
        self.page.get_by_label(name).check()

    def write(self, field: str, words: str) -> None:
        box = self.page.get_by_label(field)
        box.fill(box.input_value() + words)

    def choose(self, field: str, option: str) -> None:
        self.page.get_by_label(field).select_option(label=option)


class Keyboard(Hand):
    """Nothing but keys."""

    def press(self, name: str) -> None:
        press_until(self.page, "Tab", name)
        self.page.keyboard.press("Enter")

    def tick(self, name: str) -> None:
        press_until(self.page, "Tab", name)
        self.page.keyboard.press("Space")

    def write(self, field: str, words: str) -> None:
        press_until(self.page, "Tab", field)
        self.page.keyboard.press("Control+End")
        self.page.keyboard.type(words)

    def choose(self, field: str, option: str) -> None:
        press_until(self.page, "Tab", field)
        self.page.keyboard.type(option)
