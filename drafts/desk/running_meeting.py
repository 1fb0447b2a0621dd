"""The meeting that runs at a moment, as far as its start tells."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from consultations.models import Meeting
from consultations.rules.access import Access

# A meeting is taken to run for so long after its start.
RUNS_FOR = timedelta(hours=8)


def running_at(meetings: Iterable[Meeting], moment: datetime) -> Meeting | None:
    """The meeting that runs, as far as its start tells; the latest of several."""
    running = [row for row in meetings if row.starts_at <= moment < row.starts_at + RUNS_FOR]
    return running[-1] if running else None


def meeting_at(access: Access) -> Meeting | None:
    """The meeting of the consultation that runs now: one query."""
    started = Meeting.objects.filter(
        consultation=access.consultation,
        cancelled_at=None,
        starts_at__lte=access.moment,
        starts_at__gt=access.moment - RUNS_FOR,
    )
    return started.order_by("-starts_at", "-pk").first()
