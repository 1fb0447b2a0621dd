"""Invitations that nobody answered: counted, and reminded of once a day."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from consultations.models import MailKind
from consultations.people.functions import invite_to_function
from consultations.people.inviting import invite
from consultations.people.mail import invitation_url
from consultations.people.posts import accept_invitation
from delegations.acts import end_post
from delegations.invitations import NewAccountDetails
from delegations.models import Invitation, Post
from tests.consultations.people.desk_pages import get, letters, said_after, send
from tests.consultations.people.people import KEPT, House

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return KEPT.laid_out()


@pytest.fixture
def waiting(house: House) -> list[Invitation]:
    """Two people who were invited three days ago, and one who was just now."""
    now = timezone.now()
    desk = house.access(house.secretariat, now - timedelta(days=3))
    emails = ("a@example.org", "b@example.org")
    rows = [
        invite(actor=desk, delegation=house.portugal, email=email, role="deputy")
        for email in emails
    ]
    fresh = house.access(house.secretariat)
    rows.append(
        invite(actor=fresh, delegation=house.cabo_verde, email="c@example.org", role="deputy")
    )
    letters(MailKind.INVITATION)
    return rows


def test_those_who_have_not_answered_are_reminded_once_a_day(
    house: House, waiting: list[Invitation]
) -> None:
    page = get(house, house.path("people/unanswered/"))
    assert "3 invitations are unanswered." in page
    assert "Remind 2 people" in page
    send(house, "people/unanswered/remind/")
    sent = letters(MailKind.INVITATION)
    assert sorted(letter.to[0] for letter in sent) == ["a@example.org", "b@example.org"]
    assert sent[0].subject.startswith("Reminder: invitation, deputy of Portugal")
    assert invitation_url(waiting[0]) in {*re.findall(r"\S+", sent[0].body)} | {
        *re.findall(r"\S+", sent[1].body)
    }
    send(house, "people/unanswered/remind/")
    assert letters(MailKind.INVITATION) == []
    assert "/remind/" not in get(house, house.path("people/unanswered/"))


def test_a_second_press_says_that_nobody_was_reminded(
    house: House, waiting: list[Invitation]
) -> None:
    answers = [send(house, "people/unanswered/remind/") for _press in range(2)]

    assert [said_after(answer) for answer in answers] == [
        ["2 reminders are being sent."],
        ["People e-mailed in the last day get none."],
    ]


def test_a_reminder_gives_two_weeks_more(house: House, waiting: list[Invitation]) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=20)):
        assert not waiting[0].is_open_at(timezone.now())
        send(house, f"people/invitations/{waiting[0].public_id}/remind/")
        row = Invitation.objects.select_related("delegation").get(pk=waiting[0].pk)
        assert row.is_open_at(timezone.now())
        [letter] = letters(MailKind.INVITATION)
        assert letter.to == ["a@example.org"]
        accept_invitation(
            invitation=row, moment=timezone.now(), account_details=NewAccountDetails("A")
        )


def test_who_was_invited_to_a_function_is_reminded_too(house: House) -> None:
    offered = invite_to_function(
        access=house.access(house.secretariat, timezone.now() - timedelta(days=2)),
        email="rui@example.org",
        role="staff",
    )
    letters(MailKind.FUNCTION)
    send(house, f"people/functions/invitations/{offered.public_id}/remind/")
    [letter] = letters(MailKind.FUNCTION)
    assert letter.subject == "Reminder: invitation, staff of the co-facilitators of Plan of Action"


def test_a_delegation_without_anybody_is_named(house: House) -> None:
    desk = house.access(house.secretariat)
    end_post(actor=desk, post=Post.objects.get(user=house.neighbour))
    assert "1 delegation has nobody invited." in get(house, house.path("people/unanswered/"))
