"""The own desk of a delegation: its workspace, notes, what goes back, two drafts, carrying over."""

from typing import Any

from playwright.sync_api import Page

from comments.models import Comment
from tests.journeys.demo_pages import FOCAL_POINT, comment, wording
from tests.journeys.shown import Shown


def _noted() -> dict[str, Any]:
    return {"comment": Comment.objects.get(notes__is_return=False, filed_by__code="PRT").public_id}


def _returned() -> dict[str, Any]:
    return {"comment": Comment.objects.get(notes__is_return=True).public_id}


def _of_two_drafts() -> dict[str, Any]:
    return {"paragraph": wording("33").paragraph.public_id}


def _of_one_draft() -> dict[str, Any]:
    return {"paragraph": wording("22").paragraph.public_id}


def _earlier(number: int) -> dict[str, Any]:
    """An input on the first draft, to carry over to Rev.1."""
    return {"comment": comment("PRT", number).public_id}


def _choose_all(page: Page) -> None:
    for box in page.locator('main input[name="comment"][type="checkbox"]').all():
        box.check()


def _send(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.locator(f"main .work__foot button[{name}]").click()


def _send_nothing(page: Page) -> None:
    _send(page, 'value="clear"')


def _send_back(page: Page) -> None:
    _choose_all(page)
    _send(page, 'value="return"')


def _send_back_without_a_reason(page: Page) -> None:
    _send_back(page)
    page.locator("main textarea[name=reason]").evaluate("field => { field.required = false }")
    with page.expect_navigation():
        page.locator("main form .button--strong").click()


def _clear_what_changed(page: Page) -> None:
    """Somebody edited the drafts since: the boxes say yes to older versions."""
    _choose_all(page)
    page.locator('main input[name="comment"][type="checkbox"]').evaluate_all(
        "boxes => boxes.forEach(box => { box.value = box.value.replace(/\\d+$/, '0') })"
    )
    _send(page, 'value="clear"')


def _write_empty_note(page: Page) -> None:
    page.locator("main form textarea[name=text]").evaluate("field => { field.required = false }")
    with page.expect_navigation():
        page.locator("main form .button--strong").click()


WORKSPACE = (
    Shown("workspace", "portugal.capital", note="contributor"),
    Shown("workspace", FOCAL_POINT, query=lambda: {"show": "all"}, note="all"),
    Shown("workspace", FOCAL_POINT, query=lambda: {"type": "translation"}, note="nothing"),
    Shown("workspace", FOCAL_POINT, note="nothing-chosen", act=_send_nothing, status=422),
    Shown("workspace", FOCAL_POINT, note="changed-since", act=_clear_what_changed, status=422),
    Shown("workspace", FOCAL_POINT, note="send-back", act=_send_back),
    Shown("workspace", FOCAL_POINT, note="no-reason", act=_send_back_without_a_reason, status=422),
    Shown("return_comment", FOCAL_POINT, _noted),
    Shown("give_draft", FOCAL_POINT, _noted),
    Shown("notes", FOCAL_POINT, _noted),
    Shown("notes", FOCAL_POINT, _returned, note="returned"),
    Shown("notes", FOCAL_POINT, _noted, note="not-written", act=_write_empty_note, status=422),
    Shown("compare_drafts", FOCAL_POINT, _of_two_drafts),
    Shown("compare_drafts", FOCAL_POINT, _of_one_draft, note="one"),
    Shown("carry_over", FOCAL_POINT, lambda: _earlier(1), note="collides"),
    Shown("carry_over", FOCAL_POINT, lambda: _earlier(3), note="same"),
)

NO_PAGES_OF_WORKSPACE = {
    "typing": "takes what is being typed, and answers in JSON",
    "typing_of_comment": "takes what is being typed, and answers in JSON",
}
