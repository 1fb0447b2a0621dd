"""The line of the frame on the round that is open: until when, and how long that is."""

import re

import pytest

from tests.consultations.people.people import KEPT, House, later, signed_in
from tests.consultations.timetable.rounds import a_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return KEPT.laid_out()


def test_the_frame_says_what_is_due(house: House) -> None:
    a_round(house, opens_at=house.access(house.co_facilitator).moment, deadline=later(days=3.5))
    page = signed_in(house.contributor).get(house.path("rounds/")).content.decode()
    sentence = r"Comments close \w+ \d+ \w+.*, \d\d:\d\d\sNew\sYork · 3 days left"
    assert re.search(rf'class="due" title="{sentence}"', page)
    assert re.search(r">Closes \w+ \d\d:\d\d<", page)


def test_the_frame_is_silent_where_no_round_is_open(house: House) -> None:
    a_round(house)
    page = signed_in(house.contributor).get(house.path("rounds/")).content.decode()
    assert 'class="due"' not in page
