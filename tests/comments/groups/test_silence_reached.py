"""The coordinator sees which members the mail on a silence reached."""

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from comments.drafting.acts import draft_comment
from comments.groups.acts import set_silence
from comments.groups.mail import write_due_unreached_mails
from comments.inputs.content import CommentContent
from comments.models import Comment
from comments.notifications.acts import RoomEvent
from consultations.models import Mail, MailKind
from delegations.models import Post
from tests.comments.reading.test_pages import Person, page
from tests.mails import send_all
from tests.room import Room, words

pytestmark = pytest.mark.django_db

COORDINATOR, MEMBER = "CPV focal_point", "CIV focal_point"
NAME = "Côte d’Ivoire"


@pytest.fixture
def silent(room: Room) -> Comment:
    """A draft of the group, under a silence of one day."""
    access = room.access("CIV contributor")
    draft = draft_comment(
        access=access,
        wording=room.wording(room.revision, 4),
        seat=access.group_room_seats[0],
        in_room=True,
        content=CommentContent(**words("ROOM told")),
    )
    return set_silence(access=room.access(COORDINATOR), comment=draft, until=room.at(1))


def room_page(room: Room, who: str) -> str:
    seat = room.access(who).group_room_seats[0]
    return page(Person(room, who).get("group_room", seat.public_id))


def told_to_member() -> Mail:
    return Mail.objects.get(
        kind=MailKind.ROOM,
        facts__event=RoomEvent.SILENCE_SET,
        reader__email="civ.focal_point@example.org",
    )


def stamp(**stamps: object) -> None:
    Mail.objects.filter(kind=MailKind.ROOM, reader__email__startswith="civ.").update(**stamps)


def test_the_coordinator_reads_by_name_who_was_not_reached(room: Room, silent: Comment) -> None:
    assert f"Not reached:</span> {NAME}" in room_page(room, COORDINATOR)
    assert f'{NAME} <span class="quiet">e-mail waiting' in room_page(room, COORDINATOR)
    assert send_all(MailKind.ROOM) == 4
    body = room_page(room, COORDINATOR)
    assert "Not reached:" not in body and f'{NAME} <span class="quiet">e-mail sent' in body


def test_who_opens_the_room_is_reached_though_no_mail_came(room: Room, silent: Comment) -> None:
    stamp(refused_at=timezone.now(), why="550")
    assert f'{NAME} <span class="quiet">e-mail refused' in room_page(room, COORDINATOR)
    room_page(room, MEMBER)
    assert told_to_member().opened_at is not None
    body = room_page(room, COORDINATOR)
    assert "Not reached:" not in body and f'{NAME} <span class="quiet">opened the room' in body


def test_a_member_without_anybody_to_tell_is_not_reached(room: Room) -> None:
    posts = Post.objects.filter(delegation=room.bodies["CIV"]).exclude(role="contributor")
    posts.update(ended_at=room.now)
    access = room.access("CIV contributor")
    draft = draft_comment(
        access=access,
        wording=room.wording(room.revision, 4),
        seat=access.group_room_seats[0],
        in_room=True,
        content=CommentContent(**words("ROOM told")),
    )
    set_silence(access=room.access(COORDINATOR), comment=draft, until=room.at(1))
    assert "has no deputy or focal point to notify" in room_page(room, COORDINATOR)


def test_no_member_reads_who_was_told(room: Room, silent: Comment) -> None:
    body = room_page(room, MEMBER)
    assert "Not reached:" not in body and "Who was notified" not in body


def test_a_mail_on_an_earlier_silence_reached_nobody_of_the_new_one(
    room: Room, silent: Comment
) -> None:
    send_all(MailKind.ROOM)
    set_silence(access=room.access(COORDINATOR), comment=silent, until=room.at(2))
    assert f"Not reached:</span> {NAME}" in room_page(room, COORDINATOR)


def test_a_silence_with_the_same_end_as_the_earlier_one_has_mails_of_its_own(
    room: Room, silent: Comment
) -> None:
    send_all(MailKind.ROOM)
    with time_machine.travel(room.at(0.85), tick=False):
        assert len(write_due_unreached_mails(timezone.now())) == 2
        access = room.access(COORDINATOR, days=0.85)
        set_silence(access=access, comment=silent, until=room.at(1))
    with time_machine.travel(room.at(0.95), tick=False):
        assert f"Not reached:</span> {NAME}" in room_page(room, COORDINATOR)
        assert len(write_due_unreached_mails(timezone.now())) == 2


def test_whoever_submits_is_told_who_was_not_reached(room: Room, silent: Comment) -> None:
    Comment.objects.filter(pk=silent.pk).update(
        silence_from=room.at(-1), silence_until=room.at(-0.1)
    )
    body = page(Person(room, COORDINATOR).get("submit_comment", silent.public_id))
    assert "Ask them before you submit." in body and NAME in body


def test_before_the_end_the_coordinator_gets_one_mail_with_the_names(
    room: Room, silent: Comment
) -> None:
    assert write_due_unreached_mails(room.at(0.5)) == []
    with time_machine.travel(room.at(0.9), tick=False):
        keys = write_due_unreached_mails(timezone.now())
        assert len(keys) == 2 and write_due_unreached_mails(timezone.now()) == []
        mail.outbox.clear()
        assert send_all(MailKind.UNREACHED) == 2
    assert {letter.to[0] for letter in mail.outbox} == {
        "cpv.deputy@example.org",
        "cpv.focal_point@example.org",
    }
    letter = mail.outbox[0]
    assert letter.subject == "African Group: not all members were notified of the silence"
    assert f"Not reached: {NAME}." in letter.body
    assert "The silence on paragraph 3 of The plan, First draft ends" in letter.body


def test_where_all_were_reached_no_such_mail_goes(room: Room, silent: Comment) -> None:
    send_all(MailKind.ROOM)
    with time_machine.travel(room.at(0.9), tick=False):
        assert len(write_due_unreached_mails(timezone.now())) == 2
        assert send_all(MailKind.UNREACHED) == 0
