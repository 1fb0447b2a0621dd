"""Erase a person: name and address are replaced for good, the delegation's record stays.

Takes the address of the account, or its number (the public id), by which the person is erased again
after an older backup was restored. Without --yes it says who that is, and changes nothing.
It prints no name once that is erased. The history of the account says that it was done.
"""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, no_translations

from comments.erasing.acts import erase_person_by_command
from config.management.sign_in_links import error_in_one_line
from consultations.rules.access_factory import capacities_of
from delegations.erasing import traces_of
from delegations.helping import Operator
from delegations.models import User

ERASING_OPERATOR = Operator("manage.py erase_person")


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("who", help="the address of the account, or its number")
        parser.add_argument("--yes", action="store_true", help="do it: it cannot be undone")

    # What it prints, and what the history records, is in English, whatever language is active.
    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        user = _account(options["who"].strip())
        public_id, new_name = user.public_id, traces_of(user).new_name
        if not options["yes"]:
            roles = [
                f"  {capacity.role_words}, {capacity.name}" for capacity in capacities_of(user)
            ]
            self.stdout.write(f"{user.name} ({user.email}) acts as:")
            self.stdout.write("\n".join(roles) or "  nothing at present")
            self.stdout.write(f"Would be shown as “{new_name}”. Nothing was changed: add --yes.")
            return
        try:
            erase_person_by_command(actor=ERASING_OPERATOR, user=user)
        except ValidationError as error:
            raise CommandError(error_in_one_line(error)) from error
        self.stdout.write(f"Erased: {public_id} is now shown as “{new_name}”.")


def _account(email_or_public_id: str) -> User:
    """The account with this address or public id. Raises CommandError where there is none."""
    try:
        user = User.objects.filter(public_id=UUID(email_or_public_id)).first()
    except ValueError:  # no public id
        user = User.objects.filter(email__iexact=email_or_public_id).first()
    if user is None:
        raise CommandError(f"There is no account with the address or number {email_or_public_id}.")
    return user
