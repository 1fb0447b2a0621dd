"""Meetings of two rooms, or of a room and the plenary, at the same time; and who sits in both."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations

from consultations.models import Meeting, RoomMember, Seat
from consultations.rules.access import Access

# A meeting of the morning or the afternoon lasts three hours at the UN; meetings record no end.
MEETING_DURATION = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class RoomClash:
    """Two meetings at the same time, and the seats that would have to be in both."""

    meeting: Meeting
    other_meeting: Meeting
    # Those named for both rooms, or for the one that is not for all; empty: all delegations.
    seats: tuple[Seat, ...]

    @property
    def concerns_all_delegations(self) -> bool:
        return not self.seats


def room_clashes(access: Access) -> list[RoomClash]:
    """The clashes among the meetings to come, the nearest first; delegates get only their own.

    A meeting without a room is the plenary's, in which everybody sits. Two queries.
    """
    meetings_to_come = access.consultation.meetings.to_come(access.moment)
    meetings = list(meetings_to_come.select_related("room"))
    # The plenary alone cannot be in two places: its members need not be read.
    if not any(meeting.room_id for meeting in meetings):
        return []
    clashes = clashes_among(meetings, _seats_by_room_id(meetings))
    seat = access.seat
    return [
        clash
        for clash in clashes
        if seat is None or clash.concerns_all_delegations or seat in clash.seats
    ]


def clashes_among(
    meetings: Iterable[Meeting], seats_by_room_id: Mapping[int, Sequence[Seat]]
) -> list[RoomClash]:
    """The clashes among these meetings, whose rooms are loaded.

    `seats_by_room_id` are the members of the rooms that are not open to all.
    """
    clashes = []
    for first_meeting, second_meeting in combinations(meetings, 2):
        if (
            first_meeting.room_id == second_meeting.room_id
            or abs(second_meeting.starts_at - first_meeting.starts_at) >= MEETING_DURATION
        ):
            continue
        seats = _seats_of_both(
            _named_seats_of(first_meeting, seats_by_room_id),
            _named_seats_of(second_meeting, seats_by_room_id),
        )
        if seats is None or seats:  # nobody sits in a room whose members have all left
            clashes.append(RoomClash(first_meeting, second_meeting, tuple(seats or ())))
    return clashes


def _seats_of_both(
    first_seats: Sequence[Seat] | None, second_seats: Sequence[Seat] | None
) -> Sequence[Seat] | None:
    """The seats that would have to be in both; None where everybody sits in both."""
    if first_seats is None:
        return second_seats
    if second_seats is None:
        return first_seats
    return [seat for seat in first_seats if seat in second_seats]


def _named_seats_of(
    meeting: Meeting, seats_by_room_id: Mapping[int, Sequence[Seat]]
) -> Sequence[Seat] | None:
    """The seats named for a meeting's room; None where everybody sits there."""
    if meeting.room is None or meeting.room.is_for_all:
        return None
    return seats_by_room_id.get(meeting.room.pk, ())


def _seats_by_room_id(meetings: Iterable[Meeting]) -> dict[int, list[Seat]]:
    """The seats that are named for the rooms of these meetings."""
    room_ids = {meeting.room_id for meeting in meetings if meeting.room_id}
    seats_by_room_id: dict[int, list[Seat]] = {}
    room_members = RoomMember.objects.filter(room__in=room_ids, ended_at=None, seat__ended_at=None)
    for room_member in room_members.select_related("seat"):
        seats_by_room_id.setdefault(room_member.room_id, []).append(room_member.seat)
    return seats_by_room_id
