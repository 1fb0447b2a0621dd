"""Working hours left before a deadline, at Headquarters and in capitals."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from consultations.time.working_clock import (
    Workplace,
    capital_workplace,
    is_working_day,
    working_day_before,
    working_time,
    workplace_in_zone,
)

NEW_YORK = workplace_in_zone(ZoneInfo("America/New_York"))


def capital(country: str) -> Workplace:
    found = capital_workplace(country)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        ("PT", "Europe/Lisbon"),
        ("AU", "Australia/Sydney"),
        ("BR", "America/Sao_Paulo"),
        ("CA", "America/Toronto"),
        ("FM", "Pacific/Pohnpei"),
        ("PS", "Asia/Hebron"),
        ("RU", "Europe/Moscow"),
        ("UA", "Europe/Kyiv"),
        ("UZ", "Asia/Tashkent"),
        ("US", "America/New_York"),
        ("KZ", "Asia/Almaty"),
        ("CD", "Africa/Kinshasa"),
        ("ID", "Asia/Jakarta"),
        ("MN", "Asia/Ulaanbaatar"),
    ],
)
def test_a_capital_keeps_the_clocks_of_its_part_of_the_country(country: str, zone: str) -> None:
    assert capital(country) == Workplace(ZoneInfo(zone), country)


def test_without_a_country_there_is_no_capital() -> None:
    assert capital_workplace("") is None and capital_workplace("ZZ") is None
    assert NEW_YORK.country == "US" and workplace_in_zone(ZoneInfo("UTC")).country == ""


def test_weekends_and_holidays_have_no_working_hour() -> None:
    """New York, Friday 17.00 to Tuesday 15.00: Monday, and six hours of Tuesday."""
    friday = datetime(2026, 5, 15, 17, tzinfo=NEW_YORK.zone)
    tuesday = datetime(2026, 5, 19, 15, tzinfo=NEW_YORK.zone)
    assert working_time(NEW_YORK, friday, tuesday) == timedelta(hours=14)
    a_week_later = timedelta(days=7)  # Memorial Day is that Monday
    assert working_time(NEW_YORK, friday + a_week_later, tuesday + a_week_later) == timedelta(
        hours=6
    )


def test_where_the_weekend_is_friday_and_saturday_sunday_is_a_working_day() -> None:
    """Riyadh, Thursday to Sunday at noon: three hours of Sunday."""
    riyadh = capital("SA")
    thursday = datetime(2026, 5, 14, 17, tzinfo=riyadh.zone)
    assert working_time(riyadh, thursday, thursday + timedelta(days=2)) == timedelta()
    sunday = datetime(2026, 5, 17, 12, tzinfo=riyadh.zone)
    assert working_time(riyadh, thursday, sunday) == timedelta(hours=3)


def test_a_capital_may_have_no_working_hour_where_the_seat_has_some() -> None:
    """Friday in New York is a weekend in Cairo, and night in Tokyo."""
    opened = datetime(2026, 5, 15, 9, tzinfo=NEW_YORK.zone)
    ends = datetime(2026, 5, 15, 17, tzinfo=NEW_YORK.zone)
    assert working_time(NEW_YORK, opened, ends) == timedelta(hours=8)
    assert working_time(capital("EG"), opened, ends) == timedelta()
    assert working_time(capital("JP"), opened, ends) == timedelta()
    assert working_time(capital("PT"), opened, ends) == timedelta(hours=3)


def test_the_hour_that_the_clocks_skip_is_not_counted_twice() -> None:
    friday = datetime(2026, 3, 6, 16, tzinfo=NEW_YORK.zone)
    monday = datetime(2026, 3, 9, 10, tzinfo=NEW_YORK.zone)  # the clocks went forward on Sunday
    assert working_time(NEW_YORK, friday, monday) == timedelta(hours=2)


def test_a_country_whose_calendar_is_unknown_rests_on_saturday_and_sunday() -> None:
    days = [datetime(2026, 5, day, tzinfo=UTC).date() for day in range(11, 18)]
    assert [is_working_day("", day) for day in days] == [True] * 5 + [False] * 2


def test_the_working_day_before_a_monday_is_the_friday() -> None:
    monday = datetime(2026, 5, 18, 17, tzinfo=NEW_YORK.zone)
    assert working_day_before(NEW_YORK, monday) == datetime(2026, 5, 15, 17, tzinfo=NEW_YORK.zone)
