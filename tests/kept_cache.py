"""What the application keeps to answer sooner, forgotten within a test."""

from uuid import uuid4

from django.core.cache import caches


def empty_cache() -> None:
    """Nothing is kept any more, for a test with the fixture `own_cache`: others share the store.

    Where two answers are compared, each is to be made anew: one that was kept would hide a leak.
    """
    caches["default"].key_prefix = uuid4().hex
