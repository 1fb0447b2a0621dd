"""A hundred inputs on twenty paragraphs are answered by keyboard; every act is counted.

An act is a press that opens or sends, as in `test_acts_browser.py`; the keys that only move the
focus are counted apart.
"""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from comments.drafting.acts import draft_comment
from comments.inputs.content import CommentContent
from comments.models import Comment, Review
from comments.submitting.acts import submit_comment
from config.demo.ground import SLUG
from consultations.timetable.acts import create_round
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import add_paragraph, start_draft
from drafts.models import Draft, ParagraphKind, Wording
from tests.journeys.conftest import PHONE, Window
from tests.journeys.demo_pages import FACILITATOR, access_of

pytestmark = pytest.mark.browser

DELEGATIONS = ("mexico", "egypt", "korea", "philippines", "fiji")


def spoken_on(slug: str, paragraphs: int) -> Draft:
    """A text of so many paragraphs, each with an input of five delegations; made by the acts."""
    leader = access_of(FACILITATOR)
    asked = create_round(
        access=leader,
        name=f"Round on {slug}",
        opens_at=timezone.now() + timedelta(hours=1),
        deadline=timezone.now() + timedelta(days=3),
        visibility="at_once",
    )
    draft = start_draft(access=leader, slug=slug, title=f"The {slug}", place=9)
    row = None
    for number in range(paragraphs):
        text = f"Decides to look at question {number} again in due course;"
        row = add_paragraph(
            access=leader, draft=draft, kind=ParagraphKind.OPERATIVE, text=text, after=row
        )
    circulate_revision(access=leader, draft=draft, stage="First draft", round=asked)
    asked.opens_at = timezone.now() - timedelta(minutes=1)
    asked.save(update_fields=["opens_at"])
    wordings = Wording.objects.filter(revision__draft=draft).order_by("place")
    for wording in wordings.select_related("revision__draft", "revision__round", "paragraph"):
        for who in DELEGATIONS:
            speak(who, wording)
    return draft


def speak(who: str, wording: Wording) -> None:
    access = access_of(who)
    content = CommentContent(kind="comment", type="substantive", rationale=f"{who} asks for more.")
    drafted = draft_comment(access=access, wording=wording, content=content)
    related = "round", "seat", "filed_by", "wording__revision", "paragraph__draft", "consultation"
    submit_comment(
        access=access, comment=Comment.objects.select_related(*related).get(pk=drafted.pk)
    )


@dataclass
class Keys:
    """Nothing but keys: those that open or send are acts, the others move."""

    page: Page
    acts: int = 0
    moves: int = 0

    def act(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.acts += 1

    def move(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.moves += 1


def answers_on(draft: Draft) -> int:
    rows = Review.objects.filter(comment__paragraph__draft=draft, replaced_at=None)
    return rows.filter(disposition="partly").count()


@pytest.mark.night  # each change answers by keys in test_facilitator_keys_browser.py
def test_a_hundred_inputs_on_twenty_paragraphs_are_answered_in_two_hundred_acts(
    window: Window,
) -> None:
    draft = spoken_on("programme", 20)
    page = window(FACILITATOR)
    page.goto(f"/consultations/{SLUG}/review/?text=programme")
    keys = Keys(page)
    keys.move("u")
    with page.expect_navigation():
        keys.act("Enter")
    for number in range(20):
        expect(page.locator("main h1")).to_contain_text(str(number + 1))
        for _one in range(5):
            keys.move("u")
            keys.move("a")
            here = page.evaluate("document.activeElement.closest('li').id")
            keys.page.keyboard.press("ArrowRight")  # the second chip: saved when it is chosen
            undo = page.locator(f"#{here}").get_by_role("button", name="Undo answer")
            expect(undo).to_be_focused()  # the answer is there, and the keys go on from it
            keys.acts += 1
        if number < 19:
            with page.expect_navigation():
                keys.act("n")
    assert answers_on(draft) == 100
    assert keys.acts == 120
    assert keys.acts <= 200


def test_on_a_telephone_a_chip_answers_an_input(window: Window) -> None:
    draft = spoken_on("protocol", 2)
    page = window(FACILITATOR, size=PHONE)
    page.goto(f"/consultations/{SLUG}/review/?text=protocol")
    acts = 1
    with page.expect_navigation():
        page.locator("[data-waits]").first.click()
    for number in range(2):
        for _one in range(5):
            line = page.locator("li:has([data-waits])").first
            line.locator("label.chip", has_text="partly reflected").click()
            acts += 1
            expect(page.locator("li .answer")).to_have_count(_one + 1)
        if number == 0:
            with page.expect_navigation():
                page.get_by_role("link", name="Next paragraph").click()
            acts += 1
    assert answers_on(draft) == 10
    assert acts == 12
