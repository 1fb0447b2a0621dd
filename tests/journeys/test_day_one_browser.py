"""From `begin` on an empty database to the first circulated text, in a browser."""

import re
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django import DjangoDbBlocker

from consultations.models import MailKind, Seat
from delegations.models import Delegation, Invitation
from drafts.models import Revision
from tests.conftest import lazy_loads_allowed
from tests.journeys.conftest import PHONE, Desk, own_database, serving
from tests.mails import send_all
from tests.smtp import mail_server, part_of

pytestmark = pytest.mark.browser

TITLE = "Plan of Action"
TEXT = """Draft decision on harbours

Recalling its decision on open seas,

1. Urges all States with a coast to keep their harbours open by day and by night:

(a) To ships in distress;

(b) To ships with pilgrims;

2. Decides to meet again in a year.
"""


@pytest.fixture
def empty(
    chromium: Browser, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Desk]:
    """Windows onto a platform in whose database there is no row."""
    with django_db_blocker.unblock(), own_database(), lazy_loads_allowed(), serving() as url:
        opened = Desk(chromium, url)
        yield opened
        opened.close()
    assert opened.complaints.messages == []


def begun() -> str:
    """The path of the link that `begin` prints."""
    output = StringIO()
    call_command("begin", email="mia@un.example", title=TITLE, stdout=output)
    [path] = re.findall(r"https?://[^/\s]+(/sign-in/\S+)", output.getvalue())
    return str(path)


def two_of_every_member_state() -> str:
    """What the secretariat has in its spreadsheet."""
    lines = ["Delegation,E-mail,Name,Function,Language"]
    for row in Delegation.objects.filter(kind="member_state"):
        lines.append(f"{row.code},first.{row.code}@example.org,First {row.code},focal point,")
        lines.append(f"{row.code},second.{row.code}@example.org,,deputy,")
    return "\n".join(lines)


def follow(page: Page, *names: str) -> None:
    """Links and buttons, one after the other; nothing is reached but by them."""
    for name in names:
        able = page.locator("main a, main button, nav a").filter(visible=True, has_text=name)
        with page.expect_navigation():
            able.first.click()


def link_mailed_to(email: str, mails: list[Any]) -> str:
    [message] = [message for to, message in mails if to == [email]]
    [path] = re.findall(r"https?://[^/\s]+(/invitation/\S+)", part_of(message, "plain"))
    return str(path)


def accept(page: Page, name: str) -> None:
    """An invitation that is open, by its form."""
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Your time zone").select_option("Europe/Lisbon")
    follow(page, "Accept")


def set_up(page: Page) -> None:
    """What the page for setting up asks for, in its order."""
    follow(page, "Setting up", "Seat delegations", "Seat 193…")
    follow(page, "Seat 193")
    expect(page.get_by_text("193 delegations have a seat.", exact=True)).to_be_visible()
    follow(page, "Setting up", "Invite co-facilitators and staff")
    page.get_by_label("E-mail address").fill("ana@portugal.example")
    page.get_by_label("Co-facilitator: leads").check()
    follow(page, "Send the invitation")
    follow(page, "Setting up", "Invite from a list")
    page.locator("main [name=rows]:visible").fill(two_of_every_member_state())
    follow(page, "Preview")
    expect(page.get_by_text("386 people get an invitation.")).to_be_visible()
    follow(page, "Send 386 invitations")
    expect(page.get_by_role("heading", level=1)).to_have_text("Unanswered invitations")


def circulate_the_first_text(page: Page) -> None:
    follow(page, "Working texts", "New text")
    page.get_by_label("Title").fill("Draft decision")
    expect(page.get_by_label("Web address")).to_have_value("draft-decision")
    follow(page, "Create the text")
    follow(page, "Import a file")
    page.get_by_label("Or paste the text").fill(TEXT)
    follow(page, "Preview", "Import into the working text", "Circulate")
    page.get_by_label("Name").fill("Comments on the first draft")
    page.get_by_label("Deadline").fill(f"{timezone.now() + timedelta(days=14):%Y-%m-%dT%H:%M}")
    page.get_by_label("All, at once").check()
    follow(page, "Circulate to all delegations")
    expect(page.get_by_role("heading", level=1)).to_have_text("First draft is circulated")


def test_from_begin_to_the_first_text_before_193_delegations(empty: Desk, settings: Any) -> None:
    secretariat = empty.window()
    secretariat.goto(begun())
    follow(secretariat, "Sign in")
    expect(secretariat.get_by_role("heading", level=1)).to_have_text(TITLE)
    set_up(secretariat)
    assert Seat.objects.filter(ended_at=None).count() == 193
    assert Invitation.objects.unanswered().count() == 386

    with mail_server(settings) as taken:
        sent = send_all(MailKind.INVITATION) + send_all(MailKind.FUNCTION)
    assert sent == len(taken.mails) == 387

    facilitator = empty.window()
    facilitator.goto(link_mailed_to("ana@portugal.example", taken.mails))
    accept(facilitator, "Ana")
    circulate_the_first_text(facilitator)
    assert Revision.objects.get().number == 1

    reader = empty.window(size=PHONE)
    reader.goto(link_mailed_to("first.jpn@example.org", taken.mails))
    accept(reader, "Yuki")
    follow(reader, "Draft decision")
    expect(reader.get_by_text("To ships with pilgrims;")).to_be_visible()
