"""The seven scenes of the demonstration, played from the first press to the last."""

import re
from collections.abc import Iterator

import pytest
from django.test import override_settings
from playwright.sync_api import Page, ViewportSize, expect

from comments.models import Comment, Review
from config.demo.scenes import SCENE_BY_KEY, SCENES
from drafts.models import Bracket
from tests.conftest import lazy_loads_allowed
from tests.journeys.conftest import PHONE, WIDE, Window
from tests.journeys.hands import press_and_load

pytestmark = pytest.mark.browser

WHY = "The two texts have not the same sponsors."


@pytest.fixture(scope="module")
def demo(whole_demo: str) -> Iterator[str]:
    with override_settings(DEMO=True, ACCOUNT_RATE_LIMITS=False), lazy_loads_allowed():
        yield whole_demo


def begin(page: Page, key: str) -> None:
    """Signed out on the page of scenes: one press leads to the page of the first step."""
    page.goto("/demo/")
    scene = SCENE_BY_KEY[key]
    press_and_load(page.locator(".scene", has_text=str(scene.title)).get_by_role("button"))
    expect(page.locator(".scene-line")).to_contain_text(str(scene.steps[0].words))


def go_on(page: Page, key: str, number: int) -> None:
    line = page.locator(".scene-line")
    press_and_load(line.get_by_role("button", name=re.compile("^Go on")))
    expect(line).to_contain_text(str(SCENE_BY_KEY[key].steps[number - 1].words))


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_every_step_of_every_scene_leads_to_its_page(window: Window, size: ViewportSize) -> None:
    page = window(size=size)
    for scene in SCENES:
        begin(page, scene.key)
        for number in range(2, len(scene.steps) + 1):
            go_on(page, scene.key, number)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        expect(page.locator(".scene-line").get_by_role("button")).to_have_count(1)
        press_and_load(page.locator(".scene-line").get_by_role("button", name="All scenes"))
        expect(page.locator(".scene-line")).to_have_count(0)


def test_a_capital_corrects_a_draft_and_it_gets_a_receipt(window: Window) -> None:
    page = window()
    begin(page, "capital")
    words = page.get_by_label("Proposed wording")
    words.fill(
        words.input_value().replace("before the first interview", "from the first contact on")
    )
    press_and_load(page.get_by_role("button", name="Save draft"))
    press_and_load(page.get_by_role("button", name="Send for clearance"))
    go_on(page, "capital", 2)
    press_and_load(page.get_by_role("button", name="Clear · 27"))
    go_on(page, "capital", 3)
    press_and_load(page.locator("main form .button--strong"))
    expect(page.locator("main")).to_contain_text("Receipt")
    contact = Comment.objects.get(filed_by__code="PRT", wording__label="27")
    assert contact.submitted_at is not None
    assert "from the first contact on" in contact.proposed


def test_six_like_proposals_are_answered_at_once_and_published(window: Window) -> None:
    page = window()
    begin(page, "monday")
    expect(page.locator("main table")).to_be_visible()
    go_on(page, "monday", 2)
    page.locator("summary", has_text="Answer all 6 inputs").click()
    answer = page.locator("details[open]", has_text="Answer all 6 inputs")
    answer.locator("label.chip", has_text=re.compile("^reflected$")).click()
    press_and_load(answer.locator("button"))
    like = Comment.objects.filter(wording__label="34 bis", kind="replace")
    assert Review.objects.filter(comment__in=like, published_at=None).count() == 6
    go_on(page, "monday", 3)
    press_and_load(page.get_by_role("button", name="Preview"))
    press_and_load(page.get_by_role("button", name="Publish"))
    assert not Review.objects.filter(published_at=None).exists()


def test_a_bracket_is_lifted(window: Window) -> None:
    page = window()
    begin(page, "bracket")
    open_count = Bracket.objects.filter(is_open=True).count()
    line = page.locator("li", has_text="high-level").last
    press_and_load(line.get_by_role("link", name="Lift or change"))
    page.get_by_role("radio").first.check()
    press_and_load(page.get_by_role("button", name="Lift the brackets"))
    assert Bracket.objects.filter(is_open=True).count() == open_count - 1
    go_on(page, "bracket", 2)
    expect(page.locator("main")).to_contain_text(f"{open_count - 1} brackets stand in the text.")


def test_a_silence_is_broken_and_the_facilitators_read_why(window: Window) -> None:
    page = window()
    begin(page, "silence")
    page.locator("summary", has_text="Break silence").click()
    page.get_by_label("Our words", exact=True).fill(WHY)
    press_and_load(page.get_by_role("button", name="Break silence…"))
    press_and_load(page.get_by_role("button", name="Break silence officially"))
    go_on(page, "silence", 2)
    expect(page.locator("main")).to_contain_text(WHY)


def test_a_group_finds_its_words_and_nobody_else_reads_them(window: Window) -> None:
    page = window()
    begin(page, "group")
    draft = (
        page.locator("main article, main li, main section").filter(has_text="Could “may go”").last
    )
    press_and_load(draft.get_by_role("link", name=re.compile("^Edit")))
    words = page.get_by_label("Proposed wording")
    words.fill(words.input_value().replace("confiscated goes", "confiscated may go"))
    press_and_load(page.get_by_role("button", name=re.compile("^Save")))
    expect(page.locator("#messages")).to_contain_text("Saved")
    go_on(page, "group", 2)
    expect(page.locator("body")).to_contain_text("compensation")
    expect(page.locator("body")).not_to_contain_text("confiscated")


def test_portugal_answers_on_bridging_words(window: Window) -> None:
    page = window()
    begin(page, "bridging")
    page.locator("label.chip", has_text=re.compile("^Yes$")).click()
    press_and_load(page.get_by_role("button", name="Answer officially"))
    go_on(page, "bridging", 2)
    expect(page.locator("main")).to_contain_text("6 of 9 answered")


def test_a_delegation_reads_what_became_of_its_inputs(window: Window) -> None:
    page = window()
    begin(page, "outcome")
    expect(page.locator("main")).to_contain_text("waiting for a new revision")
    go_on(page, "outcome", 2)
    expect(page.locator("main ins").first).to_be_visible()
    go_on(page, "outcome", 3)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Table of Inputs")
    expect(page.get_by_role("link", name="Word")).to_be_visible()
