"""The meetings that run now, going by their start, and which of them deals with a paragraph.

Rooms may meet at the same time: an act on a paragraph belongs to the meeting of its room.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from consultations.models import Meeting, WorkingRoom
from consultations.rules.access import Access
from drafts.models import Draft
from drafts.rooms.queries import room_by_paragraph_id

# A meeting is taken to run for so long after its start.
ASSUMED_LENGTH = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class RunningMeetings:
    """The running meetings, the latest first.

    `room_by_paragraph_id` is empty where no room meets: no act can belong to a meeting of a room.
    """

    meetings: tuple[Meeting, ...]
    room_by_paragraph_id: Mapping[int, WorkingRoom]

    @property
    def plenary_meeting(self) -> Meeting | None:
        return next((meeting for meeting in self.meetings if meeting.room_id is None), None)

    def meeting_for(self, paragraph_id: int) -> Meeting | None:
        """The meeting of the room that has the paragraph, else the plenary's; no other room's."""
        room = self.room_by_paragraph_id.get(paragraph_id)
        meetings_of_room = (
            meeting for meeting in self.meetings if room and meeting.room_id == room.pk
        )
        return next(meetings_of_room, self.plenary_meeting)


def running_meetings(access: Access, draft: Draft) -> RunningMeetings:
    """The meetings that run now: one query, and two more where a room meets."""
    started = Meeting.objects.filter(
        consultation=access.consultation,
        cancelled_at=None,
        starts_at__lte=access.moment,
        starts_at__gt=access.moment - ASSUMED_LENGTH,
    )
    meetings = tuple(started.order_by("-starts_at", "-pk"))
    has_room_meeting = any(meeting.room_id for meeting in meetings)
    return RunningMeetings(
        meetings, room_by_paragraph_id(access, draft) if has_room_meeting else {}
    )
