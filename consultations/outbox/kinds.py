"""Collect which function composes which kind of mail, from the tables in the settings."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from consultations.models import Mail
from consultations.outbox.composed_mails import ComposedMail

# A function that takes a mail and the moment of sending, and returns the composed mail in the
# active language; None where there is nothing left to tell, or nobody who may read it. May raise
# WaitsForOtherMail.
Composer = Callable[[Mail, datetime], ComposedMail | None]


class WaitsForOtherMail(Exception):
    """The error raised when a mail can be composed only once another one has been sent."""


@cache
def composers() -> Mapping[str, Composer]:
    """The composer of each kind. ValueError where a kind of mail is in two tables."""
    composer_by_kind: dict[str, Composer] = {}
    for path in settings.MAIL_COMPOSERS:
        composers_of_app: Mapping[str, Composer] = import_string(path)
        if kinds_with_two := composer_by_kind.keys() & composers_of_app.keys():
            raise ValueError(f"Two composers for {sorted(kinds_with_two)}")
        composer_by_kind |= composers_of_app
    return composer_by_kind
