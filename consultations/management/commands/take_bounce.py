"""Read the report of a mail server on a mail that came back, from standard input.

The mail server runs it for each mail to our sender's address, by an alias that pipes.
"""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from consultations.outbox.bounces import MAX_BYTES, record_bounce


class Command(BaseCommand):
    help = __doc__ or ""  # "" for the type checker alone

    def handle(self, *args: Any, **options: Any) -> None:
        mail = record_bounce(sys.stdin.buffer.read(MAX_BYTES))
        # It never ends with an error: the mail server would then send the report back.
        self.stdout.write(f"{mail.public_id}: {mail.why}" if mail else "No mail of ours came back.")
