"""The code of the last release works on the database of this one.

Its code comes out of git; what can be asked without git stands in `test_release_columns.py`.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client
from django.urls import reverse

from comments.models import Comment, Receipt
from delegations.models import User
from tests.environment import environment_of_test
from tests.migrations.safety import last_release
from tests.room import SLUG, Room, marker
from tests.visitor import Visitor
from tests.web_server import PROJECT, WebServer, web_server

pytestmark = pytest.mark.every_server

PASSWORD = "an older password"
WHO = "FRA focal_point"
RELEASE = last_release()


def _git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", *arguments], cwd=PROJECT, capture_output=True, check=False)


@pytest.fixture(scope="module")
def older_code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree of the last release, as git keeps it."""
    if _git("rev-parse", "--verify", f"{RELEASE.ref}^{{commit}}").returncode:
        pytest.skip(f"There is no git here that knows the last release, {RELEASE.ref}.")
    folder = tmp_path_factory.mktemp("release")
    packed = folder / "release.tar"
    tree = folder / "tree"
    tree.mkdir()
    assert _git("archive", "--output", str(packed), RELEASE.ref).returncode == 0
    subprocess.run(["tar", "-xf", str(packed), "-C", str(tree)], check=True)
    return tree


@pytest.fixture
def older(committed_room: Room, older_code: Path) -> Iterator[WebServer]:
    """Its web server, on a database that this release migrated and filled."""
    hashed = PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=1000)
    User.objects.filter(pk=committed_room.users[WHO].pk).update(password=hashed)
    with web_server({"DEMO": "1", "DEBUG": "1"}, workers=1, project=older_code) as server:
        yield server


def test_the_last_release_reads_drafts_and_submits_beside_this_one(
    committed_room: Room, older: WebServer
) -> None:
    room = committed_room
    wording = room.wording(room.revision, 3)
    person = Visitor(older.url).sign_in(room.users[WHO].email, PASSWORD)

    text = person.get(reverse("reading", args=[SLUG, "plan", room.revision.number]))
    assert text.status == 200 and wording.text in text.text
    assert marker("CPV submitted") in person.get(reverse("table", args=[SLUG])).text

    drafting = f"/wordings/{wording.public_id}/comments/"
    form = person.get(reverse("draft_comment", args=[SLUG, wording.public_id]))
    kept = person.send(form, drafting, kind="replace", proposed="To train all.", rationale="Old")
    assert kept.status == 200, kept.text[:500]
    draft = Comment.objects.get(rationale="Old")
    assert draft.submitted_at is None

    submitting = person.get(reverse("submit_comment", args=[SLUG, draft.public_id]))
    done = person.send(submitting, "/submit/")
    assert done.status == 200 and "/receipts/" in done.url, done.text[:500]
    draft.refresh_from_db()
    assert draft.submitted_at is not None and Receipt.objects.filter(comments=draft).exists()
    assert "Traceback" not in older.log.read_text()

    this_one = Client()
    this_one.force_login(User.objects.get(pk=room.users[WHO].pk))
    page = this_one.get(reverse("comment", args=[SLUG, draft.public_id]))
    assert page.status_code == 200 and "To train all." in page.content.decode()


def test_the_last_release_sends_what_is_due(committed_room: Room, older_code: Path) -> None:
    """Its worker goes on as well: what beat asks of it."""
    asked = """
import config, django
django.setup()
from django.utils import timezone
from comments.tasks import clear_expired_exports, clear_what_is_old, gather_due_digests
for task in (gather_due_digests, clear_what_is_old, clear_expired_exports):
    task()
print(config.__file__)
"""
    done = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=older_code,
        env=environment_of_test(DEMO="1", DEBUG="1"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(older_code / "config" / "__init__.py")
