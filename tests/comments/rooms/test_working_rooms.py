"""The page of working rooms: all read it; facilitators and secretariat edit it."""

import re

import pytest
from django.core.exceptions import ValidationError

from consultations.models import Facilitation, Seat, WorkingRoom
from consultations.rooms.acts import begin_room
from consultations.rules.access import Act, Refused
from delegations.models import Delegation
from drafts.models import Draft, Paragraph, Revision, RoomPart
from drafts.rooms.acts import assign_parts
from tests.comments.reading.test_pages import Person, page
from tests.room import Room

pytestmark = pytest.mark.django_db

SENT = {"name": "Working group on finance", "whom": "all"}


def chair_of(room: Room) -> Facilitation:
    rows = Facilitation.objects.filter(consultation=room.consultation, role="co_facilitator")
    return rows.order_by("pk")[0]


def set_up(room: Room, *codes: str) -> WorkingRoom:
    """A room with the first paragraph of the plan; these delegations sit in it, else all."""
    seats = Seat.objects.filter(consultation=room.consultation, code__in=codes)
    made = begin_room(
        access=room.access("secretariat"),
        name="Working group on finance",
        chairs=[chair_of(room)],
        members=seats,
        is_for_all=not codes,
    )
    rows = Paragraph.objects.filter(draft=room.draft, kind="operative").select_related("draft")
    first = rows.order_by("place")[0]
    assign_parts(
        access=room.access("co_facilitator"), room=made, draft=first.draft, paragraphs=[first]
    )
    return made


@pytest.mark.parametrize("who", ["CPV contributor", "IOM focal_point", "staff", "secretariat"])
def test_everybody_sees_who_sits_in_which_room_and_what_it_has(room: Room, who: str) -> None:
    set_up(room, "FRA", "CPV")
    part = RoomPart.objects.select_related("paragraph").get()
    shown = page(Person(room, who).get("working_rooms"))
    assert "Working group on finance" in shown
    assert all(name in shown for name in ("France", "Cabo Verde"))
    assert f">{part.paragraph.label}</bdi>" in shown


def test_delegations_read_of_no_part_that_was_not_circulated(room: Room) -> None:
    made = set_up(room)
    RoomPart.objects.all().delete()
    fresh = Paragraph.objects.create(
        draft=room.draft, place=1, kind="operative", text="A secret new paragraph."
    )
    leader = room.access("co_facilitator")
    assign_parts(access=leader, room=made, draft=fresh.draft, paragraphs=[fresh])
    assert "A secret new" in page(Person(room, "staff").get("working_rooms"))
    assert "A secret new" not in page(Person(room, "FRA focal_point").get("working_rooms"))


def test_a_room_is_set_on_its_page_and_changed(room: Room) -> None:
    clerk, chair = Person(room, "secretariat"), chair_of(room)
    assert clerk.post("new_room", **SENT).status_code == 422
    assert clerk.post("new_room", **SENT, chairs=chair.pk).status_code == 302
    made = WorkingRoom.objects.get()
    seat = room.seat("FRA focal_point").public_id
    changed = {"name": "Finance", "whom": "named", "chairs": chair.pk, "seats": seat}
    assert clerk.post("working_room", made.public_id, **changed).status_code == 302
    made.refresh_from_db()
    assert (made.name, made.is_for_all) == ("Finance", False)
    assert [row.seat_id for row in made.members.all()] == [room.seat("FRA focal_point").pk]
    assert clerk.post("end_working_room", made.public_id).status_code == 302
    assert not WorkingRoom.objects.open().exists()


def test_parts_are_given_and_taken_back_on_the_page(room: Room) -> None:
    made = set_up(room)
    staff = Person(room, "staff")
    rows = Paragraph.objects.filter(draft=room.draft, kind="operative").order_by("place")
    assert staff.post("room_parts", made.public_id).status_code == 422
    sent = staff.post("room_parts", made.public_id, paragraphs=rows[1].public_id)
    assert sent.status_code == 302
    part = RoomPart.objects.get(paragraph=rows[1])
    assert staff.post("end_room_part", part.public_id).status_code == 302
    part.refresh_from_db()
    assert part.ended_at is not None


