"""Celery's bell-pushes: each only calls what the rooms decide."""

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from comments.digests.gathering import offer_unsent, ring, send
from comments.following.notices import gather_watched, offer_unsent_notices, send_notice
from comments.tables.exporting import clear_expired, make_paper


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
