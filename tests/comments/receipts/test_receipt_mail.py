"""A receipt by mail and over the API: one mail each, without the words of an input."""

import re
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from kombu import Connection, pools

from comments.models import Comment
from config.celery import app
from consultations.keys.acts import make_token
from consultations.models import Mail, MailKind
from delegations.models import User
from tests.comments.digests.digest_mails import html_of, text_of
from tests.comments.reading.test_pages import Person, page, proposal
from tests.room import SLUG, Room, marker
from tests.smtp import ReceivedMails, mail_server

pytestmark = [pytest.mark.every_server, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def inbox(settings: Any) -> Iterator[ReceivedMails]:
    """A real mail server; what a worker would do is done when the submission is committed."""
    was = app.conf.task_always_eager
    app.conf.task_always_eager = True
    with mail_server(settings) as received:
        yield received
    app.conf.task_always_eager = was


def recipients_of(received: ReceivedMails) -> list[str]:
    return sorted(to for recipients, _mail in received.mails for to in recipients)


def words_of(mail: EmailMessage) -> str:
    return " ".join((text_of(mail), html_of(mail), str(mail["Subject"])))


def addresses(room: Room, *people: str) -> list[str]:
    return sorted(room.users[who].email for who in people)


def test_who_submits_and_the_focal_points_get_one_mail_each_without_a_word(
    committed_room: Room, inbox: ReceivedMails
) -> None:
    room, person = committed_room, Person(committed_room, "FRA focal_point")
    shown = page(person.get("submit_all"))
    sent = re.findall(r'name="comment" value="([^"]+)"', shown)
    answers = [person.post("submit_all", comment=sent) for _press in range(2)]
    assert recipients_of(inbox) == addresses(room, "FRA focal_point")
    (_to, mail), number = inbox.mails[0], answers[0].headers["Location"]
    mail_text = words_of(mail)
    assert "FRA-5" in mail_text and number in mail_text and "1 input of France" in mail_text
    assert marker("FRA cleared") not in mail_text and "Because" not in mail_text
    assert "raise awareness" not in mail_text  # not even of the text it is on


def test_a_single_press_and_a_new_version_mail_their_receipts(
    committed_room: Room, inbox: ReceivedMails
) -> None:
    room, person = committed_room, Person(committed_room, "FRA focal_point")
    draft, old = room.comment("FRA draft"), room.comment("FRA submitted")
    shown = f"{draft.public_id}:{draft.version}"
    for _press in range(2):
        person.post("submit_comment", draft.public_id, comment=shown)
    assert len(inbox.mails) == 1
    sent = proposal(proposed=f"To raise {marker('new words')} of all.")
    for _press in range(2):
        person.post("supersede_comment", old.public_id, then="submit", **sent)
    assert len(inbox.mails) == 1  # nothing has gone yet
    new = Comment.objects.get(amends=old.number, filed_by=old.filed_by, submitted_at=None)
    for _press in range(2):
        person.post("submit_comment", new.public_id, comment=f"{new.public_id}:{new.version}")
    assert len(inbox.mails) == 2
    mail_text = words_of(inbox.mails[1][1])
    assert old.reference in mail_text and marker("new words") not in mail_text


def test_over_the_api_it_is_the_same_mail(committed_room: Room, inbox: ReceivedMails) -> None:
    room = committed_room
    client, key = Client(), make_token(actor=room.access("FRA focal_point"), name="Sheet")[1]
    head = {"Authorization": f"Token {key}"}
    draft, ready = room.comment("FRA draft"), room.comment("FRA cleared")

    def post(path: str, **body: Any) -> Any:
        url = f"/api/v1/consultations/{SLUG}/comments/{path}"
        answer = client.post(url, body, content_type="application/json", headers=head)
        assert answer.status_code in {200, 201}, answer.content
        return answer.json()

    for _press in range(2):
        one = post(f"{draft.public_id}/submit/")
    assert len(inbox.mails) == 1
    for _press in range(2):
        (several,) = post("submit/", comments=[str(ready.public_id)])
    assert len(inbox.mails) == 2
    new = post(
        f"{room.comment('FRA submitted').public_id}/supersede/", kind="comment", rationale="Yes."
    )
    assert len(inbox.mails) == 3
    receipts = {one["receipt"], several["receipt"], new["receipt"]}
    assert len(receipts) == 3
    listed = client.get(f"/api/v1/consultations/{SLUG}/receipts/", headers=head).json()
    assert receipts <= {row["id"] for row in listed["results"]}
    url = f"/api/v1/consultations/{SLUG}/receipts/{new['receipt']}/"
    receipt = client.get(url, headers=head).json()
    assert receipt["inputs"] == 1 and receipt["comments"][0]["reference"] == new["reference"]
    query = {"number": receipt["id"], "checksum": receipt["checksum"]}
    assert "This receipt is genuine" in page(client.get(reverse("verify_receipt"), query))


def test_a_second_focal_point_gets_it_too_and_a_contributor_does_not(
    committed_room: Room, inbox: ReceivedMails
) -> None:
    room = committed_room
    deputy = room.users["FRA deputy"]
    deputy.posts.update(role="focal_point")
    User.objects.filter(pk=deputy.pk).update(language="fr")
    person, draft = Person(room, "FRA focal_point"), room.comment("FRA draft")
    person.post("submit_comment", draft.public_id, comment=f"{draft.public_id}:{draft.version}")
    assert recipients_of(inbox) == addresses(room, "FRA focal_point", "FRA deputy")
    ids = {mail["Message-ID"] for _to, mail in inbox.mails}
    assert len(ids) == 2


def test_with_the_queue_out_of_reach_the_submission_stands(
    committed_room: Room, caplog: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The receipt is on the page, and its mail waits for the next bell; nothing stands in a log."""
    room, person = committed_room, Person(committed_room, "FRA focal_point")
    draft, nowhere = room.comment("FRA draft"), Connection("redis://127.0.0.1:1/0")
    monkeypatch.setattr(app.amqp, "_producer_pool", pools.producers[nowhere])
    answer = person.post(
        "submit_comment", draft.public_id, comment=f"{draft.public_id}:{draft.version}"
    )
    assert answer.status_code == 302
    assert room.comment("FRA draft").submitted_at is not None
    waiting = Mail.objects.waiting().filter(kind=MailKind.RECEIPT)
    assert {mail.reader_id for mail in waiting} == {room.users["FRA focal_point"].pk}
    assert marker("FRA draft") not in caplog.text and "example.org" not in caplog.text
