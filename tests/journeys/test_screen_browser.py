"""The screen of a meeting: led by keyboard, followed by others, also after a lost connection."""

import pytest
from playwright.sync_api import Page, expect

from config.demo.ground import SLUG
from consultations.models import Meeting
from drafts.desk.acts import edit_paragraph
from drafts.models import Paragraph, StateAct
from tests.journeys.conftest import PHONE, SOON, Window
from tests.journeys.demo_pages import FACILITATOR, FOCAL_POINT, access_of, wording
from tests.journeys.hands import press_and_load, press_twice

pytestmark = pytest.mark.browser


def _address() -> str:
    meeting = Meeting.objects.filter(consultation=access_of(FACILITATOR).consultation)[0]
    return f"/consultations/{SLUG}/meetings/{meeting.public_id}/screen/"


def _show(page: Page, label: str) -> None:
    page.goto(_address())
    page.get_by_label("Go to paragraph").select_option(label=label)
    press_and_load(page.get_by_role("button", name="Show on the screen"))
    expect(page.locator(".screen__name")).to_have_text(f"Paragraph {label}")


def _reword(label: str, words: str) -> None:
    row = Paragraph.objects.select_related("draft").get(pk=wording(label).paragraph_id)
    kept = {"kind": row.kind, "label": row.label}
    edit_paragraph(
        access=access_of(FACILITATOR), paragraph=row, version=row.version, text=words, **kept
    )


@pytest.mark.parametrize("size", [None, PHONE], ids=["wide", "phone"])
def test_who_follows_sees_the_paragraph_its_words_and_its_state(
    window: Window, size: object
) -> None:
    chair, delegate = window(FACILITATOR), window(FOCAL_POINT, **({"size": size} if size else {}))
    _show(chair, "14")
    delegate.goto(_address())
    expect(delegate.locator(".screen__name")).to_have_text("Paragraph 14")
    _show(chair, "15")
    expect(delegate.locator(".screen__name")).to_have_text("Paragraph 15", timeout=SOON)
    _reword("15", f"Call upon States to act, {size is None}.")
    expect(delegate.locator(".screen ins").first).to_be_visible(timeout=SOON)
    expect(delegate.locator("[data-line-down]")).to_be_hidden()


def test_a_state_is_set_by_one_key_pressed_twice(window: Window) -> None:
    chair, delegate = window(FACILITATOR), window(FOCAL_POINT)
    _show(chair, "16")
    delegate.goto(_address())
    before = StateAct.objects.count()
    chair.locator("html[data-keys]").wait_for()
    chair.keyboard.press("p")
    expect(chair.get_by_text("Sure? Press again")).to_be_visible()
    assert StateAct.objects.count() == before
    expect(chair.get_by_text("Sure? Press again")).to_be_hidden()  # it counts for some seconds
    press_twice(chair, "p")
    expect(chair.locator(".screen .state--parked")).to_be_visible(timeout=SOON)
    expect(delegate.locator(".screen .state--parked")).to_be_visible(timeout=SOON)
    chair.locator("body").press("n")
    expect(chair.locator(".screen__name")).to_have_text("Paragraph 16 bis", timeout=SOON)


def test_who_was_off_line_is_told_so_and_catches_up(window: Window) -> None:
    chair, delegate = window(FACILITATOR), window(FOCAL_POINT)
    _show(chair, "17")
    delegate.goto(_address())
    expect(delegate.locator(".screen__name")).to_have_text("Paragraph 17")
    delegate.context.set_offline(True)
    expect(delegate.locator("[data-line-down]")).to_be_visible(timeout=SOON)
    _show(chair, "18")
    delegate.context.set_offline(False)
    expect(delegate.locator(".screen__name")).to_have_text("Paragraph 18", timeout=SOON)
    expect(delegate.locator("[data-line-down]")).to_be_hidden()


def test_without_scripts_one_looks_again_and_a_state_is_asked_by_a_page(window: Window) -> None:
    chair, delegate = window(FACILITATOR, scripts=False), window(FOCAL_POINT, scripts=False)
    _show(chair, "19")
    delegate.goto(_address())
    expect(delegate.locator(".screen__name")).to_have_text("Paragraph 19")
    chair.get_by_role("link", name="Park").click()
    chair.get_by_role("button", name="Yes, park it").click()
    expect(chair.locator(".screen .state--parked")).to_be_visible()
    delegate.get_by_role("link", name="Show what is on the screen now").click()
    expect(delegate.locator(".screen .state--parked")).to_be_visible()
    press_and_load(chair.get_by_role("button", name="Turn the screen off"))
    delegate.get_by_role("link", name="Show what is on the screen now").click()
    expect(delegate.get_by_role("heading", name="The screen is off")).to_be_visible()


def test_the_window_for_the_projector_shows_the_paragraph_alone(window: Window) -> None:
    chair = window(FACILITATOR)
    _show(chair, "20")
    with chair.expect_popup() as opened:
        chair.get_by_role("link", name="Window for the projector").click()
    projector = opened.value
    expect(projector.locator(".screen__name")).to_have_text("Paragraph 20")
    expect(projector.locator(".frame")).to_be_hidden()
    expect(projector.locator(".screen__keys")).to_have_count(0)
    chair.locator("body").press("n")
    expect(projector.locator(".screen__name")).to_have_text("Paragraph 18", timeout=SOON)


def test_what_is_typed_is_seen_before_it_is_saved_and_gone_where_it_is_not(
    window: Window,
) -> None:
    chair, delegate = window(FACILITATOR), window(FOCAL_POINT)
    _show(chair, "21")
    delegate.goto(_address())
    expect(delegate.locator(".screen__name")).to_have_text("Paragraph 21")
    leading = chair.context.new_page()
    leading.goto(_address())
    chair.locator("html[data-keys]").wait_for()
    chair.keyboard.press("e")
    expect(chair.get_by_text("What you type is on the screen of")).to_be_visible()
    field = chair.get_by_label("Text", exact=True)
    field.press("Control+End")
    field.press_sequentially(" Zebras are counted", delay=60)
    for page in (delegate, leading):
        expect(page.locator(".screen ins", has_text="Zebras")).to_be_visible(timeout=SOON)
        expect(page.get_by_text("These words are not saved yet")).to_be_visible()
    chair.get_by_label("Show what I type on the screen").uncheck()
    expect(delegate.get_by_text("These words are not saved yet")).to_be_hidden(timeout=SOON)
    chair.get_by_label("Show what I type on the screen").check()
    expect(delegate.locator(".screen ins", has_text="counted")).to_be_visible(timeout=SOON)
    chair.get_by_role("link", name="Close").first.click()
    expect(delegate.locator(".screen ins", has_text="Zebras")).to_have_count(0, timeout=SOON)
