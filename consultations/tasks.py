"""Celery's tasks of the frame: each only calls what the room decides."""

from celery import shared_task

from consultations.outbox.sending import MOST_IN_ONE_CALL, send_due
from consultations.outbox.writing import ring


@shared_task
def send_mails() -> None:
    """Send the mails that are due; rung after each act that writes some, and by the schedule."""
    if send_due() == MOST_IN_ONE_CALL:
        ring()
