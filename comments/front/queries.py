"""The meetings that the front page of a consultation shows."""

from consultations.models import Meeting
from consultations.rules.access import Access

MAX_MEETINGS = 5


def next_meetings(access: Access) -> list[Meeting]:
    """The first `MAX_MEETINGS` of the meetings still to come, the next one first."""
    meetings = Meeting.objects.filter(
        consultation=access.consultation, starts_at__gte=access.moment, cancelled_at=None
    )
    return list(meetings.order_by("starts_at")[:MAX_MEETINGS])
