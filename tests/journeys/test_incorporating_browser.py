"""Facilitators incorporate words of inputs in a browser: choose, preview, save, undo."""

import io

import pytest
from docx import Document
from playwright.sync_api import Page, ViewportSize, expect

from comments.inputs.content import CommentContent
from comments.models import Comment, CommentKind, Incorporation
from comments.submitting.acts import submit_at_once, withdraw_comment
from config.demo.ground import SLUG
from drafts.models import Paragraph, Wording
from tests.journeys.conftest import PHONE, WIDE, Window
from tests.journeys.demo_pages import FACILITATOR, FOCAL_POINT, access_of, comment, wording
from tests.journeys.hands import Hand, Keyboard, Mouse, press_and_load

pytestmark = pytest.mark.browser

HERE = f"/consultations/{SLUG}"


def desk_text(label: str) -> str:
    return Paragraph.objects.get(pk=wording(label).paragraph_id).text


def open_review(page: Page, label: str) -> None:
    page.goto(f"{HERE}/review/{wording(label).paragraph.public_id}/")


def tick(page: Page, *names: str) -> None:
    """Tick changes by name; what they make is shown after each."""
    for name in names:
        page.locator(f'input[type=checkbox][value="{name}"]').check()
        taken = page.locator(f'#result input[name="take"][value="{name}"]')
        expect(taken.or_(page.locator("#result .place")).first).to_be_attached()


def undo(hand: Hand) -> None:
    hand.press("Undo step")
    expect(hand.page.get_by_text("The step is undone.")).to_be_visible()


@pytest.mark.parametrize(
    ("kind", "size", "scripts"),
    [
        (Mouse, WIDE, True),
        (Mouse, PHONE, True),
        (Mouse, WIDE, False),
        (Keyboard, WIDE, True),
    ],
    ids=["desktop", "phone", "no-scripts", "keyboard"],
)
def test_words_are_chosen_seen_taken_and_given_back(
    window: Window, kind: type[Hand], size: ViewportSize, scripts: bool
) -> None:
    """PRT-4 asks for a light report in paragraph 12 of Rev.1."""
    prt_input, before = comment("PRT", 4), desk_text("12")
    page = window(FACILITATOR, size=size, scripts=scripts)
    hand = kind(page)
    open_review(page, "12")
    hand.press("Incorporate words")
    expect(page.get_by_role("heading", level=1)).to_have_text("Incorporate words into paragraph 12")
    page.wait_for_load_state()  # with its scripts, which show what a box makes
    hand.tick("… and a timetable, and review them at least every four years")
    if not scripts:
        hand.press("Preview")
    expect(page.get_by_role("heading", name="With the words of Portugal")).to_be_visible()
    assert desk_text("12") == before
    hand.press("Incorporate these words")

    expect(page.get_by_text("Words of Portugal are in the working text.")).to_be_visible()
    assert desk_text("12") == prt_input.proposed
    line = page.locator(f"#c-{prt_input.public_id}")
    expect(line.get_by_text("incorporated in full")).to_be_visible()
    expect(line.get_by_role("radio", name="reflected", exact=True)).to_be_checked()
    undo(hand)
    assert desk_text("12") == before


@pytest.mark.parametrize(
    ("size", "scripts", "acts"),
    [(WIDE, True, 1), (PHONE, True, 1), (WIDE, False, 2)],
    ids=["desktop", "phone", "no-scripts"],
)
def test_from_the_open_paragraph_a_proposal_is_taken_in_two_acts_at_most(
    window: Window, size: ViewportSize, scripts: bool, acts: int
) -> None:
    """With scripts the proposals stand there; without, a link leads to them."""
    before, row = desk_text("12"), wording("12").paragraph
    page = window(FACILITATOR, size=size, scripts=scripts)
    page.goto(f"{HERE}/drafts/plan/desk/{row.public_id}/")
    presses = [page.get_by_role("button", name="Incorporate all of it · PRT-4")]
    if not scripts:
        presses.insert(0, page.get_by_role("link", name="Proposals on this paragraph"))
    for press in presses:
        press.click()
    expect(page.get_by_text("Words of Portugal are in the working text.")).to_be_visible()
    assert len(presses) == acts
    assert desk_text("12") == comment("PRT", 4).proposed
    open_review(page, "12")
    undo(Mouse(page))
    assert desk_text("12") == before


