"""Django's `migrate`, as the owner of the tables where `DATABASE_OWNER_URL` names one."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as DjangosCommand
from django.db import DEFAULT_DB_ALIAS, connection, transaction

from config.database.roles import (
    RolesNotApartError,
    connected_as_owner,
    grant_to_application,
    require_apart,
)

ONE_ROLE_WARNING = (
    "The application's role owns its tables, and could drop the triggers that keep circulated "
    "texts. Set DATABASE_OWNER_URL: docs/operations.md, Two roles, says how."
)


class Command(DjangosCommand):
    """First the role of `DATABASE_URL` gets its rights, also on tables that are created later."""

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DATABASE_OWNER or options["database"] != DEFAULT_DB_ALIAS:
            super().handle(*args, **options)
            if settings.SECURE and not settings.DATABASE_OWNER:
                self.stderr.write(self.style.WARNING(ONE_ROLE_WARNING))
            return
        with connected_as_owner(settings.DATABASE_OWNER) as application_role:
            _prepare_role(application_role)
            super().handle(*args, **options)


def _prepare_role(application_role: str) -> None:
    """Grant the application's role its rights. Raises CommandError where it has too many."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            require_apart(cursor, application_role)
            grant_to_application(cursor, application_role)
    except RolesNotApartError as error:
        raise CommandError(str(error))