def test_sections_are_offered_with_their_paragraphs_in_them(room: Room) -> None:
    """What a room has is named and not offered again; what was marked stays marked."""
    made = set_up(room)
    rows = Paragraph.objects.in_force().filter(draft=room.draft).order_by("place")
    headings = [row for row in rows if row.kind == "heading"]
    held = RoomPart.objects.select_related("paragraph").get().paragraph
    free = [row for row in rows if row.pk != held.pk]
    staff = Person(room, "staff")
    shown = page(staff.get("room_parts", made.public_id))
    assert shown.count('name="paragraphs"') == len(free)
    assert str(held.public_id) not in shown
    sections = shown.split("<details")
    for heading, section in zip(headings, sections[-len(headings) :], strict=True):
        inside = [row for row in rows if row.place > heading.place and row.kind != "heading"]
        assert str(inside[0].public_id) in section or inside[0].pk == held.pk
    sent = staff.post(
        "room_parts", made.public_id, paragraphs=free[-1].public_id, until="2020-01-01T10:00"
    )
    assert sent.status_code == 422
    again = page(sent)
    assert f'id="part-{free[-1].public_id}" checked' in again


def test_at_the_desk_the_sentence_names_the_room_and_typed_words_stay(room: Room) -> None:
    set_up(room)
    row = RoomPart.objects.select_related("paragraph").get().paragraph
    staff = Person(room, "staff")
    sent = staff.post(
        "edit_paragraph",
        "plan",
        row.public_id,
        version=row.version,
        text="Typed and kept.",
        kind=row.kind,
        label=row.label,
    )
    shown = page(sent)
    assert sent.status_code == 422
    assert f"Paragraph {row.label} is with Working group on finance." in shown
    assert "Typed and kept." in shown
    assert "With Working group on finance" in page(staff.get("desk", "plan"))


def test_the_assembled_text_is_offered_under_its_day_and_hour(room: Room) -> None:
    leader = Person(room, "co_facilitator")
    shown = page(leader.get("working_rooms"))
    assert "?assembled" in shown
    # In one piece: a button puts no space between its pieces.
    offered = re.findall(r"<span>Circulate the assembled text… <bdi>[^<]+</bdi></span>", shown)
    assert len(offered) == Draft.objects.filter(consultation=room.consultation).count() > 1
    assert "?assembled" not in page(Person(room, "staff").get("working_rooms"))
    assert 'value="Assembled text, ' in page(leader.get("circulate", "plan", assembled=""))
    assert Revision.objects.filter(stage__startswith="Assembled").count() == 0


def test_the_screen_of_a_rooms_meeting_is_led_by_its_chairs(room: Room) -> None:
    made = set_up(room)
    meeting = room.meeting
    meeting.room = made
    meeting.save()
    # Staff who chair another room do not lead it; those who chair none lead for all.
    assert room.access("staff").may(Act.PROJECT, on=meeting)
    staff = Facilitation.objects.get(consultation=room.consultation, role="staff")
    begin_room(access=room.access("secretariat"), name="Trade", chairs=[staff])
    assert not room.access("staff").may(Act.PROJECT, on=meeting)
    with pytest.raises(Refused, match="As chair of a room"):
        begin_room(access=room.access("staff"), name="Third", chairs=[staff])


def test_a_name_is_used_once(room: Room) -> None:
    set_up(room)
    with pytest.raises(ValidationError, match="Another room has this name"):
        set_up(room)


def test_the_api_names_a_delegation_alike_in_every_language(room: Room) -> None:
    made = set_up(room, "CPV")
    chair = Facilitation.objects.get(chaired__room=made)
    chair.delegation = Delegation.objects.get(code="CPV")
    chair.save()
    person = Person(room, "CPV deputy")
    for language in ("en", "zh-hans"):
        answer = person.get("api-working-rooms-list", headers={"accept-language": language})
        (row,) = answer.json()["results"]
        assert answer.headers["Content-Language"] == language
        assert row["chairs"][0]["delegation"] == row["members"][0]["delegation"]["name"]
