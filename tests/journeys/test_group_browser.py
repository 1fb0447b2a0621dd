"""A group agrees on an input in a browser, through a silence that is broken once.

And what came by letter, from the secretariat's page to the delegation's list.
"""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, ViewportSize, expect

from comments.models import Comment
from config.demo.ground import SLUG
from consultations.time.wall_clock import NEW_YORK
from tests.journeys.conftest import PHONE, WIDE, Window
from tests.journeys.demo_pages import SECRETARIAT, wording
from tests.journeys.group_pages import COORDINATOR, MEMBER, OTHER, address_of_room, address_to_write
from tests.journeys.hands import press_and_load

pytestmark = pytest.mark.browser

SIZES = pytest.mark.parametrize(
    ("size", "label"), [(WIDE, "18"), (PHONE, "20")], ids=["desktop", "phone"]
)


def _drafts(label: str) -> Comment:
    rows = Comment.objects.filter(in_room=True, wording__label=label).select_related("wording")
    return rows.latest("pk")


def _press(page: Page, draft: Comment, link: str) -> None:
    page.goto(address_of_room())
    page.locator(f"#c-{draft.public_id}").get_by_role("link", name=link).click()


def _set_silence(page: Page, draft: Comment, link: str) -> None:
    _press(page, draft, link)
    until = (timezone.now() + timedelta(days=2)).astimezone(NEW_YORK)
    page.get_by_label("No objection by").fill(until.strftime("%Y-%m-%dT%H:%M"))
    page.get_by_role("button", name="Set the silence").click()
    expect(page.locator("#messages")).to_contain_text("The draft is under silence")
    expect(page.locator(f"#c-{draft.public_id}")).to_contain_text("Under silence")


def _let_the_clock_pass(draft: Comment) -> None:
    """Three days go by for this silence: the rows say so, and nobody waits."""
    stored = Comment.objects.get(pk=draft.pk)
    assert stored.silence_from is not None and stored.silence_until is not None
    Comment.objects.filter(pk=draft.pk).update(
        silence_from=stored.silence_from - timedelta(days=3),
        silence_until=stored.silence_until - timedelta(days=3),
    )


@SIZES
def test_a_group_agrees_on_an_input_and_who_opted_out_is_not_listed(
    window: Window, size: ViewportSize, label: str
) -> None:
    member, coordinator = window(MEMBER, size=size), window(COORDINATOR, size=size)
    other = window(OTHER, size=size)

    # A member goes from the room to the paragraph, and drafts for the group.
    member.goto(address_to_write(label))
    text = wording(label).text
    expect(member.locator("form.writing")).to_contain_text("draft in the group’s room")
    member.get_by_label("Proposed wording").fill(f"{text[:-1]}, everywhere;")
    member.get_by_role("button", name="Save in the group’s room").click()
    expect(member).to_have_url(re.compile(r"/groups/"))
    draft = _drafts(label)
    expect(member.locator(f"#c-{draft.public_id}")).to_contain_text("drafted by Côte d'Ivoire")

    # The coordinator sets a silence; the other member reads of it, objects and opts out.
    _set_silence(coordinator, draft, "Set a silence…")
    other.goto(f"/consultations/{SLUG}/")
    line = f"the silence on paragraph {label} of Rev.1 ends"
    expect(other.get_by_role("link", name=re.compile(line))).to_be_visible()
    _press(other, draft, "Break silence…")
    other.get_by_label("Reason").fill("“Everywhere” is too wide.")
    other.get_by_role("button", name="Break silence").click()
    expect(other.locator(f"#c-{draft.public_id}")).to_contain_text("Egypt broke silence")
    _press(other, draft, "Dissociate from this input…")
    other.get_by_role("button", name="Dissociate from this input").click()
    expect(other.locator(f"#c-{draft.public_id}")).to_contain_text("Dissociated: Egypt")

    # The coordinator reads why, mends the words and asks again; nobody objects.
    coordinator.goto(address_of_room())
    card = coordinator.locator(f"#c-{draft.public_id}")
    expect(card).to_contain_text("“Everywhere” is too wide.")
    expect(card.get_by_role("link", name="Submit…")).to_have_count(0)
    card.get_by_role("link", name="Edit").click()
    coordinator.get_by_label("Proposed wording").fill(f"{text[:-1]}, where need be;")
    coordinator.get_by_role("button", name="Save draft").click()
    expect(coordinator.locator("#messages")).to_contain_text("Saved: draft in the group’s room")
    _set_silence(coordinator, draft, "Set a silence…")
    _let_the_clock_pass(draft)

    # Silence was consent: it goes in the name of the group, without Egypt.
    _press(coordinator, draft, "Submit…")
    expect(coordinator.locator("main")).to_contain_text("African Group")
    coordinator.get_by_role("button", name=re.compile("Submit 1 input")).click()
    expect(coordinator.get_by_role("heading", level=1)).to_have_text("1 input is submitted")
    sent = Comment.objects.get(pk=draft.pk)
    names = set(sent.members.values_list("name", flat=True))
    assert {"Cabo Verde", "Côte d'Ivoire"} <= names and "Egypt" not in names
    assert sent.proposed.endswith("where need be;")
    member.goto(address_of_room())
    expect(member.locator(f"#c-{draft.public_id}")).to_contain_text(f"AG-{sent.number}")


def test_what_came_by_letter_reaches_the_delegation_and_leaves_the_secretariat(
    window: Window,
) -> None:
    desk, fiji = window(SECRETARIAT), window("fiji")
    desk.goto(f"/consultations/{SLUG}/")
    desk.get_by_role("link", name="Received by letter").click()
    desk.get_by_role("textbox", name="Paragraph").fill("21")
    desk.get_by_role("button", name="Show paragraph").click()
    desk.get_by_label("Delegation").select_option(label="Fiji")
    desk.locator("label.chip", has_text="On paper").click()
    desk.locator("label.chip", has_text="Comment").click()
    desk.get_by_label("Reason").fill("The islands ask for forty days.")
    desk.get_by_role("button", name="Save for the delegation").click()
    expect(desk.locator("#messages")).to_contain_text("Entered for Fiji on paragraph 21")
    expect(desk.locator("body")).not_to_contain_text("forty days")
    desk.go_back()
    expect(desk.get_by_label("Reason")).to_have_value("")
    assert desk.evaluate("JSON.stringify(localStorage)").count("forty") == 0
    fiji.goto(f"/consultations/{SLUG}/workspace/")
    line = fiji.get_by_role("listitem").filter(has_text="forty days")
    expect(line).to_contain_text("Received by letter on")
    line.get_by_role("link", name="Submit…").click()
    press_and_load(fiji.get_by_role("button", name=re.compile("Submit 1 input for Fiji")))
    assert Comment.objects.get(rationale="The islands ask for forty days.").number
