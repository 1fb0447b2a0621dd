"""A mark for a set of rows, by which an act can tell whether it is the set that was shown.

And one for values, such as the words of a letter, that somebody else may change meanwhile.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, Max, QuerySet, Sum
from django.utils.translation import gettext as _


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


def mark_of_values(*values: Any) -> str:
    """The mark of what a page shows: a hash of these texts, numbers, and lists of them."""
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()


def require_as_shown(shown_mark: str | None, mark: str) -> None:
    """Raise ValidationError where the stored values have another mark than those shown.

    The API and scripts show none, and give None.
    """
    if shown_mark is not None and shown_mark != mark:
        raise ValidationError(
            _("Something changed since this was shown. Please review it again. Nothing was saved.")
        )


def _mark(count: int, greatest_id: int, sum_of_ids: int) -> str:
    return hashlib.sha256(f"{count} {greatest_id} {sum_of_ids}".encode()).hexdigest()
