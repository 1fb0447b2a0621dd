"""The secretariat opens its pages and sends their forms; what is said after, and mailed."""

from html import unescape
from typing import Any

from django.contrib.messages import get_messages
from django.core import mail

from consultations.models import MailKind
from delegations.models import User
from tests.consultations.people.people import House, key_of, signed_in
from tests.mails import send_all


def get(house: House, path: str, user: User | None = None) -> str:
    answer = signed_in(user or house.secretariat).get(path, follow=True)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def send(house: House, path: str, **fields: Any) -> Any:
    sent = {"capacity": key_of(house.secretariat), **fields}
    return signed_in(house.secretariat).post(house.path(path), sent)


def said_after(answer: Any) -> list[str]:
    """The messages that a request leaves for the next page."""
    return [str(message) for message in get_messages(answer.wsgi_request)]


def letters(kind: MailKind) -> list[Any]:
    mail.outbox.clear()
    send_all(kind)
    return list(mail.outbox)
