"""The secretariat sees the mails of its consultation, and nothing of drafts in them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from consultations.models import Mail, MailKind, MailState
from consultations.outbox.composing import composers
from consultations.timetable.acts import extend_deadline
from tests.comments.reading.test_pages import Person, page
from tests.mails import send_all
from tests.room import Room, speak_in_room

pytestmark = pytest.mark.django_db

STAMPS: dict[MailState, dict[str, Any]] = {
    MailState.WAITING: {},
    MailState.SENT: {"sent_at": timezone.now()},
    MailState.PAGE_OPENED: {"sent_at": timezone.now(), "opened_at": timezone.now()},
    MailState.REFUSED: {"refused_at": timezone.now(), "why": "550 5.1.1"},
    MailState.BOUNCED: {"sent_at": timezone.now(), "bounced_at": timezone.now()},
    MailState.DROPPED: {"dropped_at": timezone.now()},
}


def _extended(room: Room) -> Mail:
    """One of the mails on a deadline that was extended."""
    deadline = room.round.deadline + timedelta(days=1)
    extend_deadline(access=room.access("co_facilitator"), round=room.round, deadline=deadline)
    return Mail.objects.filter(kind=MailKind.DEADLINE).earliest("pk")


def test_every_kind_of_mail_has_one_function_that_puts_it_into_words() -> None:
    assert set(composers()) == set(MailKind)


@pytest.mark.parametrize("state", MailState)
def test_a_mail_stands_under_its_state_alone(room: Room, state: MailState) -> None:
    row = _extended(room)
    Mail.objects.exclude(pk=row.pk).delete()
    Mail.objects.filter(pk=row.pk).update(**STAMPS[state])
    assert Mail.objects.get().state is state
    assert [one for one in MailState if Mail.objects.in_state(one).exists()] == [state]


def test_the_secretariat_sees_which_mails_were_refused_and_why(room: Room) -> None:
    row = _extended(room)
    Mail.objects.filter(pk=row.pk).update(**STAMPS[MailState.REFUSED])
    body = page(Person(room, "secretariat").get("mails"))
    assert "1 e-mail did not arrive." in body and "(550 5.1.1)" in body
    assert "a deadline was extended" in body
    only = page(Person(room, "secretariat").get("mails", state="refused"))
    assert only.count("capacity-choice") == 1
    assert "No results" in page(Person(room, "secretariat").get("mails", state="bounced"))


def _page_of_secretariat(room: Room) -> str:
    return re.sub(r"\b\w{64}\b", "…", page(Person(room, "secretariat").get("mails")))


def test_mails_of_a_group_room_are_neither_listed_nor_counted(room: Room) -> None:
    before = _page_of_secretariat(room)
    speak_in_room(room)
    assert Mail.objects.filter(kind=MailKind.ROOM).exists()
    assert _page_of_secretariat(room) == before


@pytest.mark.parametrize("who", ["FRA focal_point", "co_facilitator", "staff"])
def test_nobody_else_follows_them(room: Room, who: str) -> None:
    assert Person(room, who).get("mails").status_code == 403


def test_all_who_take_part_are_told_of_more_time_and_of_the_last_end_alone(room: Room) -> None:
    first = _extended(room)
    round = room.round
    round.refresh_from_db()
    extend_deadline(
        access=room.access("co_facilitator"),
        round=round,
        deadline=round.deadline + timedelta(days=1),
    )
    assert Mail.objects.filter(kind=MailKind.DEADLINE).count() == 2 * 18
    assert send_all(MailKind.DEADLINE) == 18
    first.refresh_from_db()
    assert first.state is MailState.DROPPED
    [letter] = [one for one in mail.outbox if one.to == [room.users["FRA deputy"].email]]
    assert round.name in letter.subject and "New\u00a0York" in letter.body