def test_two_changes_beside_each_other_are_taken_together(window: Window) -> None:
    """Portugal asked for two years on the first draft, and for a light report on Rev.1."""
    before = desk_text("12")
    page = window(FACILITATOR)
    open_review(page, "12")
    press_and_load(page.get_by_role("link", name="Incorporate words"))
    tick(page, "PRT-1.1", "PRT-4.0")
    page.get_by_role("button", name="Incorporate these words").click()

    expect(page.get_by_text("are in the working text.")).to_be_visible()
    asked = "every two years, with a light report after two,"
    assert desk_text("12") == before.replace("every four years", asked)
    assert Incorporation.objects.in_force().count() == 2
    undo(Mouse(page))


def test_a_delegation_reads_where_its_words_went(window: Window) -> None:
    page = window(FOCAL_POINT, size=PHONE)
    page.goto(f"{HERE}/comments/{comment('PRT', 1).public_id}/")
    page.get_by_role("link", name="Outcome of this input").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Outcome of PRT-1")
    line = page.locator(".went > li").first
    expect(line).to_contain_text("Partly in the text")
    expect(line).to_contain_text("“adequate”")
    expect(line).to_contain_text("“two”")
    expect(page.get_by_text("Partly reflected")).to_be_visible()


def test_the_rolling_text_is_read_without_names_and_taken_home(window: Window) -> None:
    page = window(FOCAL_POINT)
    page.goto(f"{HERE}/plan/1/")
    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Rolling text").click()
    expect(page.locator(".paragraph", has_text="[Portugal: ").first).to_be_visible()
    with page.expect_download() as started:
        page.get_by_role("link", name="Word", exact=True).click()
    content = started.value.path().read_bytes()
    page.get_by_role("link", name="Without names").click()
    expect(page.get_by_role("link", name="With names")).to_be_visible()

    assert "[African Group: " in "\n".join(
        element.text or "" for element in Document(io.BytesIO(content)).element.body.iter()
    )
    assert "Portugal" not in page.locator(".rolling").inner_text()
    assert "{" not in page.locator("main").inner_text()
    proposed = Comment.objects.filter(kind=CommentKind.REPLACE, wording__revision__number=1)
    assert proposed.in_force().exists()


def say_in_place_of_four_years(words: str) -> Comment:
    """Mexico asks for another interval in paragraph 12 of Rev.1."""
    current = wording("12")
    on = Wording.objects.select_related("revision__draft", "paragraph__draft").get(pk=current.pk)
    return submit_at_once(
        access=access_of("mexico"),
        wording=on,
        content=CommentContent(kind="replace", proposed=current.text.replace("four years", words)),
    )


@pytest.mark.parametrize("scripts", [True, False], ids=["desktop", "no-scripts"])
def test_between_two_changes_that_meet_one_chooses_before_anything_is_taken(
    window: Window, scripts: bool
) -> None:
    """Portugal asked for two years, Mexico asks for five."""
    mexico, before = say_in_place_of_four_years("five years"), desk_text("12")
    page = window(FACILITATOR, scripts=scripts)
    open_review(page, "12")
    press_and_load(page.get_by_role("link", name="Incorporate words"))
    if scripts:
        tick(page, f"{mexico.reference}.0", "PRT-1.1")
    else:
        for name in (f"{mexico.reference}.0", "PRT-1.1"):
            page.locator(f'input[type=checkbox][value="{name}"]').check()
        page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("At 1 place two changes conflict.")).to_be_visible()
    expect(page.get_by_role("button", name="Incorporate these words")).to_have_count(0)
    assert desk_text("12") == before

    page.get_by_label("As Portugal proposes").check()
    if not scripts:
        page.get_by_role("button", name="Preview with these words").click()
    page.get_by_role("button", name="Incorporate these words").click()
    expect(page.get_by_text("are in the working text.")).to_be_visible()
    assert desk_text("12") == before.replace("every four years", "every two years")
    undo(Mouse(page))
    withdraw_comment(access=access_of("mexico"), comment=mexico, reason="Settled.")
