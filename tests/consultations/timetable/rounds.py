"""A round as a form sends it, and one that is set, for the tests of consultations."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from consultations.models import Round
from consultations.timetable.acts import create_round
from tests.consultations.people.people import House, later


def wall_clock(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo("America/New_York")).strftime("%Y-%m-%dT%H:%M")


def a_round(house: House, **changed: Any) -> Round:
    values: dict[str, Any] = {
        "name": "First draft",
        "opens_at": later(hours=1),
        "deadline": later(days=7),
        "visibility": "at_close",
    }
    return create_round(access=house.access(house.co_facilitator), **{**values, **changed})
