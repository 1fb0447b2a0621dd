"""What is new to a reader: counted alike in the frame, on the front page and on its own page."""

import re
from typing import Any

import pytest

from comments.drafting.acts import draft_comment
from comments.inputs.content import CommentContent
from comments.news.acts import mark_all_seen_at_first_visit, mark_paragraphs_seen
from comments.news.unseen import count_new_inputs, unseen, unseen_rows
from consultations.models import Visibility
from drafts.models import Wording
from tests.comments.reading.test_pages import Person, page
from tests.room import Room, build_room, words

READERS = ("FRA focal_point", "IOM contributor", "co_facilitator")


@pytest.fixture
def first(room: Room) -> Wording:
    """The first operative paragraph of the first draft."""
    return room.wording(room.revision, 2)


@pytest.mark.parametrize("visibility", Visibility.values)
def test_the_frame_counts_the_inputs_that_are_new_to_this_reader(db: None, visibility: str) -> None:
    room = build_room(visibility)
    told = set()
    for who in READERS:
        assert count_new_inputs(room.access(who)) == 0, "nothing is new to who never looked"
        mark_all_seen_at_first_visit(access=room.access(who, -15))
        for now in (-7, -1, 0, 11):
            reader = room.access(who, now)
            assert count_new_inputs(reader) == unseen(reader).count_of("comments")
            told.add(count_new_inputs(reader))
    assert len(told) > 1


def test_every_page_shows_the_same_number_and_a_thread_that_was_read_takes_its_share(
    db: None,
) -> None:
    room = build_room(Visibility.AT_ONCE)
    mark_all_seen_at_first_visit(access=room.access("FRA deputy", -15))
    person = Person(room, "FRA deputy")
    pages: list[tuple[Any, ...]] = [
        ("consultation",),
        ("new",),
        ("reading", "plan", 2),
        ("workspace",),
    ]
    numbers = {_number(page(person.get(*where))) for where in pages}
    assert numbers == {count_new_inputs(room.access("FRA deputy"))}

    second = room.wording(room.revision, 2).paragraph_id
    here = [row for arm in unseen_rows(room.access("FRA deputy")) for row in arm]
    mark_paragraphs_seen(access=room.access("FRA deputy"), paragraph_ids=[second])
    left = {row.row for row in here if row.source == "comments" and row.paragraph_id != second}
    assert 0 < len(left) < len(here)
    assert _number(page(person.get("workspace"))) == len(left)


def test_the_front_page_counts_what_is_new_until_its_thread_was_read(
    room: Room, first: Wording
) -> None:
    reader = Person(room, "CIV focal_point")
    for _look in range(2):
        assert "New to you" not in page(reader.get("consultation"))
    comment = draft_comment(
        access=room.access("FRA contributor"), wording=first, content=CommentContent(**words("new"))
    )
    assert "New to you" not in page(reader.get("consultation"))
    Person(room, "FRA focal_point").post(
        "submit_comment", comment.public_id, comment=f"{comment.public_id}:{comment.version}"
    )
    assert "New to you: 1 input" in page(reader.get("consultation"))
    reader.get("reading", "plan", 2, open=first.paragraph.public_id)
    assert "New to you" not in page(reader.get("consultation"))


def _number(shown: str) -> int:
    found = re.search(r'class="frame__new"[^>]*>(\d+) new<', shown)
    return int(found[1]) if found else 0
