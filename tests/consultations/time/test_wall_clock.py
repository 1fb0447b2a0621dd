"""New York time, through the nights on which the clocks change."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from consultations.time.wall_clock import (
    moment_in_words,
    moment_in_words_for_reader,
    moment_of,
    time_left,
)
from consultations.timetable.forms import WallClockField

NEW_YORK = ZoneInfo("America/New_York")


def test_a_deadline_is_read_on_new_yorks_clocks_in_summer_and_winter() -> None:
    summer = moment_of(datetime(2026, 5, 7, 17, 0), NEW_YORK)
    winter = moment_of(datetime(2026, 12, 1, 17, 0), NEW_YORK)
    assert summer == datetime(2026, 5, 7, 21, 0, tzinfo=UTC)
    assert winter == datetime(2026, 12, 1, 22, 0, tzinfo=UTC)


def test_an_hour_that_the_clocks_skip_is_refused_with_a_sentence() -> None:
    with pytest.raises(ValidationError, match="There is no 02:30 in New York on that day"):
        moment_of(datetime(2026, 3, 8, 2, 30), NEW_YORK)
    assert moment_of(datetime(2026, 3, 8, 3, 0), NEW_YORK).hour == 7


def test_an_hour_that_comes_twice_is_refused_with_a_sentence() -> None:
    with pytest.raises(ValidationError, match="01:30 occurs twice in New York on that day"):
        moment_of(datetime(2026, 11, 1, 1, 30), NEW_YORK)
    assert moment_of(datetime(2026, 11, 1, 2, 0), NEW_YORK).hour == 7


def test_a_field_shows_and_reads_the_clocks_of_its_zone() -> None:
    field = WallClockField(zone=NEW_YORK)
    moment = datetime(2026, 5, 7, 21, 0, tzinfo=UTC)
    assert field.clean("2026-05-07T17:00") == moment
    assert f"{field.prepare_value(moment):%Y-%m-%dT%H:%M}" == "2026-05-07T17:00"
    assert field.prepare_value("half past") == "half past"


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
@pytest.mark.parametrize("typed", ["9999-12-31T23:59", "0001-01-01T00:00", "1999-12-31T23:59"])
def test_a_year_of_no_consultation_is_refused_with_a_sentence(typed: str, zone: str) -> None:
    with pytest.raises(ValidationError, match="Choose a year from 2000 to 2100"):
        WallClockField(zone=ZoneInfo(zone)).clean(typed)


@pytest.mark.parametrize("typed", ["tomorrow", "2026-13-01T10:00", "2026-05-07T17:00+02:00", ""])
def test_what_is_no_day_and_hour_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        WallClockField(zone=NEW_YORK).clean(typed)


def test_a_moment_is_said_in_new_york_and_in_the_readers_own_time() -> None:
    """No line parts an hour from its city."""
    moment = datetime(2026, 5, 8, 21, 0, tzinfo=UTC)
    now = datetime(2026, 5, 1, tzinfo=UTC)
    assert moment_in_words(moment, NEW_YORK, now=now) == "Fri 8 May, 17:00\u00a0New\u00a0York"
    own = moment_in_words_for_reader(moment, NEW_YORK, ZoneInfo("Europe/Lisbon"))
    assert own.endswith("· 22:00\u00a0Lisbon")
    far = moment_in_words_for_reader(moment, NEW_YORK, ZoneInfo("Asia/Tokyo"))
    assert far.endswith("· Sat 9 May, 06:00\u00a0Tokyo")
    assert "·" not in moment_in_words_for_reader(moment, NEW_YORK, ZoneInfo("America/Toronto"))


def test_a_moment_of_another_year_names_it() -> None:
    moment = datetime(2010, 4, 15, 14, 0, tzinfo=UTC)
    assert moment_in_words(moment, NEW_YORK, now=datetime(2026, 1, 5, tzinfo=UTC)) == (
        "Thu 15 Apr 2010, 10:00\u00a0New\u00a0York"
    )


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (74, "3 days left"),
        (24, "1 day left"),
        (23.9, "23 hours left"),
        (0.5, "30 minutes left"),
        (0.01, "less than a minute left"),
    ],
)
def test_what_is_left_is_said_in_the_largest_whole_unit(hours: float, words: str) -> None:
    now = datetime(2026, 5, 1, tzinfo=UTC)
    until = datetime.fromtimestamp(now.timestamp() + hours * 3600, tz=UTC)
    assert time_left(until, now) == words
