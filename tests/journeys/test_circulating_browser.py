"""A text is previewed, renumbered, circulated and adopted in a browser."""

import re

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from config.demo.ground import SLUG
from consultations.models import MailKind
from drafts.desk.acts import edit_paragraph, split_paragraph
from drafts.models import Draft, Paragraph, Revision
from tests.journeys.conftest import PHONE, Window
from tests.journeys.demo_pages import FACILITATOR, FOCAL_POINT, access_of
from tests.journeys.hands import press_and_load, unfold
from tests.mails import send_all

pytestmark = pytest.mark.browser

HERE = f"/consultations/{SLUG}"
CIRCULATE = f"{HERE}/drafts/plan/circulate/"
NOTE = "As agreed at the second reading."


def on_desk(label: str) -> Paragraph:
    rows = Paragraph.objects.select_related("draft__consultation", "parent").in_force()
    return rows.get(draft__slug="plan", label=label)


def reword_twelve() -> None:
    row = on_desk("12")
    edit_paragraph(
        access=access_of(FACILITATOR),
        paragraph=row,
        version=row.version,
        text=f"{row.text.rstrip(';')}, and report on them;",
        kind=row.kind,
        label=row.label,
        opening=row.opening,
    )


def split_fourteen() -> None:
    row = on_desk("14")
    first, second = row.text.split(", ", 1)
    texts = [f"{first};", second.capitalize()]
    split_paragraph(access=access_of(FACILITATOR), paragraph=row, texts=texts)


def does_not_scroll_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_what_goes_out_is_seen_numbered_anew_and_told_to_all(window: Window) -> None:
    reword_twelve()
    split_fourteen()
    page = window(FACILITATOR)
    page.goto(CIRCULATE)
    expect(page.get_by_text("1 reworded, 1 split")).to_be_visible()
    expect(page.locator(".redline ins").first).to_be_visible()
    page.get_by_label("Note to delegations").fill(NOTE)

    page.locator("summary", has_text="Labels").click()
    page.get_by_label("Renumber.").check()
    page.get_by_role("button", name="Show the labels").click()
    expect(page.get_by_role("button", name="Concordance")).to_have_attribute("aria-current", "true")
    expect(page.get_by_label("Note to delegations")).to_have_value(NOTE)
    split = page.locator(".concordance tr", has_text="split into 2")
    expect(split.locator("td").nth(0)).to_contain_text("14")
    expect(split.locator("td").nth(1).locator("strong")).to_have_text(["14", "15"])
    bis = page.locator(".concordance tr", has_text="16 bis")
    expect(bis.locator("td").nth(1).locator("strong")).to_have_text(["18"])

    page.get_by_role("button", name="Inputs").click()
    expect(page.get_by_text("Split. The inputs are under the first part")).to_be_visible()
    press_and_load(page.get_by_role("button", name="Clean"))
    expect(page.locator(".text ins")).to_have_count(0)

    page.get_by_label("Stage").fill("Rev.2")
    page.get_by_label("Ask for no inputs on this revision.").check()
    page.get_by_label("I have seen the").check()
    page.get_by_role("button", name="Circulate to all delegations").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rev.2 is circulated")

    revision = Revision.objects.get(stage="Rev.2")
    mail.outbox = []
    assert send_all(MailKind.CIRCULATION) == len(mail.outbox) > 5
    assert send_all(MailKind.CIRCULATION) == 0

    reader = window(FOCAL_POINT, size=PHONE)
    reader.goto(f"{HERE}/plan/{revision.number}/")
    unfold(reader)
    reader.get_by_text("More", exact=True).click()
    reader.get_by_role("link", name="Concordance").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Concordance of Rev.1 and Rev.2")
    assert does_not_scroll_sideways(reader)
    reader.locator(".concordance tr", has_text="split into 2").get_by_role("link").nth(1).click()
    piece = on_desk("14").public_id
    part = f"{HERE}/plan/{revision.number}/?at={piece}#p-{piece}"
    expect(reader).to_have_url(re.compile(f"{re.escape(part)}$"))


def test_without_scripts_on_a_phone_nothing_typed_is_lost(window: Window) -> None:
    reword_twelve()
    page = window(FACILITATOR, size=PHONE, scripts=False)
    page.goto(f"{CIRCULATE}?nature=corrigendum")
    expect(page.get_by_label("Stage")).to_have_value("Corr.1")
    page.get_by_label("Note to delegations").fill(NOTE)
    page.get_by_role("button", name="Concordance").click()
    expect(page.get_by_label("Note to delegations")).to_have_value(NOTE)
    expect(page.get_by_label("Type of document")).to_have_value("corrigendum")


def test_a_text_is_adopted_as_orally_revised_and_says_so(window: Window) -> None:
    reword_twelve()
    page = window(FACILITATOR)
    page.goto(f"{HERE}/drafts/")
    page.get_by_role("link", name="Adopt as orally revised").first.click()
    expect(page.get_by_label("Stage")).to_have_value("Adopted text")
    meeting = page.get_by_label("Adopted, as orally revised, at")
    meeting.select_option(index=1)
    page.get_by_label("Note to delegations").fill("As orally revised.")
    page.get_by_label("Adopt although this round is open").check()
    page.get_by_label("I have seen the").check()
    page.get_by_role("button", name="Circulate to all delegations").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Adopted text is circulated")
    expect(page.get_by_text("The text is adopted")).to_be_visible()
    assert Draft.objects.get(slug="plan").adopted_at is not None

    reader = window(FOCAL_POINT)
    reader.goto(f"{HERE}/plan/")
    expect(reader.get_by_text("Nothing changes any more.")).to_be_visible()
    reader.goto(f"{HERE}/")
    expect(reader.get_by_text("Adopted").first).to_be_visible()
    page.goto(f"{HERE}/drafts/")
    expect(page.get_by_text("Adopted.")).to_be_visible()
