"""What delegations say of the answers, by line of the map: satisfied, or position maintained.

Of each input in force only the last published answer counts.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef

from comments.models import Acknowledgement, Review
from comments.threads.key_lists import among
from consultations.rules.access import Access

SATISFIED, MAINTAINS = Acknowledgement.Stance.SATISFIED, Acknowledgement.Stance.MAINTAINS


@dataclass(frozen=True, slots=True)
class Stances:
    """With how many answers delegations are satisfied, and on how many they maintain a position."""

    satisfied: int = 0
    maintains: int = 0

    def __add__(self, other: "Stances") -> "Stances":
        return Stances(self.satisfied + other.satisfied, self.maintains + other.maintains)


NO_STANCES = Stances()


def stances_on(
    access: Access, places: Mapping[int, int], seats: Collection[int] | None = None
) -> dict[int, Stances]:
    """The stances of these seats, or of all, by line: one query, a row by paragraph and stance.

    `places` says on which line each paragraph counts.
    """
    return stances_by_line(stance_counts(access, places, seats), places)


def stance_counts(
    access: Access, paragraphs: Iterable[int], seats: Collection[int] | None = None
) -> Any:
    """How many answers on these paragraphs, as rows of (paragraph, stance, number)."""
    reviews = Review.objects.visible_to(access)
    later = reviews.filter(
        comment=OuterRef("comment"),
        published_at__gt=OuterRef("review__published_at"),
        published_at__lte=access.moment,
    )
    rows = Acknowledgement.objects.visible_to(access).filter(
        ~Exists(later),
        review__published_at__lte=access.moment,
        comment__withdrawn_at=None,
        comment__superseded_at=None,
        comment__paragraph__in=among(paragraphs),
    )
    if seats is not None:
        rows = rows.filter(comment__seat__in=list(seats))
    return rows.order_by().values_list("comment__paragraph", "stance").annotate(n=Count("pk"))


def stances_by_line(
    rows: Iterable[tuple[int, str, int]], places: Mapping[int, int]
) -> dict[int, Stances]:
    """The rows of `stance_counts` added up on the lines on which their paragraphs count."""
    by_key: dict[int, Stances] = {}
    for paragraph, stance, number in rows:
        line = places[paragraph]
        stances = Stances(number, 0) if stance == SATISFIED else Stances(0, number)
        by_key[line] = by_key.get(line, NO_STANCES) + stances
    return by_key
