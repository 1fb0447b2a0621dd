"""The columns of the map: whose inputs are counted together, or each delegation of one of them.

A negotiating group has a column of its own; a regional group shares one with its States. Whoever
belongs to no region is counted by its kind, in the order of the table (domain, rule 11).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultations.models import Seat
from consultations.rules.access import Access
from delegations.models import DelegationKind
from delegations.reader_names import group_code, name_for_reader

# By rank in the table: the short heading of a column, and its full name.
KIND_NAMES = {
    "2": (pgettext_lazy("column", "States"), _("Member States of no regional group")),
    "3": (pgettext_lazy("column", "Observers"), _("Observer States")),
    "4": (pgettext_lazy("column", "UN"), _("UN entities and specialized agencies")),
    "5": (pgettext_lazy("column", "Others"), _("Other organizations")),
}
GROUP, REGION, KIND = range(3)
SEAT_COLUMNS = (
    *("pk", "code", "name", "rank"),
    *("delegation__kind", "delegation__short_en", "delegation__regional_group"),
)


@dataclass(frozen=True, slots=True)
class MapColumn:
    """One column: its key in counts and in addresses, its words, and how many seats it has."""

    key: str
    head: str
    name: str
    seats: int = 1
    is_open: bool = True  # whether it can be shown by delegation


@dataclass(frozen=True, slots=True)
class MapColumns:
    """Columns in order: of everybody, or the delegations of one."""

    columns: tuple[MapColumn, ...]
    # Seat → the column in which its inputs are counted, by its place among them.
    of_seats: Mapping[int, int]
    # The column that is shown by delegation.
    of: MapColumn | None = None


def columns_of(access: Access, of: str = "") -> MapColumns:
    """Groups, then regions, then kinds, as far as anybody ever sat in them: one query.

    With `of`, the key of one of them, a column for each of its delegations in the table's order.
    """
    seats = Seat.objects.filter(consultation=access.consultation)
    ordered = seats.order_by("rank", "sort_key", "pk")
    delegations: dict[str, list[MapColumn]] = {}
    regions: set[str] = set()
    for pk, code, name, rank, kind, group, region in ordered.values_list(*SEAT_COLUMNS):
        key = group if kind == DelegationKind.GROUP else region or str(rank)
        column = MapColumn(str(pk), code, name_for_reader(name), is_open=False)
        delegations.setdefault(key, []).append(column)
        regions.add(region)
    if len(delegations.get(of, ())) > 1:
        shown = tuple(delegations[of])
        places = {int(column.key): place for place, column in enumerate(shown)}
        return MapColumns(shown, places, _column(of, shown))
    keys = sorted(delegations, key=lambda key: _column_order(key, regions))
    places = {int(one.key): place for place, key in enumerate(keys) for one in delegations[key]}
    return MapColumns(tuple(_column(key, delegations[key]) for key in keys), places)


def _column_order(key: str, regions: Collection[str]) -> tuple[int, str]:
    if key in KIND_NAMES:
        return KIND + int(key), ""
    return (REGION, key) if key in regions else (GROUP, "")


def _column(key: str, delegations: Sequence[MapColumn]) -> MapColumn:
    is_open = len(delegations) > 1
    if key in KIND_NAMES:
        head, of_kind = KIND_NAMES[key]
        return MapColumn(key, str(head), str(of_kind), len(delegations), is_open)
    name = name_for_reader(key)
    head_of_group = group_code(key) or (name if is_open else delegations[0].head)
    return MapColumn(key, head_of_group, name, len(delegations), is_open)
