"""A form that was sent after the session had ended loses nothing, with or without scripts."""

import pytest
from django.test import Client
from django.urls import reverse

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
    assert "post:1" not in page


def test_a_form_older_than_a_sign_in_shows_its_words_too(room: Room) -> None:
    wording = room.wording(room.revision, 2)
    address = reverse("draft_comment", args=[SLUG, wording.public_id])
    answer = Client(enforce_csrf_checks=True).post(address, {"rationale": "Typed for an hour."})

    assert answer.status_code == 403
    assert "Typed for an hour." in answer.content.decode()
