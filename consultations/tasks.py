"""Celery's tasks of the frame: each only calls what the room decides."""

from celery import shared_task
from kombu.exceptions import OperationalError

from consultations.mail.invitation_mail import mail_invitation
from consultations.mail.letters import NotTaken


@shared_task(autoretry_for=(NotTaken,), retry_backoff=15, retry_backoff_max=3600, max_retries=20)
def send_invitation(key: int) -> None:
    """Mail one invitation; where the mail server is away, again and again for some hours."""
    mail_invitation(key)


def start_sending(key: int) -> bool:
    """Hand the mail to a worker; False where the queue is out of reach."""
    try:
        send_invitation.apply_async((key,), retry=False)
    except OperationalError:
        return False
    return True
