"""Read the report of a mail server on a mail that came back, from standard input."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from consultations.outbox.bounces import MAX_BYTES, record_bounce


class Command(BaseCommand):
    """An alias of the mail server pipes the mails to the sender's address into it."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        mail = record_bounce(sys.stdin.buffer.read(MAX_BYTES))
        # Always a success: a mail server would send the report back otherwise.
        self.stdout.write(f"{mail.public_id}: {mail.why}" if mail else "No mail of ours came back.")
