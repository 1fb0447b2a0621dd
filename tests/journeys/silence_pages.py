"""Silences of the facilitators: opened after a preview, broken, shown, extended, declared."""

from datetime import timedelta
from typing import Any

from playwright.sync_api import Page

from comments.models import Silence, SilenceSeat
from comments.silences.acts import SilenceSubject, break_silence, open_silence
from drafts.models import Revision
from tests.journeys.demo_pages import FACILITATOR, FOCAL_POINT, access_of
from tests.journeys.shown import Shown


def silence_on_demo() -> Silence:
    """A silence on the last text, which China broke."""
    found = Silence.objects.with_texts().filter(declared_at=None).first()
    if found is not None:
        return found
    leader = access_of(FACILITATOR)
    texts = Revision.objects.filter(draft__slug="plan").select_related("draft")
    silence = open_silence(
        access=leader,
        subject=SilenceSubject(revision=texts.latest("number")),
        words="The co-facilitators put the text before delegations.",
        until=leader.moment + timedelta(days=12),
    )
    access = access_of("china")
    asked = SilenceSeat.objects.select_related("seat").get(silence=silence, seat=access.seat)
    asked.silence = silence
    break_silence(access=access, asked_seat=asked, words="Paragraph 14 goes too far for us.")
    return silence


def _silence() -> dict[str, Any]:
    return {"silence": silence_on_demo().public_id}


def _listed() -> dict[str, Any]:
    silence_on_demo()
    return {}


def _preview(page: Page) -> None:
    page.locator("main [name=words]").fill("The text is put before delegations.")
    with page.expect_navigation():
        page.locator("main form .acts .button--strong").last.click()


def _send_empty(page: Page) -> None:
    for details in page.locator("main details").all():
        details.evaluate("it => { it.open = true }")
    with page.expect_navigation():
        page.locator("main form .button--strong").click()


def _ask_first(page: Page) -> None:
    for details in page.locator("main details").all():
        details.evaluate("it => { it.open = true }")
    page.locator("main [name=words]").fill("We cannot accept paragraph 14.")
    with page.expect_navigation():
        page.locator("main form .button--strong").click()


SILENCES = (
    Shown("silences", FOCAL_POINT, note="none"),
    Shown("open_silence", FACILITATOR),
    Shown("open_silence", FACILITATOR, note="preview", act=_preview),
    Shown("silence", FACILITATOR, _silence),
    Shown("silence", FOCAL_POINT, _silence),
    Shown("silence", FOCAL_POINT, _silence, note="refused", act=_send_empty, status=422),
    Shown("silence", FOCAL_POINT, _silence, note="asked before it is broken", act=_ask_first),
    Shown("extend_silence", FACILITATOR, _silence),
    Shown("show_breaks", FACILITATOR, _silence),
    Shown("declare_silence", FACILITATOR, _silence),
    Shown("silences", FACILITATOR, _listed),
)
NO_PAGES_OF_SILENCES = {
    "break_silence": "asks on a page of its own, which the walk opens from that of the silence",
    "silence_file": "a file",
}
