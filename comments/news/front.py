"""The meetings that the front page of a consultation shows."""

from consultations.models import Meeting
from consultations.rules.access import Access


def meetings_to_come(access: Access) -> list[Meeting]:
    """The next five meetings still to come, the next one first."""
    meetings = Meeting.objects.filter(
        consultation=access.consultation, starts_at__gte=access.moment, cancelled_at=None
    )
    return list(meetings.order_by("starts_at")[:5])
