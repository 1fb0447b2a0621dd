"""The seats of a consultation by category, as forms let one choose among them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from consultations.models import Seat
from consultations.rules.access import Access
from delegations.models import TABLE_RANK, DelegationKind
from delegations.reader_names import name_for_reader

GROUP_RANK = TABLE_RANK[DelegationKind.GROUP]  # 1; the other ranks follow


# How categories are sorted: groups, regions, then kinds by their rank.
GROUPS_ORDER = 0


REGIONS_ORDER = 1


# Stands for the rank of a region, since the seats of a region may have several ranks.
NO_RANK = 0


@dataclass(frozen=True, slots=True)
class SeatCategory:
    """The groups, or the delegations of one region or kind, in the order of the table."""

    key: str
    name: str
    seats: tuple[Seat, ...]


def seat_categories(access: Access) -> list[SeatCategory]:
    """Everybody who sits here, groups first, then by region, then by kind: one query."""
    sitting_seats = Seat.objects.filter(consultation=access.consultation, ended_at=None)
    seats_by_category: dict[tuple[int, str], list[Seat]] = {}
    for seat in sitting_seats.select_related("delegation").order_by("rank", "sort_key", "pk"):
        region = seat.delegation.regional_group
        rank_and_region = (NO_RANK, region) if region else (seat.rank, "")
        seats_by_category.setdefault(rank_and_region, []).append(seat)
    categories = sorted(
        seats_by_category,
        key=lambda rank_and_region: (_category_order(rank_and_region), rank_and_region),
    )
    return [
        SeatCategory(
            _category_key(rank_and_region),
            _category_name(rank_and_region),
            tuple(seats_by_category[rank_and_region]),
        )
        for rank_and_region in categories
    ]


class SeatsField(forms.MultipleChoiceField):
    """Seats to tick by their public ids; cleaned, it is those chosen, in their order.

    The form gives it the seats, which differ from one consultation to the next.
    """

    widget = forms.CheckboxSelectMultiple
    seats: tuple[Seat, ...] = ()

    def set_seats(self, seats: Iterable[Seat]) -> None:
        """Offer these seats, in the order of the page."""
        self.seats = tuple(seats)
        self.choices = [(str(seat.public_id), seat.name_for_reader) for seat in self.seats]

    def clean(self, value: Any) -> list[Seat]:
        chosen_public_ids = set(super().clean(value))
        return [seat for seat in self.seats if str(seat.public_id) in chosen_public_ids]


def category_lines(
    categories: Sequence[SeatCategory], seats_of_form: forms.BoundField
) -> list[dict[str, Any]]:
    """Each category for `_seat_choices.html`: its seats, which of them are marked, how many.

    `seats_of_form` is the `SeatsField` of the form on the page.
    """
    marked_public_ids = set(map(str, seats_of_form.value() or ()))
    lines = []
    for category in categories:
        seats = [(seat, str(seat.public_id) in marked_public_ids) for seat in category.seats]
        count = sum(is_marked for _seat, is_marked in seats)
        lines.append({"category": category, "seats": seats, "count": count})
    return lines


def _category_order(rank_and_region: tuple[int, str]) -> int:
    """Groups stand first, then regions, then kinds by their rank."""
    rank, region = rank_and_region
    if region:
        return REGIONS_ORDER
    return GROUPS_ORDER if rank == GROUP_RANK else rank


def _category_key(rank_and_region: tuple[int, str]) -> str:
    """The value by which a button of the form names a category of delegations."""
    rank, region = rank_and_region
    return region or str(rank)


def _category_name(rank_and_region: tuple[int, str]) -> str:
    """The name of a category of delegations on the page."""
    rank, region = rank_and_region
    if region:
        return name_for_reader(region)
    if rank == GROUP_RANK:
        return _("Groups")
    return str(KIND_NAMES_BY_RANK[str(rank)].full_name)


class KindNames(NamedTuple):
    """The short heading and the full name of a column for delegations of one kind."""

    short_name: Promise
    full_name: Promise


# By Seat.rank (TABLE_RANK), as text; groups, which have rank 1, have columns of their own.
KIND_NAMES_BY_RANK = {
    "2": KindNames(
        pgettext_lazy("column", "States"), gettext_lazy("Member States of no regional group")
    ),
    "3": KindNames(pgettext_lazy("column", "Observers"), gettext_lazy("Observer States")),
    "4": KindNames(
        pgettext_lazy("column", "UN"), gettext_lazy("UN entities and specialized agencies")
    ),
    "5": KindNames(pgettext_lazy("column", "Others"), gettext_lazy("Other organizations")),
}
