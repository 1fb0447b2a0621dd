"""The Celery tasks of consultations."""

from celery import shared_task

from consultations.outbox.sending import MAX_MAILS_PER_CALL, send_due
from consultations.outbox.writing import wake_worker


@shared_task
def send_mails() -> None:
    """Send the mails that are due; started by each act that writes some, and by the schedule."""
    if send_due() == MAX_MAILS_PER_CALL:  # more may be due
        wake_worker()
