"""Autosave in a browser: by itself, on leaving, and while offline.

And two people on one draft: the second sees both texts, and what comes of them loses neither.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, ViewportSize, expect

from comments.drafting.acts import draft_comment
from comments.inputs.content import CommentContent
from comments.models import Autosave, Comment
from config.demo.ground import SLUG
from config.launch.child_processes import wait_until
from drafts.models import Wording
from tests.journeys.conftest import PHONE, WIDE, Desk, Window
from tests.journeys.demo_pages import access_of, wording
from tests.journeys.test_delegate_browser import open_thread

pytestmark = pytest.mark.browser

SIZES = pytest.mark.parametrize("size", [WIDE, PHONE], ids=["desktop", "phone"])
WAIT = 60_000  # milliseconds: longer than the pause after which typing is saved, or tried again
KEPT = "() => Object.keys(localStorage).filter(name => name.startsWith('kept:')).length"

LINE_CUT = "() => { window.fetch = () => Promise.reject(new TypeError('cut')); }"


def stored_words(who: str, label: str) -> str:
    """The proposed words that the server holds of what this person types on a paragraph."""
    rows = Autosave.objects.filter(
        user__email=f"{who}@demo.example",
        wording__paragraph=wording(label).paragraph,
        comment=None,
    )
    found: dict[str, str] = rows.values_list("words", flat=True).first() or {}
    return found.get("proposed", "")


@contextmanager
def held_back(page: Page, address: str) -> Iterator[None]:
    """What is asked for there waits, however long the block takes, and goes when it ends."""
    waiting: list[Route] = []
    is_over = False

    def wait(route: Route) -> None:
        if is_over:
            route.continue_()
        else:
            waiting.append(route)

    page.route(address, wait)
    yield
    is_over = True
    for asked in waiting:
        asked.continue_()


def type_at_end(page: Page, words: str) -> None:
    """Key by key, as a person types."""
    page.get_by_label("Proposed wording").press("Control+End")
    page.keyboard.type(words)


# --- Saved by itself ------------------------------------------------------------------------------


@SIZES
def test_typing_saves_itself_says_when_and_is_found_on_another_machine(
    window: Window, size: ViewportSize
) -> None:
    label = "26" if size == WIDE else "27"
    page = window("korea", size=size)
    open_thread(page, label)
    expect(page.locator("[data-saved]")).to_have_text("")
    with held_back(page, "**/typing/"):
        type_at_end(page, " Saved by itself;")
        assert page.evaluate(KEPT) == 1  # at once, on this machine
    expect(page.locator("[data-saved]")).to_contain_text("Saved ", timeout=WAIT)
    assert stored_words("korea", label).endswith(" Saved by itself;")
    assert page.evaluate(KEPT) == 0  # the server has it: nothing is left on this machine
    assert not Comment.objects.filter(proposed__endswith=" Saved by itself;").exists()

    elsewhere = window("korea", size=size)
    open_thread(elsewhere, label)
    expect(elsewhere.get_by_text("Restored: text you typed at")).to_be_visible()
    expect(elsewhere.get_by_label("Proposed wording")).to_have_value(
        wording(label).text + " Saved by itself;"
    )
    colleague = window("mexico", size=size)
    open_thread(colleague, label)
    expect(colleague.get_by_label("Proposed wording")).to_have_value(wording(label).text)


def test_what_is_typed_before_the_script_is_there_saves_itself_too(window: Window) -> None:
    page = window("egypt")
    script, place = "**/js/autosave.js", wording("34").paragraph.public_id
    with held_back(page, script):
        with page.expect_request(script):
            page.goto(f"/consultations/{SLUG}/plan/2/?open={place}", wait_until="commit")
        page.get_by_label("Proposed wording").fill("Typed at once;")
    expect(page.locator("[data-saved]")).to_contain_text("Saved ", timeout=WAIT)
    assert stored_words("egypt", "34") == "Typed at once;"


def test_who_leaves_the_page_at_once_leaves_the_words_with_the_server(window: Window) -> None:
    page = window("fiji")
    page.on("dialog", lambda asked: asked.accept())
    open_thread(page, "28")
    type_at_end(page, " Left at once;")
    page.goto(f"/consultations/{SLUG}/")
    arrives = partial(stored_words, "fiji", "28")
    assert wait_until(lambda: arrives().endswith(" Left at once;"), patience=WAIT / 1000)


# --- While the line is down -----------------------------------------------------------------------


@SIZES
def test_while_the_line_is_down_the_words_stay_here_and_go_when_it_is_back(
    desk: Desk, size: ViewportSize
) -> None:
    label = "29" if size == WIDE else "30"
    page = desk.window("philippines", size=size)
    open_thread(page, label)
    page.context.set_offline(True)
    type_at_end(page, " Offline;")
    save_state = page.locator("[data-saved]")
    expect(save_state).to_contain_text("Not saved: you are offline.", timeout=WAIT)
    expect(page.get_by_label("Proposed wording")).to_have_value(wording(label).text + " Offline;")
    assert page.evaluate(KEPT) == 1
    assert stored_words("philippines", label) == ""

    page.context.set_offline(False)  # nobody presses anything
    expect(save_state).to_contain_text("Saved ", timeout=WAIT)
    assert stored_words("philippines", label).endswith(" Offline;")
    assert page.evaluate(KEPT) == 0
    desk.complaints.messages.clear()  # the browser complained of the line, as it should


def test_a_window_closed_while_the_line_is_down_finds_its_words_again(desk: Desk) -> None:
    page = desk.window("holysee")
    context = page.context
    again = context.new_page()
    again.goto(f"/consultations/{SLUG}/")
    open_thread(page, "25")
    context.set_offline(True)
    type_at_end(page, " Closed on it;")
    assert page.evaluate(KEPT) == 1
    # A browser writes its store down some moments later: then another window of it finds it.
    again.wait_for_function(f"() => ({KEPT})() === 1", timeout=WAIT)
    # With the window its emulated line is closed too, and its last words would get through.
    page.evaluate(LINE_CUT)
    page.close()
    context.set_offline(False)
    assert stored_words("holysee", "25") == ""

    open_thread(again, "25")
    again.get_by_role("button", name="Restore").click()
    expect(again.get_by_label("Proposed wording")).to_have_value(
        wording("25").text + " Closed on it;"
    )
    expect(again.locator("[data-saved]")).to_contain_text("Saved ", timeout=WAIT)
    desk.complaints.messages.clear()


# --- Two people on one draft ----------------------------------------------------------------------


def begun(label: str) -> Comment:
    """A draft of Portugal's, on which two of its people then work."""
    rows = Wording.objects.select_related("revision__draft", "paragraph")
    read = rows.get(pk=wording(label).pk)
    return draft_comment(
        access=access_of("portugal.capital"),
        wording=read,
        content=CommentContent(
            kind="replace",
            proposed="To name the judges of every country of origin.",
            rationale="It is needed.",
        ),
    )


