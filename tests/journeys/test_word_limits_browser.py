"""Words of an input are counted while typing, and limited by its round."""

import re

import pytest
from playwright.sync_api import Page, expect

from config.demo.ground import SLUG
from consultations.models import Round
from drafts.models import Revision
from drafts.words.tokens import word_count
from tests.journeys.conftest import Desk
from tests.journeys.demo_pages import FOCAL_POINT, wording

pytestmark = pytest.mark.browser

ASKED = {
    "New wording": {"Proposed wording", "Reason"},
    "Add after": {"Proposed wording", "Reason"},
    "Comment": {"Reason"},
    "Question": {"Reason"},
    "Retain as is": {"Reason"},
    "Delete": {"Reason"},
    "Move": {"Place after paragraph", "Reason"},
    "Reserve position": {"Reason"},
}


def _write_on(page: Page, label: str) -> None:
    page.goto(f"/consultations/{SLUG}/plan/2/?open={wording(label).paragraph.public_id}")


def _limit_words(label: str, proposed: int, reason: int) -> None:
    asked = Revision.objects.filter(wordings=wording(label))
    Round.objects.filter(pk__in=asked.values("round")).update(
        proposed_limit=proposed, rationale_limit=reason
    )


def test_words_are_counted_as_one_types(desk: Desk) -> None:
    _limit_words("14", 5, 3)
    page = desk.window(FOCAL_POINT)
    _write_on(page, "14")
    card = page.locator(".writing")
    reason = card.locator("[data-words$=_rationale]")
    card.get_by_label("Reason").fill("One two three")
    expect(reason).to_have_text(re.compile(r"Words:\s+3 / 3\s*$"))
    card.get_by_label("Reason").fill("One two three 四五")
    expect(reason).to_have_text(re.compile(r"Words:\s+5 / 3\s+Over the limit by 2"))
    # A paragraph that is amended may be as long as it is; a new one is held to the limit.
    proposed = card.locator("[data-words$=_proposed]")
    expect(proposed.locator("[data-words-most]")).to_have_text(str(word_count(wording("14").text)))
    card.get_by_label("Add after", exact=True).check(force=True)
    expect(proposed.locator("[data-words-most]")).to_have_text("5")


def test_without_scripts_the_limit_is_said_and_kept(desk: Desk) -> None:
    _limit_words("14", 5, 3)
    page = desk.window(FOCAL_POINT, scripts=False)
    _write_on(page, "14")
    card = page.locator(".writing")
    card.get_by_label("Comment", exact=True).check(force=True)
    expect(card.get_by_text("At most 3 words.")).to_be_visible()
    card.get_by_label("Reason").fill("One two three four")
    card.get_by_role("button", name="Submit…").click()
    expect(page.get_by_text("The reason has 4 words. The limit is 3.")).to_be_visible()
