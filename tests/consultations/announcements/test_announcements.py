"""Announcements: who publishes them, when they are shown, and how each person dismisses them."""

import pytest
from django.core.exceptions import ValidationError

from consultations.announcements.acts import announce, end_announcement
from consultations.models import Announcement
from consultations.rules.access import Refused
from tests.comments.reading.test_pages import Person, page
from tests.room import Room

SAID = "The meeting begins at three."


def announced(room: Room, who: str = "co_facilitator", since: float = -1) -> Announcement:
    return announce(
        access=room.access(who), words=SAID, from_at=room.at(since), until_at=room.at(3)
    )


def front(room: Room, who: str) -> str:
    return page(Person(room, who).get("consultation"))


@pytest.mark.parametrize("who", ["co_facilitator", "secretariat"])
def test_everybody_who_takes_part_reads_it_on_the_front_page(room: Room, who: str) -> None:
    assert SAID not in front(room, "FRA focal_point")
    announced(room, who)
    for reader in ("FRA focal_point", "CPV contributor", "staff", "co_facilitator", "secretariat"):
        assert SAID in front(room, reader)


@pytest.mark.parametrize("who", ["staff", "FRA focal_point"])
def test_nobody_else_announces(room: Room, who: str) -> None:
    with pytest.raises(Refused):
        announced(room, who)
    assert Person(room, who).get("announcements").status_code == 403


def test_it_stands_from_one_moment_to_another(room: Room) -> None:
    announced(room, since=1)
    shown = [
        Announcement.objects.visible_to(room.access("FRA focal_point", days)).count()
        for days in (0, 2, 4)
    ]
    assert shown == [0, 1, 0]


def test_ended_it_is_gone_and_asked_twice_it_ended_once(room: Room) -> None:
    row, access = announced(room), room.access("secretariat")
    ended = [end_announcement(access=access, announcement=row).ended_at for _press in range(2)]
    assert SAID not in front(room, "FRA focal_point")
    assert ended[0] == ended[1]
    assert row.history.count() == 2


def test_who_dismisses_it_puts_it_out_of_their_own_way(room: Room) -> None:
    row = announced(room)
    reader = Person(room, "FRA focal_point")
    for _press in range(2):
        assert reader.post("dismiss_announcement", row.public_id).status_code == 302
    assert SAID not in front(room, "FRA focal_point")
    assert SAID in front(room, "CPV deputy")


@pytest.mark.parametrize(("since", "until"), [(-3, -1), (2, 1)])
def test_a_span_that_is_over_or_turned_round_is_refused(
    room: Room, since: float, until: float
) -> None:
    with pytest.raises(ValidationError):
        announce(
            access=room.access("secretariat"),
            words=SAID,
            from_at=room.at(since),
            until_at=room.at(until),
        )


def test_it_is_made_on_its_page(room: Room) -> None:
    leader = Person(room, "co_facilitator")
    times = {"from_at": f"{room.at(-1):%Y-%m-%dT12:00}", "until_at": f"{room.at(2):%Y-%m-%dT12:00}"}
    assert leader.post("announcements", words="", **times).status_code == 422
    assert leader.post("announcements", words=SAID, **times).status_code == 302
    assert SAID in page(leader.get("announcements"))
    assert SAID in front(room, "IOM focal_point")
