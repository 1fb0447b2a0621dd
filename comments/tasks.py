"""Celery's tasks: each only calls what the packages decide."""

import logging
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from celery import shared_task
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from comments.mail import received_mail, room_mail
from comments.mail.circulation import waiting_mails
from comments.mail.digests import deliver_digest, retry_unsent, run_due
from comments.mail.receipt_mail import receipt_readers, receipt_to_mail, send_receipt
from comments.mail.room_mail import RoomEvent, RoomEventKind
from comments.mail.watched_notices import gather_watched, retry_unsent_notices, send_notice
from comments.models import Comment
from comments.papers.attempts import OFFER_HOLDS, give_up, note_offer, waiting_papers
from comments.papers.exporting import clear_expired, clear_orphans, make_paper
from consultations.mail.letters import NotTaken
from consultations.rules.access import Access
from drafts.models import Revision

log = logging.getLogger(__name__)


# The row is the truth: a message that is lost with its worker or its broker need not come back.
@shared_task(reject_on_worker_lost=False)
def make_export(key: int) -> None:
    """Make the paper that was asked for."""
    make_paper(key)


def start_export(key: int) -> bool:
    """Hand the paper to a worker; False where the queue is out of reach: then it waits for
    the bell that offers it again."""
    try:
        make_export.apply_async((key,), retry=False, expires=OFFER_HOLDS.total_seconds())
    except OperationalError:
        log.error("A paper waits for the queue")
        note_offer(key, is_taken=False)
        return False
    note_offer(key, is_taken=True)
    return True


@shared_task
def offer_waiting_exports() -> None:
    """Every twenty seconds: offer again the papers that no living worker makes."""
    moment = timezone.now()
    give_up(moment)
    for key in waiting_papers(moment):
        if not start_export(key):
            return


@shared_task
def clear_expired_exports() -> None:
    """Every hour: delete the files of papers whose week is over, and what killed workers left."""
    clear_expired(timezone.now())
    clear_orphans()


@shared_task
def gather_due_digests() -> None:
    """Every minute: write the digests that are due, and the notices of meetings that moved."""
    for key in run_due(timezone.now()):
        send_digest.delay(key)


@shared_task
def retry_unsent_digests() -> None:
    """Every five minutes: queue again the digests whose sending failed."""
    for key in retry_unsent(timezone.now()):
        send_digest.delay(key)


@shared_task
def send_digest(key: int) -> None:
    """Send one digest or notice."""
    deliver_digest(key)


@shared_task
def gather_watched_news() -> None:
    """Every minute: write the notices on what people watch that are due, at once or daily."""
    for key in gather_watched(timezone.now()):
        send_watched_news.delay(key)


@shared_task
def retry_unsent_news() -> None:
    """Every five minutes: offer again the notices that no mail server took."""
    for key in retry_unsent_notices(timezone.now()):
        send_watched_news.delay(key)


@shared_task
def send_watched_news(key: int) -> None:
    """Send one notice on what a person watches, or on a circulation."""
    send_notice(key)


@shared_task
def mail_circulation(revision: int) -> None:
    """One mail to each who takes part; what was sent already is not sent again."""
    for key in waiting_mails(revision):
        send_watched_news.delay(key)


def mail_on_commit(revision: Revision) -> None:
    """Hand the mails of a circulation to a worker, once it is committed.

    With the queue out of reach they wait, and the bell that offers unsent news finds them.
    """

    def start() -> None:
        try:
            mail_circulation.apply_async((revision.pk,), retry=False)
        except OperationalError:
            log.error("The mails of revision %s wait for the queue", revision.public_id)

    transaction.on_commit(start)


@shared_task
def mail_receipt(key: int) -> None:
    """One mail to each who gets the receipt, so that a second try writes to nobody twice."""
    for reader in receipt_readers(receipt_to_mail(key)):
        mail_receipt_to.delay(key, reader)


@shared_task(autoretry_for=(NotTaken,), retry_backoff=15, retry_backoff_max=3600, max_retries=20)
def mail_receipt_to(key: int, reader: int) -> None:
    """Mail one receipt; where the mail server is away, again and again for some hours."""
    send_receipt(key, reader)


def mail_new_receipts(access: Access, comments: Iterable[Comment]) -> None:
    """Hand the receipts of what was submitted just now to a worker, once it is committed; and the
    mails to the groups in whose name it was.

    What a second press brought back has its receipt already. With the queue out of reach the
    submission stands, and its receipt on the page.
    """
    rows = [row for row in comments if row.submitted_at == access.moment]
    tell_groups_of(access, rows)
    new = {row.receipt_id for row in rows}
    for key in sorted(filter(None, new)):
        transaction.on_commit(lambda key=key: _start_mailing(key))  # type: ignore[misc]


def _start_mailing(key: int) -> None:
    try:
        mail_receipt.apply_async((key,), retry=False)
    except OperationalError:
        log.error("The receipt %s could not be handed to a worker", key)


# --- Group rooms, and what came by letter --------------------------------------------------------


def tell_room(access: Access, comment: Comment, what: RoomEventKind) -> None:
    """Tell those who sit in a draft's room what happened, once it is committed."""
    seat = access.seat.pk if access.seat else 0
    _tell(RoomEvent((comment.pk,), what, by=seat, at=access.moment.isoformat()))


def tell_groups_of(access: Access, comments: Iterable[Comment]) -> None:
    """Tell the members of a group what was submitted just now in its name, in one mail a group."""
    seat = access.seat.pk if access.seat else 0
    groups: dict[int, list[int]] = {}
    for row in comments:
        if row.seat_id != seat:
            groups.setdefault(row.seat_id, []).append(row.pk)
    for keys in groups.values():
        _tell(
            RoomEvent(tuple(keys), RoomEventKind.SUBMITTED, by=seat, at=access.moment.isoformat())
        )


def _tell(event: RoomEvent) -> None:
    def start() -> None:
        try:
            mail_room.apply_async((asdict(event),), retry=False)
        except OperationalError:
            log.error("The mails of a group room (%s) could not be handed to a worker", event.what)

    transaction.on_commit(start)


@shared_task
def mail_room(event: dict[str, Any]) -> None:
    """One mail to each who sits in the room, so that a second try writes to nobody twice."""
    for post in room_mail.room_readers(RoomEvent.read(event)):
        mail_room_to.delay(event, post)


@shared_task(autoretry_for=(NotTaken,), retry_backoff=15, retry_backoff_max=3600, max_retries=20)
def mail_room_to(event: dict[str, Any], post: int) -> None:
    """Mail one of them; where the mail server is away, again and again for some hours."""
    room_mail.send_room_mail(RoomEvent.read(event), post)


def tell_of_received(comment: Comment) -> None:
    """Tell a delegation that an input waits for it, once it is committed."""

    def start() -> None:
        try:
            mail_received.apply_async((comment.pk,), retry=False)
        except OperationalError:
            log.error("The mails of a received input could not be handed to a worker")

    transaction.on_commit(start)


@shared_task
def mail_received(key: int) -> None:
    """One mail to each deputy and focal point, so that a second try writes to nobody twice."""
    for post in received_mail.received_readers(key):
        mail_received_to.delay(key, post)


@shared_task(autoretry_for=(NotTaken,), retry_backoff=15, retry_backoff_max=3600, max_retries=20)
def mail_received_to(key: int, post: int) -> None:
    """Mail one of them; where the mail server is away, again and again for some hours."""
    received_mail.send_received_mail(key, post)
