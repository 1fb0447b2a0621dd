"""Write and send the mails that are due before meetings, at once, without Celery's schedule.

send_due_digests --now 2026-12-01T09:00-05:00
"""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from comments.digests.acts import write_due_mails
from consultations.command_access import access_for
from consultations.models import MEETING_MAIL_KINDS, Consultation, Mail
from consultations.outbox.sending import deliver
from consultations.rules.access import Act


class Command(BaseCommand):
    help = __doc__ or ""  # "" for the type checker alone

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--now",
            metavar="MOMENT",
            help="find the meetings that are due at this moment, given with its offset: "
            "2026-12-01T09:00-05:00. A mail has what its reader may see at the real moment",
        )
        parser.add_argument("--consultation", metavar="SLUG", help="the meetings of this one only")
        parser.add_argument(
            "--as",
            dest="email",
            help="the e-mail address of who acts, in --consultation; no person unless given",
        )
        parser.add_argument("--capacity", default="", help="for example secretariat")

    def handle(self, *args: Any, **options: Any) -> None:
        moment = _moment(options["now"])
        consultation = _consultation(options)
        write_due_mails(moment, consultation=consultation)
        # The mails just written are due at the real moment, which --now may precede.
        due_mails = Mail.objects.due(max(moment, timezone.now())).filter(
            kind__in=MEETING_MAIL_KINDS
        )
        if consultation is not None:
            due_mails = due_mails.filter(consultation=consultation)
        mail_ids = list(due_mails.order_by("pk").values_list("pk", flat=True))
        sent_count = sum(deliver(mail_id, now=moment) for mail_id in mail_ids)
        self.stdout.write(f"{len(mail_ids)} mails were due, {sent_count} went out.")


def _moment(moment_text: str | None) -> datetime:
    """The moment that is named, or now. Raises CommandError unless it is one, with an offset."""
    if moment_text is None:
        return timezone.now()
    try:
        moment = datetime.fromisoformat(moment_text)
    except ValueError:
        raise CommandError(f"{moment_text} is no moment. Write it like 2026-12-01T09:00-05:00.")
    if moment.tzinfo is None:
        raise CommandError(f"{moment_text} has no offset. Write it like 2026-12-01T09:00-05:00.")
    return moment


def _consultation(options: dict[str, Any]) -> Consultation | None:
    """The consultation that was named, None for all.

    Raises CommandError for an unknown one, or where the person of `--as` may not set its meetings.
    """
    slug = options["consultation"]
    if options["email"]:
        if not slug:
            raise CommandError("Say with --consultation where this person acts.")
        access = access_for(options["email"], options["capacity"], slug)
        try:
            access.require(Act.SET_MEETINGS, on=access.consultation)
        except PermissionDenied as error:
            raise CommandError(str(error))
        return access.consultation
    if not slug:
        return None
    consultation = Consultation.objects.filter(slug=slug).first()
    if consultation is None:
        raise CommandError(f"There is no consultation with the address {slug}.")
    return consultation
