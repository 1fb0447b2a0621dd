"""The facilitators in a browser: import, desk, circulate, review, publish, table, carry-over."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from docx import Document
from playwright.sync_api import Page, expect

from comments.exports.acts import make_export_file
from comments.models import Comment, Export
from comments.table.selection import MAX_ROWS_IN_REQUEST
from config.demo.ground import SLUG
from drafts.models import Revision
from tests.journeys.conftest import Window
from tests.journeys.demo_pages import FACILITATOR, FOCAL_POINT, comment, wording
from tests.journeys.hands import press_and_load

pytestmark = pytest.mark.browser

HERE = f"/consultations/{SLUG}"
PASTED = """Draft decision on follow-up

1. Decides to meet again in a year.

2. Asks for a report.
"""


def circulate(page: Page, draft: str, stage: str, round: str) -> None:
    """Send the working text out with a round of its own, as the page asks."""
    page.goto(f"{HERE}/drafts/{draft}/desk/")
    press_and_load(page.get_by_role("link", name="Circulate…"))
    page.get_by_label("Stage").fill(stage)
    page.get_by_label("Ask for inputs in a new round, set below.").check()
    page.get_by_label("Name").fill(round)
    in_a_week = timezone.now().astimezone(ZoneInfo("America/New_York")) + timedelta(days=7)
    page.get_by_label("Deadline").fill(in_a_week.strftime("%Y-%m-%dT17:00"))
    page.get_by_label("All, at once").check()
    if (open_inputs := page.get_by_label("I have seen the")).count():
        open_inputs.check()
    page.get_by_role("button", name="Circulate to all delegations").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{stage} is circulated")


def test_a_text_is_shown_row_by_row_taken_mended_on_the_desk_and_circulated(
    window: Window,
) -> None:
    page = window(FACILITATOR)
    page.goto(f"{HERE}/new-text/")
    page.get_by_label("Title").fill("Draft decision")
    page.get_by_label("Web address").fill("decision")
    press_and_load(page.get_by_role("button", name="Create the text"))
    page.goto(f"{HERE}/drafts/decision/import/")
    page.get_by_label("Or paste the text").fill(PASTED)
    page.get_by_role("button", name="Preview").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Preview: nothing saved yet")
    expect(page.get_by_text("3 rows were read.")).to_be_visible()
    page.get_by_role("button", name="Import into the working text").click()
    expect(page.locator(".paragraph")).to_have_count(3)

    page.locator(".paragraph", has_text="Asks for a report").locator(".paragraph__label").click()
    page.get_by_role("textbox", name="Text").fill("Asks for a report in two years.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. Delegations see it when it is circulated.")).to_be_visible()

    circulate(page, "decision", "First draft", "Inputs on the decision")
    reader = window("mexico")
    reader.goto(f"{HERE}/decision/")
    expect(reader.get_by_role("heading", level=1)).to_have_text("Draft decision on follow-up")
    expect(reader.get_by_text("Asks for a report in two years.")).to_be_visible()


def test_an_input_is_answered_published_and_carried_to_the_next_revision(window: Window) -> None:
    """PRT-4 on paragraph 12 of Rev.1: answered, published, then read beside Rev.2."""
    submitted_input = comment("PRT", 4)
    page = window(FACILITATOR)
    page.goto(f"{HERE}/review/")
    page.get_by_role("link", name="12 · review").click()
    line = page.locator(f"#c-{submitted_input.public_id}")
    line.locator("summary", has_text="Observation").click()
    line.get_by_label("Observation").fill("A light report, as far as States wish.")
    line.locator("label.chip", has_text="partly reflected").click()
    expect(page.get_by_text("PRT-4 is answered.")).to_be_visible()

    reader = window(FOCAL_POINT)
    thread = f"{HERE}/plan/2/?open={submitted_input.paragraph.public_id}"
    reader.goto(thread)
    expect(reader.locator(f"#c-{submitted_input.public_id}")).not_to_contain_text(
        "A light report, as far"
    )
    page.goto(f"{HERE}/review/")
    page.get_by_role("link", name="Publish…").click()
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What each delegation will read")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("1 review is published.")).to_be_visible()
    reader.reload()
    expect(reader.locator(f"#c-{submitted_input.public_id}")).to_contain_text(
        "A light report, as far"
    )

    then = wording("12").text
    now = then.replace("every four years", "every four years, with a light report after two,")
    page.goto(f"{HERE}/drafts/plan/desk/{submitted_input.paragraph.public_id}/")
    page.get_by_role("textbox", name="Text").fill(now)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. Delegations see it when it is circulated.")).to_be_visible()
    before = Comment.objects.submitted().count()
    circulate(page, "plan", "Rev.2", "Third round")

    assert Comment.objects.submitted().count() == before
    assert Revision.objects.filter(draft__slug="plan").count() == 3
    reader.goto(thread.replace("/plan/2/", "/plan/3/"))
    card = reader.locator(f"#c-{submitted_input.public_id}")
    expect(card).to_contain_text("Made on the words of Rev.1, which have changed since.")
    card.get_by_text("The words then and now").click()
    expect(card.locator(".then-now .wording")).to_have_text([then, now])
    reader.goto(f"{HERE}/plan/3/?against=2")
    expect(reader.locator(f"#p-{submitted_input.paragraph.public_id} ins")).to_contain_text(
        "with a light report after two"
    )


def test_the_table_is_taken_as_word_and_holds_every_input(window: Window, tmp_path: Path) -> None:
    page = window(FACILITATOR)
    page.goto(f"{HERE}/table/")
    for box in page.locator('.filters input[type="checkbox"]').all():
        box.check()
    page.get_by_label("Copy").select_option("facilitators")
    press_and_load(page.get_by_role("button", name="Show"))
    with page.expect_download() as started:
        page.get_by_role("link", name="Word").click()
    file = tmp_path / started.value.suggested_filename
    started.value.save_as(file)

    rows = [[cell.text for cell in row.cells] for row in Document(str(file)).tables[0].rows]
    numbers = {row[0].split()[0] for row in rows[1:]}
    told = Comment.objects.submitted().filter(withdrawn_at=None, superseded_at=None)
    assert numbers >= {row.reference for row in told.select_related("seat")}
    assert rows[0][-1].strip().startswith("Disposition")


def test_a_long_paper_is_made_in_the_back_with_its_progress_on_the_page(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MAX_ROWS_IN_REQUEST, "docx", 0)
    page = window(FACILITATOR)
    page.goto(f"{HERE}/table/")
    page.get_by_role("link", name="Word").click()
    page.get_by_role("button", name="Generate file").click()
    expect(page.get_by_text("The file is queued")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_be_visible()

    make_export_file(Export.objects.order_by("-pk")[0].pk)  # what the worker does
    expect(page.get_by_text("The file is ready.")).to_be_visible()
    with page.expect_download() as started:
        page.get_by_role("link", name="Download").click()
    started.value.save_as(tmp_path / "table.docx")
    assert Document(str(tmp_path / "table.docx")).tables
    other = window(FOCAL_POINT)
    refused = other.goto(page.url)
    assert refused is not None and refused.status == 404
