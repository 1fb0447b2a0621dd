"""What is new: the number in the frame is what the front page tells, whoever looks and when."""

import pytest

from comments.reading.front import count_new, news_of, note_look
from consultations.models import Visibility
from tests.room import build_room

READERS = ("FRA focal_point", "IOM contributor", "co_facilitator")


@pytest.mark.parametrize("visibility", Visibility.values)
def test_the_frame_counts_what_the_front_page_tells(db: None, visibility: str) -> None:
    room = build_room(visibility)
    told = set()
    for who in READERS:
        assert count_new(room.access(who)) == 0, "nothing is new to who never looked"
        for looked, now in ((-15, 0), (-7, 0), (-1, 0), (-7, 11), (0, 11), (10.5, 11)):
            note_look(room.access(who, looked))
            reader = room.access(who, now)
            assert count_new(reader) == news_of(reader).inputs
            told.add(count_new(reader))
    assert len(told) > 1


def test_no_more_is_counted_than_asked(db: None) -> None:
    room = build_room(Visibility.AT_ONCE)
    note_look(room.access("co_facilitator", -15))
    assert count_new(room.access("co_facilitator"), most=2) == 2
