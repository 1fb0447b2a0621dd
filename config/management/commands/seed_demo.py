"""Make the demo consultation by the acts of the pages; with --who, print who can sign in.

A second run changes nothing; a real database is refused.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from config.demo.guard import require_demo
from config.demo.seed import PASSWORD, people_who_can_sign_in
from config.demo.third_week import seed_three_weeks
from delegations.models import Delegation


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--who", action="store_true", help="only print who can sign in")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["who"]:
            width = max((len(email) for email, _functions in people_who_can_sign_in()), default=0)
            for email, functions in people_who_can_sign_in():
                self.stdout.write(f"{email:<{width}}  {functions}")
            self.stdout.write(f"Password for all: {PASSWORD} (or ask for a code by mail)")
            return
        require_demo()
        if not Delegation.objects.exists():
            call_command("load_delegations", stdout=self.stdout)
        consultation = seed_three_weeks(timezone.now())
        self.stdout.write(f"The demo consultation stands: {consultation.title}")
