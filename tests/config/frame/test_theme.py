"""Light and dark theme: as the device, unless chosen otherwise in this browser."""

import re

import pytest
from django.test import Client

from tests.room import Room


def html_of(client: Client) -> str:
    found = re.search(r"<html[^>]*>", client.get("/account/login/").content.decode())
    assert found is not None
    return found[0]


@pytest.mark.parametrize(
    ("chosen", "shown"), [("dark", 'data-theme="dark"'), ("light", 'data-theme="light"')]
)
def test_a_theme_is_chosen_and_goes_with_the_device_again(
    room: Room, chosen: str, shown: str
) -> None:
    client = Client()
    assert "data-theme" not in html_of(client)
    answer = client.post("/theme/", {"theme": chosen, "next": "/account/login/"})
    assert answer.headers["Location"] == "/account/login/"
    assert shown in html_of(client)
    page = client.get("/account/login/").content.decode()
    assert f'<option value="{chosen}" selected>' in page
    client.post("/theme/", {"theme": "", "next": "/account/login/"})
    assert "data-theme" not in html_of(client)


def test_an_unknown_theme_is_not_kept_and_no_page_of_others_is_led_to(room: Room) -> None:
    client = Client()
    answer = client.post("/theme/", {"theme": 'x" onload="', "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"
    assert "data-theme" not in html_of(client)
    client.cookies["theme"] = "purple"
    assert "data-theme" not in html_of(client)


def test_a_theme_is_set_by_a_form_alone(room: Room) -> None:
    assert Client().get("/theme/").status_code == 302
