"""Send mails: claim, compose, hand over and stamp each; retry those that the server refused.

Several workers may do so at once: the row of a mail stays locked until it is stamped, and other
workers skip it. A worker that dies between the server's yes and the stamp sends that one mail
twice, with the same Message-ID.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum, auto

from django.conf import settings
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import override

from consultations.models import Mail, MailQuerySet
from consultations.outbox.composing import (
    ComposedMail,
    NotTaken,
    RefusedForGood,
    ServerAway,
    WaitsForOtherMail,
    composers,
)
from consultations.rules.access import Access
from consultations.rules.access_factory import make_access

logger = logging.getLogger(__name__)

# A mail that no server took for so long is given up, and the secretariat sees it.
GIVEN_UP_AFTER = timedelta(days=14)
# A mail that waits for another one is tried again after this.
WAIT_FOR_ANOTHER = timedelta(minutes=1)
# How many one call of the task tries to send before it lets other tasks come in.
MAX_MAILS_PER_CALL = 100


class AttemptOutcome(Enum):
    """The outcome of one attempt to send a mail."""

    SENT = auto()
    NOT_SENT = auto()  # dropped, refused, or due again
    SERVER_AWAY = auto()  # due again, and so are all others


def send_due(*, now: datetime | None = None, kinds: Sequence[str] = ()) -> int:
    """Send the mails that are due, the oldest first; returns how many went out.

    Ends early where the mail server is out of reach: the other mails would fail as well.
    """
    sent_count = 0
    for _number in range(MAX_MAILS_PER_CALL):
        outcome = send_next(now=now, kinds=kinds)
        if outcome is None or outcome is AttemptOutcome.SERVER_AWAY:
            break
        sent_count += outcome is AttemptOutcome.SENT
    return sent_count


def send_next(*, now: datetime | None = None, kinds: Sequence[str] = ()) -> AttemptOutcome | None:
    """Send the mail that has been due longest; None where none is due."""
    now = now or timezone.now()
    due_mails = Mail.objects.due(now).order_by("due_at", "pk")
    return _send_first(due_mails.filter(kind__in=kinds) if kinds else due_mails, now)


def deliver(mail_id: int, *, now: datetime | None = None) -> bool:
    """Send the waiting mail with this id, due or not; returns whether it went out.

    `now` decides whether there is still something to tell. What the reader may see is decided by
    the real time.
    """
    waiting_mails = Mail.objects.waiting().filter(pk=mail_id)
    return _send_first(waiting_mails, now or timezone.now()) is AttemptOutcome.SENT


def access_of_reader(mail: Mail) -> Access | None:
    """The access of a mail's reader now; None where their post, seat or account ended."""
    if mail.reader is None or mail.consultation is None:
        return None
    try:
        return make_access(mail.reader, mail.consultation.slug, mail.capacity)
    except Http404:
        return None


@transaction.atomic
def _send_first(mails: MailQuerySet, now: datetime) -> AttemptOutcome | None:
    """Claim the first of these mails that nobody else holds, and send it."""
    unlocked_mails = mails.select_for_update(skip_locked=True, of=("self",))
    mail = unlocked_mails.select_related("reader", "consultation", "meeting__consultation").first()
    if mail is None:
        return None
    outcome = _send(mail, now)
    mail.save()
    return outcome


def _send(mail: Mail, now: datetime) -> AttemptOutcome:
    """Send one mail, and set on its row what became of it."""
    try:
        composed_mail = _composed_mail(mail, now)
        if composed_mail is None:
            mail.dropped_at = timezone.now()
            return AttemptOutcome.NOT_SENT
        composed_mail.send(message_id=f"{mail.kind}-{mail.public_id}")
    except WaitsForOtherMail:
        mail.due_at = now + WAIT_FOR_ANOTHER
        return AttemptOutcome.NOT_SENT
    except ServerAway as away:
        _retry_later(mail, now, str(away))
        return AttemptOutcome.SERVER_AWAY
    except RefusedForGood as refused:
        mail.attempts += 1
        mail.why, mail.refused_at = str(refused), timezone.now()
        return AttemptOutcome.NOT_SENT
    except NotTaken as refused:
        _retry_later(mail, now, str(refused))
        return AttemptOutcome.NOT_SENT
    except Exception as error:
        # Only the kind of error is kept, since its message may hold words. It is not raised, so
        # that one mail never holds back the others.
        _retry_later(mail, now, type(error).__name__)
        return AttemptOutcome.NOT_SENT
    mail.sent_at, mail.why = timezone.now(), ""
    if composed_mail.item_id_ranges is not None:
        mail.items = dict(composed_mail.item_id_ranges)
    return AttemptOutcome.SENT


def _composed_mail(mail: Mail, now: datetime) -> ComposedMail | None:
    """The mail in the language of its reader's account; for an address the composer chooses one."""
    # A savepoint: after a database error in the composer the row of the mail can still be saved.
    with transaction.atomic():
        if mail.reader is None:
            return composers()[mail.kind](mail, now)
        with override(mail.reader.interface_language):
            return composers()[mail.kind](mail, now)


def _retry_later(mail: Mail, now: datetime, failure: str) -> None:
    """Set the next attempt, or give the mail up; `failure` is a code or the kind of
    an error, never words of the mail."""
    logger.warning("mail %s was not sent: %s", mail.public_id, failure)
    mail.why = failure[:60]  # the column holds no more
    mail.due_at = now + _pause_after(mail.attempts)
    mail.attempts += 1
    if now - mail.written_at > GIVEN_UP_AFTER:
        mail.refused_at = timezone.now()


def _pause_after(attempts: int) -> timedelta:
    """How long a refused mail waits for its next attempt; the last pause repeats."""
    pauses = settings.MAIL_PAUSES
    return timedelta(seconds=pauses[min(attempts, len(pauses) - 1)])
