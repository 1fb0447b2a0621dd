"""Who puts which kind of mail into words: the tables that the rooms above offer."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from consultations.models import Mail
from consultations.outbox.letters import Letter

# From a mail and the moment to its letter, in the language that is active. None where there is
# nothing left to tell, or nobody who may read it. May raise NotYet.
Composer = Callable[[Mail, datetime], Letter | None]


class NotYet(Exception):
    """This mail has to wait for another one."""


@cache
def composers() -> Mapping[str, Composer]:
    """The composer of each kind. A kind of mail stands in one table only."""
    found: dict[str, Composer] = {}
    for path in settings.MAIL_COMPOSERS:
        table: Mapping[str, Composer] = import_string(path)
        if twice := found.keys() & table.keys():
            raise ValueError(f"Two composers for {sorted(twice)}")
        found |= table
    return found
