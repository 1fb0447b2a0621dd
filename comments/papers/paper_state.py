"""The state of a paper, as shown to its owner."""

from datetime import datetime
from enum import StrEnum

from comments.models import Export
from comments.papers.attempts import LOST_AFTER


class PaperState(StrEnum):
    """The states of a paper; the first three are unfinished."""

    WAITING = "waiting"
    UNDER_WAY = "under_way"
    INTERRUPTED = "interrupted"  # its worker was lost, and another will begin it again
    READY = "ready"
    EXPIRED = "expired"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNFINISHED = (PaperState.WAITING, PaperState.UNDER_WAY, PaperState.INTERRUPTED)


def paper_state_of(export: Export, moment: datetime) -> PaperState:
    """The state of a paper at a moment, by its row."""
    if export.finished_at is None:
        if export.heartbeat_at is None:
            return PaperState.WAITING
        is_lost = export.heartbeat_at < moment - LOST_AFTER
        return PaperState.INTERRUPTED if is_lost else PaperState.UNDER_WAY
    if export.cancelled_at is not None:
        return PaperState.CANCELLED
    if export.error:
        return PaperState.FAILED
    is_kept = bool(export.file) and export.expires_at is not None and export.expires_at > moment
    return PaperState.READY if is_kept else PaperState.EXPIRED
