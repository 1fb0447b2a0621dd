"""The demo's page of mails: on this machine alone, in the demo alone, and safe to show."""

from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from config.demo.seed import seed_demo
from drafts.comparing.concordance import concordance_of
from drafts.models import Revision

pytestmark = pytest.mark.django_db


def keep(folder: Path, name: str, subject: str, text: str = "Hello", html: str = "") -> None:
    mail = EmailMessage()
    mail["Subject"], mail["To"], mail["From"] = subject, "ana@example.org", "us@example.org"
    mail["Date"] = "Wed, 25 Nov 2026 01:47:50 +0000"
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    (folder / f"{name}.eml").write_bytes(mail.as_bytes())


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.DEMO = True
    settings.DEMO_MAIL_DIR = tmp_path
    return tmp_path


def get(path: str, **headers: Any) -> Any:
    return Client(headers={"host": "127.0.0.1:8000"}).get(path, **headers)


def test_mails_are_listed_newest_first_without_half_written_ones(folder: Path) -> None:
    keep(folder, "100-0001", "The first")
    keep(folder, "200-0001", "The second")
    keep(folder, ".300-0001", "Half written")
    page = get("/demo/mail/").content.decode()
    assert page.index("The second") < page.index("The first")
    assert "Half written" not in page


def test_a_mail_is_read_as_text_with_links_to_follow(folder: Path) -> None:
    keep(folder, "100-0001", "Digest", "See http://127.0.0.1:8000/x <b>")
    page = get("/demo/mail/100-0001/").content.decode()
    assert '<a href="http://127.0.0.1:8000/x"' in page
    assert "&lt;b&gt;" in page
    assert "25 Nov 2026, 01:47:50 UTC" in page


def test_the_html_of_a_mail_stands_in_a_sandbox(folder: Path) -> None:
    keep(folder, "100-0001", "Digest", html="<h1>Digest</h1><script>alert(1)</script>")
    answer = get("/demo/mail/100-0001/html/")
    policy = answer.headers["Content-Security-Policy"]
    assert answer.content.startswith(b"<h1>Digest</h1>")
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "allow-scripts" not in policy


def test_a_name_leads_to_no_other_file(folder: Path) -> None:
    (folder.parent / "secret.eml").write_text("Subject: secret\n\n")
    assert get("/demo/mail/..%2Fsecret/").status_code == 404
    assert get("/demo/mail/100-0009/").status_code == 404


def test_the_page_is_not_there_outside_the_demo(folder: Path, settings: Any) -> None:
    keep(folder, "100-0001", "Digest")
    assert get("/demo/mail/").status_code == 200
    settings.DEMO = False
    for path in ("/demo/mail/", "/demo/mail/100-0001/", "/demo/mail/100-0001/html/"):
        assert get(path).status_code == 404


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"REMOTE_ADDR": ""},
        {"HTTP_X_FORWARDED_FOR": "192.0.2.7"},
        {"HTTP_HOST": "mails.example.org"},
    ],
)
def test_the_page_is_not_there_for_who_asks_from_elsewhere(
    folder: Path, settings: Any, elsewhere: dict[str, str]
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    assert get("/demo/mail/").status_code == 200
    assert get("/demo/mail/", **elsewhere).status_code == 404


@pytest.mark.parametrize("is_demo", [True, False])
def test_the_page_of_a_fault_says_too_that_all_is_invented(
    folder: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, is_demo: bool
) -> None:
    settings.DEMO = is_demo
    monkeypatch.setattr("config.monitoring.readiness.JsonResponse", _breaks)
    answer = Client(raise_request_exception=False).get("/health/ready/")
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "Something went wrong on our side" in page
    assert ("the text and the inputs are invented" in page) is is_demo


def _breaks(*args: Any, **how: Any) -> None:
    raise RuntimeError("the disk is full")


def test_the_next_draft_of_the_demo_splits_merges_and_moves() -> None:
    call_command("load_delegations", verbosity=0)
    seed_demo()
    first, second = Revision.objects.filter(draft__slug="plan").order_by("number")
    rows = concordance_of(first, second).rows
    became = {
        how: [
            ([s.label for s in r.earlier_paragraphs], [s.label for s in r.later_paragraphs])
            for r in rows
            if r.change == how
        ]
        for how in ("split", "merged", "dropped", "new")
    }
    assert became == {
        "split": [(["36"], ["36", "36 bis"])],
        "merged": [(["39", "41"], ["39"])],
        "dropped": [(["31"], [])],
        "new": [([], ["16 bis"])],
    }
    assert [row.later_paragraphs[0].label for row in rows if row.is_moved] == ["20"]
