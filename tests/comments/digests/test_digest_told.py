"""What a digest tells each reader: inputs of their groups and reviews; nothing twice."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from comments.answers.acts import publish_reviews, reply, review
from comments.circulating.acts import circulate_and_announce
from comments.digests.acts import (
    compose_notice,
    due_meetings,
    has_waiting_digests,
    write_digests,
    write_due_digests,
    write_due_meeting_notices,
)
from comments.models import Review
from comments.news.acts import choose_mail
from comments.news.items import new_items
from comments.news.watched import OVERLAP
from consultations.models import Mail, MailFrequency, MailKind
from consultations.outbox.sending import deliver
from consultations.timetable.acts import create_meeting, move_meeting
from delegations.acts import end_post
from delegations.models import Post
from tests.comments.digests.digest_mails import send_all, send_to, submit, text_of, to, told_by
from tests.mails import digests, send_all as send_all_of
from tests.room import Room, answer_all

pytestmark = pytest.mark.long

Clock = Callable[[float], None]
OVERLAP_IN_DAYS = OVERLAP / timedelta(days=1)


@pytest.fixture
def clock(room: Room) -> Iterator[Clock]:
    """Moves the clock to so many days after the room's now."""
    with time_machine.travel(room.now, tick=False) as traveller:
        yield lambda days: traveller.move_to(room.at(days))


def test_reviews_and_replies_of_the_facilitators_are_no_news_to_who_reads_all(
    room: Room,
) -> None:
    comment = room.comment("CPV group input")
    given_reply = reply(access=room.access("staff"), comment=comment, text="Noted.")
    review(access=room.access("staff"), comment=comment, disposition="noted")
    rows = Review.objects.filter(comment=comment)
    publish_reviews(access=room.access("co_facilitator"), reviews=rows)
    told = {
        who: new_items(room.access(who, 0.1), room.at(-0.1))
        for who in ("CPV deputy", "FRA deputy", "staff", "co_facilitator", "secretariat")
    }
    [published] = rows
    news = {"replies": [given_reply.pk], "reviews": [published.pk]}
    assert told == {
        "CPV deputy": news,
        "FRA deputy": news,
        "staff": {},
        "co_facilitator": {},
        "secretariat": {},
    }


def test_what_was_told_within_the_overlap_is_not_told_again(room: Room, clock: Clock) -> None:
    just_before = submit(room, "CIV", "just before", 3, 2 - OVERLAP_IN_DAYS / 2)
    clock(2)
    send_to(room, "FRA deputy")
    first = told_by(meeting=room.meeting, reader=room.users["FRA deputy"])
    assert just_before.pk in first["comments"]
    later = submit(room, "CIV", "later", 3, 2.5)
    second = create_meeting(
        access=room.access("secretariat"), title="Second reading", starts_at=room.at(5)
    )
    clock(4)
    send_to(room, "FRA deputy")
    told = told_by(meeting=second, reader=room.users["FRA deputy"])
    assert told == {"comments": [later.pk]}


def test_a_mail_that_a_text_was_circulated_takes_no_news_from_the_digest(
    room: Room, clock: Clock
) -> None:
    answer_all(room)
    clock(1)
    revision = circulate_and_announce(
        access=room.access("co_facilitator", 1), draft=room.draft, stage="Second draft"
    )
    assert send_all_of(MailKind.CIRCULATION) > 1
    clock(2)
    send_to(room, "IOM deputy")
    told = told_by(meeting=room.meeting, reader=room.users["IOM deputy"])
    assert room.comments["CPV submitted"] in told["comments"]
    assert revision.pk in told["revisions"]


def test_a_third_digest_tells_nothing_that_the_first_has_told(room: Room, clock: Clock) -> None:
    told = []
    for day in (2, 5, 8):
        meeting = create_meeting(
            access=room.access("secretariat"), title=f"Reading {day}", starts_at=room.at(day + 1)
        )
        submitted = submit(room, "CIV", f"before {day}", 3, day - 0.5)
        clock(day)
        send_to(room, "FRA deputy")
        told.append((told_by(meeting=meeting, reader=room.users["FRA deputy"]), submitted.pk))

    assert told[0][1] in told[0][0]["comments"]
    assert [news for news, _pk in told[1:]] == [{"comments": [pk]} for _news, pk in told[1:]]


def test_only_who_wants_no_mail_at_all_gets_no_digest(room: Room, clock: Clock) -> None:
    wishes = {
        "FRA deputy": MailFrequency.NEVER,
        "CPV deputy": MailFrequency.DAILY,
        "CIV deputy": MailFrequency.MEETINGS,
    }
    for who, often in wishes.items():
        choose_mail(
            user=room.users[who],
            capacity_key=room.capacities[who],
            frequency=often,
            moment=room.now,
        )
    clock(2)
    assert send_all() == 19 - 1
    assert {who: len(to(room, who)) for who in wishes} == {
        "FRA deputy": 0,
        "CPV deputy": 1,
        "CIV deputy": 1,
    }


