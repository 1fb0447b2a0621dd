"""Numbers of forms and addresses: what is none of ours is no number, and never an error."""

import pytest
from django.test import Client
from django.urls import reverse

from consultations.web.forms import sent_number
from tests.room import SLUG, Room

ENDLESS = "9" * 5000  # Python itself makes no number of it


@pytest.mark.parametrize("text", [None, "", " ", "-1", "+1", "1.0", "²", "x", "9" * 10, ENDLESS])
def test_what_is_no_number_of_ours_is_none(text: str | None) -> None:
    assert sent_number(text) is None


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("7", 7), ("007", 7), ("9" * 9, 10**9 - 1)])
def test_digits_are_a_number(text: str, number: int) -> None:
    assert sent_number(text) == number


@pytest.mark.parametrize(
    ("name", "args", "parameter", "status"),
    [
        ("concordance", ["plan", 2], "since", 404),
        ("text_file", ["plan", 2, "docx"], "since", 404),
        ("reading", ["plan", 2], "page", 200),
        ("rolling", ["plan", 2], "part", 200),
        ("search", [], "q=add&page", 200),
        ("desk_now", ["plan"], "seen", 200),
    ],
)
def test_a_page_answers_an_endless_number(
    room: Room, client: Client, name: str, args: list[object], parameter: str, status: int
) -> None:
    client.force_login(room.users["staff"])
    url = reverse(name, args=[SLUG, *args])
    assert client.get(f"{url}?{parameter}={ENDLESS}").status_code == status
