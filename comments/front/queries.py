"""The meetings that the front page of a consultation shows."""

from consultations.models import Meeting
from consultations.rules.access import Access

MAX_MEETINGS = 5


def next_meetings(access: Access) -> list[Meeting]:
    """The first `MAX_MEETINGS` of the meetings still to come, the next one first."""
    meetings_to_come = access.consultation.meetings.to_come(access.moment)
    return list(meetings_to_come.order_by("starts_at")[:MAX_MEETINGS])
