"""The time zones that a person may live in, and what their cities are called.

The names of cities are Unicode's (CLDR), taken out of Babel 2.19.0; its licence stands beside
them. Babel itself would weigh 36 MB for this one table.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from zoneinfo import available_timezones

from django.utils.translation import get_language

CITIES = Path(__file__).resolve().parent / "data" / "zone_cities.json"


@cache
def time_zones() -> frozenset[str]:
    """Every IANA name known here; asked once, because the answer is gathered from the disk."""
    return frozenset(available_timezones())


def city_for_reader(zone: str) -> str:
    """The city of a zone in the language of the page: "Africa/Cairo" → "Cairo", "القاهرة".

    In English, and where the data has no name, by the IANA name.
    """
    language = (get_language() or "en")[:2]
    own = zone.rpartition("/")[2].replace("_", " ")
    return own if language == "en" else _cities().get(zone, {}).get(language, own)


@cache
def _cities() -> Mapping[str, Mapping[str, str]]:
    cities: Mapping[str, Mapping[str, str]] = json.loads(CITIES.read_text())
    return cities
