"""The kit in a browser: downloaded, filled in, uploaded, confirmed; also without scripts."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from comments.models import Comment, CommentState
from config.demo.ground import SLUG
from tests.comments.kit.as_word import Word
from tests.comments.kit.office import NEEDS_OFFICE, saved_as
from tests.journeys.conftest import PHONE, WIDE, Window
from tests.journeys.demo_pages import wording
from tests.journeys.hands import open_menu

pytestmark = pytest.mark.browser

PLAN = f"/consultations/{SLUG}/plan/2/"
SIZES = pytest.mark.parametrize(
    ("size", "scripts", "label"),
    [(WIDE, True, "5"), (PHONE, True, "6"), (PHONE, False, "7")],
    ids=["desktop", "phone", "phone without scripts"],
)


def _downloaded(page: Page, form: str) -> bytes:
    """One click on the reading page, on a phone in its menu."""
    page.goto(PLAN)
    open_menu(page, "For the capital")
    with page.expect_download() as started:
        page.get_by_role("link", name=form).first.click()
    return Path(started.value.path()).read_bytes()


def _row(word: Word, label: str) -> object:
    words = wording(label).text
    return next(
        row for row in word.rows() if "".join(word.control(row, "text").itertext()) == words
    )


def _bring(page: Page, folder: Path, content: bytes) -> None:
    file = folder / "back.docx"
    file.write_bytes(content)
    page.goto(PLAN)
    open_menu(page, "For the capital")
    page.get_by_role("link", name="Upload the completed kit").click()
    page.get_by_label("The file from the capital").set_input_files(file)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Preview: nothing saved yet")


def _drafts(reason: str) -> list[Comment]:
    return list(Comment.objects.select_related("wording").filter(rationale=reason))


@SIZES
def test_a_kit_goes_out_is_changed_in_the_capital_comes_back_and_is_confirmed(
    window: Window, tmp_path: Path, size: ViewportSize, scripts: bool, label: str
) -> None:
    page = window("portugal", size=size, scripts=scripts)
    word, reason = Word(_downloaded(page, "Word")), f"The ministry insists, on {label}."
    row = _row(word, label)
    first = wording(label).text.split()[0]
    word.track(row, out=first, put_in=f"{first} once more")
    word.note(row, reason)
    _bring(page, tmp_path, word.saved())
    expect(page.locator(".work__state")).to_have_text("New")
    expect(page.locator(".work ins")).to_contain_text("once more")
    assert _drafts(reason) == []
    page.get_by_role("button", name="Import 1 draft").click()
    expect(page.locator("#messages")).to_contain_text("1 draft was imported.")
    [draft] = _drafts(reason)
    assert draft.state is CommentState.DRAFTED
    assert draft.proposed == wording(label).text.replace(first, f"{first} once more", 1)
    # The same file once more brings nothing.
    _bring(page, tmp_path, word.saved())
    expect(page.get_by_text("Import 1 draft")).to_have_count(0)
    assert len(_drafts(reason)) == 1


@NEEDS_OFFICE
def test_libreoffice_saves_it_under_two_names_on_the_way(window: Window, tmp_path: Path) -> None:
    page = window("portugal")
    word, reason = Word(_downloaded(page, "Word")), "Seen by the ministry."
    word.fill(_row(word, "8"), kind="question", rationale=reason)
    _bring(page, tmp_path, saved_as(tmp_path, word.saved(), "docx", "odt", "docx"))
    expect(page.locator(".work__state")).to_have_text("New")
    page.get_by_role("button", name="Import 1 draft").click()
    expect(page.locator("#messages")).to_contain_text("1 draft was imported.")
    [draft] = _drafts(reason)
    assert (draft.kind, draft.wording.label) == ("question", "8")


def test_the_keyboard_alone_takes_a_file_in(window: Window, tmp_path: Path) -> None:
    page = window("portugal")
    word, reason = Word(_downloaded(page, "Word")), "By keyboard."
    word.fill(_row(word, "9"), kind="comment", rationale=reason)
    _bring(page, tmp_path, word.saved())
    for _turn in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "confirm":
            break
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("1 draft was imported.")
    assert len(_drafts(reason)) == 1
