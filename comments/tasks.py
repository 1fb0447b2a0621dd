"""Celery's bell-pushes: each only calls what the rooms decide."""

import logging
from collections.abc import Iterable

from celery import shared_task
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from comments.digests.gathering import offer_unsent, ring, send
from comments.following.notices import gather_watched, offer_unsent_notices, send_notice
from comments.models import Comment
from comments.receipt_mail import readers_of, receipt_to_mail, send_receipt
from comments.tables.exporting import clear_expired, make_paper
from consultations.access import Access
from consultations.letters import NotTaken

log = logging.getLogger(__name__)


@shared_task
def make_export(key: int) -> None:
    """Make the paper that was asked for."""
    make_paper(key)


def start_export(key: int) -> bool:
    """Hand the paper to a worker; False where the queue is out of reach."""
    try:
        make_export.apply_async((key,), retry=False)
    except OperationalError:
        return False
    return True


@shared_task
def clear_expired_exports() -> None:
    """Delete the files of papers whose week is over."""
    clear_expired(timezone.now())


@shared_task
def gather_due_digests() -> None:
    """Every minute: write the digests that are due, and the notices of meetings that moved."""
    for key in ring(timezone.now()):
        send_digest.delay(key)


@shared_task
def offer_unsent_digests() -> None:
    """Every five minutes: offer again what no mail server took."""
    for key in offer_unsent(timezone.now()):
        send_digest.delay(key)


@shared_task
def send_digest(key: int) -> None:
    """Send one digest or notice."""
    send(key)


@shared_task
def gather_watched_news() -> None:
    """Every minute: write the notices on what people watch that are due, at once or daily."""
    for key in gather_watched(timezone.now()):
        send_watched_news.delay(key)


@shared_task
def offer_unsent_news() -> None:
    """Every five minutes: offer again the notices that no mail server took."""
    for key in offer_unsent_notices(timezone.now()):
        send_watched_news.delay(key)


@shared_task
def send_watched_news(key: int) -> None:
    """Send one notice on what a person watches."""
    send_notice(key)


@shared_task
def mail_receipt(key: int) -> None:
    """One mail to each who gets the receipt, so that a second try writes to nobody twice."""
    for reader in readers_of(receipt_to_mail(key)):
        mail_receipt_to.delay(key, reader)


@shared_task(autoretry_for=(NotTaken,), retry_backoff=15, retry_backoff_max=3600, max_retries=20)
def mail_receipt_to(key: int, reader: int) -> None:
    """Mail one receipt; where the mail server is away, again and again for some hours."""
    send_receipt(key, reader)


def mail_new_receipts(access: Access, comments: Iterable[Comment]) -> None:
    """Hand the receipts of what was submitted just now to a worker, once it is committed.

    What a second press brought back has its receipt already. With the queue out of reach the
    submission stands, and its receipt on the page.
    """
    new = {row.receipt_id for row in comments if row.submitted_at == access.moment}
    for key in sorted(filter(None, new)):
        transaction.on_commit(lambda key=key: _start_mailing(key))  # type: ignore[misc]


def _start_mailing(key: int) -> None:
    try:
        mail_receipt.apply_async((key,), retry=False)
    except OperationalError:
        log.error("The receipt %s could not be handed to a worker", key)
