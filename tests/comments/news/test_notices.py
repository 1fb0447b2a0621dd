"""Notices on watched items: at once, daily, before meetings or never; none is sent twice."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from time_machine import Traveller as Clock

from comments.digests.acts import write_due_digests
from comments.inputs.citations import absolute_url
from comments.news.acts import end_watch
from comments.news.items import decode_id_ranges
from comments.news.mail import latest_daily_time, write_due_watch_notices
from comments.submitting.acts import withdraw_comment
from comments.tasks import gather_watched_news
from config.celery import app
from consultations.models import MailChoice, MailFrequency, MailKind, Meeting, Round, Visibility
from consultations.outbox.sending import deliver, send_due
from consultations.tasks import send_mails
from delegations.models import Post, User
from tests.comments.digests.digest_mails import html_of, send_all, serving, submit, text_of, to
from tests.comments.news.following import run_due, wants, watches_body, watches_place
from tests.mails import due, notices
from tests.room import SLUG, Room, loaded, marker

WHO = "CPV contributor"


@pytest.fixture
def clock(room: Room) -> Iterator[Clock]:
    """The room's now, standing still until it is moved."""
    with time_machine.travel(room.now, tick=False) as found:
        yield found


def only(room: Room, who: str) -> EmailMessage:
    (message,) = to(room, who)
    return message


def test_news_on_a_watched_paragraph_goes_at_once_to_who_wants_it_so(
    room: Room, clock: Clock
) -> None:
    wants(room, WHO)
    watches_place(room, WHO, 2)
    assert run_due() == 0  # what was there before is no news of the watch
    clock.move_to(room.at(0.2))
    comment = submit(room, "FRA", "afterwards", 2, 0.1)
    submit(room, "FRA", "elsewhere", 3, 0.1)

    assert run_due() == 1
    assert run_due() == 0
    message = only(room, WHO)
    text = text_of(message)
    assert "1 input" in message["Subject"]
    assert comment.reference in text
    assert "France" in text
    assert decode_id_ranges(notices().get().items) == {"comments": [comment.pk]}
    assert [name for name in room.comments if marker(name) in str(message)] == []


def test_a_section_and_a_delegation_are_watched_too(room: Room, clock: Clock) -> None:
    for who in ("CPV contributor", "IOM deputy", "CPV deputy"):
        wants(room, who)
    watches_place(room, "CPV contributor", 1)  # the heading over all of it
    watches_body(room, "IOM deputy", "FRA")
    watches_body(room, "CPV deputy", "IOM")
    clock.move_to(room.at(0.2))
    submit(room, "FRA", "afterwards", 3, 0.1)

    assert run_due() == 2
    assert len(to(room, "CPV contributor")) == len(to(room, "IOM deputy")) == 1
    assert to(room, "CPV deputy") == []


def test_own_acts_are_told_to_nobody_at_home(room: Room, clock: Clock) -> None:
    wants(room, WHO)
    watches_place(room, WHO, 2)
    clock.move_to(room.at(0.2))
    submit(room, "CPV", "afterwards", 2, 0.1)
    assert run_due() == 0


@pytest.mark.parametrize("often", [MailFrequency.MEETINGS, MailFrequency.NEVER, None])
def test_who_did_not_choose_notices_gets_none(room: Room, clock: Clock, often: str | None) -> None:
    if often:
        wants(room, WHO, often)
    watches_place(room, WHO, 2)
    clock.move_to(room.at(0.2))
    submit(room, "FRA", "afterwards", 2, 0.1)
    assert run_due() == 0
    assert not notices().exists()


def test_an_input_that_opens_at_the_close_is_told_after_the_close_and_not_before(
    room: Room, clock: Clock
) -> None:
    Round.objects.update(visibility=Visibility.AT_CLOSE)
    wants(room, WHO)
    watches_place(room, WHO, 2)
    clock.move_to(room.at(0.2))
    comment = submit(room, "FRA", "afterwards", 2, 0.1)
    assert run_due() == 0
    clock.move_to(room.at(9.9))
    assert run_due() == 0

    clock.move_to(room.at(10.1))
    assert run_due() == 1
    told = decode_id_ranges(notices().get().items)
    assert comment.pk in told["comments"]
    assert run_due() == 0


def test_an_input_for_facilitators_only_is_never_told_to_a_delegation(
    room: Room, clock: Clock
) -> None:
    Round.objects.update(visibility=Visibility.FACILITATORS)
    for who in (WHO, "staff"):
        wants(room, who)
        watches_place(room, who, 2)
    clock.move_to(room.at(11))
    submit(room, "FRA", "afterwards", 2, 0.1)
    assert run_due() == 1
    assert to(room, WHO) == []
    assert len(to(room, "staff")) == 1


