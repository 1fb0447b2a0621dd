"""The drafting desk in a browser: mouse, touch, keyboard, no scripts, two people at once."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from config.demo.ground import SLUG
from drafts.models import Descent, Draft
from tests.journeys.conftest import PHONE, SOON, WIDE, Desk, Window
from tests.journeys.demo_pages import FACILITATOR
from tests.journeys.desk_pages import OTHER, paragraph
from tests.journeys.hands import press_and_load, press_until

pytestmark = pytest.mark.browser

HERE = f"/consultations/{SLUG}/drafts/plan/desk/"


def desk_row(page: Page, label: str) -> Locator:
    """The row of the desk that shows the paragraph of this label."""
    return page.locator(f"#p-{paragraph(label).public_id}")


def order() -> list[str]:
    """The labels of the standing text."""
    plan = Draft.objects.get(slug="plan")
    rows = plan.paragraphs.in_force().order_by("place")
    return [label for label in rows.values_list("label", flat=True) if label]


def following(label: str) -> str:
    labels = order()
    return labels[labels.index(label) + 1]


def undo_bar(page: Page) -> Locator:
    """The bar above the rows that says the last step and undoes it."""
    return page.locator("#desk-now")


# --- A paragraph dragged to another place ---

type Drag = Callable[[Page, Locator, Locator], None]


def by_mouse(page: Page, grip: Locator, target: Locator) -> None:
    """Dragged to the upper half of the target."""
    start, end = grip.bounding_box(), target.bounding_box()
    assert start and end
    page.mouse.move(start["x"] + 8, start["y"] + 12)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] - 40, end["y"] + end["height"] / 4, steps=8)
    expect(page.locator(".drop-line")).to_be_visible()
    page.mouse.up()


def by_finger(page: Page, grip: Locator, target: Locator) -> None:
    """As a finger does it: the page must not scroll under it."""
    start, end = grip.bounding_box(), target.bounding_box()
    assert start and end
    finger = page.context.new_cdp_session(page)
    x, y = start["x"] + 8, start["y"] + 12
    goal = end["y"] + end["height"] / 4

    def touch(kind: str, at: float) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": at}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", y)
    for step in range(1, 9):
        touch("touchMove", y + (goal - y) * step / 8)
    expect(page.locator(".drop-line")).to_be_visible()
    touch("touchEnd", goal)


@pytest.mark.parametrize(
    ("size", "drag", "label", "before"),
    [
        pytest.param(WIDE, by_mouse, "24", "23", id="mouse"),
        pytest.param(PHONE, by_finger, "27", "26", id="finger"),
    ],
)
def test_a_paragraph_is_dragged_before_another_and_back_by_undoing(
    window: Window, size: ViewportSize, drag: Drag, label: str, before: str
) -> None:
    page = window(FACILITATOR, size=size)
    page.goto(f"{HERE}#p-{paragraph(before).public_id}")
    desk_row(page, label).hover()
    drag(page, desk_row(page, label).locator("[data-grip]"), desk_row(page, before))

    expect(undo_bar(page)).to_contain_text(f"Undo: moved {label}")
    assert following(label) == before
    expect(desk_row(page, label).locator(".paragraph__label")).to_be_focused()
    page.get_by_role("button", name=f"Undo: moved {label}").click()
    expect(page.locator("#messages")).to_contain_text("Undone.")
    assert following(before) == label


def test_escape_leaves_a_dragged_paragraph_where_it_was(window: Window) -> None:
    page = window(FACILITATOR)
    page.goto(f"{HERE}#p-{paragraph('23').public_id}")
    before = order()
    desk_row(page, "24").hover()
    grip = desk_row(page, "24").locator("[data-grip]").bounding_box()
    assert grip
    page.mouse.move(grip["x"] + 8, grip["y"] + 12)
    page.mouse.down()
    page.mouse.move(grip["x"] + 8, grip["y"] - 150, steps=5)
    expect(page.locator(".drop-line")).to_be_visible()
    page.keyboard.press("Escape")
    page.mouse.up()

    expect(page.locator(".drop-line")).to_have_count(0)
    assert order() == before


# --- Keys alone ---


def test_the_desk_works_by_keys_alone(window: Window) -> None:
    page = window(FACILITATOR)
    page.goto(HERE)
    label, message = desk_row(page, "33").locator(".paragraph__label"), page.locator("#desk-said")
    for _press in range(120):
        page.keyboard.press("j")
        if label.evaluate("here => here === document.activeElement"):
            break
    page.keyboard.press("Alt+ArrowDown")
    expect(message).to_have_text("Moved: 33 comes after 34.")
    expect(label).to_be_focused()
    page.keyboard.press("Alt+ArrowRight")
    expect(message).to_have_text("Moved: 33 is the first below 34.")
    page.keyboard.press("Alt+ArrowLeft")
    expect(message).to_have_text("Moved: 33 comes after 34.")
    for keys, after in {"Control+z": "33", "Control+Shift+z": "34", "Control+y": "34"}.items():
        for _press in range(3 if keys == "Control+z" else 1):
            with page.expect_navigation():
                page.keyboard.press(keys)
        assert order().index(after) < order().index("33" if after == "34" else "34"), keys
    for _press in range(2):
        with page.expect_navigation():
            page.keyboard.press("Control+z")

    label.focus()
    page.keyboard.press("Enter")
    expect(desk_row(page, "33").locator("textarea[name=text]")).to_be_focused()
    page.keyboard.press("Control+End")
    page.keyboard.press("Backspace")
    page.keyboard.type(" [and to the Council];")
    press_until(page, "Tab", "Save")
    page.keyboard.press("Enter")
    expect(undo_bar(page)).to_contain_text("Undo: reworded 33")
    expect(label).to_be_focused()
    expect(desk_row(page, "33").locator(".bracketed")).to_contain_text("and to the Council")


def test_a_paragraph_is_cut_at_the_cursor_by_keys(window: Window) -> None:
    page = window(FACILITATOR)
    row = paragraph("17")
    page.goto(f"{HERE}{row.public_id}/split/")
    field = page.get_by_role("textbox", name="Text")
    field.evaluate("(field, at) => field.setSelectionRange(at, at)", row.text.index(",") + 1)
    field.focus()
    page.keyboard.press("Control+Enter")
    expect(field).to_have_value(re.compile(r",\n---\n \w"))
    press_until(page, "Tab", "Show the pieces")
    page.keyboard.press("Enter")
    expect(page.locator(".pieces__label")).to_have_text(["17", "17 bis"])
    press_until(page, "Tab", "Split into 2 paragraphs")
    page.keyboard.press("Enter")

    expect(page.locator("#messages")).to_contain_text("Split into 2 paragraphs.")
    piece = paragraph("17 bis")
    assert Descent.objects.filter(paragraph=piece, follows=row, how="split").exists()
    assert f"{paragraph('17').text} {piece.text}" == row.text


# --- By section ---


@pytest.fixture
def long_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every paragraph weighs so much that the text is shown in sections."""
    monkeypatch.setattr("drafts.desk.sections.PARAGRAPH_BYTES", 20_000)


