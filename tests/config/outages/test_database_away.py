"""Without PostgreSQL the answer shows what was typed, and a button sends it again."""

import json
import time
from collections.abc import Iterator
from urllib.parse import urlencode
from urllib.request import Request

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from comments.models import Comment, Note
from consultations.keys.acts import make_token
from delegations.models import User
from tests.failing_servers import CuttableLine
from tests.room import SLUG, Room
from tests.visitor import Page, Visitor
from tests.web_server import WebServer, ask, platform

pytestmark = [pytest.mark.long, pytest.mark.every_server]

WHO = "FRA focal_point"
PASSWORD = "a long password"
WORDS = "\n  We ask for <more> & “better” words.\nالنص\n"


@pytest.fixture(scope="module")
def server(django_db_setup: None) -> Iterator[tuple[CuttableLine, WebServer]]:
    """One for all tests, with its line to the database: to start it takes longer than they do."""
    line = CuttableLine()
    with platform(DATABASE_URL=line.url, DATABASE_PATIENCE="2") as running:
        yield line, running
    line.cut()


@pytest.fixture
def line(server: tuple[CuttableLine, WebServer]) -> Iterator[CuttableLine]:
    """Whole at the beginning, whatever the test before did to it."""
    yield server[0]
    server[0].cut()
    server[0].mend()


@pytest.fixture
def web(committed_room: Room, server: tuple[CuttableLine, WebServer]) -> WebServer:
    hashed = PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=1000)
    User.objects.filter(pk=committed_room.users[WHO].pk).update(password=hashed)
    return server[1]


@pytest.fixture
def person(committed_room: Room, web: WebServer) -> Visitor:
    return Visitor(web.url).sign_in(committed_room.users[WHO].email, PASSWORD)


def notes_of(room: Room) -> str:
    return f"/consultations/{SLUG}/comments/{room.comment('FRA draft').public_id}/notes/"


def hidden_fields(page: Page) -> dict[str, str]:
    return {one.name: one.value for one in page.form("").xpath(".//input[@type='hidden']")}


# The first: of an outage a line is written, and none for a minute after it.
def test_words_that_were_sent_stand_in_the_answer_and_go_again(
    committed_room: Room, person: Visitor, line: CuttableLine, web: WebServer
) -> None:
    form = person.get(notes_of(committed_room))
    line.cut()
    away = person.send(form, "/notes/", text=WORDS)
    assert away.status == 503 and away.headers["Retry-After"] == "10"
    assert away.headers["Cache-Control"] == "no-store, private"
    again = away.form("/notes/")
    (area,) = again.xpath(".//textarea")
    assert (area.name, area.value.replace("\r\n", "\n")) == ("text", WORDS)
    assert "What you typed" in away.text
    still_away = person.send(away, "/notes/")
    assert still_away.status == 503
    line.mend()
    done = person.send(still_away, "/notes/")
    assert done.status == 200, done.text[:500]
    assert Note.objects.filter(text__contains="“better” words.\nالنص").count() == 1
    log = web.log.read_text()
    assert "Traceback" not in log
    assert log.count("PostgreSQL fails (OperationalError)") == 1


def test_a_server_that_is_stopped_is_waited_for_no_longer_than_is_said(
    committed_room: Room, person: Visitor, line: CuttableLine, web: WebServer
) -> None:
    form = person.get(notes_of(committed_room))
    line.stop()
    began = time.monotonic()
    away = person.send(form, "/notes/", text=WORDS)
    # Its patience, and five seconds for a new line; without an end it would be the test's own.
    assert away.status == 503 and time.monotonic() - began < 20
    line.go_on()
    done = person.send(away, "/notes/")
    assert done.status == 200, done.text[:500]
    assert Note.objects.filter(text__contains="“better” words.\nالنص").count() == 1
    assert "Traceback" not in web.log.read_text()


def test_a_page_that_was_only_read_offers_to_try_again(
    committed_room: Room, person: Visitor, line: CuttableLine
) -> None:
    line.cut()
    page = person.get(notes_of(committed_room))
    assert page.status == 503 and page.links(notes_of(committed_room)) == [page.url]
    line.mend()
    assert person.get(page.url).status == 200


