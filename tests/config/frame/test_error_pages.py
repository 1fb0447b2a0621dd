"""Errors and unknown addresses: pages for people, problem JSON for programs."""

from typing import Any

import lxml.html
import pytest
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from tests.api_clients import address, with_key
from tests.room import SLUG, Room

WHO = "FRA focal_point"
WRONG = {"HTTP_AUTHORIZATION": "Token wrong"}

pytestmark = pytest.mark.django_db


def test_a_fault_of_ours_keeps_the_words_too(room: Room) -> None:
    notes = f"/consultations/{SLUG}/comments/{room.comment('FRA draft').public_id}/notes/"
    client = Client(raise_request_exception=False)
    client.force_login(room.users[WHO])
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE comments_note RENAME TO gone")
    sent = {"text": "Words that met a fault.", "capacity": room.capacities[WHO]}
    page = client.post(notes, sent)
    assert page.status_code == 500
    shown = lxml.html.document_fromstring(page.content)
    (form,) = [form for form in shown.forms if form.action == notes]
    assert form.fields["text"].strip() == "Words that met a fault."
    assert form.fields["capacity"] == room.capacities[WHO]
    [reference] = shown.xpath("//code")
    assert reference.text == page["X-Request-ID"]


def test_a_fault_under_the_api_is_problem_json(room: Room) -> None:
    client = with_key(room, WHO)
    client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE comments_reply RENAME TO gone")
    answer = client.get(address("comments"))
    assert answer.status_code == 500
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["title"] == "Internal Server Error"
    assert "Something went wrong on our side" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "how", "status"),
    [
        ("/api/v1/nowhere/", {}, 404),
        ("/api/nowhere", {}, 404),
        (address("comments"), WRONG, 401),
        (address("comments", slug="elsewhere"), {}, 404),
        (address("comments"), {"HTTP_HOST": "a name with spaces"}, 400),
        ("/api/v1/schema/", WRONG, 401),
    ],
)
def test_every_refusal_of_the_api_is_problem_json(
    room: Room, path: str, how: dict[str, Any], status: int
) -> None:
    client = APIClient() if how == WRONG else with_key(room, WHO)
    answer = client.get(path, **how)
    assert answer.status_code == status
    _is_problem(answer)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("{not json", "application/json", 400),
        ("a=b", "application/x-www-form-urlencoded", 415),
        ("--x", "multipart/form-data; boundary=x", 415),
        ("[]", "application/json", 400),
    ],
)
def test_what_cannot_be_read_is_problem_json(room: Room, body: str, kind: str, status: int) -> None:
    answer = with_key(room, WHO).post(address("comments"), body, content_type=kind)
    assert answer.status_code == status
    _is_problem(answer)


def test_a_method_that_is_not_taken_is_problem_json_and_says_which_are(room: Room) -> None:
    answer = with_key(room, WHO).delete(address("rounds"))
    assert answer.status_code == 405 and "GET" in answer["Allow"]
    _is_problem(answer)


def _is_problem(answer: Any) -> None:
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code and body["type"] == "about:blank"
    assert body["title"] and body["detail"]
    assert body["request_id"] == answer["X-Request-ID"]
