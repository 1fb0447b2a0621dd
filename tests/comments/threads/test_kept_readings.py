"""Prepared statements of the reading page give the same rows as fresh querysets."""

from collections import Counter

import pytest

from comments.inputs.queries import counts_by_paragraph, rounds_of_consultation
from comments.models import Comment
from comments.news.acts import mark_all_seen_at_first_visit
from comments.news.unseen import unseen_activity, unseen_rows
from comments.workspace.queries import CONDITION_BY_COUNT, counts_beside_texts
from consultations.models import Visibility
from consultations.rules.access import Access
from consultations.timetable.acts import close_round
from tests.consultations.rules.rules import CAPACITIES
from tests.room import Room, build_room

pytestmark = pytest.mark.every_server

MOMENTS = (-8, 0, 0.5, 40)


def readers(room: Room) -> list[Access]:
    """Everybody at several moments: before the round closes, and after."""
    close_round(access=room.access("co_facilitator", 0.3), round=room.round)
    return [room.access(who, days) for days in MOMENTS for who, _code in CAPACITIES]


@pytest.mark.parametrize("visibility", Visibility.values)
def test_counts_and_news_are_those_of_the_reader(db: None, visibility: str) -> None:
    room = build_room(visibility)
    for who, _code in CAPACITIES:
        mark_all_seen_at_first_visit(access=room.access(who, -9))
    told = 0
    for access in readers(room):
        rounds = rounds_of_consultation(access)
        standing = Comment.objects.visible_to(access).in_force()
        on = Counter(standing.values_list("paragraph_id", flat=True))
        assert counts_by_paragraph(access, rounds) == on

        rows = [row for arm in unseen_rows(access, rounds) for row in arm]
        inputs = [row.row for row in rows if row.source == "comments"]
        shown = {*inputs, *standing.values_list("pk", flat=True)}
        found = unseen_activity(access, rounds, shown)
        by_kind = Counter(row.source for row in rows)
        assert {kind: found.count_of(kind) for kind in found.counts_by_source} == by_kind
        assert found.new_input_ids == set(inputs)
        told += len(rows)
    assert told, "somebody had news"


def test_the_counts_of_the_own_work_are_those_of_the_reader(room: Room) -> None:
    seen = Counter[str]()
    for access in readers(room):
        if access.seat is None:
            continue
        own = Comment.objects.own_record(access).filter(discarded_at=None)
        expected = {name: own.filter(q).count() for name, q in CONDITION_BY_COUNT.items()}
        assert counts_beside_texts(access) == expected
        seen.update(expected)
    assert all(seen[name] for name in CONDITION_BY_COUNT), "each count was more than none"
