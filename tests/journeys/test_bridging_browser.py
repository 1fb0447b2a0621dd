"""A bridging proposal with three delegations, from drafting to incorporation."""

import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from comments.models import BridgingAnswer, BridgingProposal
from config.demo.ground import SLUG
from drafts.desk.steps import undo_step
from drafts.models import DeskStep, Paragraph
from tests.journeys.bridging_pages import PLACE, bridge_words, draft_on_demo, end_deadline
from tests.journeys.conftest import PHONE, WIDE, Window
from tests.journeys.demo_pages import FACILITATOR, FOCAL_POINT, access_of, wording
from tests.journeys.hands import press_and_load

pytestmark = pytest.mark.browser

HERE = f"/consultations/{SLUG}"
QUESTION = f"Paragraph {PLACE}: can you live with the bridging words?"


def desk_text() -> str:
    return Paragraph.objects.get(pk=wording(PLACE).paragraph_id).text


def open_writing(page: Page) -> None:
    page.goto(f"{HERE}/review/{wording(PLACE).paragraph.public_id}/")
    press_and_load(page.get_by_role("link", name="Write bridging words"))


def answer(page: Page, stance: str, words: str = "", reason: str = "") -> None:
    """From the front page, as whoever reads what is theirs to do."""
    page.goto(f"{HERE}/")
    page.get_by_role("link", name=QUESTION).click()
    page.locator("label.chip", has_text=re.compile(f"^{stance}$")).click()
    if words:
        page.get_by_label("The words that you can live with").fill(words)
    if reason:
        page.get_by_label("Reason").fill(reason)
    page.get_by_role("button", name="Answer officially").click()
    expect(page.get_by_text("is with the facilitators.")).to_be_visible()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_bridge_is_found_with_three_delegations(window: Window, size: ViewportSize) -> None:
    BridgingProposal.objects.filter(asked_at=None).update(discarded_at="2026-01-01T00:00Z")
    before, words = desk_text(), bridge_words()
    leader = window(FACILITATOR, size=size)
    open_writing(leader)
    leader.get_by_label("Bridging words").fill(words)
    for place in leader.locator("[data-redline-of] .redline").all():
        expect(place.locator("ins", has_text="as far as").first).to_be_visible()
    leader.get_by_role("button", name="Save").click()

    leader.get_by_role("link", name="Ask delegations…").click()
    expect(leader.get_by_label("China")).to_be_checked()
    # The groups to open are those of the page that comes.
    press_and_load(leader.get_by_role("button", name="Choose none"))
    expect(leader.get_by_label("China")).not_to_be_checked()
    for group in leader.locator("main details").all():
        group.evaluate("group => { group.open = true; }")
    for name in ("China", "Mexico", "Portugal"):
        leader.get_by_label(name, exact=True).check()
    leader.get_by_label("the delegations that are asked").check()
    leader.get_by_role("button", name="Ask these delegations").click()
    expect(leader.get_by_text("0 of 3 answered")).to_be_visible()
    row = BridgingProposal.objects.exclude(asked_at=None).latest("asked_at")

    answer(window(FOCAL_POINT, size=size), "Yes")
    answer(
        window("china", size=size), "Yes, with a change", words=words.replace("as far as", "where")
    )
    mexico = window("mexico", size=size)
    answer(mexico, "No", reason="Figures must be comparable.")
    expect(mexico.get_by_text("The answer of China")).to_have_count(0)
    expect(mexico.get_by_role("heading", name="Answers")).to_have_count(0)

    leader.reload()
    expect(leader.get_by_text("3 of 3 answered")).to_be_visible()
    answers = leader.locator(".aligned > li")
    expect(answers).to_contain_text(["Yes, with a change", "Figures must be comparable.", "Yes"])
    leader.get_by_role("link", name="Incorporate into the working text…").click()
    leader.get_by_role("button", name="Incorporate these words").click()
    expect(
        leader.get_by_text("These words were incorporated into the working text.")
    ).to_be_visible()
    assert desk_text() == words

    end_deadline(row)
    leader.reload()
    leader.get_by_role("link", name="Close the question…").click()
    press_and_load(leader.get_by_role("button", name="Close"))
    mexico.reload()
    expect(mexico.locator(".aligned > li")).to_contain_text(["China", "Portugal"])
    assert BridgingAnswer.objects.filter(asked__proposal=row).count() == 3

    taken = BridgingProposal.objects.filter(pk=row.pk).values("taken_by")
    step = DeskStep.objects.select_related("draft__consultation").get(pk__in=taken)
    undo_step(access=access_of(FACILITATOR), step=step)
    assert desk_text() == before


def test_without_scripts_a_button_shows_the_differences(window: Window) -> None:
    page = window(FACILITATOR, scripts=False)
    open_writing(page)
    page.get_by_label("Bridging words").fill(bridge_words())
    page.get_by_role("button", name="Show the differences").click()
    expect(page.get_by_label("Bridging words")).to_have_value(bridge_words())
    places = page.locator("[data-redline-of] .redline")
    expect(places.locator("ins", has_text="as far as").first).to_be_visible()
    assert not BridgingProposal.objects.filter(asked_at=None, discarded_at=None).exists()


def test_with_scripts_the_differences_need_no_button(window: Window) -> None:
    page = window(FACILITATOR)
    open_writing(page)
    expect(page.get_by_role("button", name="Show the differences")).to_be_hidden()
    draft_on_demo()
