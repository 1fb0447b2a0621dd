"""Make a large invented consultation in bulk, to measure and look at; never beside a real one.

Refuses a database that holds a real consultation, or a large one already.
"""

import math
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.demo.large_seed import SeedShape, add_comments, add_replies, create_large
from consultations.models import Consultation
from delegations.models import Delegation

SLUG = "large"
PARAGRAPHS_PER_SECTION = 25


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--paragraphs", type=int, default=300, help="how many (300)")
        parser.add_argument("--comments", type=int, default=5000, help="how many (5000)")

    def handle(self, *args: Any, **options: Any) -> None:
        paragraphs, comments = options["paragraphs"], options["comments"]
        if paragraphs < 1 or comments < 0:
            raise CommandError("Ask for at least one paragraph, and for no fewer than 0 comments.")
        if Consultation.objects.filter(is_invented=False).exists():
            raise CommandError(
                "This database holds a real consultation. Invented rows in bulk are written only "
                "where everything is invented: set DATABASE_URL to another database."
            )
        if Consultation.objects.filter(slug=SLUG).exists():
            raise CommandError(f"The large consultation stands already, at /consultations/{SLUG}/.")
        if not Delegation.objects.exists():
            call_command("load_delegations", stdout=self.stdout)
        seed = create_large(_shape(paragraphs), timezone.now())
        add_comments(seed, comments)
        if comments >= 10:  # one reply to ten inputs
            add_replies(seed, comments // 10)
        self.stdout.write(
            f"{paragraphs} paragraphs, {comments} inputs: /consultations/{SLUG}/\n"
            f"Sign in by a mailed code as {seed.facilitator.email} (co-facilitator) or as "
            f"{seed.focal_points[0].email} ({seed.seats[0].name}, focal point)."
        )


def _shape(paragraph_count: int) -> SeedShape:
    return SeedShape(
        slug=SLUG,
        title="A large invented text",
        section_count=math.ceil(paragraph_count / PARAGRAPHS_PER_SECTION),
        paragraph_count=paragraph_count,
        words_per_paragraph=60,
        people_count=2000,
        words_per_rationale=30,
    )
