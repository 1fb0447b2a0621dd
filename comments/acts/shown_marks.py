"""A mark for a set of rows, by which an act can tell whether it is the set that was shown."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Max, QuerySet, Sum


def mark_of_ids(ids: Sequence[int]) -> str:
    """The mark of these ids: a hash of how many there are, the greatest, and their sum.

    A row that was replaced by a new one has another id, and so the set has another mark.
    """
    return _mark(len(ids), max(ids, default=0), sum(ids))


def count_and_mark(rows: QuerySet[Any]) -> tuple[int, str]:
    """How many rows there are, and their `mark_of_ids`: one query, one row at any size."""
    totals = rows.order_by().aggregate(
        count=Count("pk"), greatest_id=Max("pk"), sum_of_ids=Sum("pk")
    )
    count = totals["count"]
    return count, _mark(count, totals["greatest_id"] or 0, totals["sum_of_ids"] or 0)


def _mark(count: int, greatest_id: int, sum_of_ids: int) -> str:
    return hashlib.sha256(f"{count} {greatest_id} {sum_of_ids}".encode()).hexdigest()
