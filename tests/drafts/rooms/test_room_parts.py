"""Rooms that work on one text: each changes its own paragraphs only."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from consultations.models import Facilitation, RoomChair, RoomMember, WorkingRoom
from consultations.rooms.acts import begin_room, change_room, end_room
from consultations.rules.access import Refused
from drafts.brackets.acts import put_bracket
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import (
    add_paragraph,
    merge_paragraphs,
    move_paragraph,
    restore_paragraph,
    split_paragraph,
    strike_paragraph,
)
from drafts.desk.steps import redo_step, undo_step
from drafts.models import DeskStep, Paragraph, RoomPart, StateAct
from drafts.rooms.acts import assign_parts, end_part
from drafts.rooms.queries import room_by_paragraph_id
from drafts.states.acts import reopen_and_edit, set_state
from tests.drafts.desk.leading import desk_words
from tests.drafts.rooms.in_rooms import KEPT, TwoRooms, again, give, say

pytestmark = [pytest.mark.every_server, pytest.mark.django_db]


@pytest.fixture
def rooms() -> TwoRooms:
    return KEPT.laid_out()


def last_step(rooms: TwoRooms) -> DeskStep:
    return DeskStep.objects.filter(draft=rooms.draft).select_related("draft").latest("number")


def set_state_of(access: Any, row: Paragraph, state: str) -> StateAct:
    stored = Paragraph.objects.select_related("draft").get(pk=row.pk)
    return set_state(access=access, paragraph=stored, state=state, version=stored.version)


def merging(rooms: TwoRooms, access: Any) -> Any:
    rows = [rooms.row("Lend."), rooms.row("Owe.")]
    return merge_paragraphs(access=access, paragraphs=rows, text="Lend and owe.")


def bracketing(rooms: TwoRooms, access: Any) -> Any:
    row = rooms.row("Lend.")
    return put_bracket(access=access, paragraph=row, version=row.version, start=0, end=4)


def splitting(rooms: TwoRooms, access: Any) -> Any:
    return split_paragraph(access=access, paragraph=rooms.row("Lend."), texts=["Le", "nd."])


def moving(rooms: TwoRooms, access: Any) -> Any:
    return move_paragraph(
        access=access, paragraph=rooms.row("Lend."), after=rooms.row("On money"), parent=None
    )


def adding(rooms: TwoRooms, access: Any) -> Any:
    text, after = "Save.", rooms.row("Lend.")
    return add_paragraph(access=access, draft=rooms.draft, kind="operative", text=text, after=after)


ACTS: dict[str, Callable[[TwoRooms, Any], Any]] = {
    "edit": lambda rooms, access: say(access, rooms.row("Lend."), "Lend more."),
    "strike": lambda rooms, access: strike_paragraph(access=access, paragraph=rooms.row("Lend.")),
    "strike heading": lambda rooms, access: strike_paragraph(
        access=access, paragraph=rooms.row("On money")
    ),
    "move": moving,
    "split": splitting,
    "merge": merging,
    "brackets": bracketing,
    "add": adding,
    "state": lambda rooms, access: set_state_of(access, rooms.row("Lend."), "parked"),
}


@pytest.mark.parametrize("act", ACTS)
def test_the_chair_of_a_room_does_each_act_in_what_it_has(rooms: TwoRooms, act: str) -> None:
    before = desk_words(rooms.draft), StateAct.objects.count()
    ACTS[act](rooms, rooms.banker)
    assert (desk_words(rooms.draft), StateAct.objects.count()) != before


@pytest.mark.parametrize("who", ["leader", "staff", "trader"])
@pytest.mark.parametrize("act", ACTS)
def test_everybody_else_is_refused_with_the_name_of_the_room(
    rooms: TwoRooms, act: str, who: str
) -> None:
    access = rooms.trader if who == "trader" else getattr(rooms.leading, who)
    before = desk_words(rooms.draft), DeskStep.objects.count()
    with pytest.raises(ValidationError, match=r"is with Working group on finance\."):
        ACTS[act](rooms, access)
    assert (desk_words(rooms.draft), DeskStep.objects.count()) == before


def test_a_chair_changes_nothing_outside_and_the_plenary_does(rooms: TwoRooms) -> None:
    opening = rooms.row("Opening.")
    with pytest.raises(ValidationError, match="is with the plenary, not with your room"):
        say(rooms.banker, opening, "Begin.")
    with pytest.raises(ValidationError, match="is with the plenary, not with your room"):
        set_state_of(rooms.banker, opening, "parked")
    say(rooms.leading.leader, opening, "Begin.")
    say(rooms.leading.staff, rooms.row("Begin."), "We begin.")
    assert desk_words(rooms.draft)[0] == "We begin."


def test_a_paragraph_with_a_label_is_named_by_it(rooms: TwoRooms) -> None:
    circulate_revision(access=rooms.leading.leader, draft=rooms.draft, stage="First draft")
    with pytest.raises(ValidationError) as refused:
        say(rooms.leading.leader, rooms.row("Lend."), "Lend more.")
    assert refused.value.messages == ["Paragraph 3 is with Working group on finance."]


def test_a_step_of_a_room_is_undone_and_made_again_by_its_chair_alone(rooms: TwoRooms) -> None:
    say(rooms.banker, rooms.row("Lend."), "Lend more.")
    for other in (rooms.trader, rooms.leading.leader):
        with pytest.raises(ValidationError, match="is with Working group on finance"):
            undo_step(access=other, step=last_step(rooms))
    undo_step(access=rooms.banker, step=last_step(rooms))
    assert rooms.row("Lend.")
    with pytest.raises(ValidationError, match="is with Working group on finance"):
        redo_step(access=rooms.trader, step=last_step(rooms))
    redo_step(access=rooms.banker, step=last_step(rooms))
    assert rooms.row("Lend more.")


def test_nothing_is_moved_into_a_room_or_out_of_it(rooms: TwoRooms) -> None:
    with pytest.raises(ValidationError, match="is with Working group on trade"):
        move_paragraph(access=rooms.banker, paragraph=rooms.row("Lend."), after=rooms.row("Sell."))
    with pytest.raises(ValidationError, match="is with Working group on finance"):
        move_paragraph(
            access=rooms.leading.leader,
            paragraph=rooms.row("Opening."),
            after=rooms.row("Lend."),
        )
    with pytest.raises(ValidationError, match="is with the plenary"):
        move_paragraph(access=rooms.banker, paragraph=rooms.row("Lend."), after=None)


def test_a_heading_set_by_others_takes_no_paragraph_from_a_room(rooms: TwoRooms) -> None:
    with pytest.raises(ValidationError, match="is with Working group on finance"):
        add_paragraph(
            access=rooms.leading.leader,
            draft=rooms.draft,
            kind="heading",
            text="On debt",
            after=rooms.row("Lend."),
        )


def test_a_heading_that_the_chair_sets_is_the_rooms(rooms: TwoRooms) -> None:
    heading = add_paragraph(
        access=rooms.banker,
        draft=rooms.draft,
        kind="heading",
        text="On debt",
        after=rooms.row("Lend."),
    )
    assert RoomPart.objects.get(paragraph=heading).room_id == rooms.money.pk
    held = room_by_paragraph_id(rooms.banker, rooms.draft)
    assert held[rooms.row("Owe.").pk] == held[heading.pk] == rooms.money
    say(rooms.banker, rooms.row("Owe."), "Owe less.")


def test_a_paragraph_alone_is_had_with_what_it_is_split_into(rooms: TwoRooms) -> None:
    circulated = rooms.row("Opening.")
    give(rooms.leading, rooms.trade, circulated)
    split_paragraph(access=rooms.trader, paragraph=circulated, texts=["Open", "ing."])
    say(rooms.trader, rooms.row("ing."), "Going.")
    with pytest.raises(ValidationError, match="is with Working group on trade"):
        say(rooms.leading.leader, rooms.row("Going."), "Gone.")


def test_what_stands_nearest_says_whose_a_paragraph_is(rooms: TwoRooms) -> None:
    give(rooms.leading, rooms.trade, rooms.row("Owe."))
    say(rooms.trader, rooms.row("Owe."), "Owe less.")
    with pytest.raises(ValidationError, match="is with Working group on trade"):
        say(rooms.banker, rooms.row("Owe less."), "Owe more.")


def test_the_plenary_ends_it_first_and_then_acts(rooms: TwoRooms) -> None:
    part = RoomPart.objects.select_related("room", "paragraph__draft").get(room=rooms.money)
    with pytest.raises(Refused, match="As chair of a room"):
        end_part(access=rooms.banker, part=part)
    end_part(access=rooms.leading.leader, part=part)
    say(rooms.leading.leader, rooms.row("Lend."), "Lend more.")
    with pytest.raises(ValidationError, match="is with the plenary"):
        say(rooms.banker, rooms.row("Lend more."), "Lend.")


def test_a_time_that_is_over_gives_the_part_back(rooms: TwoRooms) -> None:
    opening, until = rooms.row("Opening."), rooms.leading.leader.moment + timedelta(hours=3)
    give(rooms.leading, rooms.money, opening, until=until)
    say(rooms.banker, opening, "Begin.")
    with pytest.raises(ValidationError, match="is with Working group on finance"):
        say(rooms.leading.leader, opening, "Start.")
    later = rooms.leading.later(1)
    say(later, opening, "Start.")
    assign_parts(access=later, room=rooms.trade, draft=rooms.draft, paragraphs=[opening])
    assert RoomPart.objects.get(paragraph=opening, room=rooms.money).ended_at == until


def test_no_two_rooms_have_one_paragraph(rooms: TwoRooms) -> None:
    with pytest.raises(ValidationError, match="is with Working group on finance"):
        give(rooms.leading, rooms.trade, rooms.row("On money"))


def test_a_room_that_ends_leaves_what_it_has_to_the_plenary(rooms: TwoRooms) -> None:
    end_room(access=rooms.leading.clerk, room=rooms.money)
    say(rooms.leading.staff, rooms.row("Lend."), "Lend more.")
    # Who chairs no room any more is on the staff like all others.
    say(again(rooms.banker), rooms.row("Opening."), "Begin.")


def test_a_co_facilitator_who_chairs_a_room_leads_for_all_too(rooms: TwoRooms) -> None:
    held = Facilitation.objects.get(user=rooms.leading.leader.user)
    change_room(access=rooms.leading.clerk, room=rooms.money, name="Finance", chairs=[held])
    leader = again(rooms.leading.leader)
    say(leader, rooms.row("Lend."), "Lend more.")
    say(leader, rooms.row("Opening."), "Begin.")
    with pytest.raises(ValidationError, match="is with Working group on trade"):
        say(leader, rooms.row("Sell."), "Sell more.")
    with pytest.raises(ValidationError, match="is with Finance"):
        say(again(rooms.banker), rooms.row("Lend more."), "Lend.")


# --- Agreed in the room, agreed in plenary --------------------------------------------------------


def test_a_paragraph_closes_in_the_room_and_then_in_plenary(rooms: TwoRooms) -> None:
    row, leader = rooms.row("Lend."), rooms.leading.leader
    with pytest.raises(ValidationError, match="is with Working group on finance"):
        set_state_of(leader, row, "plenary")
    with pytest.raises(ValidationError, match="is with Working group on finance"):
        set_state_of(leader, row, "room")
    assert set_state_of(rooms.banker, row, "room").text == "Lend."
    with pytest.raises(ValidationError, match="only the plenary"):
        set_state_of(rooms.banker, row, "plenary")
    set_state_of(leader, row, "plenary")
    with pytest.raises(ValidationError, match="Reopen it first"):
        say(rooms.banker, row, "Lend more.")
    for state in ("reopened", "parked", "room"):
        with pytest.raises(ValidationError, match="only the plenary"):
            set_state_of(rooms.banker, row, state)
    set_state_of(leader, row, "reopened")
    say(rooms.banker, row, "Lend more.")
    assert [act.state for act in StateAct.objects.filter(paragraph=row)] == [
        "room", "plenary", "reopened",
    ]  # fmt: skip


def test_what_the_room_agreed_it_reopens_itself(rooms: TwoRooms) -> None:
    row = rooms.row("Lend.")
    set_state_of(rooms.banker, row, "room")
    stored = Paragraph.objects.select_related("draft").get(pk=row.pk)
    words = {"text": "Lend more.", "kind": stored.kind, "label": stored.label}
    reopen_and_edit(access=rooms.banker, paragraph=stored, version=stored.version, **words)
    assert StateAct.objects.latest("pk").state == "reopened"


def test_without_a_room_nothing_is_agreed_in_one(rooms: TwoRooms) -> None:
    with pytest.raises(ValidationError, match="is with no room"):
        set_state_of(rooms.leading.leader, rooms.row("Opening."), "room")
    assert set_state_of(rooms.leading.leader, rooms.row("Opening."), "plenary").state == "plenary"


# --- The assembled text ---------------------------------------------------------------------------


def test_the_assembled_text_is_the_working_text_of_all_rooms(rooms: TwoRooms) -> None:
    say(rooms.banker, rooms.row("Lend."), "Lend more.")
    say(rooms.trader, rooms.row("Sell."), "Sell less.")
    revision = circulate_revision(
        access=rooms.leading.leader, draft=rooms.draft, stage="Assembled text, 14 May, 18.00"
    )
    assert [row.text for row in revision.wordings.order_by("place")] == desk_words(rooms.draft)
    assert revision.checksum
    # Rooms go on: they have what they had.
    say(rooms.banker, rooms.row("Lend more."), "Lend less.")


# --- Rooms themselves -----------------------------------------------------------------------------


def test_a_room_has_chairs_and_members_and_who_leaves_stays_in_the_record(
    rooms: TwoRooms,
) -> None:
    other = Facilitation.objects.get(user=rooms.trader.user)
    change_room(access=rooms.leading.leader, room=rooms.money, name="Finance", chairs=[other])
    chairs = RoomChair.objects.filter(room=rooms.money)
    assert [row.facilitation_id for row in chairs.filter(ended_at=None)] == [other.pk]
    assert chairs.count() == 2
    assert WorkingRoom.history.filter(id=rooms.money.pk).count() == 2
    assert not RoomMember.objects.exists()


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("name", {"name": " "}),
        ("name", {"name": "Working group on trade"}),
        ("chairs", {"chairs": []}),
        ("members", {"is_for_all": False}),
    ],
)
def test_what_is_wrong_in_a_room_is_said_at_its_field(
    rooms: TwoRooms, field: str, fields: dict[str, Any]
) -> None:
    chair = Facilitation.objects.get(user=rooms.trader.user)
    with pytest.raises(ValidationError) as refused:
        begin_room(access=rooms.leading.leader, **({"name": "Third", "chairs": [chair]} | fields))
    assert field in refused.value.message_dict


def test_what_was_deleted_is_restored_by_its_room(rooms: TwoRooms) -> None:
    row = strike_paragraph(access=rooms.banker, paragraph=rooms.row("Lend."))
    stored = Paragraph.objects.select_related("draft").get(pk=row.pk)
    with pytest.raises(ValidationError, match="is with Working group on finance"):
        restore_paragraph(access=rooms.leading.leader, paragraph=stored)
    restore_paragraph(access=rooms.banker, paragraph=stored)
