"""How many inputs stand on each paragraph, as one reader may count them."""

from collections.abc import Collection
from functools import cache
from typing import Any

from django.db.models import Count, Q, QuerySet

from comments.models import Comment
from consultations.models import Round
from consultations.rules.access import Access
from consultations.rules.any_reader import ReaderShape, reader_of, shape_and_values
from delegations.kept_statements import KeptStatement


def counts_by_paragraph(
    access: Access, rounds: Collection[Round] | None = None, wanted: Q | None = None
) -> dict[int, int]:
    """How many standing inputs this reader may see on each paragraph, counted by the database.

    With the rounds at hand it looks at each input for two thirds of the time. `wanted` is asked of
    each input besides.
    """
    if rounds is None or wanted is not None:
        return dict(_counted(access, rounds, wanted or Q()))
    shape, values = shape_and_values(access, rounds)
    return dict(_kept(shape).ask(**values))


@cache
def _kept(shape: ReaderShape) -> KeptStatement[Any]:
    return KeptStatement(lambda: _counted(reader_of(shape), (), Q()))


def _counted(access: Access, rounds: Collection[Round] | None, wanted: Q) -> QuerySet[Any, Any]:
    rows = Comment.objects.visible_to(access, rounds).in_force().filter(wanted).order_by()
    found: QuerySet[Any, Any] = rows.values_list("paragraph").annotate(count=Count("*"))
    return found
