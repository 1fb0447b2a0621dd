"""A calendar as an iCalendar file (RFC 5545), the same bytes for the same calendar."""

from datetime import UTC, timedelta

from django.utils.text import slugify
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone

from comments.calendar.queries import CalendarEntry, ReaderCalendar

CONTENT_TYPE = "text/calendar; charset=utf-8"
# How often a program should read the feed again; few obey, so requests are also limited.
REFRESH = timedelta(hours=1)


def calendar_file(calendar: ReaderCalendar) -> bytes:
    """The whole file. It describes the zone of the consultation, in which its entries begin."""
    file = Calendar()
    # Both asked of every file: the version of iCalendar, and the program that wrote the file.
    file.add("version", "2.0")
    file.add("prodid", "-//Consultations//Calendar//EN")
    # Each under its name in RFC 7986, and under the older one that most programs still read.
    for name in ("name", "x-wr-calname"):
        file.add(name, calendar.name)
    if calendar.handling:
        for name in ("description", "x-wr-caldesc"):
            file.add(name, calendar.handling)
    file.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    file.add("x-published-ttl", REFRESH, parameters={"VALUE": "DURATION"})
    for entry in calendar.entries:
        file.add_component(_event(entry, calendar))
    if calendar.entries:
        _describe_zone(file, calendar)
    return bytes(file.to_ical())


def calendar_filename(calendar: ReaderCalendar) -> str:
    """A name in ASCII, not too long for any system of files: "plan-of-action.ics"."""
    return f"{slugify(calendar.name)[:80].strip('-') or 'calendar'}.ics"


def _event(entry: CalendarEntry, calendar: ReaderCalendar) -> Event:
    """One entry, without an end: none is known, and a deadline is a moment.

    Where `sequence` is higher than before, a program replaces what it has of the entry.
    """
    changed_at = entry.changed_at.astimezone(UTC)
    title = (
        _("Cancelled: %(title)s") % {"title": entry.title} if entry.is_cancelled else entry.title
    )
    event = Event()
    event.add("uid", str(entry.id))
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)
    event.add("sequence", entry.changes)
    event.add("dtstart", entry.at.astimezone(calendar.zone))
    event.add("summary", title)
    description_parts = (entry.kind, calendar.name, calendar.handling, entry.url)
    event.add("description", "\n".join(line for line in description_parts if line))
    if entry.place:
        event.add("location", entry.place)
    event.add("url", entry.url)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    # "Opaque" shows the reader as busy at that time, "transparent" as free.
    event.add("transp", "OPAQUE" if entry.is_busy and not entry.is_cancelled else "TRANSPARENT")
    return event


def _describe_zone(file: Calendar, calendar: ReaderCalendar) -> None:
    """Add the clock changes of the zone in the years of the entries and the year after.

    The entries, at least one, are in the order of time. The zone stands before what refers to it.
    """
    first_day, last_day = calendar.entries[0].at.date(), calendar.entries[-1].at.date()
    file.subcomponents.insert(
        0,
        Timezone.from_tzinfo(
            calendar.zone,
            first_date=first_day.replace(month=1, day=1),
            last_date=last_day.replace(year=last_day.year + 1, month=12, day=31),
        ),
    )
