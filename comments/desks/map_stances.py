"""What delegations say of the answers, by line of the map: satisfied, or they maintain.

Of each standing input the last published answer counts: what was said of an earlier one is past.
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
    """Answered inputs: with how many answers their delegations are satisfied, or maintain."""

    satisfied: int = 0
    maintains: int = 0

    def __add__(self, other: "Stances") -> "Stances":
        return Stances(self.satisfied + other.satisfied, self.maintains + other.maintains)


NO_STANCES = Stances()


def stances_on(
    access: Access, places: Mapping[int, int], seats: Collection[int] | None = None
) -> dict[int, Stances]:
    """By line, of these seats or of all: one query, a row for each paragraph and stance.

    `places` says on which line each paragraph counts.
    """
    return by_line(stance_counts(access, places, seats), places)


def stance_counts(
    access: Access, paragraphs: Iterable[int], seats: Collection[int] | None = None
) -> Any:
    """Of each of these paragraphs and each stance how many answers: (paragraph, stance, number)."""
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


def by_line(
    counted: Iterable[tuple[int, str, int]], places: Mapping[int, int]
) -> dict[int, Stances]:
    """Such numbers, brought to the lines on which their paragraphs count."""
    found: dict[int, Stances] = {}
    for paragraph, stance, number in counted:
        line = places[paragraph]
        one = Stances(number, 0) if stance == SATISFIED else Stances(0, number)
        found[line] = found.get(line, NO_STANCES) + one
    return found
