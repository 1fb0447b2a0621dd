"""What delegations say of the answers, by line of the map: satisfied, or position maintained.

A line of the map of a text is a paragraph or a section (`map_lines`). Of each input in force only
the last published answer counts.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef

from comments.models import Acknowledgement, Review
from comments.threads.id_arrays import ids_subquery
from consultations.rules.access import Access

SATISFIED, MAINTAINS = Acknowledgement.Stance.SATISFIED, Acknowledgement.Stance.MAINTAINS


@dataclass(frozen=True, slots=True)
class Stances:
    """How many answers delegations are satisfied with, and on how many they maintain a position."""

    satisfied_count: int = 0
    maintained_count: int = 0

    def __add__(self, other: "Stances") -> "Stances":
        return Stances(
            self.satisfied_count + other.satisfied_count,
            self.maintained_count + other.maintained_count,
        )


NO_STANCES = Stances()


def read_stances_by_line(
    access: Access,
    line_key_by_paragraph_id: Mapping[int, int],
    seat_ids: Collection[int] | None = None,
) -> dict[int, Stances]:
    """The stances of these seats, or of all, by line: one query, a row by paragraph and stance.

    `line_key_by_paragraph_id` says on which line each paragraph counts.
    """
    return sum_stances_by_line(
        stance_counts(access, line_key_by_paragraph_id, seat_ids), line_key_by_paragraph_id
    )


def stance_counts(
    access: Access, paragraph_ids: Iterable[int], seat_ids: Collection[int] | None = None
) -> Any:
    """How many last answers on these paragraphs have each stance: rows of (paragraph, stance, n).

    The answers to inputs of these seats, or of all.
    """
    reviews = Review.objects.visible_to(access)
    later_reviews = reviews.filter(
        comment=OuterRef("comment"),
        published_at__gt=OuterRef("review__published_at"),
        published_at__lte=access.moment,
    )
    acknowledgements = Acknowledgement.objects.visible_to(access).filter(
        ~Exists(later_reviews),
        review__published_at__lte=access.moment,
        comment__withdrawn_at=None,
        comment__superseded_at=None,
        comment__paragraph__in=ids_subquery(paragraph_ids),
    )
    if seat_ids is not None:
        acknowledgements = acknowledgements.filter(comment__seat__in=list(seat_ids))
    return (
        acknowledgements.order_by()
        .values_list("comment__paragraph", "stance")
        .annotate(n=Count("pk"))
    )


def sum_stances_by_line(
    stance_rows: Iterable[tuple[int, str, int]], line_key_by_paragraph_id: Mapping[int, int]
) -> dict[int, Stances]:
    """The rows of `stance_counts` added up on the lines on which their paragraphs count."""
    stances_by_line_key: dict[int, Stances] = {}
    for paragraph_id, stance, count in stance_rows:
        line_key = line_key_by_paragraph_id[paragraph_id]
        stances = Stances(count, 0) if stance == SATISFIED else Stances(0, count)
        stances_by_line_key[line_key] = stances_by_line_key.get(line_key, NO_STANCES) + stances
    return stances_by_line_key
