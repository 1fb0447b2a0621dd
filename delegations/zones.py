"""The time zones that a person may choose, and the names of their cities.

The names of cities are Unicode's (CLDR), copied from Babel 2.19.0 into `data`; their licence is
beside them. Babel itself would weigh 36 MB for this one table.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from zoneinfo import available_timezones

from django.utils.translation import get_language

CITIES_FILE = Path(__file__).resolve().parent / "data" / "zone_cities.json"


@cache
def time_zones() -> frozenset[str]:
    """The name of every zone in the IANA database; cached, because it is read from many files."""
    return frozenset(available_timezones())


def city_for_reader(zone: str) -> str:
    """The city of a zone in the language of the page: "Africa/Cairo" → "Cairo", "القاهرة".

    In English, and where the data has no name, it is taken from the IANA name.
    """
    language = (get_language() or "en")[:2]
    city = zone.rpartition("/")[2].replace("_", " ")
    return city if language == "en" else _city_names_by_zone().get(zone, {}).get(language, city)


@cache
def _city_names_by_zone() -> Mapping[str, Mapping[str, str]]:
    city_names_by_zone: Mapping[str, Mapping[str, str]] = json.loads(CITIES_FILE.read_text())
    return city_names_by_zone
