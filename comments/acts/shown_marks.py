"""A mark for a set of rows, by which an act can tell whether it is the set that was shown."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Max, QuerySet, Sum


def mark_of_ids(keys: Sequence[int]) -> str:
    """The mark of these keys. A row replaced by a new one has another key, so another mark."""
    return _mark(len(keys), max(keys, default=0), sum(keys))


def count_and_mark(rows: QuerySet[Any]) -> tuple[int, str]:
    """How many rows there are, and their `mark_of_ids`: one query, one row at any size."""
    totals = rows.order_by().aggregate(number=Count("pk"), greatest=Max("pk"), total=Sum("pk"))
    number = totals["number"]
    return number, _mark(number, totals["greatest"] or 0, totals["total"] or 0)


def _mark(number: int, greatest: int, total: int) -> str:
    return hashlib.sha256(f"{number} {greatest} {total}".encode()).hexdigest()
