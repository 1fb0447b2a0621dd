"""Expensive pages are limited: a number of requests by one person in a minute."""

from typing import Any
from uuid import uuid4

import pytest
import time_machine

from tests.comments.reading.test_pages import Person, page
from tests.room import Room

pytestmark = [pytest.mark.every_server, pytest.mark.usefixtures("own_cache")]


@pytest.mark.parametrize(
    ("what", "name", "args"),
    [
        ("search", "search", ()),
        ("paper", "text_file", ("plan", 2, "txt")),
        ("paper", "kit_file", ("plan", 2, "xlsx")),
        ("paper", "table_file", ("csv",)),
        ("paper", "rolling_file", ("plan", 2, "docx")),
        ("paper", "brief_file", ()),
        ("paper", "receipt_file", (uuid4(), "pdf")),
    ],
)
def test_a_page_that_costs_something_says_when_to_try_again(
    room: Room, settings: Any, what: str, name: str, args: tuple[Any, ...]
) -> None:
    settings.MAX_REQUESTS_A_MINUTE = settings.MAX_REQUESTS_A_MINUTE | {what: 1}
    person, other = Person(room, "FRA focal_point"), Person(room, "CPV focal_point")
    with time_machine.travel(room.now.replace(second=17), tick=False):
        assert person.get(name, *args).status_code in {200, 302, 404, 422}
        again = person.get(name, *args)
        assert (again.status_code, again["Retry-After"]) == (429, "43")
        assert "Try again in 43 seconds." in page(again)
        assert other.get(name, *args).status_code != 429


@pytest.mark.parametrize(
    ("name", "args"),
    [("import_file", ("plan",)), ("translations", ("plan", 2)), ("check_copy", ("plan", 2))],
)
def test_a_file_that_is_sent_too_soon_is_not_read_and_the_words_stay(
    room: Room, settings: Any, name: str, args: tuple[Any, ...]
) -> None:
    settings.MAX_REQUESTS_A_MINUTE = settings.MAX_REQUESTS_A_MINUTE | {"upload": 0}
    person = Person(room, "co_facilitator")
    answer = person.post(name, *args, pasted="To begin with.")
    assert answer.status_code == 429 and "To begin with." in page(answer)
    assert person.get(name, *args).status_code == 200