def edit(page: Page, draft: Comment, old: str, new: str) -> None:
    """Open the draft and change some of its words, without keeping them."""
    page.goto(reverse("edit_comment", args=[SLUG, draft.public_id]))
    box = page.get_by_label("Proposed wording")
    box.fill(box.input_value().replace(old, new))


@SIZES
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_the_second_of_two_sees_both_texts_and_loses_neither(
    window: Window, size: ViewportSize, scripts: bool
) -> None:
    draft = begun("32")
    first = window("portugal.deputy", size=size, scripts=scripts)
    second = window("portugal.capital", size=size, scripts=scripts)
    edit(first, draft, "the judges", "all the judges")
    edit(second, draft, "of origin", "of destination")
    first.get_by_role("button", name="Save draft").click()
    expect(first.locator(".card", has_text="all the judges").first).to_be_visible()

    second.get_by_role("button", name="Save draft").click()
    expect(second.get_by_text("Somebody else has saved this")).to_be_visible()
    expect(second.get_by_text("The form below has both changes")).to_be_visible()
    both = "To name all the judges of every country of destination."
    expect(second.get_by_label("Proposed wording")).to_have_value(both)
    second.get_by_role("button", name="Save draft").click()
    expect(second.locator(".card", has_text="of every country").first).to_be_visible()
    assert Comment.objects.get(pk=draft.pk).proposed == both


@SIZES
def test_words_that_both_changed_are_chosen_one_by_one(window: Window, size: ViewportSize) -> None:
    draft = begun("33")
    first = window("portugal.deputy", size=size)
    second = window("portugal.capital", size=size)
    edit(first, draft, "the judges", "all judges")
    edit(second, draft, "the judges", "some judges")
    first.get_by_role("button", name="Save draft").click()
    expect(first.locator(".card", has_text="judges").first).to_be_visible()

    second.get_by_role("button", name="Save draft").click()
    expect(second.get_by_role("heading", name="1 place to choose")).to_be_visible()
    second.get_by_role("radio", name="As saved").check()
    second.get_by_role("button", name="Use the chosen words").click()
    chosen = "To name all judges of every country of origin."
    expect(second.get_by_label("Proposed wording")).to_have_value(chosen)
    assert Comment.objects.get(pk=draft.pk).version == 2  # nothing is written yet
    second.get_by_role("button", name="Save draft").click()
    expect(second.locator(".card", has_text="all judges").first).to_be_visible()
    assert Comment.objects.get(pk=draft.pk).proposed == chosen
