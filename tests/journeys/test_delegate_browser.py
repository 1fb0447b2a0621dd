"""A delegation drafts, clears and submits in a browser, and loses nothing that it typed."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, ViewportSize, expect

from comments.models import Comment
from config.demo.ground import SLUG
from consultations.models import Round
from consultations.rules.access import Role
from consultations.rules.access_factory import capacities_of
from delegations.models import Delegation, Post, User
from tests.journeys.conftest import PHONE, WIDE, Desk, Window, sign_in
from tests.journeys.demo_pages import wording
from tests.journeys.hands import press_and_load, press_until

pytestmark = pytest.mark.browser

SIZES = pytest.mark.parametrize("size", [WIDE, PHONE], ids=["desktop", "phone"])
PLAN = f"/consultations/{SLUG}/plan/2/"


def open_thread(page: Page, label: str) -> None:
    """Go to the plan and open the thread of a paragraph."""
    page.goto(PLAN)
    page.locator(f"#p-{wording(label).paragraph.public_id} .paragraph__label").click()
    expect(page.locator("#thread h2").first).to_have_text(f"Paragraph {label}")


def write(page: Page, label: str, words: str, reason: str = "To be exact.") -> None:
    """Open the paragraph and type, as a person types, without sending."""
    open_thread(page, label)
    page.get_by_label("Proposed wording").fill(words)
    page.get_by_label("Reason").fill(reason)


def comment_of_reason(label: str, reason: str) -> Comment:
    """The one comment of that reason on the paragraph; fails where there are two, or none."""
    return Comment.objects.select_related("seat", "filed_by").get(
        paragraph=wording(label).paragraph, rationale=reason
    )


def changed(label: str, old: str, new: str) -> str:
    text = wording(label).text
    assert old in text
    return text.replace(old, new, 1)


# --- Draft, clear, submit -------------------------------------------------------------------------


@SIZES
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_contributor_drafts_a_deputy_clears_and_the_focal_point_submits(
    window: Window, size: ViewportSize, scripts: bool
) -> None:
    label = {(1440, True): "1", (390, True): "2", (1440, False): "3", (390, False): "4"}[
        size["width"], scripts
    ]
    reason = f"For clarity on {label}."

    drafter = window("portugal.capital", size=size, scripts=scripts)
    write(drafter, label, wording(label).text[:-1] + ", in every State;", reason)
    expect(drafter.get_by_role("button", name="Submit…")).to_have_count(0)
    drafter.get_by_role("button", name="Save draft").click()
    expect(drafter.locator(".card", has_text=reason)).to_be_visible()
    assert comment_of_reason(label, reason).cleared_at is None

    deputy = window("portugal.deputy", size=size, scripts=scripts)
    deputy.goto(f"/consultations/{SLUG}/workspace/")
    deputy.locator("ol.work > li", has_text=", in every State").get_by_role(
        "button", name="Clear"
    ).first.click()
    expect(deputy.get_by_text("1 draft is cleared.")).to_be_visible()

    focal_point = window("portugal", size=size, scripts=scripts)
    focal_point.goto(f"/consultations/{SLUG}/workspace/?state=cleared")
    # At the first time the demonstration's own cleared draft goes with it.
    focal_point.get_by_role("link", name=re.compile("Submit . inputs? for Portugal…")).click()
    expect(focal_point.get_by_text("All delegations in this consultation")).to_be_visible()
    focal_point.get_by_role("button", name=re.compile("Submit . inputs? for Portugal")).click()
    heading = focal_point.get_by_role("heading", level=1)
    expect(heading).to_have_text(re.compile(". inputs? (is|are) submitted"))

    submitted = comment_of_reason(label, reason)
    expect(focal_point.get_by_role("link", name=submitted.reference)).to_be_visible()
    other = window("mexico", size=size, scripts=scripts)
    open_thread(other, label)
    expect(other.locator(f"#c-{submitted.public_id}")).to_contain_text(reason)


def test_by_the_keyboard_alone_a_paragraph_is_found_commented_and_submitted(
    window: Window,
) -> None:
    page = window("mexico")
    page.goto(PLAN)
    page.keyboard.press("/")
    page.keyboard.type("22")
    page.keyboard.press("Enter")
    expect(page.locator("#thread h2").first).to_have_text("Paragraph 22")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.locator("#thread h2").first).to_have_text("Paragraph 23")

    press_until(page, "Tab", "Proposed wording")
    page.keyboard.press("Control+End")
    page.keyboard.press("ArrowLeft")
    page.keyboard.type(", by keyboard")
    expect(page.locator(".writing__preview ins")).to_have_text("inserted: , by keyboard")
    page.keyboard.press("Tab")
    page.keyboard.type("The keyboard suffices.")
    press_until(page, "Tab", "Submit…")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Submit 1 input for Mexico")
    press_until(page, "Tab", "Submit 1 input")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("1 input is submitted")

    submitted = comment_of_reason("23", "The keyboard suffices.")
    assert submitted.submitted_at is not None
    assert submitted.proposed == wording("23").text[:-1] + ", by keyboard" + wording("23").text[-1]


@SIZES
def test_the_redline_lives_while_one_types(window: Window, size: ViewportSize) -> None:
    page = window("korea", size=size)
    open_thread(page, "12")
    preview = page.locator(".writing__preview")
    expect(preview).to_be_hidden()

    page.get_by_label("Proposed wording").fill(changed("12", "four years", "two years"))
    expect(preview.locator("del")).to_have_text("deleted: four")
    expect(preview.locator("ins")).to_have_text("inserted: two")

    page.get_by_label("Proposed wording").fill(wording("12").text)
    expect(preview).to_be_hidden()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_double_click_makes_one_comment(window: Window, scripts: bool) -> None:
    label = "5" if scripts else "6"
    page = window("china", scripts=scripts)
    write(page, label, wording(label).text + " Twice;", "Pressed twice.")
    page.get_by_role("button", name="Save draft").dblclick()

    expect(page.locator(".card", has_text="Pressed twice.")).to_be_visible()
    assert comment_of_reason(label, "Pressed twice.").filed_by.code == "CHN"


# --- What was typed survives ----------------------------------------------------------------------


def test_an_expired_session_keeps_the_words_and_puts_them_back_after_sign_in(
    window: Window,
) -> None:
    page = window("fiji")
    words = changed("7", wording("7").text[-12:], " at sea as on land;")
    write(page, "7", words, "Islands live by the sea.")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("You are signed out. Your text is saved")).to_be_visible()
    expect(page.get_by_label("Proposed wording")).to_have_value(words)

    page.get_by_role("link", name="Sign in again, then restore it.").click()
    sign_in(page, "fiji")
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_label("Proposed wording")).to_have_value(words)
    expect(page.get_by_label("Reason")).to_have_value("Islands live by the sea.")
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator(".card", has_text="Islands live by the sea.")).to_be_visible()

    assert comment_of_reason("7", "Islands live by the sea.").proposed == words
    page.reload()
    expect(page.get_by_role("button", name="Restore")).to_have_count(0)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_second_tab_in_another_capacity_is_never_written_and_shows_the_words(
    window: Window, scripts: bool
) -> None:
    label = "8" if scripts else "9"
    own, other = two_capacities("caboverde")
    page = window("caboverde", scripts=scripts)
    choose(page, own)
    write(page, label, wording(label).text + " Indeed;", "Said as Cabo Verde.")

    second = page.context.new_page()
    choose(second, other)
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        page.get_by_role("button", name="Save draft").click()

    assert answered.value.status == 409
    expect(page.get_by_text("Said as Cabo Verde.").first).to_be_visible()
    assert not Comment.objects.filter(
        paragraph=wording(label).paragraph, rationale="Said as Cabo Verde."
    ).exists()


def two_capacities(who: str) -> tuple[str, str]:
    """The keys of a person's own post, and of one more that they hold beside it."""
    user = User.objects.get(email=f"{who}@demo.example")
    Post.objects.get_or_create(
        user=user,
        delegation=Delegation.objects.get(code="PRT"),
        role="contributor",
        defaults={"started_at": timezone.now() - timedelta(days=1)},
    )
    keys = {held.role: held.key for held in capacities_of(user)}
    return keys[Role.FOCAL_POINT], keys[Role.CONTRIBUTOR]