def test_what_was_withdrawn_before_the_mail_goes_is_not_in_it_and_no_mail_is_empty(
    room: Room, clock: Clock
) -> None:
    wants(room, WHO)
    watches_place(room, WHO, 2)
    clock.move_to(room.at(0.2))
    comment = submit(room, "FRA", "afterwards", 2, 0.1)
    (key,) = write_due_watch_notices(timezone.now())
    withdraw_comment(
        access=room.access("FRA focal_point", 0.2), comment=loaded().get(pk=comment.pk), reason="No"
    )
    assert deliver(key) is False
    assert mail.outbox == []
    assert notices().get().dropped_at == timezone.now()


def test_nothing_goes_after_the_post_ended_or_the_choice_changed(room: Room, clock: Clock) -> None:
    for who in (WHO, "IOM deputy"):
        wants(room, who)
        watches_place(room, who, 2)
    clock.move_to(room.at(0.2))
    submit(room, "FRA", "afterwards", 2, 0.1)
    keys = write_due_watch_notices(timezone.now())
    Post.objects.filter(user=room.users[WHO]).update(ended_at=timezone.now())
    wants(room, "IOM deputy", MailFrequency.MEETINGS)
    assert [deliver(key) for key in keys] == [False, False]
    assert mail.outbox == []


def test_a_watch_that_ended_tells_nothing_more(room: Room, clock: Clock) -> None:
    wants(room, WHO)
    watch = watches_place(room, WHO, 2)
    end_watch(access=room.access(WHO, 0.1), watch=watch)
    clock.move_to(room.at(0.2))
    submit(room, "FRA", "afterwards", 2, 0.15)
    assert run_due() == 0


def test_news_that_was_saved_late_under_an_earlier_moment_is_told_and_nothing_twice(
    room: Room, clock: Clock
) -> None:
    """A slow request is dated when it was taken; the task may run before it is saved."""
    wants(room, WHO)
    watches_place(room, WHO, 2)
    clock.move_to(room.at(0.2))
    first = submit(room, "FRA", "first", 2, 0.1999)
    assert run_due() == 1
    taken_before = 0.2 - 60 / 86_400
    slow = submit(room, "FRA", "slow", 2, taken_before)
    clock.shift(timedelta(minutes=1))
    assert run_due() == 1
    told = [decode_id_ranges(row.items) for row in notices().order_by("pk")]
    assert told == [{"comments": [first.pk]}, {"comments": [slow.pk]}]


# --- Daily ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "zone", "seven"),
    [
        ("2026-12-01T06:59+00:00", "UTC", "2026-11-30T07:00+00:00"),
        ("2026-12-01T07:00+00:00", "UTC", "2026-12-01T07:00+00:00"),
        ("2026-12-01T11:59+00:00", "America/New_York", "2026-11-30T12:00+00:00"),
        ("2026-12-01T12:00+00:00", "America/New_York", "2026-12-01T12:00+00:00"),
        ("2026-03-08T11:00+00:00", "America/New_York", "2026-03-08T11:00+00:00"),
        ("2026-12-01T23:00+00:00", "Pacific/Auckland", "2026-12-01T18:00+00:00"),
    ],
)
def test_seven_in_the_morning_is_by_the_clock_on_the_persons_wall(
    now: str, zone: str, seven: str
) -> None:
    found = latest_daily_time(datetime.fromisoformat(now), ZoneInfo(zone))
    assert found.astimezone(UTC) == datetime.fromisoformat(seven)


def test_daily_notices_go_once_a_day_at_seven_in_each_persons_own_time(room: Room) -> None:
    day = room.at(1).date()
    User.objects.filter(pk=room.users[WHO].pk).update(time_zone="Asia/Tokyo")
    User.objects.filter(pk=room.users["IOM deputy"].pk).update(time_zone="America/New_York")
    with time_machine.travel(room.now, tick=False) as clock:
        for who in (WHO, "IOM deputy"):
            wants(room, who, MailFrequency.DAILY)
            watches_place(room, who, 2)
        midnight = datetime.combine(day, datetime.min.time(), UTC)
        clock.move_to(midnight + timedelta(hours=20))
        assert run_due() == 0  # an earlier seven o'clock has passed, with nothing to tell
        submit(room, "FRA", "afterwards", 2, (timezone.now() - room.now) / timedelta(days=1))
        sent = []
        for hours in range(21, 21 + 48):  # every hour, from nine in the evening on
            clock.move_to(midnight + timedelta(hours=hours))
            if run_due():
                sent.append((timezone.now(), mail.outbox[-1].to[0]))
    assert [to for _at, to in sent] == [room.users[WHO].email, room.users["IOM deputy"].email]
    assert [
        at.astimezone(ZoneInfo(zone)).hour
        for (at, _to), zone in zip(sent, ["Asia/Tokyo", "America/New_York"], strict=True)
    ] == [7, 7]


# --- The mail -------------------------------------------------------------------------------------


