"""The preview page of a digest, and the test mail to oneself."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from comments.digests.acts import write_due_mails
from consultations.models import Meeting, Seat
from consultations.outbox.sending import deliver
from consultations.web.view_decorators import CAPACITY_SESSION_KEY
from tests.mails import digests
from tests.room import Room


def client_of(room: Room, who: str) -> Client:
    client = Client()
    client.force_login(room.users[who])
    session = client.session
    session[CAPACITY_SESSION_KEY] = room.capacities[who]
    session.save()
    return client


def address_of_digest(room: Room, rest: str = "") -> str:
    return f"/consultations/plan-of-action/meetings/{room.meeting.public_id}/digest/{rest}"


def seat_of(room: Room, code: str) -> str:
    seat = Seat.objects.get(consultation=room.consultation, delegation=room.bodies[code])
    return str(seat.public_id)


@pytest.mark.parametrize("who", ["co_facilitator", "staff", "secretariat"])
def test_facilitators_and_secretariat_look_ahead_at_their_own_edition(room: Room, who: str) -> None:
    page = client_of(room, who).get(address_of_digest(room)).content.decode()

    assert "Most inputs without a review" in page
    assert "Cabo Verde (replace wording, CPV-1)" in page
    assert "zq-" not in page


def test_a_delegations_edition_shows_what_it_would_get_and_no_words(room: Room) -> None:
    client = client_of(room, "staff")
    page = client.get(address_of_digest(room), {"edition": seat_of(room, "FRA")}).content.decode()

    assert "Cabo Verde (replace wording, CPV-1)" in page
    assert "France (replace wording" not in page
    assert "Most inputs without a review" not in page
    assert "zq-" not in page


@pytest.mark.parametrize("who", ["FRA focal_point", "CPV deputy", "IOM contributor"])
def test_delegations_do_not_look_ahead(room: Room, who: str) -> None:
    assert client_of(room, who).get(address_of_digest(room)).status_code == 403


def test_an_edition_that_does_not_exist_and_a_meeting_from_elsewhere_are_not_found(
    room: Room,
) -> None:
    client = client_of(room, "staff")
    elsewhere = address_of_digest(room).replace(
        str(room.meeting.public_id), str(room.other_meeting.public_id)
    )

    assert client.get(address_of_digest(room), {"edition": "nobody"}).status_code == 404
    assert (
        client.get(address_of_digest(room), {"edition": seat_of(room, "AFRICAN-GROUP")}).status_code
        == 404
    )
    assert client.get(elsewhere).status_code == 404


def test_a_test_goes_to_who_asked_alone_and_leaves_no_trace(room: Room) -> None:
    form = {"capacity": room.capacities["staff"], "edition": seat_of(room, "FRA")}
    answer = client_of(room, "staff").post(address_of_digest(room, "test/"), form)

    assert answer.status_code == 302
    assert answer.headers["Location"] == address_of_digest(room, f"?edition={seat_of(room, 'FRA')}")
    (message,) = mail.outbox
    assert message.to == [room.users["staff"].email]
    assert message.subject.startswith("Test: Digest: First reading")
    assert not digests().exists()


def test_a_test_that_no_server_takes_is_said_so(room: Room, settings: Any) -> None:
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            # Port 9 discards: nobody listens on it here.
            "OPTIONS": {"host": "127.0.0.1", "port": 9, "timeout": 2},
        }
    }
    form = {"capacity": room.capacities["staff"]}
    answer = client_of(room, "staff").post(address_of_digest(room, "test/"), form, follow=True)

    assert "The mail server did not accept the test." in answer.content.decode()


@pytest.mark.parametrize(
    ("starts_in", "claimed", "cancelled", "sentence"),
    [
        (timedelta(days=3), False, False, "Will be sent on"),
        (timedelta(hours=24, minutes=-1), False, False, "It is due: it will be sent within two"),
        (timedelta(hours=3), False, False, "and is not sent yet. It will be sent as soon as"),
        (timedelta(hours=3), True, False, "It has been sent."),
        (timedelta(hours=-1), False, False, "no digest will be sent any more."),
        (timedelta(days=3), False, True, "The meeting is cancelled: no digest will be sent."),
    ],
)
def test_the_page_says_when_the_digest_will_be_sent_or_that_it_will_not(
    room: Room, starts_in: timedelta, claimed: bool, cancelled: bool, sentence: str
) -> None:
    now = timezone.now()
    Meeting.objects.filter(pk=room.meeting.pk).update(
        starts_at=now + starts_in,
        digest_claimed_for=now + starts_in if claimed else None,
        cancelled_at=now if cancelled else None,
    )
    assert sentence in text_of_answer(client_of(room, "staff").get(address_of_digest(room)))


def test_a_digest_counts_as_sent_when_the_mail_server_has_taken_all_of_it(room: Room) -> None:
    with time_machine.travel(room.at(2), tick=False):
        written = list(write_due_mails(room.at(2)))
        client = client_of(room, "staff")
        assert "It is being sent. Some e-mails are still waiting." in text_of_answer(
            client.get(address_of_digest(room))
        )
        for key in written:
            deliver(key)
        assert "It has been sent." in text_of_answer(client.get(address_of_digest(room)))


def text_of_answer(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_where_there_is_nothing_to_tell_the_page_says_so_and_no_test_goes(room: Room) -> None:
    with time_machine.travel(room.at(2), tick=False):
        for key in list(write_due_mails(room.at(2))):
            deliver(key)
        mail.outbox.clear()
        client = client_of(room, "staff")
        page = client.get(address_of_digest(room)).content.decode()
        answer = client.post(
            address_of_digest(room, "test/"), {"capacity": room.capacities["staff"]}, follow=True
        )

    assert "Nothing yet" in page
    assert "There is nothing new yet. No e-mail was sent." in answer.content.decode()
    assert mail.outbox == []
