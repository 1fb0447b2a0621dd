"""Let somebody in again who lost phone, key or password: remove second steps, print a sign-in link.

Make sure by telephone who is asking: the link is printed, not mailed. Of a second step that is
taken away the person and their focal points get a mail. The history of the account keeps that it
was done.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import transaction

from config.management.sign_in_links import hand_out_link
from consultations.outbox.notifications import notify_of_removed_second_step
from consultations.rules.access_factory import capacities_of
from delegations.helping import Operator, end_second_steps
from delegations.models import User

HELPING_OPERATOR = Operator("manage.py help_person")


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address of the account")

    # What it prints, and what the history records, is in English, whatever language is active.
    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"].strip()).first()
        if user is None:
            raise CommandError(f"There is no account with the address {options['email']}.")
        if not user.is_active:
            raise CommandError(
                f"The account {user.email} is deactivated. The secretariat can open it again."
            )
        roles = [f"  {capacity.role_words}, {capacity.name}" for capacity in capacities_of(user)]
        self.stdout.write(f"{user.name} ({user.email}) acts as:")
        self.stdout.write("\n".join(roles) or "  nothing at present")
        with transaction.atomic():
            removed_count = end_second_steps(actor=HELPING_OPERATOR, user=user)
            if removed_count:
                notify_of_removed_second_step(user, by_user_id=None)
        self.stdout.write(f"Second steps taken away: {removed_count}")
        hand_out_link(self.stdout, actor=HELPING_OPERATOR, user=user, is_mailed=False)
