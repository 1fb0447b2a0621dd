"""As whom one acts, at the top of each page, also of those that ask for no capacity."""

import pytest
from django.test import Client

from tests.comments.reading.test_pages import Person
from tests.conftest import lazy_loads_allowed
from tests.room import Room


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/account/email/", "/nowhere/", "/help/", "/keys/"])
def test_a_page_outside_any_consultation_says_as_whom_one_acts(room: Room, path: str) -> None:
    person = Person(room, "FRA focal_point")
    with lazy_loads_allowed():
        shown = person.client.get(path).content.decode()
        signed_out = Client().get(path, follow=True).content.decode()
    assert '<bdi class="capacity__name">France</bdi>' in shown
    assert '<bdi class="capacity__role">focal point</bdi>' in shown
    assert "capacity__name" not in signed_out
