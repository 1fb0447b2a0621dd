"""Silences of the facilitators in the room: opened on its text, and broken."""

from collections.abc import Sequence

from comments.models import Silence, SilenceBreak
from comments.silences.acts import SilenceSubject, break_silence, open_silence
from tests.room import Room, marker


def open_to(
    room: Room, codes: Sequence[str] = (), *, days: float = -1, until: float = 9
) -> Silence:
    """Opened a day ago on the text, for nine days more; to all, or to some delegations."""
    seats = list(room.consultation.seats.filter(code__in=codes).select_related("delegation"))
    return open_silence(
        access=room.access("co_facilitator", days),
        subject=SilenceSubject(revision=room.revision),
        words=f"Put before delegations, {marker('silence')}.",
        until=room.at(until),
        seats=seats or None,
    )


def break_for(room: Room, silence: Silence, code: str) -> SilenceBreak:
    """A delegation breaks it, now."""
    return break_silence(
        access=room.access(f"{code} focal_point"),
        asked_seat=silence.asked.select_related("seat").get(seat__code=code),
        words=f"We cannot accept it, {marker(f'{code} break')}.",
    )
