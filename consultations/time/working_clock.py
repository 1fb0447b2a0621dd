"""Working hours before a deadline, in a capital and at the seat of a consultation.

The seat is the city of its time zone, which is usually New York. Working hours are from 9 to 17
local time, on days that are neither in the weekend nor national holidays. Holidays and weekends
come from the package `holidays`, the zones of countries from the IANA time zone database in the
package `tzdata`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

OPENING_TIME, CLOSING_TIME = time(9), time(17)
# Saturday and Sunday, for a country whose calendar is not known.
USUAL_WEEKEND = frozenset({5, 6})

# The capital's zone, where it is not the first of its country in `zone.tab`. Source: the comments
# of that file, which say of each zone which part of the country keeps it.
CAPITAL_ZONES: Mapping[str, str] = {
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
class Workplace:
    """Where people work: the clocks there, and the country whose holidays are kept."""

    zone: ZoneInfo
    country: str = ""  # its ISO code; empty where the zone is of no country


def capital_workplace(country_code: str) -> Workplace | None:
    """The capital of a country by its ISO code; None where its zone is not known."""
    zones = _zones_by_country().get(country_code.upper())
    if not zones:
        return None
    return Workplace(
        ZoneInfo(CAPITAL_ZONES.get(country_code.upper(), zones[0])), country_code.upper()
    )


def workplace_in_zone(zone: ZoneInfo) -> Workplace:
    """The place of work of a consultation whose clocks are those of a zone."""
    return Workplace(zone, _country_by_zone().get(zone.key, ""))


def working_time(workplace: Workplace, start: datetime, end: datetime) -> timedelta:
    """How much working time there is at a place between two moments."""
    total = timedelta()
    day, last_day = start.astimezone(workplace.zone).date(), end.astimezone(workplace.zone).date()
    while day <= last_day:
        if is_working_day(workplace.country, day):
            opens = datetime.combine(day, OPENING_TIME, tzinfo=workplace.zone)
            closes = datetime.combine(day, CLOSING_TIME, tzinfo=workplace.zone)
            total += max(min(closes, end) - max(opens, start), timedelta())
        day += timedelta(days=1)
    return total


def working_day_before(workplace: Workplace, moment: datetime) -> datetime:
    """The local hour of a moment, on the last working day before it."""
    local_moment = moment.astimezone(workplace.zone)
    day = local_moment.date() - timedelta(days=1)
    while not is_working_day(workplace.country, day):
        day -= timedelta(days=1)
    return datetime.combine(day, local_moment.time(), tzinfo=workplace.zone)


def is_working_day(country: str, day: date) -> bool:
    """Whether people work in this country, given by its ISO code, on this day."""
    calendar = _holiday_calendar(country, day.year)
    if calendar is None:
        return day.weekday() not in USUAL_WEEKEND
    return bool(calendar.is_working_day(day))


@cache
def _holiday_calendar(country: str, year: int) -> Any:
    """National holidays of a country in a year, with its weekend; None where they are not known."""
    # Imported here: only pages that show working hours need the library.
    import holidays

    try:
        return holidays.country_holidays(country, years=year)
    except NotImplementedError:
        return None


@cache
def _zones_by_country() -> Mapping[str, tuple[str, ...]]:
    """ISO code → its zones, in the order of `zone.tab`."""
    zone_table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    zones_by_country: dict[str, tuple[str, ...]] = {}
    for line in zone_table.splitlines():
        if line and not line.startswith("#"):
            country, _coordinates, zone, *_comments = line.split("\t")
            zones_by_country[country] = (*zones_by_country.get(country, ()), zone)
    return zones_by_country


@cache
def _country_by_zone() -> Mapping[str, str]:
    """Name of a zone → ISO code of its country: in `zone.tab` each zone belongs to one country."""
    zones_by_country = _zones_by_country().items()
    return {zone: country for country, zones in zones_by_country for zone in zones}
