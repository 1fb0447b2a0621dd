"""The meetings that run now, going by their start, and which of them deals with a paragraph.

Rooms may meet at the same time: an act on a paragraph belongs to the meeting of its room.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from consultations.models import Meeting, WorkingRoom
from consultations.rules.access import Access
from drafts.desk.room_parts import rooms_of
from drafts.models import Draft

# A meeting is taken to run for so long after its start.
RUNS_FOR = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class RunningMeetings:
    """The running meetings, the latest first, and the rooms of paragraphs where a room meets."""

    meetings: tuple[Meeting, ...]
    rooms: Mapping[int, WorkingRoom]

    @property
    def of_plenary(self) -> Meeting | None:
        return next((row for row in self.meetings if row.room_id is None), None)

    def of(self, paragraph: int) -> Meeting | None:
        """The meeting of the room that has the paragraph, else the plenary's; no other room's."""
        room = self.rooms.get(paragraph)
        own = (row for row in self.meetings if room and row.room_id == room.pk)
        return next(own, self.of_plenary)


def running_meetings(access: Access, draft: Draft) -> RunningMeetings:
    """The meetings that run now: one query, and two more where a room meets."""
    started = Meeting.objects.filter(
        consultation=access.consultation,
        cancelled_at=None,
        starts_at__lte=access.moment,
        starts_at__gt=access.moment - RUNS_FOR,
    )
    meetings = tuple(started.order_by("-starts_at", "-pk"))
    has_room_meeting = any(row.room_id for row in meetings)
    return RunningMeetings(meetings, rooms_of(access, draft) if has_room_meeting else {})
