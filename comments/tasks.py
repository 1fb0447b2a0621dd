"""The tasks that Celery runs; those that its clock starts (`config/celery`) say how often.

Each only calls the packages, which decide what is due. A paper is a file that somebody asked for to
download it, such as the table of inputs.
"""

import logging
from contextlib import suppress

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from comments.digests.acts import write_due_mails
from comments.erasing.retention import clear_old_autosaves, clear_old_sessions
from comments.exports.acts import delete_expired_files, delete_orphaned_files, make_export_file
from comments.exports.attempts import (
    OFFER_LIFETIME,
    close_lost_exports,
    export_ids_to_offer,
    record_offer,
)
from comments.groups.mail import write_due_unreached_mails
from comments.news.mail import write_due_watch_notices
from comments.silences.mail import write_due_silence_mails

log = logging.getLogger(__name__)


# A lost message need not come back: `offer_waiting_exports` finds the unfinished row again.
@shared_task(reject_on_worker_lost=False)
def make_export(export_id: int) -> None:
    """Make the paper that was asked for. Started by `start_export` alone, not by the clock."""
    make_export_file(export_id)


def start_export(export_id: int) -> bool:
    """Hand the paper to a worker; False where the queue is out of reach.

    Then `offer_waiting_exports` offers the paper again.
    """
    try:
        make_export.apply_async((export_id,), retry=False, expires=OFFER_LIFETIME.total_seconds())
    except OperationalError:
        log.error("A paper waits for the queue")
        record_offer(export_id, is_accepted=False)
        return False
    record_offer(export_id, is_accepted=True)
    return True


@shared_task
def offer_waiting_exports() -> None:
    """Every twenty seconds: offer again the papers that no living worker makes.

    Those whose workers were lost too often are closed.
    """
    moment = timezone.now()
    close_lost_exports(moment)
    for export_id in export_ids_to_offer(moment):
        if not start_export(export_id):
            return  # the queue is out of reach for the others too


@shared_task
def clear_expired_exports() -> None:
    """Every hour: delete the files of papers whose week is over, and what killed workers left."""
    # Where the server of files is away, it is tried again in an hour.
    with suppress(ConnectionError):
        delete_expired_files(timezone.now())
        delete_orphaned_files()


@shared_task
def clear_what_is_old() -> None:
    """Every hour: delete sessions that have ended, and autosaves that nobody touched for long."""
    moment = timezone.now()
    clear_old_sessions(moment)
    clear_old_autosaves(moment)


@shared_task
def gather_due_digests() -> None:
    """Every minute: write the digests that are due, and the notices of meetings that moved."""
    write_due_mails(timezone.now())


@shared_task
def gather_unreached_members() -> None:
    """Every minute: tell coordinators, before a silence ends, which members no mail reached."""
    write_due_unreached_mails(timezone.now())


@shared_task
def gather_silence_news() -> None:
    """Every minute: write the reminders of silences, and the news of those that ended."""
    write_due_silence_mails(timezone.now())


@shared_task
def gather_watched_news() -> None:
    """Every minute: write the notices on what people watch that are due, at once or daily."""
    write_due_watch_notices(timezone.now())
