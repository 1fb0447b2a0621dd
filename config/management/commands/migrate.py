"""Django's `migrate`, as the owner of the tables where `DATABASE_OWNER_URL` names one.

A database of the last state before 1.0.0 is taken over by it.
"""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as DjangosCommand
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from config.database.roles import (
    RolesNotApartError,
    connected_as_owner,
    grant_to_application,
    require_apart,
)
from config.database.take_over import NotTakenOverError, take_over

ONE_ROLE_WARNING = (
    "The application's role owns its tables, and could drop the triggers that keep circulated "
    "texts. Set DATABASE_OWNER_URL: docs/operations.md, Two roles, says how."
)


class Command(DjangosCommand):
    """First the role of `DATABASE_URL` gets its rights, also on tables that are created later."""

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DATABASE_OWNER or options["database"] != DEFAULT_DB_ALIAS:
            self._migrate(*args, **options)
            if settings.SECURE and not settings.DATABASE_OWNER:
                self.stderr.write(self.style.WARNING(ONE_ROLE_WARNING))
            return
        with connected_as_owner(settings.DATABASE_OWNER) as application_role:
            _prepare_role(application_role)
            self._migrate(*args, **options)

    def _migrate(self, *args: Any, **options: Any) -> None:
        """Migrate, after a database of before 1.0.0 was taken over."""
        if not (options["plan"] or options["check_unapplied"]):  # these change nothing
            try:
                if take_over(connections[options["database"]]) and options["verbosity"]:
                    self.stdout.write("A database of before 1.0.0 was taken over.")
            except NotTakenOverError as error:
                raise CommandError(str(error)) from None
        super().handle(*args, **options)


def _prepare_role(application_role: str) -> None:
    """Grant the application's role its rights. Raises CommandError where it has too many."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            require_apart(cursor, application_role)
            grant_to_application(cursor, application_role)
    except RolesNotApartError as error:
        raise CommandError(str(error))