def test_no_password_and_no_code_stands_in_the_answer(
    committed_room: Room, web: WebServer, line: CuttableLine
) -> None:
    visitor = Visitor(web.url)
    form = visitor.get("/account/login/")
    line.cut()
    email = committed_room.users[WHO].email
    page = visitor.send(form, "/account/login/", login=email, password=PASSWORD)
    assert page.status == 503
    assert PASSWORD not in page.content.decode()
    assert "Type them again on the next page" in page.text
    line.mend()
    back = visitor.send(page, "/account/login/")
    assert back.form("/account/login/").fields["login"] == email


def test_five_million_letters_come_back_whole(
    committed_room: Room, person: Visitor, line: CuttableLine
) -> None:
    form = person.get(notes_of(committed_room))
    line.cut()
    words = "All of it. " * 450_000
    page = person.send(form, "/notes/", text=words)
    assert page.status == 503
    assert page.form("/notes/").fields["text"] == words


def test_words_that_another_site_sent_are_not_offered_again(
    committed_room: Room, person: Visitor, line: CuttableLine
) -> None:
    person.get(notes_of(committed_room))
    line.cut()
    sent = urlencode({"text": "These are words of a stranger.", "csrfmiddlewaretoken": "x" * 64})
    url = f"{person.server}{notes_of(committed_room)}"
    page = person._open(Request(url, sent.encode(), {"Referer": url}))
    assert page.status in {403, 503}
    assert not [form for form in page.tree.forms if "notes" in (form.action or "")]


def test_a_file_is_chosen_again_and_the_rest_is_kept(
    committed_room: Room, person: Visitor, line: CuttableLine
) -> None:
    form = person.get(notes_of(committed_room))
    line.cut()
    shown = form.form("/notes/")
    shown.fields["text"] = "Kept beside a file."
    fields = shown.form_values()
    parts = [f'--b\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}' for n, v in fields]
    head = '--b\r\nContent-Disposition: form-data; name="file"; filename="words.txt"'
    parts += [f"{head}\r\nContent-Type: text/plain\r\n\r\nIn the file.\r\n--b--\r\n"]
    kind = {"Content-Type": "multipart/form-data; boundary=b", "Referer": form.url}
    page = person._open(Request(form.url, "\r\n".join(parts).encode(), kind))
    assert page.status == 503 and "Choose them again" in page.text
    assert page.form("/notes/").fields["text"] == "Kept beside a file."
    assert "In the file." not in page.text


def test_a_program_is_told_when_to_come_again(
    committed_room: Room, web: WebServer, line: CuttableLine
) -> None:
    key = make_token(actor=committed_room.access(WHO), name="A program")[1]
    head = {"Authorization": f"Token {key}", "Content-Type": "application/json"}
    base = f"{web.url}/api/v1/consultations/{SLUG}/comments/"
    submit = f"{base}{committed_room.comment('FRA draft').public_id}/submit/"
    line.cut()
    for answer in (ask(base, head), ask(submit, head, b"{}")):
        assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert json.loads(answer.content)["status"] == 503
    assert "Traceback" not in web.log.read_text()
    line.mend()
    assert ask(submit, head, b"{}").status == 200
    assert Comment.objects.get(pk=committed_room.comment("FRA draft").pk).submitted_at


def test_a_program_over_the_limit_is_told_the_limit_and_so_is_a_person(
    committed_room: Room, person: Visitor, web: WebServer
) -> None:
    key = make_token(actor=committed_room.access(WHO), name="A program")[1]
    head = {"Authorization": f"Token {key}", "Content-Type": "application/json"}
    url = f"{web.url}/api/v1/consultations/{SLUG}/comments/"
    answer = ask(url, head, b" " * (13 * 1024 * 1024))
    assert answer.status == 413 and b"more than 12 MB" in answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    form = person.get(notes_of(committed_room))
    page = person.send(form, "/notes/", text="word " * 2_700_000)
    assert page.status == 413 and "more than 12 MB" in page.text
    assert "What you typed is still there" in page.text
