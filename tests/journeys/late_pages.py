"""Pages that nobody asks for: a form sent too late or under another hat, words refused, a wrong
turn; and the mails of the demonstration.
"""

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page

from config.demo.ground import SLUG
from tests.journeys.demo_pages import FOCAL_POINT, wording
from tests.journeys.shown import Shown

MAIL = "20270115-0900-code"


def add_mail() -> None:
    """One mail in the box of the demonstration, with a twin in HTML."""
    sent = EmailMessage()
    sent["Subject"] = "Before the second informal consultation"
    sent["From"] = "Consultations <noreply@demo.example>"
    sent["To"] = f"{FOCAL_POINT}@demo.example"
    sent["Date"] = "Fri, 15 Jan 2027 09:00:00 +0000"
    sent.set_content("What is new:\n\n    http://127.0.0.1:8000/consultations/\n")
    sent.add_alternative("<p>What is new</p>", subtype="html")
    folder = Path(settings.DEMO_MAIL_DIR)
    (folder / f"{MAIL}.eml").write_bytes(bytes(sent))


def _revision() -> dict[str, Any]:
    return {"draft": "plan", "number": 2}


def _with_thread() -> dict[str, Any]:
    return {"open": wording("12").paragraph.public_id}


def _send(page: Page, words: str = "Typed for an hour.") -> None:
    """Write a comment and send it as a browser without scripts does."""
    page.locator("form.writing [name=rationale]").evaluate(
        "(field, words) => { field.value = words }", words
    )
    with page.expect_navigation():
        page.locator("form.writing").evaluate("form => form.submit()")


def _send_after_session_ended(page: Page) -> None:
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    _send(page)


def _send_from_older_page(page: Page) -> None:
    page.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)
    _send(page)


def _send_under_another_capacity(page: Page) -> None:
    page.locator("form.writing [name=capacity]").evaluate("field => { field.value = 'post:0' }")
    _send(page)


def _send_too_much(page: Page) -> None:
    _send(page, "Typed for a year. " * 2_000)


def _go(name: str, **rows: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.goto(reverse(name, kwargs=rows))

    return act


def _written(note: str, act: Callable[[Page], None], status: int) -> Shown:
    return Shown("reading", FOCAL_POINT, _revision, _with_thread, note, act, status)


LATE = (
    _written("signed-out", _send_after_session_ended, 403),
    _written("grown-old", _send_from_older_page, 403),
    _written("capacity-changed", _send_under_another_capacity, 409),
    _written("not-taken", _send_too_much, 422),
    Shown("home", FOCAL_POINT, note="refused", act=_go("review_queue", slug=SLUG), status=403),
    Shown("home", FOCAL_POINT, note="no-such-page", act=_go("consultation", slug="x"), status=404),
    Shown("demo_mails"),
    Shown("demo_scenes"),
    Shown("demo_mail", rows=lambda: {"name": MAIL}),
)