def labels(page: Page) -> Locator:
    return page.locator("a.paragraph__label")


@pytest.mark.usefixtures("long_text")
def test_the_keys_go_on_over_the_border_of_a_section(window: Window) -> None:
    page = window(FACILITATOR)
    page.goto(HERE)
    press_and_load(page.locator("[data-sections]").get_by_role("link", name="Next"))
    here = page.url
    labels(page).first.focus()
    with page.expect_navigation():
        page.keyboard.press("k")
    expect(labels(page).last).to_be_focused()
    assert page.url != here
    with page.expect_navigation():
        page.keyboard.press("j")
    assert page.url == here
    expect(labels(page).first).to_be_focused()


@pytest.mark.usefixtures("long_text")
def test_a_paragraph_moved_by_keys_over_the_border_is_followed(window: Window) -> None:
    page = window(FACILITATOR)
    page.goto(f"{HERE}?at={paragraph('30').public_id}")
    border = page.locator("article[data-level='0'] a.paragraph__label").last
    label = border.locator("bdi").inner_text()
    border.focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(undo_bar(page)).to_contain_text(f"Undo: moved {label}")
    expect(desk_row(page, label).locator("a.paragraph__label")).to_be_focused()
    assert page.url.endswith(f"?at={paragraph(label).public_id}")
    page.keyboard.press("Control+z")
    expect(page.locator("#messages")).to_contain_text("Undone.")
    expect(desk_row(page, label)).to_be_visible()


# --- Without scripts ---


