"""Make an empty installation usable: delegations, a consultation, its secretariat, a way in.

Run again with the same words it changes nothing, and prints a new sign-in link.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from config.management.sign_in_links import error_in_one_line, hand_out_link
from consultations.founding.acts import BEGIN_OPERATOR, BeginResult, begin
from delegations.models import LANGUAGES


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True, help="whose function is the secretariat's")
        parser.add_argument("--title", required=True, help="of the consultation")
        parser.add_argument("--slug", default="", help="its web address; else made of the title")
        parser.add_argument("--name", default="", help="of the person, for a new account")
        parser.add_argument(
            "--language",
            default="en",
            choices=[code for code, _name in LANGUAGES],
            help="of the person's pages and mails, for a new account (en)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        values = {name: options[name] for name in ("email", "name", "title", "slug", "language")}
        try:
            result = begin(**values)
        except ValidationError as error:
            raise CommandError(error_in_one_line(error))
        self.stdout.write("\n".join(_summary(result)))
        hand_out_link(self.stdout, actor=BEGIN_OPERATOR, user=result.user, is_mailed=True)


def _summary(result: BeginResult) -> list[str]:
    """The lines that say what was there and what is new."""
    consultation = result.consultation
    account_words = "There was an account already" if result.had_account else "New account"
    consultation_words = (
        "The consultation stands already" if result.had_consultation else "New consultation"
    )
    return [
        result.load_counts.sentences,
        f"{account_words}: {result.user.email}",
        f"{consultation_words}: {consultation.title} (/consultations/{consultation.slug}/)",
        f"Its secretariat: {result.user.email}",
    ]
