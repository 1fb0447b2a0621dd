"""What is new since the last visit, by paragraph, within what the reader may see."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments.models import Seen
from comments.news.acts import mark_all_seen, mark_all_seen_at_first_visit, mark_paragraphs_seen
from comments.news.items import ids_by_source_of, new_items, read_fresh_items
from comments.news.unseen import Unseen, unseen, unseen_rows
from consultations.models import Round, Visibility
from consultations.timetable.acts import close_round
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import add_paragraph, edit_paragraph
from drafts.models import Paragraph, ParagraphKind
from tests.comments.digests.digest_mails import submit
from tests.room import ELSEWHERE, SLUG, Room

pytestmark = pytest.mark.every_server

READERS = ("CPV contributor", "FRA focal_point", "IOM deputy", "co_facilitator", "secretariat")


def unseen_by(room: Room, who: str, days: float = 0) -> Unseen:
    return unseen(room.access(who, days))


def new_inputs(room: Room, who: str, days: float = 0) -> set[int]:
    """The keys of the inputs that are new; as many as are counted."""
    arms = unseen_rows(room.access(who, days))
    keys = [row.row for arm in arms for row in arm if row.source == "comments"]
    assert len(keys) == unseen_by(room, who, days).count_of("comments")
    return set(keys)


def begin(room: Room, who: str, days: float) -> None:
    """This person was here for the first time so many days from now."""
    mark_all_seen_at_first_visit(access=room.access(who, days))


def test_who_comes_for_the_first_time_has_nothing_new(room: Room) -> None:
    assert unseen_by(room, "CPV deputy") == Unseen(None)


def test_what_was_said_since_the_first_visit_is_new_until_its_thread_is_looked_at(
    room: Room,
) -> None:
    begin(room, "CPV deputy", -9)
    second, third = (room.wording(room.revision, place).paragraph_id for place in (2, 3))

    before = unseen_by(room, "CPV deputy")
    told = new_inputs(room, "CPV deputy")
    assert {room.comments["FRA submitted"], room.comments["FRA successor"]} <= told
    assert before.count_by_paragraph_id[second] >= 2
    assert before.count_by_paragraph_id[third] >= 1

    mark_paragraphs_seen(access=room.access("CPV deputy"), paragraph_ids=[second])
    after = unseen_by(room, "CPV deputy", 0.1)
    assert second not in after.count_by_paragraph_id
    assert after.count_by_paragraph_id[third] == before.count_by_paragraph_id[third]

    later = submit(room, "FRA", "afterwards", 2, 0.2)
    again = unseen_by(room, "CPV deputy", 0.3)
    assert again.count_by_paragraph_id[second] == 1
    assert later.pk in new_inputs(room, "CPV deputy", 0.3)


def test_own_acts_and_drafts_are_no_news(room: Room) -> None:
    begin(room, "CPV deputy", -29)
    comments = new_inputs(room, "CPV deputy")
    own = {key for name, key in room.comments.items() if name.startswith("CPV")}
    unsent = {room.comments[f"FRA {state}"] for state in ("draft", "cleared", "discarded")}
    assert comments & (own | unsent) == set()


def test_one_person_sees_for_nobody_else_and_in_no_other_capacity(room: Room) -> None:
    for who in ("co_facilitator", "co_facilitator as PRT", "FRA deputy"):
        begin(room, who, -9)
    counts = {who: unseen_by(room, who).total for who in ("co_facilitator as PRT", "FRA deputy")}

    mark_all_seen(access=room.access("co_facilitator"), until=room.now)

    assert unseen_by(room, "co_facilitator").total == 0
    assert {who: unseen_by(room, who).total for who in counts} == counts


def test_all_is_seen_in_this_consultation_alone(room: Room) -> None:
    here, elsewhere = (room.access("CPV deputy", -9, slug) for slug in (SLUG, ELSEWHERE))
    assert here.capacity.key == elsewhere.capacity.key
    for access in (here, elsewhere):
        mark_all_seen_at_first_visit(access=access)

    mark_all_seen(access=room.access("CPV deputy"), until=room.now)

    marks = Seen.objects.filter(user=room.users["CPV deputy"], paragraph=None)
    assert dict(marks.values_list("consultation", "seen_at")) == {
        room.consultation.pk: room.now,
        room.elsewhere.pk: room.at(-9),
    }


def test_all_is_seen_up_to_the_moment_at_which_the_page_was_shown(room: Room) -> None:
    begin(room, "CPV deputy", -9)
    mark_paragraphs_seen(
        access=room.access("CPV deputy", -1),
        paragraph_ids=[room.wording(room.revision, 2).paragraph_id],
    )
    came_meanwhile = submit(room, "FRA", "meanwhile", 3, 0.1)

    mark_all_seen(access=room.access("CPV deputy", 0.2), until=room.now)

    assert new_inputs(room, "CPV deputy", 0.3) == {came_meanwhile.pk}
    assert Seen.objects.filter(user=room.users["CPV deputy"]).count() == 1
    # A moment to come marks nothing ahead.
    mark_all_seen(access=room.access("CPV deputy", 0.4), until=room.at(5))
    later = submit(room, "FRA", "later", 3, 0.5)
    assert new_inputs(room, "CPV deputy", 0.6) == {later.pk}


def test_a_paragraph_that_is_reworded_or_added_is_new(room: Room) -> None:
    begin(room, "CPV deputy", -9)
    leader = room.access("co_facilitator", 0.1)
    rows = Paragraph.objects.select_related("draft", "parent")
    kept, reworded = (
        rows.get(pk=room.wording(room.revision, place).paragraph_id) for place in (2, 3)
    )
    edit_paragraph(
        access=leader,
        paragraph=reworded,
        version=reworded.version,
        text="To train all officials.",
        kind=ParagraphKind.OPERATIVE,
        label=reworded.label,
        opening="",
        notes=[],
    )
    revision = circulate_revision(access=leader, draft=room.draft, stage="Rev.1", round=None)

    seen = unseen_by(room, "CPV deputy", 0.2)
    assert seen.reworded_at_by_paragraph_id is not None
    assert reworded.pk in seen.reworded_at_by_paragraph_id
    assert kept.pk not in seen.reworded_at_by_paragraph_id
    assert seen.new_revision_ids == (revision.pk,)
    # Who circulated it knows.
    begin(room, "co_facilitator", -9)
    assert not unseen_by(room, "co_facilitator", 0.2).reworded_at_by_paragraph_id

    mark_paragraphs_seen(access=room.access("CPV deputy", 0.3), paragraph_ids=[reworded.pk])
    assert reworded.pk not in (unseen_by(room, "CPV deputy", 0.4).reworded_at_by_paragraph_id or {})


@pytest.mark.parametrize("visibility", Visibility.values)
@pytest.mark.parametrize("days", [-9, -5.5, -3.5, -2.5, -0.5])
def test_the_moment_of_each_row_agrees_with_the_rules_asked_at_that_moment(
    room: Room, visibility: str, days: float
) -> None:
    """A row is readable from its moment on and not before, as `access` says at both."""
    Round.objects.update(visibility=visibility)
    close_round(access=room.access("co_facilitator", -1), round=room.round)
    for who in READERS:
        access = room.access(who)
        rows = read_fresh_items(access, room.at(-40))
        told = new_items(access, room.at(days))
        told.pop("revisions", None)
        assert (
            ids_by_source_of([row for row in rows if row.readable_from > room.at(days)]) == told
        ), who


def test_no_input_of_a_closed_room_is_ever_counted(room: Room) -> None:
    Round.objects.update(visibility=Visibility.FACILITATORS)
    begin(room, "IOM deputy", -29)
    begin(room, "staff", -29)
    assert unseen_by(room, "IOM deputy").counts_by_source == {}
    assert unseen_by(room, "staff").total > 0


def test_it_costs_the_same_for_ten_paragraphs_and_for_three_hundred(room: Room) -> None:
    begin(room, "CPV deputy", -9)
    mark_paragraphs_seen(
        access=room.access("CPV deputy", -8),
        paragraph_ids=[room.wording(room.revision, 2).paragraph_id],
    )
    costs = []
    for count in (10, 290):
        _grow(room, count)
        access = room.access("CPV deputy", 1)
        with CaptureQueriesContext(connection) as queries:
            seen = unseen(access)
        costs.append((len(queries), len(seen.reworded_at_by_paragraph_id or {})))
    assert [queries for queries, _paragraphs in costs] == [4, 4]
    assert [paragraphs for _queries, paragraphs in costs] == [11, 301]


def _grow(room: Room, count: int) -> None:
    leader = room.access("co_facilitator", 0.1)
    last = Paragraph.objects.filter(draft=room.draft, struck_at=None).order_by("place").last()
    for number in range(count):
        last = add_paragraph(
            access=leader,
            draft=room.draft,
            kind=ParagraphKind.OPERATIVE,
            text=f"To add {number}.",
            after=last,
        )
    leader = room.access("co_facilitator", 0.2)
    circulate_revision(access=leader, draft=room.draft, stage="Rev", round=None)


def test_the_first_moment_after_the_close_is_the_first_at_which_one_may_read(room: Room) -> None:
    Round.objects.update(visibility=Visibility.AT_CLOSE)
    close_round(access=room.access("co_facilitator", -1), round=room.round)
    row = next(
        row
        for row in read_fresh_items(room.access("FRA deputy"), room.at(-40))
        if row.pk == room.comments["CPV submitted"] and row.source == "comments"
    )
    assert row.readable_from == room.at(-1) + timedelta(microseconds=1)
