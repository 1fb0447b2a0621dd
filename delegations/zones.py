"""The time zones that a person may live in."""

from functools import cache
from zoneinfo import available_timezones


@cache
def time_zones() -> frozenset[str]:
    """Every IANA name known here; asked once, because the answer is gathered from the disk."""
    return frozenset(available_timezones())
