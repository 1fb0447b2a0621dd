"""Mails are sent: claimed, put into words, handed over, stamped; offered again where not taken.

Several workers may do so at once: the row of a mail stays locked from the first look to the stamp,
and whoever comes second goes on to the next. A worker that dies between the server's yes and the
stamp makes one repeat of that one mail, under the same Message-ID.
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
from consultations.outbox.kinds import NotYet, composers
from consultations.outbox.letters import Letter, NotTaken, RefusedForGood, ServerAway
from consultations.rules.access import Access
from consultations.rules.access_factory import enter

logger = logging.getLogger(__name__)

# What no server took for so long is given up, and the secretariat sees it.
GIVEN_UP_AFTER = timedelta(days=14)
# A mail that waits for another one looks again after this.
A_MOMENT = timedelta(minutes=1)
# How many one call of the task sends before it lets other tasks come in.
MOST_IN_ONE_CALL = 100


class Attempt(Enum):
    """What became of a mail, this time."""

    SENT = auto()
    LAID_ASIDE = auto()  # dropped, refused, or due again
    SERVER_AWAY = auto()  # due again, and so are all others


def send_due(*, now: datetime | None = None, kinds: Sequence[str] = ()) -> int:
    """Send what is due, the oldest first; how many went out.

    Ends early where the mail server is out of reach: the others need not find that out too.
    """
    sent = 0
    for _turn in range(MOST_IN_ONE_CALL):
        attempt = send_next(now=now, kinds=kinds)
        if attempt is None or attempt is Attempt.SERVER_AWAY:
            break
        sent += attempt is Attempt.SENT
    return sent


def send_next(*, now: datetime | None = None, kinds: Sequence[str] = ()) -> Attempt | None:
    """Send the mail that has been due longest; None where none is due."""
    now = now or timezone.now()
    due = Mail.objects.due(now).order_by("due_at", "pk")
    return _attempt(due.filter(kind__in=kinds) if kinds else due, now)


def deliver(key: int, *, now: datetime | None = None) -> bool:
    """Send one mail that waits, whether it is due or not; whether it went out.

    `now` is asked whether there is still something to tell; what may be read is always that of the
    moment of reading.
    """
    rows = Mail.objects.waiting().filter(pk=key)
    return _attempt(rows, now or timezone.now()) is Attempt.SENT


def access_of(mail: Mail) -> Access | None:
    """What its reader may read now; None where the post, the seat or the account ended."""
    if mail.reader is None or mail.consultation is None:
        return None
    try:
        return enter(mail.reader, mail.consultation.slug, mail.capacity)
    except Http404:
        return None


@transaction.atomic
def _attempt(rows: MailQuerySet, now: datetime) -> Attempt | None:
    """Claim the first of these mails that nobody else holds, and send it."""
    locked = rows.select_for_update(skip_locked=True, of=("self",))
    mail = locked.select_related("reader", "consultation", "meeting__consultation").first()
    if mail is None:
        return None
    attempt = _send(mail, now)
    mail.save()
    return attempt


def _send(mail: Mail, now: datetime) -> Attempt:
    """Set on the row what became of it."""
    try:
        letter = _letter_of(mail, now)
        if letter is None:
            mail.dropped_at = timezone.now()
            return Attempt.LAID_ASIDE
        letter.send(message_id=f"{mail.kind}-{mail.public_id}")
    except NotYet:
        mail.due_at = now + A_MOMENT
        return Attempt.LAID_ASIDE
    except ServerAway as away:
        _offer_again(mail, now, str(away))
        return Attempt.SERVER_AWAY
    except RefusedForGood as refused:
        mail.attempts += 1
        mail.why, mail.refused_at = str(refused), timezone.now()
        return Attempt.LAID_ASIDE
    except NotTaken as refused:
        _offer_again(mail, now, str(refused))
        return Attempt.LAID_ASIDE
    except Exception as error:
        # Its message may hold words; and one mail never holds back the others.
        _offer_again(mail, now, type(error).__name__)
        return Attempt.LAID_ASIDE
    mail.sent_at, mail.why = timezone.now(), ""
    mail.items = mail.items if letter.items is None else dict(letter.items)
    return Attempt.SENT


def _letter_of(mail: Mail, now: datetime) -> Letter | None:
    # A savepoint: what fails in the database while it is read leaves the row to be stamped.
    with transaction.atomic():
        if mail.reader is None:
            return composers()[mail.kind](mail, now)
        with override(mail.reader.interface_language):
            return composers()[mail.kind](mail, now)


def _offer_again(mail: Mail, now: datetime, why: str) -> None:
    logger.warning("mail %s was not taken: %s", mail.public_id, why)
    mail.why = why[:60]
    mail.due_at = now + _pause_after(mail.attempts)
    mail.attempts += 1
    if now - mail.written_at > GIVEN_UP_AFTER:
        mail.refused_at = timezone.now()


def _pause_after(attempts: int) -> timedelta:
    """How long a mail waits that was not taken: the last pause of the settings repeats."""
    pauses = settings.MAIL_PAUSES
    return timedelta(seconds=pauses[min(attempts, len(pauses) - 1)])