def test_every_mail_carries_the_one_link_that_stops_it(room: Room, clock: Clock) -> None:
    wants(room, WHO)
    watches_place(room, WHO, 2)
    clock.move_to(room.at(2))
    submit(room, "FRA", "afterwards", 2, 1.9)
    assert run_due() == 1
    assert send_all() > 10
    for message in mail.outbox:
        parsed = message.message()
        url = str(parsed["List-Unsubscribe"]).strip("<>")
        assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert url in text_of(parsed)
        told = " ".join(text_of(parsed).split())
        front_url = absolute_url(reverse("consultation", args=[SLUG]))
        assert f"Open the consultation {front_url} -- " in told
        assert re.search(r"-- You receive this as .+ in: Plan of Action\.", told)
        assert told.endswith(f"{url} {room.consultation.handling}")
        assert url in html_of(parsed)
        assert len(re.findall(r"/stop-mail/", html_of(parsed))) == 1


def test_a_mail_that_was_not_taken_is_offered_again_and_told_once(
    room: Room, clock: Clock, settings: object
) -> None:
    wants(room, WHO)
    watches_place(room, WHO, 2)
    clock.move_to(room.at(0.2))
    submit(room, "FRA", "afterwards", 2, 0.1)
    (key,) = write_due_watch_notices(timezone.now())
    with serving(settings, refuses_every=1) as server:
        assert deliver(key) is False
        assert server.taken == []
    assert due(timezone.now(), notices()) == []
    clock.shift(timedelta(minutes=1))
    assert write_due_watch_notices(timezone.now()) == []  # it waits, and will tell it
    with serving(settings) as server:
        assert [deliver(key) for key in due(timezone.now(), notices())] == [True]
        assert deliver(key) is False
        assert len(server.taken) == 1


def test_what_no_server_took_for_three_days_is_given_up(room: Room, clock: Clock) -> None:
    wants(room, WHO)
    watches_place(room, WHO, 2)
    clock.move_to(room.at(0.2))
    submit(room, "FRA", "afterwards", 2, 0.1)
    write_due_watch_notices(timezone.now())
    clock.shift(timedelta(days=3, minutes=1))
    assert send_due(kinds=[MailKind.WATCHED]) == 0
    assert notices().get().dropped_at == timezone.now()


# --- Stopped digests ------------------------------------------------------------------------------


def test_who_wants_no_mail_gets_no_digest_either(room: Room, clock: Clock) -> None:
    wants(room, WHO, MailFrequency.NEVER)
    clock.move_to(room.at(2))
    assert send_all() == 18
    assert to(room, WHO) == []


def test_who_stops_mail_between_gathering_and_sending_gets_no_digest(
    room: Room, clock: Clock
) -> None:
    clock.move_to(room.at(2))
    keys = list(write_due_digests(timezone.now()))
    wants(room, WHO, MailFrequency.NEVER)
    assert sum(deliver(key) for key in keys) == 18
    assert to(room, WHO) == []


def test_a_meeting_that_moves_is_not_told_to_who_stopped_meanwhile(
    room: Room, clock: Clock
) -> None:
    clock.move_to(room.at(2))
    assert send_all() == 19
    wants(room, WHO, MailFrequency.NEVER)
    Meeting.objects.filter(pk=room.meeting.pk).update(starts_at=room.at(4))
    assert send_all() == 18
    assert len(to(room, WHO)) == 1


# --- Cost, and the clock --------------------------------------------------------------------------


def test_gathering_costs_the_same_for_one_person_of_a_delegation_and_for_three(
    room: Room, clock: Clock
) -> None:
    costs: list[tuple[int, int]] = []
    for people in (["CPV contributor"], ["CPV deputy", "CPV focal_point"]):
        for who in people:
            wants(room, who)
            watches_place(room, who, 2)
        clock.shift(timedelta(hours=1))
        submit(room, "FRA", str(len(costs)), 2, (timezone.now() - room.now) / timedelta(days=1))
        clock.shift(timedelta(minutes=1))
        with CaptureQueriesContext(connection) as queries:
            keys = write_due_watch_notices(timezone.now())
        costs.append((len(keys), len(queries)))
    assert [keys for keys, _queries in costs] == [1, 3]
    assert costs[0][1] == costs[1][1]


def test_the_clock_pushes_what_is_due_every_minute(
    room: Room, clock: Clock, settings: object
) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = True  # type: ignore[attr-defined]
    app.conf.task_always_eager = True
    try:
        wants(room, WHO)
        watches_place(room, WHO, 2)
        clock.move_to(room.at(0.2))
        submit(room, "FRA", "afterwards", 2, 0.1)
        gather_watched_news()
        send_mails()
    finally:
        app.conf.task_always_eager = False
    assert len(to(room, WHO)) == 1
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert {"comments.tasks.gather_watched_news", "consultations.tasks.send_mails"} <= scheduled


def test_choosing_notices_later_does_not_tell_what_came_before(room: Room, clock: Clock) -> None:
    wants(room, WHO, MailFrequency.MEETINGS)
    watches_place(room, WHO, 2)
    submit(room, "FRA", "before", 2, 0.1)
    clock.move_to(room.at(0.2))
    wants(room, WHO, MailFrequency.AT_ONCE)
    clock.move_to(room.at(0.3))
    assert run_due() == 0
    assert MailChoice.objects.get(user=room.users[WHO]).told_until == timezone.now()
