"""Close accounts that are no longer in their organization's directory; to be run each night.

Takes the list of the directory's addresses: a file with one address a line, or `-` for what is
piped in. Accounts of the named domains that are not in the list are closed: their posts, functions,
keys, invitations and sessions end, the record of a delegation stays. A list that would close more
than a fifth of them closes none: it may be half a list. A second run changes nothing. The history
of each account says what was done.
"""

import re
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import transaction
from django.utils import timezone

from consultations.people.posts import close_unlisted_account
from delegations.helping import Operator
from delegations.identities import unlisted_accounts
from delegations.models import User

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
NIGHTLY_OPERATOR = Operator("manage.py follow_directory")
# The largest share of the open accounts of these domains that is closed without --even-many.
MAX_CLOSED_SHARE = 0.2


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("list", help="the file of addresses, or - for what is piped in")
        parser.add_argument(
            "--domain", action="append", required=True, help="whose accounts; may be given again"
        )
        parser.add_argument("--even-many", action="store_true", help="close more than a fifth too")
        parser.add_argument("--dry-run", action="store_true", help="say who it would be")

    # What it prints, and what the history records, is in English, whatever language is active.
    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        listed_addresses = _read_addresses(options["list"])
        unlisted_users = unlisted_accounts(options["domain"], listed_addresses)
        # With an empty list: all open accounts of these domains.
        open_account_count = len(unlisted_accounts(options["domain"], []))
        if len(unlisted_users) > MAX_CLOSED_SHARE * open_account_count and not (
            options["even_many"] or options["dry_run"]
        ):
            raise CommandError(
                f"{len(unlisted_users)} of {open_account_count} accounts are not in the list: "
                "nothing was closed. Look at the list; where it is right, add --even-many."
            )
        for user in unlisted_users:
            self.stdout.write(user.email)
        if options["dry_run"]:
            self.stdout.write(f"Would be closed: {len(unlisted_users)} of {open_account_count}")
            return
        _close_accounts(unlisted_users)
        self.stdout.write(f"Closed: {len(unlisted_users)} of {open_account_count}")


def _read_addresses(name: str) -> list[str]:
    """The addresses of the list. Raises CommandError where there is none."""
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"The list {name} cannot be read: {error}.") from error
    # A byte order mark would hide the first person.
    lines = text.removeprefix("\ufeff").splitlines()
    addresses = [line.strip() for line in lines if line.strip()]
    invalid_lines = [line for line in addresses if not _is_address(line)]
    if invalid_lines or not addresses:
        reason = f"{invalid_lines[0]!r} is no address" if invalid_lines else "it is empty"
        raise CommandError(f"The list was not used: {reason}. Give one address a line.")
    return addresses


def _is_address(line: str) -> bool:
    """Whether it can be one, also of a form that accounts here have not: no person is it then."""
    return line.isprintable() and ADDRESS.fullmatch(line) is not None


@transaction.atomic
def _close_accounts(users: list[User]) -> None:
    for user in users:
        close_unlisted_account(actor=NIGHTLY_OPERATOR, user=user, moment=timezone.now())
