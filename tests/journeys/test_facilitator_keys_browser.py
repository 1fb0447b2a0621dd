"""Facilitators answer, publish, circulate and download the table by keyboard alone."""

from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Page, expect

from comments.models import Review
from config.demo.ground import SLUG
from drafts.desk.acts import edit_paragraph
from drafts.models import Paragraph, Revision
from tests.journeys.conftest import Window
from tests.journeys.demo_pages import FACILITATOR, access_of, comment, wording
from tests.journeys.hands import Keyboard, press_until

pytestmark = pytest.mark.browser

HERE = f"/consultations/{SLUG}"
OBSERVATION = "A light report, as far as States wish."


def choose_chip(page: Page, first: str, wanted: str) -> None:
    """Come to a row of chips by Tab, and along it by the arrows, which choose."""
    press_until(page, "Tab", first)
    page.keyboard.press("Space")
    press_until(page, "ArrowDown", wanted)


def test_an_input_is_answered_and_the_batch_published_by_keys(window: Window) -> None:
    submitted_input = comment("PRT", 4)
    page = window(FACILITATOR)
    hand = Keyboard(page)
    page.goto(f"{HERE}/review/")
    page.keyboard.press("u")
    expect(page.locator("[data-row][data-waits]").first).to_be_focused()
    hand.press("12 · review")
    page.wait_for_url("**/review/*-*/")
    page.locator(f"#c-{submitted_input.public_id} [data-row]").focus()
    page.keyboard.press("a")
    page.keyboard.press("Space")
    press_until(page, "ArrowDown", "partly reflected")
    expect(page.get_by_text("PRT-4 is answered.")).to_be_visible()
    expect(page.locator(f"#c-{submitted_input.public_id} button", has_text="Undo")).to_be_focused()
    page.keyboard.press("a")
    hand.press("Observation")
    hand.write("Observation", OBSERVATION)
    hand.press("Save answer")
    expect(page.locator(f"#c-{submitted_input.public_id} .answer")).to_contain_text(OBSERVATION)

    page.goto(f"{HERE}/review/")
    hand.press("Publish…")
    expect(page.get_by_role("heading", level=1)).to_have_text("Publish reviews")
    expect(page.get_by_label("I Prevention of trafficking in persons: 1 review")).to_be_checked()
    hand.press("Preview")
    expect(page.get_by_text(OBSERVATION)).to_be_visible()
    hand.press("Publish")
    expect(page.get_by_text("1 review is published.")).to_be_visible()
    given = Review.objects.get(comment=submitted_input, replaced_at=None)
    assert (given.disposition, given.observation) == ("partly", OBSERVATION)
    assert given.published_at is not None


def test_a_revision_is_circulated_by_keys(window: Window) -> None:
    row = Paragraph.objects.select_related("draft").get(pk=wording("12").paragraph_id)
    edit_paragraph(
        access=access_of(FACILITATOR),
        paragraph=row,
        version=row.version,
        text=f"{row.text.rstrip(';')}, with a light report after two;",
        kind=row.kind,
        label=row.label,
        opening=row.opening,
    )
    page = window(FACILITATOR)
    hand = Keyboard(page)
    page.goto(f"{HERE}/drafts/")
    hand.press("Circulate")
    page.wait_for_url("**/circulate/")
    hand.write("Note to delegations", "With a light report.")
    choose_chip(page, "Ask for inputs", "Ask for no inputs")
    hand.tick("I have seen the")
    hand.press("Circulate to all delegations")
    expect(page.get_by_role("heading", level=1)).to_have_text("Rev.2 is circulated")
    assert Revision.objects.get(draft__slug="plan", stage="Rev.2").round_id is None


def test_the_table_is_chosen_and_taken_by_keys(window: Window, tmp_path: Path) -> None:
    page = window(FACILITATOR)
    hand = Keyboard(page)
    page.goto(f"{HERE}/table/")
    hand.choose("Copy", "Facilitators")
    hand.press("Show")
    expect(page.get_by_role("columnheader", name="Disposition")).to_be_visible()
    with page.expect_download() as started:
        hand.press("Word")
    started.value.save_as(tmp_path / "table.docx")
    [head, *rows] = Document(str(tmp_path / "table.docx")).tables[0].rows
    assert head.cells[-1].text == "Disposition"
    assert any(row.cells[0].text.startswith("PRT-") for row in rows)
