"""Refuses to write the demo's rows, with their public password, into another database."""

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection

from consultations.models import Consultation
from delegations.models import User


def require_demo() -> None:
    """Raise CommandError unless the settings are the demo's, and the database is, or is empty."""
    if not settings.DEMO:
        raise CommandError(
            "These settings are not the demo's (DEMO is not set). Nothing was written: the demo's "
            "people all have one public password. Start the demo with ./run demo."
        )
    tables = set(connection.introspection.table_names())
    if not {Consultation._meta.db_table, User._meta.db_table} <= tables:
        return  # not migrated yet, and so empty
    if Consultation.objects.filter(is_invented=False).exists():
        raise CommandError(
            "This database holds a real consultation. Nothing was written: set DATABASE_URL to "
            "another database, or to none."
        )
    if User.objects.exists() and not Consultation.objects.exists():
        raise CommandError(
            "This database holds accounts that are not the demo's. Nothing was written: set "
            "DATABASE_URL to another database, or to none."
        )
