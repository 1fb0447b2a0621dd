"""The meetings that run now, as far as their start tells, and which of them has a paragraph.

Rooms meet at once: what is done to a paragraph belongs to the meeting of the room that has it.
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
    """Those that run, the latest first, and the rooms of the paragraphs where a room meets."""

    meetings: tuple[Meeting, ...]
    rooms: Mapping[int, WorkingRoom]

    @property
    def of_plenary(self) -> Meeting | None:
        return next((row for row in self.meetings if row.room_id is None), None)

    def of(self, paragraph: int) -> Meeting | None:
        """That of the room which has the paragraph, else the plenary's; never another room's."""
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
    meets = any(row.room_id for row in meetings)
    return RunningMeetings(meetings, rooms_of(access, draft) if meets else {})
