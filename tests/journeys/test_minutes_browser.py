"""Minutes are written during a meeting: by keyboard, on a phone, and without scripts."""

import pytest
from playwright.sync_api import Page, expect

from comments.models import MinuteLine
from config.demo.ground import SLUG
from consultations.models import Meeting
from drafts.models import StateAct
from tests.journeys.conftest import PHONE, Window
from tests.journeys.demo_pages import FACILITATOR, access_of, wording
from tests.journeys.hands import press_and_load

pytestmark = pytest.mark.browser


def _open(page: Page, label: str) -> None:
    """The minutes of the first meeting, begun if they are not, at one paragraph."""
    meeting = Meeting.objects.filter(consultation=access_of(FACILITATOR).consultation)[0]
    page.goto(f"/consultations/{SLUG}/meetings/{meeting.public_id}/minutes/")
    begin = page.get_by_role("button", name="Begin the minutes")
    if begin.count():
        press_and_load(begin)
    row = wording(label).paragraph
    page.goto(f"/consultations/{SLUG}/meetings/{meeting.public_id}/minutes/{row.public_id}/")


def test_a_line_and_a_state_are_set_with_the_keys_alone(window: Window) -> None:
    page = window(FACILITATOR)
    _open(page, "16")
    page.locator("html[data-keys]").wait_for()
    page.keyboard.press("w")
    expect(page.get_by_label("Who spoke")).to_be_focused()
    page.keyboard.type("Portu")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("We can live with it.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("We can live with it.").first).to_be_visible()
    line = MinuteLine.objects.select_related("seat").order_by("-pk")[0]
    assert (line.words, line.seat and line.seat.name) == ("We can live with it.", "Portugal")
    page.locator("html[data-keys]").wait_for()
    page.locator("body").press("a")
    yes = page.get_by_role("button", name="Yes, agreed ad referendum")
    yes.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".state--agreed")).to_be_visible()
    assert StateAct.objects.order_by("-pk")[0].paragraph_id == wording("16").paragraph_id
    page.locator("html[data-keys]").wait_for()
    page.locator("body").press("n")
    expect(page.locator("h1")).to_have_text("Paragraph 16 bis")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "none"])
def test_minutes_are_taken_on_a_telephone(window: Window, scripts: bool) -> None:
    page = window(FACILITATOR, size=PHONE, scripts=scripts)
    _open(page, "18")
    words = f"From a telephone, {scripts}."
    page.get_by_label("Who spoke").select_option(label="Co-facilitators")
    page.get_by_role("textbox", name="What was said").fill(words)
    page.get_by_role("button", name="Add to the minutes").click()
    expect(page.get_by_text(words).first).to_be_visible()
    assert MinuteLine.objects.filter(words=words, seat=None).count() == 1
