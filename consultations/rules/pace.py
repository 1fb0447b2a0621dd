"""How often one person may ask for what costs something: counted by the minute, in the cache."""

from datetime import datetime

from django.conf import settings
from django.core.cache import cache

from delegations.models import User


def seconds_to_wait(user: User, what: str, moment: datetime) -> int:
    """Count a request of a kind in `settings.A_MINUTE`: 0, or how long until there is room again.

    One number a person, kind and minute. While the cache is away nobody waits.
    """
    key = f"pace:{what}:{user.pk}:{moment:%H%M}"
    try:
        count = cache.incr(key)
    except ValueError:
        cache.set(key, count := 1, timeout=120)
    return 60 - moment.second if count > settings.A_MINUTE[what] else 0
