"""Two rooms that meet at once: which delegations sit in both."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations

from consultations.models import Meeting, RoomMember, Seat
from consultations.rules.access import Access

# Meetings in the morning or in the afternoon last three hours.
LASTS = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class RoomClash:
    """A meeting, another at the same time, and who would have to be in both."""

    meeting: Meeting
    other: Meeting
    # Those that are named in one of the rooms or in both; none named: all delegations.
    seats: tuple[Seat, ...]

    @property
    def is_of_all(self) -> bool:
        return not self.seats


def room_clashes(access: Access) -> list[RoomClash]:
    """The clashes among the meetings to come, the nearest first: of a delegate, its own alone.

    A meeting without a room is the plenary's, in which everybody sits. Two queries.
    """
    rows = Meeting.objects.filter(
        consultation=access.consultation, cancelled_at=None, starts_at__gt=access.moment
    )
    meetings = list(rows.select_related("room"))
    if not any(meeting.room_id for meeting in meetings):
        return []
    found = clashes_among(meetings, _members(meetings))
    own = access.seat
    return [one for one in found if own is None or one.is_of_all or own in one.seats]


def clashes_among(
    meetings: Iterable[Meeting], members: Mapping[int, Sequence[Seat]]
) -> list[RoomClash]:
    """`members` by room, those of rooms with named members. Needs the meetings' rooms."""
    found = []
    for first, second in combinations(meetings, 2):
        if first.room_id == second.room_id or abs(second.starts_at - first.starts_at) >= LASTS:
            continue
        here, there = _named(first, members), _named(second, members)
        if here is None or there is None:
            named = here if there is None else there
            found.append(RoomClash(first, second, tuple(named or ())))
        elif both := tuple(seat for seat in here if seat in there):
            found.append(RoomClash(first, second, both))
    return found


def _named(meeting: Meeting, members: Mapping[int, Sequence[Seat]]) -> Sequence[Seat] | None:
    """Who is named to sit there; None: everybody."""
    if meeting.room is None or meeting.room.is_for_all:
        return None
    return members.get(meeting.room.pk, ())


def _members(meetings: Iterable[Meeting]) -> dict[int, list[Seat]]:
    rooms = {meeting.room_id for meeting in meetings if meeting.room_id}
    found: dict[int, list[Seat]] = {}
    rows = RoomMember.objects.filter(room__in=rooms, ended_at=None, seat__ended_at=None)
    for row in rows.select_related("seat"):
        found.setdefault(row.room_id, []).append(row.seat)
    return found
