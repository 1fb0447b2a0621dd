"""Limit how many costly requests one person makes in a minute, counted in the cache."""

from datetime import datetime

from django.conf import settings
from django.core.cache import cache

from delegations.models import User


def count_request(user: User, limit_kind: str, moment: datetime) -> int:
    """Count a request of this kind (a key of `settings.MAX_REQUESTS_A_MINUTE`).

    Returns how many seconds to wait before it may be answered: 0 within the limit. There is one
    count for a person, kind and minute. While the cache is away nobody waits.
    """
    cache_key = f"pace:{limit_kind}:{user.pk}:{moment:%H%M}"
    try:
        count = cache.incr(cache_key)
    except ValueError:  # nothing is counted in this minute yet
        cache.set(cache_key, count := 1, timeout=120)  # seconds: longer than the minute it counts
    return 60 - moment.second if count > settings.MAX_REQUESTS_A_MINUTE[limit_kind] else 0
