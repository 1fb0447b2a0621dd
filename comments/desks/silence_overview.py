"""A silence as it is read: what it is on, who is asked, who broke it as far as the reader knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from comments.models import (
    Silence,
    SilenceBreak,
    SilenceOutcome,
    SilenceQuerySet,
    SilenceRead,
    SilenceSeat,
)
from consultations.models import Consultation, Seat
from consultations.rules.access import Access
from consultations.rules.phases import lasting_at
from consultations.working_clock import capital_of, seat_at, working_time


class SilenceState(StrEnum):
    """How far a silence is, as a reader may know it."""

    RUNNING = "running"
    BROKEN = "broken"
    ENDED = "ended"
    DECLARED = "declared"


@dataclass(frozen=True, slots=True)
class AskedLine:
    """A delegation that is asked, with the breaks of its that the reader may read."""

    asked: SilenceSeat
    breaks: tuple[SilenceBreak, ...]


@dataclass(frozen=True, slots=True)
class CapitalHours:
    """How many working hours a delegation's capital has; None where it has no capital."""

    seat: Seat
    hours: float | None


@dataclass(frozen=True, slots=True)
class SilenceClock:
    """The working hours before an end: at the seat, and in each capital."""

    hours: float
    at_seat: float
    capitals: tuple[CapitalHours, ...]

    @property
    def without(self) -> tuple[Seat, ...]:
        """The delegations whose capital has no working hour before the end."""
        return tuple(line.seat for line in self.capitals if line.hours == 0)


def state_of_silence(access: Access, silence: Silence) -> SilenceState:
    """That it was broken is known to facilitators, and to all once they showed it."""
    if silence.declared_at:
        return SilenceState.DECLARED
    if not silence.runs_at(access.moment):
        return SilenceState.ENDED
    is_known = silence.silence_broken_at if access.reads_all else silence.shown_at
    return SilenceState.BROKEN if is_known else SilenceState.RUNNING


def asked_lines(access: Access, silence: Silence) -> list[AskedLine]:
    """Whoever is asked, in table order, with the breaks that may be read: two queries."""
    rows = SilenceSeat.objects.visible_to(access).filter(silence=silence)
    breaks = SilenceBreak.objects.visible_to(access).filter(asked__silence=silence)
    found: dict[int, list[SilenceBreak]] = {}
    for row in breaks.select_related("wording").order_by("broken_at", "pk"):
        found.setdefault(row.asked_id, []).append(row)
    asked = rows.select_related("seat__delegation").order_by("seat__rank", "seat__sort_key", "pk")
    return [AskedLine(row, tuple(found.get(row.pk, ()))) for row in asked]


def clock_of(
    consultation: Consultation, seats: Sequence[Seat], start: datetime, until: datetime
) -> SilenceClock:
    """The working hours between two moments. Needs `seat.delegation`."""
    at_seat = working_time(seat_at(consultation.zone), start, until)
    lines = tuple(CapitalHours(seat, _in_capital(seat, start, until)) for seat in seats)
    return SilenceClock(_hours(until - start), _hours(at_seat), lines)


def asked_silences(access: Access) -> SilenceQuerySet:
    """Those that run on which the reader's delegation is asked."""
    mine = SilenceSeat.objects.filter(seat=access.seat)
    rows = Silence.objects.visible_to(access).undeclared()
    return rows.filter(lasting_at(access.moment), pk__in=mine.values("silence"))


def silences_ahead(access: Access) -> SilenceQuerySet:
    """What runs where the reader is asked, or all that they lead; the first to end first."""
    running = Silence.objects.visible_to(access).undeclared()
    leading = running.filter(lasting_at(access.moment))
    rows = leading if access.reads_all else asked_silences(access)
    return rows.with_places().order_by("silence_until", "pk")


def silences_to_break(access: Access) -> SilenceQuerySet:
    """Those of them on which it said nothing yet."""
    broken = SilenceBreak.objects.filter(asked__seat=access.seat).values("asked__silence")
    return asked_silences(access).exclude(pk__in=broken)


def silences_to_declare(access: Access) -> SilenceQuerySet:
    """Those that ended, or were broken, and wait for the facilitators."""
    rows = Silence.objects.visible_to(access).undeclared()
    return rows.exclude(lasting_at(access.moment))


def reads_of(access: Access, silence: Silence) -> list[SilenceRead]:
    """Who of the own delegation opened it, and when first: nobody else's to know. One query."""
    if access.seat is None:
        return []
    rows = SilenceRead.objects.visible_to(access).filter(asked__silence=silence)
    return list(rows.select_related("user"))


def outcomes_open(access: Access, silence: Silence) -> list[SilenceOutcome]:
    """What can be declared now."""
    found = [SilenceOutcome.WITHDRAWN]
    if silence.silence_broken_at:
        return [SilenceOutcome.BROKEN, *found]
    return found if silence.runs_at(access.moment) else [SilenceOutcome.ADOPTED, *found]


def _in_capital(seat: Seat, start: datetime, until: datetime) -> float | None:
    place = capital_of(seat.delegation.iso2) if seat.delegation.iso2 else None
    return _hours(working_time(place, start, until)) if place else None


def _hours(span: timedelta) -> float:
    return round(span.total_seconds() / 3600, 1)
