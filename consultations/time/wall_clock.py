"""Wall-clock times and moments: deadlines are shown in the time of the consultation's zone, and
stored as moments."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _, ngettext

from delegations.zones import city_for_reader

NO_BREAK = "\u00a0"
NEW_YORK = ZoneInfo("America/New_York")  # of papers, and of what belongs to no consultation
# Those of consultations. A time at the edge of the calendar is no time in another zone.
FIRST_YEAR, LAST_YEAR = 2000, 2100
DAYS_OF_WEEK = 7


def moment_of(wall_clock: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which a clock on the wall of that zone shows this time.

    Raises ValidationError for a time that the night of a clock change skips or shows twice, and
    for a year of no consultation.
    """
    require_year(wall_clock)
    moment = wall_clock.replace(tzinfo=zone)
    # A time that is skipped comes back as another one.
    wall_clock_in_utc_and_back = moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
    error_values = {"time": f"{wall_clock:%H:%M}", "city": city_of(zone)}
    if wall_clock_in_utc_and_back != wall_clock:
        raise ValidationError(
            _(
                "There is no %(time)s in %(city)s on that day: the clocks go forward. Choose "
                "one hour later."
            )
            % error_values
        )
    # `fold=1` is the second of two equal times: the offsets differ where there are two.
    if moment.utcoffset() != moment.replace(fold=1).utcoffset():
        raise ValidationError(
            _(
                "%(time)s occurs twice in %(city)s on that day: the clocks go back. Choose a "
                "time outside that hour."
            )
            % error_values
        )
    return moment.astimezone(UTC)


def require_year(time: datetime) -> None:
    """Raise ValidationError for a time in a year of no consultation."""
    if not FIRST_YEAR <= time.year <= LAST_YEAR:
        raise ValidationError(
            _("Choose a year from %(first)d to %(last)d.")
            % {"first": FIRST_YEAR, "last": LAST_YEAR}
        )


def moment_in_words(moment: datetime, zone: tzinfo, *, now: datetime | None = None) -> str:
    """Day, hour and city: "Fri 7 May, 17:00 New York"; with the year where it is another one."""
    local = moment.astimezone(zone)
    this_year = (now or timezone.now()).astimezone(zone).year
    # Translators: day and hour, in the letters of Django's date formats: Fri 7 May, 17:00
    date_pattern = _("D j M, H:i") if local.year == this_year else _("D j M Y, H:i")
    return time_and_city(date_format(local, date_pattern), city_of(zone))


def moment_in_short(moment: datetime, zone: tzinfo, *, now: datetime) -> str:
    """A moment near now, without its city: "Fri 17:00", and of another week "14 May, 17:00"."""
    local = moment.astimezone(zone)
    days_away = abs((local.date() - now.astimezone(zone).date()).days)
    # Translators: a day of this week with the hour, and a further one, in Django's date formats.
    return date_format(local, _("D H:i") if days_away < DAYS_OF_WEEK else _("j M, H:i"))


def time_and_city(time_text: str, city: str) -> str:
    """The time and its city, with spaces at which no line breaks."""
    return f"{time_text}{NO_BREAK}{city.replace(' ', NO_BREAK)}"


def day_of(moment: datetime, zone: tzinfo) -> str:
    """The day in that zone: "7 May"."""
    # Translators: a day of this year, in the letters of Django's date formats: 7 May
    return date_format(moment.astimezone(zone), _("j M"))


def date_of(moment: datetime, zone: tzinfo) -> str:
    """The day in that zone, with its year: "7 May 2010"."""
    # Translators: a day, in the letters of Django's date formats: 7 May 2010
    return date_format(moment.astimezone(zone), _("j F Y"))


def moment_in_words_for_reader(moment: datetime, zone: tzinfo, own_zone: tzinfo) -> str:
    """Day, hour and city, and the reader's own time where their clock shows another one."""
    local_there, local_here = moment.astimezone(zone), moment.astimezone(own_zone)
    if local_there.utcoffset() == local_here.utcoffset():
        return moment_in_words(moment, zone)
    # Translators: the hour alone, and the day with the hour, in the letters of date formats.
    date_pattern = _("H:i") if local_there.date() == local_here.date() else _("D j M, H:i")
    own_time_in_words = time_and_city(date_format(local_here, date_pattern), city_of(own_zone))
    return f"{moment_in_words(moment, zone)} · {own_time_in_words}"


def hour_of(moment: datetime, zone: tzinfo, *, now: datetime) -> str:
    """The hour on the clocks of a zone, with the day where it is not today's: "14:32"."""
    local_moment, today = moment.astimezone(zone), now.astimezone(zone).date()
    # Translators: the hour alone, and the day with the hour, in the letters of date formats.
    return date_format(local_moment, _("H:i") if local_moment.date() == today else _("D j M, H:i"))


def city_of(zone: tzinfo) -> str:
    """The city of a zone in the language of the page: "New York", "Нью-Йорк"."""
    return city_for_reader(str(zone))


def time_left(until: datetime, now: datetime) -> str:
    """The time that is left: "3 days left", "12 minutes left", "less than a minute left"."""
    minutes = max(0, int((until - now).total_seconds() // 60))
    hours, days = minutes // 60, minutes // (24 * 60)
    if days:
        return ngettext("%(n)d day left", "%(n)d days left", days) % {"n": days}
    if hours:
        return ngettext("%(n)d hour left", "%(n)d hours left", hours) % {"n": hours}
    if not minutes:
        return _("less than a minute left")
    return ngettext("%(n)d minute left", "%(n)d minutes left", minutes) % {"n": minutes}
