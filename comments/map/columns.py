"""The columns of the map: negotiating groups, regions, and kinds of delegations.

A negotiating group has a column of its own; a regional group shares one with its States. Whoever
belongs to no region is counted by its kind, in the order of the table (domain, rule 11). A column
that is opened is replaced by one for each of its delegations.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language

from comments.inputs.seat_choices import KIND_NAMES_BY_RANK
from consultations.models import Seat
from consultations.rules.access import Access
from delegations.models import DelegationKind
from delegations.reader_names import group_code, name_for_reader

GROUP_ORDER, REGION_ORDER, KIND_ORDER = range(3)

# What is read of each seat, as `columns_of` takes it apart.
SEAT_FIELDS = (
    "pk",
    "code",
    "name",
    "rank",
    "delegation__kind",
    "delegation__short_en",
    "delegation__regional_group",
)


@dataclass(frozen=True, slots=True)
class MapColumn:
    """One column: its key in counts and in addresses, and its names.

    The key is the short name of a group, the name of a region, the rank of a kind as text, or the
    id of a seat as text where each delegation has a column.
    """

    key: str
    short_name: str  # a code, where the language of the page has Latin letters; else the name
    name: str
    can_be_opened: bool  # whether it has several delegations, and can be shown by delegation


@dataclass(frozen=True, slots=True)
class MapColumns:
    """The columns in order: those of all delegations, or one for each delegation of one column."""

    columns: tuple[MapColumn, ...]
    # Id of a seat → the column in which its inputs are counted, by its index in `columns`.
    column_number_by_seat_id: Mapping[int, int]
    # The column that `columns` show by delegation; None where they are those of all delegations.
    opened_column: MapColumn | None = None


def columns_of(access: Access, opened_key: str) -> MapColumns:
    """The columns of groups, then regions, then kinds, that anybody ever sat in: one query.

    With `opened_key`, the key of a column of several delegations, a column for each of these in
    the order of the table.
    """
    consultation_seats = Seat.objects.filter(consultation=access.consultation)
    ordered_seats = consultation_seats.order_by("rank", "sort_key", "pk")
    seat_columns_by_key: dict[str, list[MapColumn]] = {}
    regions: set[str] = set()
    for seat_id, code, name, rank, delegation_kind, group_name, region in ordered_seats.values_list(
        *SEAT_FIELDS
    ):
        column_key = (
            group_name if delegation_kind == DelegationKind.GROUP else (region or str(rank))
        )
        seat_name = name_for_reader(name)
        column = MapColumn(
            str(seat_id), _short_name(code, seat_name), seat_name, can_be_opened=False
        )
        seat_columns_by_key.setdefault(column_key, []).append(column)
        regions.add(region)
    if len(seat_columns_by_key.get(opened_key, ())) > 1:  # other keys open no column
        columns_shown = tuple(seat_columns_by_key[opened_key])
        column_number_by_seat_id = {
            int(column.key): number for number, column in enumerate(columns_shown)
        }
        return MapColumns(
            columns_shown, column_number_by_seat_id, _column(opened_key, columns_shown)
        )
    column_keys = sorted(
        seat_columns_by_key, key=lambda column_key: _column_order(column_key, regions)
    )
    column_number_by_seat_id = {
        int(seat_column.key): number
        for number, column_key in enumerate(column_keys)
        for seat_column in seat_columns_by_key[column_key]
    }
    return MapColumns(
        tuple(_column(column_key, seat_columns_by_key[column_key]) for column_key in column_keys),
        column_number_by_seat_id,
    )


def _column_order(key: str, regions: Collection[str]) -> tuple[int, str]:
    """The sort key of a column: groups first, then regions, then kinds by their rank.

    Groups have one sort key, so that they keep the order of their seats.
    """
    if key in KIND_NAMES_BY_RANK:
        return KIND_ORDER + int(key), ""
    return (REGION_ORDER, key) if key in regions else (GROUP_ORDER, "")


def _column(key: str, seat_columns: Sequence[MapColumn]) -> MapColumn:
    """The column of a group, a region or a kind (`key`), with the seats counted in it."""
    can_be_opened = len(seat_columns) > 1
    if key in KIND_NAMES_BY_RANK:
        kind_names = KIND_NAMES_BY_RANK[key]
        return MapColumn(key, str(kind_names.short_name), str(kind_names.full_name), can_be_opened)
    name = name_for_reader(key)
    # Without a known code, the column of a single delegation goes by the code of its seat.
    code = group_code(key) or ("" if can_be_opened else seat_columns[0].short_name)
    return MapColumn(key, _short_name(code, name), name, can_be_opened)


def _short_name(code: str, name: str) -> str:
    """The code of a group or a delegation; its name where there is none, or readers have other
    letters than those of the code."""
    has_latin_letters = (get_language() or "en")[:2] not in {"ar", "ru", "zh"}
    return code if code and has_latin_letters else name
