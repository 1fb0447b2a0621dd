"""How many inputs there are on each paragraph, as one reader may count them."""

from collections.abc import Collection
from functools import cache
from typing import Any

from django.db.models import Count, Q, QuerySet

from comments.models import Comment
from consultations.models import Round
from consultations.rules.access import Access
from consultations.rules.placeholder_reader import (
    ReaderShape,
    reader_of_shape,
    reader_shape_and_values,
)
from delegations.kept_statements import KeptStatement


def counts_by_paragraph(
    access: Access, rounds: Collection[Round] | None = None, condition: Q | None = None
) -> dict[int, int]:
    """How many inputs in force this reader may see on each paragraph, counted by the database.

    `rounds` are all of the consultation, where they were read already: counting then takes two
    thirds of the time. `condition` is a further one on inputs.
    """
    if rounds is None or condition is not None:  # no statement is kept for these
        return dict(_counts(access, rounds, condition or Q()))
    shape, values = reader_shape_and_values(access, rounds)
    return dict(_counts_statement(shape).run(**values))


@cache
def _counts_statement(shape: ReaderShape) -> KeptStatement[Any]:
    """The statement that counts, compiled once for all readers of one shape."""
    # A reader of a shape knows the readable rounds already, whatever rounds are given.
    return KeptStatement(lambda: _counts(reader_of_shape(shape), rounds=(), condition=Q()))


def _counts(access: Access, rounds: Collection[Round] | None, condition: Q) -> QuerySet[Any, Any]:
    inputs = Comment.objects.visible_to(access, rounds).in_force().filter(condition).order_by()
    counts: QuerySet[Any, Any] = inputs.values_list("paragraph").annotate(count=Count("*"))
    return counts