def choose(page: Page, capacity: str) -> None:
    """Choose capacity from now on, by the page that asks for it."""
    page.goto("/capacity/")
    press_and_load(page.locator(f'form :is(button, input)[value="{capacity}"]'))


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_one_button_goes_on_in_the_capacity_in_which_one_wrote(
    window: Window, scripts: bool
) -> None:
    label, reason = ("13", "With scripts.") if scripts else ("15", "Without scripts.")
    own, other = two_capacities("caboverde")
    page = window("caboverde", scripts=scripts)
    choose(page, own)
    write(page, label, wording(label).text + " Indeed;", reason)
    choose(page.context.new_page(), other)
    page.get_by_role("button", name="Save draft").click()
    page.get_by_role("button", name="Continue as focal point, Cabo Verde").click()

    expect(page.locator(".card", has_text=reason)).to_be_visible()
    assert comment_of_reason(label, reason).filed_by.code == "CPV"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_after_a_new_sign_in_in_another_tab_the_page_goes_on(window: Window, scripts: bool) -> None:
    label, reason = ("16", "In two tabs.") if scripts else ("17", "In two plain tabs.")
    page = window("fiji", scripts=scripts)
    write(page, label, wording(label).text + " At sea;", reason)
    page.context.clear_cookies(name="sessionid")
    second = page.context.new_page()
    second.goto("/account/login/")
    with second.expect_navigation():
        sign_in(second, "fiji")
    page.get_by_role("button", name="Save draft").click()
    if not scripts:  # the token of the form is older than the sign-in: one button more
        page.get_by_role("button", name="Continue").click()

    expect(page.locator(".card", has_text=reason)).to_be_visible()
    assert comment_of_reason(label, reason).filed_by.code == "FJI"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_deadline_that_passes_while_one_types_keeps_the_words(
    window: Window, scripts: bool
) -> None:
    page = window("holysee", scripts=scripts)
    write(page, "10", wording("10").text + " Too late;", "A minute too late.")
    round = Round.objects.get(revisions__draft__slug="plan", revisions__number=2)
    Round.objects.filter(pk=round.pk).update(
        deadline=timezone.now() - timedelta(minutes=5), late_policy="refuse"
    )
    try:
        page.get_by_role("button", name="Save draft").click()
        expect(page.get_by_text("A minute too late.").first).to_be_visible()
        expect(page.get_by_text("Too late;").first).to_be_visible()
        told = page.get_by_role("alert")
        expect(told.locator("p").first).to_contain_text("This round closed ")
        expect(told.get_by_text("What you can still do")).to_be_visible()
    finally:
        Round.objects.filter(pk=round.pk).update(
            deadline=round.deadline, late_policy=round.late_policy
        )
    assert not Comment.objects.filter(rationale="A minute too late.").exists()


def test_a_line_that_is_down_keeps_the_words_until_it_is_back(desk: Desk) -> None:
    page = desk.window("philippines", size=PHONE)
    words = wording("13").text + " On the line;"
    write(page, "13", words, "The line was down.")
    page.context.set_offline(True)
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("You are offline. Your text is saved")).to_be_visible()
    expect(page.get_by_label("Proposed wording")).to_have_value(words)

    # The browser complained of the line, as it should.
    assert [line.partition(",")[0] for line in desk.complaints.messages] == [
        "htmx:afterRequest",
        "htmx:sendError",
    ]
    desk.complaints.messages.clear()

    page.context.set_offline(False)
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator(".card", has_text="The line was down.")).to_be_visible()
    assert comment_of_reason("13", "The line was down.").proposed == words
