"""What all parts of the demonstration use: its data folder, its deadlines, its people."""

import json
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from consultations.rules.access import Access
from consultations.rules.access_factory import capacities_of, make_access
from consultations.time.wall_clock import NEW_YORK
from delegations.models import User

DATA_FOLDER = Path(__file__).with_name("data")
SLUG = "plan-of-action"
SATURDAY = 5  # as `weekday()` numbers days


def read_data(name: str) -> Any:
    """The content of a JSON file of the data folder."""
    return json.loads((DATA_FOLDER / name).read_text(encoding="utf-8"))


def five_pm_on_day_of(moment: datetime) -> datetime:
    """17.00 in New York on the day of a moment: deadlines of the demonstration are at this hour."""
    return datetime.combine(moment.astimezone(NEW_YORK).date(), time(17), tzinfo=NEW_YORK)


def working_days_before(moment: datetime, count: int) -> datetime:
    """The same hour, so many working days in New York before the day of a moment.

    What is done on another number of working days is done on another day: counted in days of the
    calendar, two acts of a weekend would fall on one Friday, and their hours say nothing on which
    was first.
    """
    while count:
        moment -= timedelta(days=1)
        count -= moment.astimezone(NEW_YORK).weekday() < SATURDAY
    return moment


def working_day(moment: datetime) -> datetime:
    """The moment, or two days later at a weekend, so that nothing is due on a Saturday."""
    is_weekend = moment.astimezone(NEW_YORK).weekday() >= SATURDAY
    return moment + timedelta(days=2) if is_weekend else moment


def at_ten(moment: datetime) -> datetime:
    """Ten o'clock in New York on the day of a moment: meetings begin at this hour."""
    return datetime.combine(moment.astimezone(NEW_YORK).date(), time(10), tzinfo=NEW_YORK)


def access_of_person(email: str, moment: datetime, slug: str = SLUG) -> Access:
    """The access of a demo person to a consultation, in the first of their capacities."""
    user = User.objects.get(email=email)
    return make_access(user, slug, capacities_of(user)[0].key, moment=moment)


def replace_once(text: str, old: str, new: str) -> str:
    """The text with the first `old` replaced. Raises ValueError where there is none."""
    if old not in text:
        raise ValueError(f"The demo's text does not hold: {old}")
    return text.replace(old, new, 1)
