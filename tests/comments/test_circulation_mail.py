"""The mails of a circulation leave with it, as a worker sends them, and none goes twice."""

import pytest
from django.core import mail

from comments.tasks import mail_circulation
from config.celery import app
from drafts.models import Revision
from tests.comments.test_circulating import seen_in, taking_part, terms
from tests.comments.test_pages import Person
from tests.room import Room


@pytest.mark.django_db(transaction=True)
def test_the_mails_leave_with_the_circulation_and_a_retry_sends_none_twice(
    committed_room: Room,
) -> None:
    room, person = committed_room, Person(committed_room, "co_facilitator")
    was = app.conf.task_always_eager
    app.conf.task_always_eager = True
    try:
        seen = seen_in(person.get("circulate", "plan"))
        answer = person.post("circulate", "plan", seen=seen, **terms())
        assert answer.status_code == 302
        revision = Revision.objects.get(stage="Rev.1")
        mail_circulation(revision.pk)
    finally:
        app.conf.task_always_eager = was
    addressed = [message.to[0] for message in mail.outbox]
    assert sorted(addressed) == sorted(taking_part(room))
    ids = {message.extra_headers["Message-ID"] for message in mail.outbox}
    assert len(ids) == len(addressed)
