"""The outbox in tests: mails by what they tell of, and a round of sending."""

from datetime import datetime

from consultations.models import MEETING_MAIL_KINDS, Mail, MailKind, MailQuerySet
from consultations.outbox.sending import deliver


def digests() -> MailQuerySet:
    """Digests, and the notices of meetings that moved or were cancelled."""
    return Mail.objects.filter(kind__in=MEETING_MAIL_KINDS)


def notices() -> MailQuerySet:
    """Mails on what people watch, and on circulations."""
    return Mail.objects.filter(kind__in=[MailKind.WATCHED, MailKind.CIRCULATION])


def due(moment: datetime, rows: MailQuerySet | None = None) -> list[int]:
    """The keys of those that would be offered at this moment."""
    waiting = Mail.objects.due(moment) if rows is None else rows.due(moment)
    return list(waiting.order_by("pk").values_list("pk", flat=True))


def send_all(kind: MailKind) -> int:
    """Send every mail of this kind that waits; how many went out."""
    waiting = Mail.objects.waiting().filter(kind=kind).order_by("pk")
    return sum(map(deliver, list(waiting.values_list("pk", flat=True))))
