"""Locks that make every other process wait."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def inputs_locked() -> Iterator[None]:
    """Whoever makes a paper waits for the inputs until the block ends."""
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("LOCK TABLE comments_comment IN ACCESS EXCLUSIVE MODE")
        yield
    finally:
        other.close()
