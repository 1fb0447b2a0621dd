"""Limit how many costly requests one person makes in a minute, counted in the cache."""

from datetime import datetime

from django.conf import settings
from django.core.cache import cache

from delegations.models import User


def seconds_to_wait(user: User, kind: str, moment: datetime) -> int:
    """Count a request of a kind in `settings.MAX_REQUESTS_A_MINUTE`.

    Returns how long to wait, or 0.

    There is one count for a person, kind and minute. While the cache is away nobody waits.
    """
    cache_key = f"pace:{kind}:{user.pk}:{moment:%H%M}"
    try:
        count = cache.incr(cache_key)
    except ValueError:
        cache.set(cache_key, count := 1, timeout=120)
    return 60 - moment.second if count > settings.MAX_REQUESTS_A_MINUTE[kind] else 0