def test_a_notice_that_waits_still_goes_where_digests_are_gathered_for_the_new_start(
    room: Room, clock: Clock
) -> None:
    clock(2)
    told = send_all()
    move_meeting(access=room.access("secretariat", 2), meeting=room.meeting, starts_at=room.at(3.5))
    notices = list(write_due_meeting_notices(timezone.now()))
    clock(2.6)
    # Everybody was served: no second digest, and the notices are offered still.
    assert list(write_due_digests(timezone.now())) == []
    assert [deliver(key) for key in notices] == [True] * told


def test_a_gathering_writes_nothing_for_a_meeting_that_another_claimed_meanwhile(
    room: Room, clock: Clock
) -> None:
    create_meeting(access=room.access("secretariat"), title="Same day", starts_at=room.at(3.2))
    clock(2.5)
    first, second = due_meetings(timezone.now())
    keys = write_digests(first)  # the first meeting is claimed, the other one still to come
    other = list(write_due_digests(timezone.now()))
    keys += write_digests(second)
    assert (len(keys), len(other)) == (19, 19)
    assert digests().count() == 2 * 19


def test_a_gathering_writes_nothing_for_a_meeting_that_is_moved_meanwhile(
    room: Room, clock: Clock
) -> None:
    second = create_meeting(
        access=room.access("secretariat"), title="Same day", starts_at=room.at(3.2)
    )
    clock(2.5)
    gathering = list(due_meetings(timezone.now()))
    keys = write_digests(gathering[0])  # the first meeting is claimed, the other one still to come
    move_meeting(access=room.access("secretariat", 2.5), meeting=second, starts_at=room.at(9))
    keys += write_digests(gathering[1])
    assert len(keys) == 19
    assert not digests().filter(meeting=second).exists()
    assert second in due_meetings(room.at(8.5))


def test_a_digest_goes_until_its_meeting_starts_and_says_the_place_of_the_day(
    room: Room, clock: Clock
) -> None:
    clock(2)
    first, second, *_rest = write_due_digests(timezone.now())
    access, start = room.access("secretariat", 2), room.meeting.starts_at
    move_meeting(access=access, meeting=room.meeting, starts_at=start, place="Delegates’ Lounge")
    assert deliver(first, now=start - timedelta(seconds=1)) is True
    assert "Delegates’ Lounge" in str(mail.outbox[0].body)
    assert deliver(second, now=start) is False
    assert digests().get(pk=second).dropped_at == timezone.now()


def test_a_meeting_that_moved_away_and_back_before_its_digests_went_is_due_again(
    room: Room, clock: Clock
) -> None:
    clock(2)
    keys = list(write_due_digests(timezone.now()))
    access, start = room.access("secretariat", 2), room.meeting.starts_at
    move_meeting(access=access, meeting=room.meeting, starts_at=room.at(9))
    assert [deliver(key) for key in keys] == [False] * len(keys)
    move_meeting(access=access, meeting=room.meeting, starts_at=start)
    assert send_all() == len(keys)


def test_in_two_capacities_one_waits_for_no_digest_of_the_other(room: Room, clock: Clock) -> None:
    clock(2)
    list(write_due_digests(timezone.now()))
    own = digests().filter(reader=room.users["co_facilitator"]).order_by("-pk")
    assert len({row.capacity for row in own}) == 2
    assert [deliver(row.pk) for row in own] == [True, True]


def test_no_notice_is_written_to_who_left_or_who_has_one_that_waits(
    room: Room, clock: Clock
) -> None:
    clock(2)
    told = send_all()
    post = Post.objects.select_related("user", "delegation").get(
        user=room.users["FRA deputy"], ended_at=None
    )
    end_post(actor=room.access("secretariat", 2), post=post)
    move_meeting(access=room.access("secretariat", 2), meeting=room.meeting, starts_at=room.at(9))
    assert len(list(write_due_meeting_notices(timezone.now()))) == told - 1
    assert list(write_due_meeting_notices(timezone.now())) == []


def test_who_left_after_a_notice_was_written_gets_none_and_it_is_not_tried_again(
    room: Room, clock: Clock
) -> None:
    clock(2)
    told = send_all()
    move_meeting(access=room.access("secretariat", 2), meeting=room.meeting, starts_at=room.at(9))
    keys = list(write_due_meeting_notices(timezone.now()))
    post = Post.objects.select_related("user", "delegation").get(
        user=room.users["FRA deputy"], ended_at=None
    )
    end_post(actor=room.access("secretariat", 2), post=post)

    assert sum(deliver(key) for key in keys) == told - 1
    [left] = Mail.objects.filter(pk__in=keys, sent_at=None)
    assert left.reader_id == room.users["FRA deputy"].pk
    assert left.dropped_at is not None


