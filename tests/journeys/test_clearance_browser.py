"""Three people of a delegation bring an input from the first draft to the receipt.

A contributor drafts five proposals, four of them for the group; the deputy sends one back with a
reason and clears four; mended and cleared, the fifth goes with them: the focal point submits four
for the group and one for the mission in one act.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from comments.models import Comment, CommentState, Receipt
from config.demo.ground import SLUG
from consultations.rules.access_factory import capacities_of, make_actor
from delegations.acts import add_user, give_post
from delegations.models import Delegation, User
from tests.journeys.conftest import PHONE, WIDE, Desk, Window
from tests.journeys.demo_pages import wording
from tests.journeys.hands import Hand, Keyboard, Mouse

pytestmark = pytest.mark.browser

WORKSPACE = f"/consultations/{SLUG}/workspace/"
REASON = "Say which authority, please."
GROUP = "African Group"
# The paragraphs of each run: four for the group, then the one that is the mission's own.
RUNS = [
    pytest.param(WIDE, Mouse, ("11", "12", "13", "14", "15"), id="desktop"),
    pytest.param(PHONE, Mouse, ("17", "18", "19", "20", "21"), id="phone"),
    pytest.param(WIDE, Keyboard, ("32", "33", "34", "37", "38"), id="keyboard alone"),
]


@pytest.fixture
def mission(desk: Desk) -> None:
    """Cabo Verde, which holds the mandate of the group, with people of its own beside the post."""
    clerk = User.objects.get(email="secretariat@demo.example")
    access = make_actor(clerk, capacities_of(clerk)[0].key)
    for role in ("deputy", "contributor"):
        email = f"caboverde.{role}@demo.example"
        if not User.objects.filter(email=email).exists():
            person = add_user(actor=access, email=email, name=f"Cabo Verde {role}")
            home = Delegation.objects.get(code="CPV")
            give_post(actor=access, user=person, delegation=home, role=role)


@pytest.mark.parametrize(("size", "hand", "labels"), RUNS)
def test_five_are_drafted_one_is_sent_back_and_four_go_for_the_group_and_one_for_the_mission(
    mission: None,
    window: Window,
    size: ViewportSize,
    hand: type[Hand],
    labels: tuple[str, ...],
) -> None:
    *for_group, own = labels
    contributor = hand(window("caboverde.contributor", size=size))
    for label in for_group:
        _draft(contributor, label, on_behalf_of=GROUP)
    _draft(contributor, own)
    expect(contributor.page.locator("body")).not_to_contain_text("Submit…")

    deputy = hand(window("caboverde.deputy", size=size))
    _send_back(deputy, own)
    _clear(deputy, for_group)

    contributor.page.goto(WORKSPACE)
    expect(_line(contributor.page, own)).to_contain_text(REASON)
    _mend(contributor, own)
    _clear(deputy, [own])

    focal_point = hand(window("caboverde", size=size))
    _submit(focal_point)
    _check_receipt(focal_point.page, labels)
    assert [_input_on(label).seat.name for label in labels] == [*[GROUP] * 4, "Cabo Verde"]
    assert {_input_on(label).filed_by.name for label in labels} == {"Cabo Verde"}
    assert {_input_on(label).state for label in labels} == {CommentState.SUBMITTED}


def test_a_new_version_goes_the_same_way_and_the_input_stands_until_then(window: Window) -> None:
    number = "PRT-4"
    old = Comment.objects.get(filed_by__code="PRT", number=4, superseded_at=None)
    contributor = Mouse(window("portugal.capital", size=PHONE))
    contributor.page.goto(f"/consultations/{SLUG}/comments/{old.public_id}/")
    contributor.press("New version")
    expect(contributor.page.get_by_role("heading", level=1)).to_have_text(
        f"A new version of {number}"
    )
    contributor.write("Proposed wording", _words("anew"))
    contributor.press("Save draft")
    expect(contributor.page.locator("body")).to_contain_text(f"new version of {number}")

    deputy = Mouse(window("portugal.deputy", size=PHONE))
    deputy.page.goto(f"{WORKSPACE}?state=drafted")
    _line(deputy.page, "anew").get_by_role("button", name="Clear").click()
    expect(deputy.page.get_by_text("1 draft is cleared.")).to_be_visible()
    assert Comment.objects.get(pk=old.pk).state is CommentState.SUBMITTED

    focal_point = window("portugal", size=PHONE)
    focal_point.goto(f"/consultations/{SLUG}/comments/{_input_on('anew').public_id}/submit/")
    expect(focal_point.locator("main")).to_contain_text(re.compile(rf"Replaces\s*{number}"))
    focal_point.get_by_role("button", name="Submit 1 input for Portugal").click()
    expect(focal_point.get_by_role("heading", level=1)).to_have_text("1 input is submitted")
    assert _input_on("anew").supersedes_id == old.pk
    assert Comment.objects.get(pk=old.pk).state is CommentState.SUPERSEDED


# --- What each of them does -----------------------------------------------------------------------


def _draft(hand: Hand, label: str, on_behalf_of: str = "") -> None:
    page = hand.page
    page.goto(f"/consultations/{SLUG}/plan/2/")
    if isinstance(hand, Keyboard):
        page.locator("html[data-keys]").wait_for()
        page.keyboard.press("/")
        expect(page.get_by_label("Go to paragraph")).to_be_focused()
        page.keyboard.type(label)
        page.keyboard.press("Enter")
    else:
        page.locator(f"#p-{wording(label).paragraph.public_id} .paragraph__label").click()
    expect(page.locator("#thread h2").first).to_have_text(f"Paragraph {label}")
    hand.write("Proposed wording", _words(label))
    hand.write("Reason", "For our region.")
    if on_behalf_of:
        hand.press("Type, language, on behalf of")
        hand.choose("In the name of", on_behalf_of)
    hand.press("Save draft")
    expect(page.locator(".card", has_text=_words(label)).first).to_be_visible()


def _send_back(hand: Hand, label: str) -> None:
    hand.page.goto(f"{WORKSPACE}?state=drafted")
    hand.tick(f"Choose: {label}, ")
    hand.press("Send selected back")
    expect(hand.page.get_by_role("heading", level=1)).to_have_text("Send 1 draft back?")
    hand.write("Reason", REASON)
    hand.press("Send back")
    expect(hand.page.get_by_text("1 draft is sent back.")).to_be_visible()


def _clear(hand: Hand, labels: list[str]) -> None:
    hand.page.goto(f"{WORKSPACE}?state=drafted")
    for label in labels:
        hand.tick(f"Choose: {label}, ")
    hand.press("Clear selected")
    sentence = "1 draft is cleared." if len(labels) == 1 else f"{len(labels)} drafts are cleared."
    expect(hand.page.get_by_text(sentence)).to_be_visible()


def _mend(hand: Hand, label: str) -> None:
    edit = f"/consultations/{SLUG}/comments/{_input_on(label).public_id}/edit/"
    assert _line(hand.page, label).locator(f'a[href="{edit}"]').count() == 1
    hand.page.goto(edit)
    hand.write("Proposed wording", " (the central authority)")
    hand.press("Save draft")
    expect(hand.page.locator("body")).to_contain_text("(the central authority)")


def _submit(hand: Hand) -> None:
    hand.page.goto(f"{WORKSPACE}?state=cleared")
    hand.press(f"Submit 1 input for Cabo Verde, 4 inputs for {GROUP}")
    main = hand.page.locator("main")
    expect(main).to_contain_text(f"On behalf of {GROUP} · 4 inputs", use_inner_text=False)
    expect(main).to_contain_text("Cabo Verde · 1 input")
    expect(main).to_contain_text("All delegations in this consultation")
    hand.press(f"Submit 1 input for Cabo Verde, 4 inputs for {GROUP}")


def _check_receipt(page: Page, labels: tuple[str, ...]) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("5 inputs are submitted")
    inputs = [_input_on(label) for label in labels]
    [key] = {row.receipt_id for row in inputs}
    assert key is not None
    for row in inputs:
        expect(page.locator("main")).to_contain_text(row.reference)
    receipt = Receipt.objects.get(pk=key)
    expect(page.locator("main")).to_contain_text(str(receipt.public_id))
    with page.expect_download() as started:
        page.get_by_role("link", name="Receipt as PDF").click()
    assert Path(started.value.path()).read_bytes().startswith(b"%PDF")


def _words(label: str) -> str:
    return f" [each State, {label}]"


def _line(page: Page, label: str) -> Locator:
    return page.locator(f"#c-{_input_on(label).public_id}")


def _input_on(label: str) -> Comment:
    rows = Comment.objects.select_related("seat", "filed_by", "paragraph")
    found: Comment = rows.get(proposed__contains=_words(label))
    return found
