"""A form sent after the session ended keeps its words, with and without scripts."""

from typing import Any

import lxml.html
import pytest
from django.test import Client
from django.urls import reverse

from comments.models import Comment
from tests.room import SLUG, Room

pytestmark = pytest.mark.django_db


def test_words_sent_after_the_session_ended_are_shown_again(room: Room) -> None:
    wording = room.wording(room.revision, 2)
    address = reverse("draft_comment", args=[SLUG, wording.public_id])
    here = f"http://testserver/consultations/{SLUG}/plan/?open=1"
    sent = {"kind": "comment", "rationale": "Typed for an hour.", "capacity": "post:1"}
    answer = Client(headers={"referer": here}).post(address, sent)

    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Typed for an hour." in page
    assert f"{reverse('account_login')}?next=%2Fconsultations%2F{SLUG}%2Fplan%2F%3Fopen%3D1" in page
    assert ">post:1<" not in page


def test_passwords_and_codes_are_not_sent_back(room: Room) -> None:
    secrets = {"password": "Fjord-and-lamp", "new_password1": "Lamp-and-fjord", "code": "271828"}
    answer = Client().post(reverse("keys"), {"name": "Laptop of the mission", **secrets})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Laptop of the mission" in page
    assert [secret for secret in secrets.values() if secret in page] == []
    assert "Passwords and codes are not kept here." in page


def test_a_form_older_than_a_sign_in_shows_its_words_too(room: Room) -> None:
    wording = room.wording(room.revision, 2)
    address = reverse("draft_comment", args=[SLUG, wording.public_id])
    answer = Client(enforce_csrf_checks=True).post(address, {"rationale": "Typed for an hour."})

    assert answer.status_code == 403
    assert "Typed for an hour." in answer.content.decode()


def test_no_browser_keeps_what_is_shown_to_who_is_signed_out(room: Room) -> None:
    for address in ("/keys/", "/mail/", f"/consultations/{SLUG}/calendar/"):
        answer = Client().post(address, {"name": "Laptop"})
        assert answer.status_code == 403
        assert "no-store" in answer.headers.get("Cache-Control", ""), address


WHO = "FRA contributor"


def typed_form(room: Room) -> tuple[str, dict[str, Any]]:
    """Where a draft is sent, and what is typed into it."""
    wording = room.wording(room.revision, 2)
    fields = {
        "kind": "comment",
        "type": "substantive",
        "language": "en",
        "rationale": "Typed for an hour.",
        "form_key": "7b0f8b3e-5a41-4d2c-9a55-0d3f5c1d9b11",
        "capacity": room.capacities[WHO],
    }
    return reverse("draft_comment", args=[SLUG, wording.public_id]), fields


def sent_again(page: str, address: str) -> dict[str, Any]:
    """The fields of the form that sends it once more."""
    shown = lxml.html.document_fromstring(page)
    [form] = [form for form in shown.forms if form.action == address]
    assert [button.text_content() for button in form.iter("button")] == ["Continue"]
    return {name: value.lstrip("\n") for name, value in form.fields.items() if value is not None}


def test_after_a_new_sign_in_one_button_sends_what_was_typed(room: Room) -> None:
    address, fields = typed_form(room)
    client = Client()
    again = sent_again(client.post(address, fields).content.decode(), address)
    client.force_login(room.users[WHO])
    assert client.post(address, again).status_code == 302
    assert Comment.objects.filter(rationale="Typed for an hour.", author=room.users[WHO]).exists()


def test_a_form_with_the_token_of_an_earlier_sign_in_is_sent_by_one_button(room: Room) -> None:
    address, fields = typed_form(room)
    client = Client(enforce_csrf_checks=True, headers={"origin": "http://testserver"})
    client.force_login(room.users[WHO])
    answer = client.post(address, fields | {"csrfmiddlewaretoken": "x" * 64})
    assert answer.status_code == 403
    again = sent_again(answer.content.decode(), address)
    assert client.post(address, again).status_code == 302
    assert Comment.objects.filter(rationale="Typed for an hour.", author=room.users[WHO]).exists()


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null"])
def test_what_another_site_sent_gets_no_button_that_sends_it(room: Room, origin: str) -> None:
    address, fields = typed_form(room)
    client = Client(enforce_csrf_checks=True, headers={"origin": origin})
    client.force_login(room.users[WHO])
    page = client.post(address, fields).content.decode()
    assert f'action="{address}"' not in page and "Go back, reload the page" in page
