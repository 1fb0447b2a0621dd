"""What an access says of its own reach: delegations, recipients of posts, rooms, whole inputs."""

import pytest

from consultations.models import Facilitation
from consultations.rooms.acts import begin_room
from consultations.rules.access import Act, Refused
from tests.room import Room, speak_in_room


def test_who_may_give_no_post_reaches_no_delegation(room: Room) -> None:
    seated = [room.bodies["CPV"].pk, room.bodies["FRA"].pk]

    assert (
        room.access("co_facilitator").delegation_ids_in_reach(Act.MANAGE_POSTS, seated)
        == frozenset()
    )
    assert room.access("secretariat").delegation_ids_in_reach(
        Act.MANAGE_POSTS, seated
    ) == frozenset(seated)
    assert room.access("CPV focal_point").delegation_ids_in_reach(Act.MANAGE_POSTS, seated) == {
        seated[0]
    }


def test_the_secretariat_gives_its_own_people_no_post_and_a_focal_point_does(room: Room) -> None:
    own_people = [room.users["secretariat"]]

    room.access("CPV focal_point").require_recipients(own_people)
    room.access("secretariat").require_recipients([room.users["CPV contributor"]])
    with pytest.raises(Refused, match="is in the secretariat"):
        room.access("secretariat").require_recipients(own_people)


def test_a_room_is_chaired_in_the_function_and_not_in_the_post(room: Room) -> None:
    leader = room.access("co_facilitator")
    chair = Facilitation.objects.get(user=leader.user, role="co_facilitator")
    money = begin_room(access=leader, name="Money", chairs=[chair])

    assert room.access("co_facilitator").chaired_room_ids == {money.pk}
    assert room.access("co_facilitator as PRT").chaired_room_ids == frozenset()


def test_what_stands_in_a_groups_room_is_read_whole_by_those_who_sit_there(room: Room) -> None:
    speak_in_room(room)
    in_room, of_one = room.comment("ROOM draft"), room.comment("CPV draft")

    assert room.access("CPV contributor").may_read_drafting_history(in_room)
    assert room.access("CIV contributor").may_read_drafting_history(in_room)
    assert not room.access("FRA contributor").may_read_drafting_history(in_room)
    assert not room.access("CIV contributor").may_read_drafting_history(of_one)