def test_a_notice_of_a_place_is_dropped_where_the_place_changed_again_before_it_went(
    room: Room, clock: Clock
) -> None:
    clock(2)
    told = send_all()
    access, start = room.access("secretariat", 2), room.meeting.starts_at
    move_meeting(
        access=access, meeting=room.meeting, starts_at=start, place="Trusteeship Council Chamber"
    )
    stale = list(write_due_meeting_notices(timezone.now()))
    move_meeting(access=access, meeting=room.meeting, starts_at=start, place="Delegates’ Lounge")
    assert len(stale) == told
    assert [deliver(key) for key in stale] == [False] * told
    assert len(mail.outbox) == told
    assert send_all() == told
    assert "Delegates’ Lounge" in text_of(to(room, "FRA deputy")[-1])


def test_a_notice_of_a_place_is_no_digest_that_waits_and_none_is_written_twice(
    room: Room, clock: Clock, django_assert_num_queries: Any
) -> None:
    clock(2)
    send_to(room, "FRA deputy")
    digests().filter(sent_at=None).update(dropped_at=timezone.now())
    with django_assert_num_queries(1):  # nothing changed: no meeting is locked, nobody read
        assert list(write_due_meeting_notices(timezone.now())) == []
    start = room.meeting.starts_at
    moved = move_meeting(
        access=room.access("secretariat", 2),
        meeting=room.meeting,
        starts_at=start,
        place="Trusteeship Council Chamber",
    )
    assert len(list(write_due_meeting_notices(timezone.now()))) == 1
    assert not has_waiting_digests(moved)


def test_a_notice_read_before_the_next_move_does_not_pass_for_the_notice_of_that_move(
    room: Room, clock: Clock
) -> None:
    clock(2)
    send_to(room, "FRA deputy")
    access, start = room.access("secretariat", 2), room.meeting.starts_at
    notices = digests().select_related("reader", "consultation", "meeting__consultation")
    composed = []
    for place in ("Trusteeship Council Chamber", "Delegates’ Lounge"):
        move_meeting(access=access, meeting=room.meeting, starts_at=start, place=place)
        [key] = write_due_meeting_notices(timezone.now())
        composed.append(notices.get(pk=key))
    stale, current = composed
    stale.meeting = current.meeting
    assert compose_notice(stale, timezone.now()) is None
    assert compose_notice(current, timezone.now()) is not None


def test_who_stops_mails_between_writing_and_sending_gets_none(room: Room, clock: Clock) -> None:
    clock(2)
    keys = list(write_due_digests(timezone.now()))
    choose_mail(
        user=room.users["FRA deputy"],
        capacity_key=room.capacities["FRA deputy"],
        frequency=MailFrequency.NEVER,
        moment=room.at(2),
    )
    of_deputy = digests().filter(reader=room.users["FRA deputy"]).values_list("pk", flat=True)
    of_contributor = digests().filter(reader=room.users["FRA contributor"])
    assert [deliver(key) for key in of_deputy] == [False]
    assert [deliver(key) for key in of_contributor.values_list("pk", flat=True)] == [True]
    assert set(of_deputy) <= set(keys)
    assert to(room, "FRA deputy") == []


def test_who_stops_mails_before_a_notice_of_a_move_goes_gets_none(room: Room, clock: Clock) -> None:
    clock(2)
    told = send_all()
    move_meeting(access=room.access("secretariat", 2), meeting=room.meeting, starts_at=room.at(9))
    keys = list(write_due_meeting_notices(timezone.now()))
    choose_mail(
        user=room.users["FRA deputy"],
        capacity_key=room.capacities["FRA deputy"],
        frequency=MailFrequency.NEVER,
        moment=room.at(2),
    )
    assert sum(deliver(key) for key in keys) == told - 1
    assert len(to(room, "FRA deputy")) == 1  # the digest


def test_digests_of_another_meeting_that_wait_are_none_of_this_one(
    room: Room, clock: Clock
) -> None:
    create_meeting(
        access=room.access("secretariat"), title="Same hour", starts_at=room.meeting.starts_at
    )
    clock(2.5)
    list(write_due_digests(timezone.now()))
    assert has_waiting_digests(room.meeting)
    digests().filter(meeting=room.meeting).update(sent_at=timezone.now())
    assert not has_waiting_digests(room.meeting)
