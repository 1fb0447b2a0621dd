"""The pages of a seal: a checksum verified by anybody, a copy against the circulated text."""

from typing import Any

from playwright.sync_api import Page

from drafts.models import Revision
from drafts.papers.paper import printed_paragraph
from tests.journeys.demo_pages import FOCAL_POINT
from tests.journeys.shown import Shown


def revision() -> Revision:
    """The plan as it was circulated first."""
    return Revision.objects.get(draft__slug="plan", number=1)


def circulated_lines() -> list[str]:
    """Its paragraphs as one would paste them, a line each."""
    rows = revision().wordings.select_related("paragraph").order_by("place")
    return [f"{row.number} {row.text}".strip() for row in map(printed_paragraph, rows)]


def _first() -> dict[str, Any]:
    return {"draft": "plan", "number": 1}


def compare(page: Page, lines: list[str]) -> None:
    """Paste the words, and have them compared."""
    page.get_by_label("Or its words").fill("\n\n".join(lines))
    with page.expect_navigation():
        page.get_by_role("button", name="Compare").press("Enter")


def _with_differences(page: Page) -> None:
    lines = circulated_lines()
    changed = lines[6].replace("and", "or")
    page.locator("textarea").fill("\n\n".join([*lines[:6], changed, *lines[8:], "99. To meet."]))
    with page.expect_navigation():
        page.locator("main form button").last.press("Enter")


def _unchanged(page: Page) -> None:
    page.locator("textarea").fill("\n\n".join(circulated_lines()))
    with page.expect_navigation():
        page.locator("main form button").last.press("Enter")


TEXTS = (
    Shown("seal"),
    Shown("seal", query=lambda: {"checksum": revision().checksum}, note="genuine"),
    Shown("seal", query=lambda: {"checksum": "0" * 64}, note="not-ours"),
    Shown("seal", query=lambda: {"checksum": "half"}, note="half", status=422),
    Shown("check_copy", FOCAL_POINT, _first),
    Shown("check_copy", FOCAL_POINT, _first, note="differs", act=_with_differences),
    Shown("check_copy", FOCAL_POINT, _first, note="same", act=_unchanged),
)
NO_PAGES_OF_TEXTS = {"text_file": "a file"}
