"""The facilitators' queue of inputs: counts, filters, sections, and the link to a paragraph."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments.answers.acts import review
from comments.drafting.acts import draft_comment
from comments.inputs.addresses import get_comment
from comments.inputs.content import CommentContent
from comments.inputs.queries import unanswered_inputs
from comments.models import Comment, CommentKind, Review, ReviewFlag
from comments.review.acts import save_review_task, set_parked
from comments.review.queries import (
    ANSWERED,
    NOBODY,
    OPEN,
    UNANSWERED,
    QueueFilter,
    progress_by_text,
    queue_of,
    read_latest_wordings,
)
from comments.submitting.acts import submit_comment
from drafts.models import Wording
from tests.comments.incorporating.test_incorporating_pages import client
from tests.comments.reading.test_pages import Person, page
from tests.room import SLUG, Room, circulate_twin, words


@pytest.fixture
def first(room: Room) -> Wording:
    """The first operative paragraph of the first draft."""
    return room.wording(room.revision, 2)


def total(room: Room, who: str = "staff", **chosen: Any) -> int:
    return sum(
        row.input_count for row in queue_of(room.access(who), QueueFilter(**chosen)).paragraphs
    )


def unanswered(room: Room, **chosen: Any) -> int:
    staff = room.access("staff")
    rows = queue_of(staff, QueueFilter(**chosen)).page("1").object_list
    return sum(row.unanswered_count for row in rows)


@pytest.fixture
def all_open(room: Room) -> Room:
    Review.objects.filter(published_at=None).update(replaced_at=room.now)
    return room


def in_force(room: Room, **more: Any) -> int:
    return Comment.objects.visible_to(room.access("staff")).in_force().filter(**more).count()


def test_nothing_chosen_is_everything(room: Room) -> None:
    assert total(room) == in_force(room) > 3


def test_it_is_narrowed_by_what_an_input_is(room: Room) -> None:
    comment = room.comment("CPV submitted")
    assert total(room, delegation=comment.seat.public_id) == in_force(room, seat=comment.seat)
    assert total(room, kind=CommentKind.REPLACE) == in_force(room, kind="replace")
    assert total(room, round=comment.round.public_id) == in_force(room, round=comment.round)
    assert total(room, is_late=True) == in_force(room, is_late=True) > 0
    tomorrow = (room.now + timedelta(days=1)).date()
    assert total(room, since=tomorrow) == 0
    assert total(room, since=(room.now - timedelta(days=400)).date()) == total(room)
    assert total(room, kind=CommentKind.DELETE) == in_force(room, kind="delete") == 0


def test_it_is_narrowed_by_how_far_the_facilitators_came(all_open: Room) -> None:
    room = all_open
    staff = room.access("staff")
    related = "round", "consultation", "paragraph__draft"
    early, late = unanswered_inputs(staff).select_related(*related).order_by("pk")[:2]
    before = total(room, state=OPEN)
    answered = total(room, state=ANSWERED)
    review(access=staff, comment=early, disposition="noted")
    assert (total(room, state=OPEN), total(room, state=ANSWERED)) == (before - 1, answered + 1)
    assert unanswered(room, state=ANSWERED) == 0
    set_parked(access=staff, comment=late, is_parked=True)
    assert total(room, state=OPEN) == before - 2
    assert total(room, flag=ReviewFlag.PARKED) == 1


def test_it_is_narrowed_by_who_answers(room: Room) -> None:
    leader = room.users["co_facilitator"]
    save_review_task(
        access=room.access("staff"), comment=room.comment("CPV submitted"), assigned_to=leader
    )
    assert total(room, assigned=str(leader.public_id)) == 1
    assert total(room, assigned=NOBODY) == total(room) - 1
    # The secretariat keeps and reads none of it: nothing can be found out by asking.
    assert total(room, "secretariat", assigned=str(leader.public_id)) == 0
    assert total(room, "secretariat", assigned=NOBODY) == total(room)


def test_a_group_is_itself_and_its_members_of_the_day(room: Room) -> None:
    groups = {seat.pk: seat for seat in room.access("CPV focal_point").group_room_seats}
    [group] = groups.values()
    own = in_force(room, seat=group)
    member = in_force(room, seat=room.comment("CPV submitted").seat)
    assert total(room, group=group.public_id) >= own + member > own


def test_the_sections_lead_to_what_waits_in_them(room: Room) -> None:
    staff = room.access("staff")
    queue = queue_of(staff)
    assert sum(section.input_count for section in queue.sections) <= total(room)
    for section in queue.sections:
        chosen = QueueFilter(text=section.draft_slug, section=section.heading_public_id)
        assert (
            sum(row.input_count for row in queue_of(staff, chosen).paragraphs)
            == section.input_count
        )


def test_the_paragraphs_of_two_texts_at_one_place_are_not_mixed(room: Room) -> None:
    circulate_twin(room)
    slugs = [wording.draft_slug for wording in read_latest_wordings(room.access("staff"))]
    assert slugs == ["plan"] * 4 + ["twin"] * 4


def test_what_is_chosen_stands_in_the_address_and_a_label_leads_to_its_paragraph(
    room: Room,
) -> None:
    person = client(room, "staff")
    url = f"/consultations/{SLUG}/review/"
    shown = page(person.get(url, {"state": OPEN, "kind": "delete"}))
    assert "Show all" in shown and "state=open&kind=delete&text=" in shown
    comment = room.comment("CPV submitted")
    label = queue_of(room.access("staff")).paragraphs[0]
    assert label.input_count
    went = person.get(url, {"label": "OP1"})
    assert went.status_code == 302 and "/review/" in went["Location"]
    assert "No paragraph is called “999”." in page(person.get(url, {"label": "999"}))
    assert comment.number


def test_a_choice_that_is_not_understood_is_said_and_narrows_nothing(room: Room) -> None:
    shown = client(room, "staff").get(
        f"/consultations/{SLUG}/review/", {"since": "soon", "kind": "no such"}
    )
    assert shown.status_code == 200
    assert "Enter a valid date." in page(shown)


def test_the_secretariat_is_offered_no_filter_of_what_it_may_not_read(room: Room) -> None:
    shown = page(client(room, "secretariat").get(f"/consultations/{SLUG}/review/"))
    assert 'name="kind"' in shown
    assert 'name="assigned"' not in shown and 'name="flag"' not in shown


def test_the_meter_says_how_many_of_each_text_are_open(all_open: Room) -> None:
    """Parked ones count as open; withdrawn inputs count nowhere."""
    room = all_open
    staff = room.access("staff")
    number, open_ = in_force(room), unanswered_inputs(staff).count()
    assert [tuple(row) for row in progress_by_text(staff)] == [("plan", "The plan", number, open_)]
    related = "round", "consultation", "paragraph__draft"
    first, second = unanswered_inputs(staff).select_related(*related).order_by("pk")[:2]
    set_parked(access=staff, comment=first, is_parked=True)
    review(access=staff, comment=second, disposition="noted")
    (row,) = progress_by_text(staff)
    assert (row.unanswered_count, row.answered_count) == (open_ - 1, number - open_ + 1)
    shown = page(client(room, "staff").get(f"/consultations/{SLUG}/review/"))
    assert f"{number - open_ + 1} of {number} answered" in shown
    assert f"{open_ - 1} unanswered" in shown
    assert "?text=plan&state=unanswered" in shown
    assert total(room, state=UNANSWERED) == open_ - 1 == total(room, state=OPEN) + 1


def test_the_queue_and_the_desk_count_alike(all_open: Room) -> None:
    staff = all_open.access("staff")
    assert queue_of(staff).progress == progress_by_text(staff)


def test_the_list_of_what_has_no_answer_is_a_file_for_those_who_lead(all_open: Room) -> None:
    room = all_open
    open_inputs = unanswered_inputs(room.access("staff")).select_related("seat").order_by("pk")
    replied, answered = (
        get_comment(room.access("staff"), row.public_id) for row in open_inputs[:2]
    )
    save_review_task(
        access=room.access("staff"),
        comment=replied,
        assigned_to=room.users["co_facilitator"],
        flags=["legal_check"],
        note="We ask the lawyers.",
    )
    review(access=room.access("staff"), comment=answered, disposition="noted", observation="Seen.")
    file = Person(room, "staff").get("unanswered_file").content.decode()
    assert f'"{replied.reference}"' in file and '"legal check"' in file
    assert f'"{answered.reference}"' not in file
    assert "We ask the lawyers." not in file
    theirs = Person(room, "secretariat").get("unanswered_file").content.decode()
    assert f'"{replied.reference}"' in theirs and '"legal check"' not in theirs
    narrowed = Person(room, "staff").get("unanswered_file", delegation=replied.seat.public_id)
    assert {row.partition("-")[0] for row in page(narrowed).splitlines()[1:]} == {
        f'"{replied.seat.code}'
    }
    assert Person(room, "FRA focal_point").get("unanswered_file").status_code == 403


def test_the_queue_counts_what_is_unanswered(room: Room) -> None:
    shown = page(Person(room, "staff").get("review_queue"))
    assert "1 of 1 unanswered" in shown  # the group's input
    assert shown.count("2 inputs, all answered") == 3
    assert Person(room, "FRA focal_point").get("review_queue").status_code == 403


def test_the_queue_costs_the_same_queries_with_few_inputs_and_with_many(
    room: Room, first: Wording
) -> None:
    person = Person(room, "staff")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert person.get("review_queue").status_code == 200
        return len(captured)

    queries()  # the first request in five minutes also notes that they were here
    few = queries()
    for number in range(30):
        comment = draft_comment(
            access=room.access("CPV contributor", -5),
            wording=first,
            content=CommentContent(**words(f"CPV {number}")),
        )
        submit_comment(access=room.access("CPV focal_point", -4), comment=comment)
    assert queries() == few <= 12
    assert "30 of 32 unanswered" in page(person.get("review_queue"))
