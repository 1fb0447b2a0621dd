"""Facilitators answer with one click, without a reload, and can undo it."""

import pytest
from playwright.sync_api import Locator, Page, expect

from comments.models import Review, ReviewTask
from config.demo.ground import SLUG
from tests.journeys.conftest import PHONE, Window
from tests.journeys.demo_pages import FACILITATOR, comment

pytestmark = pytest.mark.browser


@pytest.fixture
def unanswered() -> None:
    """The demonstration's reviews that are not published are undone by whoever asks again."""
    Review.objects.filter(published_at=None, replaced_at=None).update(
        replaced_at="2026-01-01T00:00Z"
    )


def line_of(page: Page, code: str, number: int) -> Locator:
    row = comment(code, number)
    page.goto(f"/consultations/{SLUG}/review/{row.paragraph.public_id}/")
    page.evaluate("window.wasHere = true")
    return page.locator(f"#c-{row.public_id}")


def standing(code: str, number: int) -> list[tuple[str, str]]:
    rows = Review.objects.filter(comment=comment(code, number), replaced_at=None)
    return list(rows.values_list("disposition", "observation"))


@pytest.mark.usefixtures("unanswered")
@pytest.mark.parametrize("size", [None, PHONE], ids=["wide", "phone"])
def test_one_press_answers_and_one_undoes(window: Window, size: object) -> None:
    page = window(FACILITATOR, **({"size": size} if size else {}))
    line = line_of(page, "PRT", 4)
    line.locator("label.chip", has_text="partly reflected").click()
    expect(line.locator(".answer")).to_contain_text("Partly reflected")
    assert standing("PRT", 4) == [("partly", "")]
    line.get_by_role("button", name="Undo answer").click()
    expect(line.locator(".answer")).to_have_count(0)
    assert standing("PRT", 4) == []
    assert page.evaluate("window.wasHere") is True


@pytest.mark.usefixtures("unanswered")
def test_what_was_typed_goes_with_the_chip(window: Window) -> None:
    page = window(FACILITATOR)
    line = line_of(page, "PRT", 4)
    line.locator("summary", has_text="Observation").click()
    line.get_by_label("Observation").fill("For the next meeting.")
    line.locator("label.chip", has_text="for discussion").click()
    expect(line.locator(".answer")).to_contain_text("For the next meeting.")
    assert standing("PRT", 4) == [("discussion", "For the next meeting.")]


@pytest.mark.usefixtures("unanswered")
def test_without_scripts_a_button_saves_and_another_undoes(window: Window) -> None:
    page = window(FACILITATOR, scripts=False)
    submitted_input = comment("PRT", 4)
    page.goto(f"/consultations/{SLUG}/review/{submitted_input.paragraph.public_id}/")
    line = page.locator(f"#c-{submitted_input.public_id}")
    line.locator("label.chip", has_text="noted").click()
    line.get_by_role("button", name="Save answer").click()
    expect(page.get_by_text("PRT-4 is answered.")).to_be_visible()
    line.get_by_role("button", name="Undo answer").click()
    expect(page.get_by_text("PRT-4: The answer is undone.")).to_be_visible()
    assert standing("PRT", 4) == []


@pytest.mark.usefixtures("unanswered")
def test_an_input_is_parked_by_a_key_and_assigned_without_loading_anything_again(
    window: Window,
) -> None:
    page = window(FACILITATOR)
    line = line_of(page, "PRT", 4)
    line.locator("[data-row]").focus()
    page.keyboard.press("p")
    expect(line.locator(".flag")).to_have_text("parked")
    line.get_by_role("button", name="Resume").click()
    expect(line.locator(".flag")).to_have_count(0)
    line.locator("summary", has_text="Assign, flag, note").click()
    line.get_by_label("controversial").check()
    line.get_by_label("Private note").fill("Ask the lawyers.")
    line.get_by_role("button", name="Save", exact=True).click()
    expect(line.locator(".flag")).to_have_text("controversial")
    expect(line).to_contain_text("Ask the lawyers.")
    assert ReviewTask.objects.get(comment=comment("PRT", 4)).flags == ["controversial"]
    assert page.evaluate("window.wasHere") is True
