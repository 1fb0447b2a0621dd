"""A paragraph is watched in a browser, news come by a real mail, and its link stops them."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from comments.models import Watch
from config.demo.ground import SLUG
from consultations.models import MailChoice, MailFrequency
from tests.comments.digests.digest_mails import Server, serving, text_of
from tests.comments.news.following import run_due
from tests.journeys.conftest import PHONE, WIDE, Desk
from tests.journeys.demo_pages import wording

pytestmark = pytest.mark.browser

HERE = f"/consultations/{SLUG}"
SECRET = "with the agencies that nobody shall read of in a mail"
WAYS = pytest.mark.parametrize(
    ("size", "scripts", "label"),
    [(WIDE, True, "27"), (PHONE, True, "28"), (WIDE, False, "29")],
    ids=["desktop", "phone", "no-scripts"],
)


def open_thread(page: Page, label: str) -> None:
    paragraph = wording(label).paragraph.public_id
    page.goto(f"{HERE}/plan/2/?open={paragraph}#p-{paragraph}")
    expect(page.locator("#thread h2").first).to_have_text(f"Paragraph {label}")


def submit(page: Page, label: str) -> None:
    """Mexico submits a proposal, by the pages."""
    open_thread(page, label)
    page.get_by_label("Proposed wording").fill(f"{wording(label).text[:-1]} {SECRET};")
    page.get_by_label("Reason").fill("To be exact.")
    page.get_by_role("button", name="Submit…").click()
    page.get_by_role("button", name=re.compile("Submit . input")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("is submitted"))


def mails_to(server: Server, address: str) -> list[EmailMessage]:
    """The mails that the server took for one person."""
    found = [content for to, content in server.taken if to == address]
    return [message_from_bytes(content, policy=policy.default) for content in found]


@WAYS
def test_what_is_watched_is_told_on_the_pages_and_by_mail_until_its_link_stops_it(
    desk: Desk, settings: Any, size: ViewportSize, scripts: bool, label: str
) -> None:
    Watch.objects.all().delete()
    MailChoice.objects.all().delete()
    reader = desk.window("portugal", size=size, scripts=scripts)
    reader.goto("/mail/")
    reader.get_by_label(re.compile("^At once")).first.check()
    reader.get_by_role("button", name="Save").click()
    expect(reader.get_by_text("Your choice is saved.")).to_be_visible()
    open_thread(reader, label)
    reader.get_by_role("button", name="Watch this paragraph").click()
    expect(reader.get_by_text("You are now watching it.")).to_be_visible()
    expect(reader.get_by_role("button", name="Stop watching").first).to_be_visible()

    other = desk.window("mexico", size=size, scripts=scripts)
    submit(other, label)

    # On the pages: beside the paragraph, on the front page, among what is new.
    reader.goto(f"{HERE}/plan/2/")
    paragraph = reader.locator(f"#p-{wording(label).paragraph.public_id}")
    expect(paragraph).to_contain_text("1 new")
    reader.goto(f"{HERE}/")
    expect(reader.get_by_text("1 new item on what you watch.")).to_be_visible()
    reader.goto(f"{HERE}/new/?watched=1")
    expect(reader.get_by_role("link", name=f"Paragraph {label}", exact=True)).to_be_visible()

    # By mail: who and where, never what.
    with serving(settings) as server:
        assert run_due() == 1
        (mail,) = mails_to(server, "portugal@demo.example")
        text = text_of(mail)
        assert "Mexico" in text
        assert f"Paragraph {label}" in text
        assert SECRET not in str(mail)
        (link,) = re.findall(r"http\S+/stop-mail/\S+", text)
        assert str(mail["List-Unsubscribe"]) == f"<{link}>"

        # The link, in a browser in which nobody ever signed in.
        anybody = desk.window(size=size, scripts=scripts)
        anybody.goto(urlsplit(link).path)
        anybody.get_by_role("button", name="Stop these e-mails").click()
        expect(anybody.get_by_role("heading", level=1)).to_have_text("These e-mails are stopped")
        assert MailChoice.objects.get().often == MailFrequency.NEVER

        submit(other, label)
        assert run_due() == 0
        assert len(server.taken) == 1


def test_the_brief_is_opened_from_the_front_page_and_taken_as_a_paper(desk: Desk) -> None:
    page = desk.window("portugal")
    page.goto(f"{HERE}/")
    page.get_by_role("link", name="Our brief").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Brief for Portugal")
    told = page.locator(".brief__inputs").get_by_text("Partly in the text")
    expect(told).to_be_visible()
    page.get_by_label("Before which meeting").select_option(index=1)
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text(re.compile("^Before: Third informal consultation"))).to_be_visible()
    with page.expect_download() as started:
        page.get_by_role("link", name="As PDF").click()
    assert started.value.path().read_bytes().startswith(b"%PDF-")
    page.get_by_role("link", name="New since I last looked").click()
    expect(page.get_by_role("link", name="New since the last meeting")).to_be_visible()
