"""Working hours before a deadline, at the seat of a consultation and in a capital.

Working hours are from 9 to 17 local time, on days that are neither in the weekend nor national
holidays. Holidays and weekends come from the package `holidays`, the zones of countries from the
IANA time zone database in the package `tzdata`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

OPENS, CLOSES = time(9), time(17)
# Saturday and Sunday, for a country whose calendar is not known.
USUAL_WEEKEND = frozenset({5, 6})

# The capital's zone, where it is not the first of its country in `zone.tab`. Source: the comments
# of that file, which say of each zone which part of the country keeps it.
CAPITALS: Mapping[str, str] = {
    "AU": "Australia/Sydney",  # Canberra
    "BR": "America/Sao_Paulo",  # Brasília
    "CA": "America/Toronto",  # Ottawa
    "FM": "Pacific/Pohnpei",  # Palikir
    "PS": "Asia/Hebron",  # the West Bank
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "UZ": "Asia/Tashkent",
}


@dataclass(frozen=True, slots=True)
class WorkPlace:
    """Where people work: the clocks there, and the country whose holidays are kept."""

    zone: ZoneInfo
    country: str = ""


def capital_of(country: str) -> WorkPlace | None:
    """The capital of a country by its ISO code; None where its zone is not known."""
    zones = _zones_by_country().get(country.upper())
    if not zones:
        return None
    return WorkPlace(ZoneInfo(CAPITALS.get(country.upper(), zones[0])), country.upper())


def seat_at(zone: ZoneInfo) -> WorkPlace:
    """The place of a consultation whose clocks are those of a zone."""
    return WorkPlace(zone, _countries_by_zone().get(zone.key, ""))


def working_time(place: WorkPlace, start: datetime, end: datetime) -> timedelta:
    """How much working time there is at a place between two moments."""
    total = timedelta()
    day, last = start.astimezone(place.zone).date(), end.astimezone(place.zone).date()
    while day <= last:
        if is_working_day(place.country, day):
            opens = datetime.combine(day, OPENS, tzinfo=place.zone)
            closes = datetime.combine(day, CLOSES, tzinfo=place.zone)
            total += max(min(closes, end) - max(opens, start), timedelta())
        day += timedelta(days=1)
    return total


def working_day_before(place: WorkPlace, moment: datetime) -> datetime:
    """The local hour of a moment, on the last working day before it."""
    local = moment.astimezone(place.zone)
    day = local.date() - timedelta(days=1)
    while not is_working_day(place.country, day):
        day -= timedelta(days=1)
    return datetime.combine(day, local.timetz().replace(tzinfo=None), tzinfo=place.zone)


def is_working_day(country: str, day: date) -> bool:
    """Whether people work there on this day."""
    calendar = _calendar(country, day.year)
    if calendar is None:
        return day.weekday() not in USUAL_WEEKEND
    return bool(calendar.is_working_day(day))


@cache
def _calendar(country: str, year: int) -> Any:
    """National holidays of a country in a year, with its weekend; None where they are not known."""
    # The library is loaded for a page with a clock, not for each process.
    import holidays

    try:
        return holidays.country_holidays(country, years=year)
    except NotImplementedError:
        return None


@cache
def _zones_by_country() -> Mapping[str, tuple[str, ...]]:
    """ISO code → its zones, in the order of `zone.tab`."""
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    zones: dict[str, tuple[str, ...]] = {}
    for row in table.splitlines():
        if row and not row.startswith("#"):
            country, _coordinates, zone, *_comments = row.split("\t")
            zones[country] = (*zones.get(country, ()), zone)
    return zones


@cache
def _countries_by_zone() -> Mapping[str, str]:
    rows = _zones_by_country().items()
    return {zone: country for country, zones in rows for zone in zones}
