"""The mails of a circulation are sent by the worker with it, and none is sent twice."""

from pathlib import Path

import pytest
from django.core import mail
from django.core.management import CommandError

from config.celery import app
from consultations.tasks import send_mails
from drafts.models import Revision
from tests.comments.circulating.test_circulating import seen_in, taking_part, terms
from tests.comments.circulating.test_circulating_by_command import import_draft
from tests.comments.reading.test_pages import Person
from tests.mails import notices
from tests.room import Room, answer_all


@pytest.mark.django_db(transaction=True)
def test_the_mails_leave_with_the_circulation_and_a_retry_sends_none_twice(
    committed_room: Room,
) -> None:
    room, person = committed_room, Person(committed_room, "co_facilitator")
    answer_all(room)
    was = app.conf.task_always_eager
    app.conf.task_always_eager = True
    try:
        seen = seen_in(person.get("circulate", "plan"))
        answer = person.post("circulate", "plan", seen=seen, **terms())
        assert answer.status_code == 302
        assert Revision.objects.filter(stage="Rev.1").exists()
        send_mails()
    finally:
        app.conf.task_always_eager = was
    addressed = [message.to[0] for message in mail.outbox]
    assert sorted(addressed) == sorted(taking_part(room))
    ids = {message.extra_headers["Message-ID"] for message in mail.outbox}
    assert len(ids) == len(addressed)


@pytest.mark.django_db(transaction=True)
def test_who_circulates_by_command_tells_the_same_people(
    committed_room: Room, tmp_path: Path
) -> None:
    file = tmp_path / "resolution.txt"
    file.write_text("1. Adopts the Plan.\n", encoding="utf-8")
    was = app.conf.task_always_eager
    app.conf.task_always_eager = True
    try:
        with pytest.raises(CommandError, match="0 rounds named"):
            import_draft(committed_room, file, "--round", "No such round")
        assert (notices().count(), mail.outbox) == (0, [])
        output = import_draft(committed_room, file)
    finally:
        app.conf.task_always_eager = was
    assert "A mail to each who takes part goes out with it." in output
    addressed = [message.to[0] for message in mail.outbox]
    assert sorted(addressed) == sorted(taking_part(committed_room))
    assert {message.subject for message in mail.outbox} >= {
        f"Circulated: {committed_room.unsent_draft.title}, First draft"
    }
