"""After the last text is adopted the record is read and exported, and changes no more."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from comments.answers.acts import reply
from comments.circulating.acts import adopt_and_announce
from comments.drafting.acts import draft_comment
from comments.inputs.content import CommentContent
from comments.review.open_inputs import open_inputs
from comments.submitting.acts import submit_comment, withdraw_comment
from consultations.founding.acts import close_record, edit_consultation
from consultations.models import Meeting, Seat
from consultations.rules.access import Act, Refused
from consultations.seats.acts import edit_seat, end_seat, seat_all
from consultations.timetable.acts import cancel_meeting, create_meeting, move_meeting
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import add_paragraph
from tests.comments.reading.test_pages import Person, page
from tests.room import Room

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("is_read_before", [False, True])
def test_a_closed_record_changes_no_more(room: Room, is_read_before: bool) -> None:
    """Whether the act read the consultation before somebody closed its record, or after."""
    before = room.access("secretariat")
    close_record(access=room.access("secretariat"))
    closed = before if is_read_before else room.access("secretariat")
    assert (closed.consultation.closed_at is None) == is_read_before
    seats = Seat.objects.select_related("delegation").filter(consultation=room.consultation)
    seat = seats.get(code="FRA")
    meeting = Meeting.objects.select_related("consultation").get(pk=room.meeting.pk)
    later = room.meeting.starts_at + timedelta(days=1)
    for change in (
        lambda: edit_consultation(access=closed, title="Another"),
        lambda: edit_seat(access=closed, seat=seat, name="Gaul", status=seat.status),
        lambda: end_seat(access=closed, seat=seat),
        lambda: seat_all(access=closed, delegations=[seat.delegation]),
        lambda: create_meeting(access=closed, title="Another", starts_at=later),
        lambda: move_meeting(access=closed, meeting=meeting, starts_at=later, place=""),
        lambda: cancel_meeting(access=closed, meeting=meeting),
    ):
        with pytest.raises(ValidationError, match="record of this consultation is closed"):
            change()


def adopted(room: Room) -> None:
    """The one circulated text is adopted at its meeting, and so the record closes."""
    meeting = Meeting.objects.get(pk=room.meeting.pk)
    leader = room.access("co_facilitator")
    seen = open_inputs(leader, room.draft).mark
    adopt_and_announce(access=leader, draft=room.draft, meeting=meeting, confirmed_mark=seen)


def test_with_the_last_text_adopted_no_delegation_changes_anything(room: Room) -> None:
    adopted(room)
    deputy, focal = room.access("CPV deputy"), room.access("CPV focal_point")
    wording = room.wording(room.revision, 2)
    comment = room.comment("CPV submitted")
    for change in (
        lambda: draft_comment(
            access=deputy, wording=wording, content=CommentContent(kind="reserve")
        ),
        lambda: submit_comment(access=focal, comment=room.comment("CPV cleared")),
        lambda: withdraw_comment(access=focal, comment=comment, reason="Met."),
        lambda: reply(access=focal, comment=comment, text="Thanks."),
    ):
        with pytest.raises((Refused, ValidationError), match=r"adopted|record of this"):
            change()


def test_the_front_page_calls_no_round_open_once_the_record_is_closed(room: Room) -> None:
    front = " ".join(page(Person(room, "CPV deputy").get("consultation")).split())
    assert "open until" in front
    adopted(room)
    closed = " ".join(page(Person(room, "CPV deputy").get("consultation")).split())
    assert "open until" not in closed and "late inputs are marked" not in closed


def test_an_adopted_text_beside_an_open_one_takes_nothing_either(room: Room) -> None:
    """The record is open still, since another text is under negotiation."""
    leader = room.access("co_facilitator")
    add_paragraph(
        access=leader, draft=room.unsent_draft, kind="operative", text="To adopt.", after=None
    )
    circulate_revision(access=leader, draft=room.unsent_draft, stage="First draft")
    adopted(room)
    focal = room.access("CPV focal_point")
    assert focal.consultation.closed_at is None
    wording = room.wording(room.revision, 2)
    with pytest.raises(ValidationError, match="It no longer accepts inputs"):
        draft_comment(access=focal, wording=wording, content=CommentContent(kind="reserve"))
    for act, name in (
        (Act.SUBMIT_COMMENT, "CPV cleared"),
        (Act.WITHDRAW_COMMENT, "CPV submitted"),
        (Act.REPLY, "CPV submitted"),
    ):
        assert focal.may(act, on=room.comment(name)).reason.startswith("The text is adopted.")


def test_an_adopted_text_says_so_wherever_it_is_read_and_is_still_taken_along(room: Room) -> None:
    adopted(room)
    person = Person(room, "CPV focal_point")
    for number in (2, 3):
        shown = page(person.get("reading", "plan", number))
        assert "Adopted at First reading" in shown
        assert "Nothing changes any more." in shown
    front = page(person.get("consultation"))
    assert "The record closed" in front
    assert "Adopted" in front
    thread = page(
        person.get(
            "reading", "plan", 3, open=str(room.comment("CPV submitted").paragraph.public_id)
        )
    )
    assert "The record of this consultation is closed." in thread
    for format_name in ("docx", "txt"):
        file = person.get("text_file", "plan", 3, format_name)
        assert file.status_code == 200
    assert "Adopted at First reading" in file.content.decode()
    asked = {"copy": "circulation", "layout": "grid", "cut_off": room.now.isoformat()}
    table = person.get("table_file", "csv", revision=room.revision.public_id, **asked)
    assert table.status_code == 200
    assert person.get("concordance", "plan", 3).status_code == 200
