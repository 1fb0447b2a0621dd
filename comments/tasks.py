"""Celery's tasks: each only calls what the packages decide."""

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from comments.mail.digests import run_due
from comments.mail.unreached_mail import gather_unreached
from comments.mail.watched_notices import gather_watched
from comments.papers.exporting import clear_expired, make_paper


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
    for _key in run_due(timezone.now()):
        pass  # written and committed, meeting by meeting; the outbox sends them


@shared_task
def gather_unreached_members() -> None:
    """Every minute: write to coordinators whose silence ends soon and did not reach all."""
    gather_unreached(timezone.now())


@shared_task
def gather_watched_news() -> None:
    """Every minute: write the notices on what people watch that are due, at once or daily."""
    gather_watched(timezone.now())
