"""The event stream for those who follow a screen, on its own server, over real HTTP."""

import http.client
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from django.test import Client
from django.urls import reverse

from consultations.models import Meeting
from drafts.desk.acts import edit_paragraph
from drafts.models import Paragraph, Screen
from drafts.screen.acts import end_screen, show_on_screen
from tests.room import SLUG, Room, marker
from tests.web_server import WebServer, line_server

WORDS = f"Decides otherwise {marker('on-the-line')}."


@pytest.fixture
def server(committed_room: Room) -> Iterator[WebServer]:
    with line_server() as running:
        yield running


def row(room: Room) -> Paragraph:
    key = room.wording(room.revision, 2).paragraph_id
    return Paragraph.objects.select_related("draft").get(pk=key)


@contextmanager
def line_of(room: Room, server: WebServer, who: str) -> Iterator[http.client.HTTPResponse]:
    """An open line; what comes on it is read with `message`."""
    client = Client()
    client.force_login(room.users[who])
    session = client.session
    session["capacity"] = room.capacities[who]
    session.save()
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    address = reverse("screen_stream", args=[SLUG, room.meeting.public_id])
    headers = {"Cookie": cookies, "Accept": "text/event-stream", "Accept-Encoding": "gzip, br"}
    line.request("GET", address, headers=headers)
    with closing(line), line.getresponse() as answer:
        yield answer


def message(answer: http.client.HTTPResponse) -> str:
    """The next message on the line."""
    while True:
        line = answer.readline().decode()
        assert line, "the line was closed"
        if line.startswith("data: "):
            return line.removeprefix("data: ").strip()


@pytest.mark.django_db(transaction=True)
def test_a_change_is_told_and_nothing_of_it(committed_room: Room, server: WebServer) -> None:
    room, staff = committed_room, committed_room.access("staff")
    meeting = Meeting.objects.get(pk=room.meeting.pk)
    show_on_screen(access=staff, meeting=meeting, paragraph=row(room))
    with line_of(room, server, "FRA focal_point") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "text/event-stream"
        assert "Content-Encoding" not in answer.headers
        marks = [message(answer)]
        shown = row(room)
        kept = {"kind": shown.kind, "label": shown.label}
        edit_paragraph(access=staff, paragraph=shown, version=shown.version, text=WORDS, **kept)
        marks.append(message(answer))
        end_screen(access=staff, screen=Screen.objects.select_related("meeting").get())
        marks.append(message(answer))
    assert len(set(marks)) == 3
    assert marks[-1] == ""
    assert set("".join(marks)) <= set("0123456789.")


@pytest.mark.django_db(transaction=True)
def test_who_does_not_sit_there_has_no_line(committed_room: Room, server: WebServer) -> None:
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    line.request("GET", reverse("screen_stream", args=[SLUG, committed_room.meeting.public_id]))
    with closing(line), line.getresponse() as answer:
        assert answer.status == 302
        assert "/account/login/" in answer.headers["Location"]