def test_the_desk_works_without_scripts(window: Window) -> None:
    page = window(FACILITATOR, scripts=False)
    page.goto(HERE)
    press_and_load(desk_row(page, "37").locator(".paragraph__label"))
    press_and_load(page.get_by_role("button", name="Move down"))
    assert following("38") == "37"
    press_and_load(desk_row(page, "37").locator(".paragraph__grip"))
    page.get_by_label("Next to").select_option(str(paragraph("38").public_id))
    page.get_by_label("before it").check()
    press_and_load(page.get_by_role("button", name="Move", exact=True))
    assert following("37") == "38"

    desk_row(page, "37").locator(".paragraph__label").click()
    page.get_by_role("link", name="Merge with neighbours").click()
    page.get_by_label(re.compile("^38 ")).check()
    page.get_by_role("button", name="Preview the merged text").click()
    page.get_by_role("button", name="Merge into one").click()
    expect(page.locator("#messages")).to_contain_text("Merged into one.")
    assert "38" not in order()
    page.get_by_role("button", name="Undo: merged 38 into 37").click()
    expect(page.locator("#messages")).to_contain_text("Undone.")
    assert following("37") == "38"


# --- Two people ---


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["desktop", "phone"])
def test_two_people_on_one_paragraph_see_each_other_and_lose_nothing(
    desk: Desk, size: ViewportSize
) -> None:
    label = "21" if size == WIDE else "22"
    row = paragraph(label)
    first, second = desk.window(OTHER, size=size), desk.window(FACILITATOR, size=size)
    first.goto(HERE)
    second.goto(HERE)
    desk_row(first, label).locator(".paragraph__label").click()
    expect(desk_row(first, label).locator("textarea[name=text]")).to_be_focused()
    expect(desk_row(second, label)).to_contain_text("is editing", timeout=SOON)

    desk_row(second, label).locator(".paragraph__label").click()
    expect(desk_row(second, label)).to_contain_text("also has this paragraph open")
    head, tail = row.text.split(" ", 1)
    desk_row(first, label).locator("textarea[name=text]").fill(f"{head} carefully {tail}")
    first.get_by_role("button", name="Save").click()
    expect(desk_row(first, label)).to_contain_text("Saved.")
    expect(undo_bar(second)).to_contain_text(f"reworded {label}", timeout=SOON)

    typed = f"{row.text.removesuffix(';')}, as far as possible;"
    desk_row(second, label).locator("textarea[name=text]").fill(typed)
    second.get_by_role("button", name="Save").click()
    expect(desk_row(second, label).get_by_role("alert")).to_contain_text("has both changes")
    expect(desk_row(second, label).get_by_role("alert")).to_be_focused()
    assert paragraph(label).text == f"{head} carefully {tail}"
    second.get_by_role("button", name="Save this text").click()
    expect(desk_row(second, label)).to_contain_text("Saved.")
    assert paragraph(label).text == f"{head} carefully {typed.split(' ', 1)[1]}"


def test_words_typed_and_not_saved_outlive_the_undoing_of_another_step(window: Window) -> None:
    page = window(FACILITATOR)
    page.goto(HERE)
    desk_row(page, "40").locator(".paragraph__label").focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(undo_bar(page)).to_contain_text("Undo: moved 40")
    desk_row(page, "42").locator(".paragraph__label").click()
    desk_row(page, "42").locator("textarea[name=text]").fill("Typed, and not saved.")
    page.get_by_role("button", name="Undo: moved 40").click()
    expect(page.locator("#messages")).to_contain_text("Undone.")

    desk_row(page, "42").locator(".paragraph__label").click()
    page.get_by_role("button", name="Restore").click()
    field = desk_row(page, "42").locator("textarea[name=text]")
    expect(field).to_have_value("Typed, and not saved.")


def test_a_session_that_ends_while_one_writes_leaves_the_words_where_they_are(
    desk: Desk,
) -> None:
    page = desk.window(FACILITATOR)
    page.goto(HERE)
    desk_row(page, "29").locator(".paragraph__label").click()
    field = desk_row(page, "29").locator("textarea[name=text]")
    field.fill("Words that took an hour.")
    page.context.clear_cookies()

    expect(desk_row(page, "29")).to_contain_text(
        "You are signed out. Your text is saved", timeout=SOON
    )
    expect(field).to_have_value("Words that took an hour.")
