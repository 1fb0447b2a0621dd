"""Attempts at making a paper: one worker claims it; if that worker is lost, another may.

A paper that takes long has a row (`Export`); a message in the queue offers it to the workers. The
database decides, not the queue: a message may be lost, doubled or late, so whoever gets one claims
the row first, and then writes a heartbeat every few seconds.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Event, Thread
from typing import Any

from django.db import Error, connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, override

from comments.exports.files import remove_files
from comments.models import Export

log = logging.getLogger(__name__)
MAX_ATTEMPTS = 3  # so that a paper which ends its workers is given up

# Seconds between two heartbeats.
HEARTBEAT_SECONDS = 5.0

# A worker that missed three heartbeats, and some seconds more, counts as lost.
LOST_AFTER = timedelta(seconds=20)

# A message that nobody received for so long may be lost with its broker. It expires then, so that
# the queue never holds a second one for long.
OFFER_LIFETIME = timedelta(seconds=30)


class AttemptEnded(Exception):
    """The error raised when the paper was cancelled, or another attempt has claimed it."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a paper. It may write until the paper is finished or claimed by another."""

    export: Export
    number: int

    def rows(self) -> QuerySet[Export]:
        """The row, as long as it belongs to this attempt."""
        return Export.objects.filter(pk=self.export.pk, attempts=self.number, finished_at=None)

    def write(self, **fields: Any) -> None:
        """Write to the row. Raises AttemptEnded where it no longer belongs to this attempt."""
        if not self.rows().update(**fields):
            raise AttemptEnded


def claim_export(export_id: int) -> Attempt | None:
    """Claim a paper for this worker. None if another makes it, or it is finished."""
    moment = timezone.now()
    without_worker = _without_worker(moment).filter(pk=export_id, attempts__lt=MAX_ATTEMPTS)
    if not without_worker.update(attempts=F("attempts") + 1, heartbeat_at=moment, done=0):
        return None
    export = Export.objects.select_related("owner", "consultation").get(pk=export_id)
    return Attempt(export, export.attempts)


def _without_worker(moment: datetime) -> QuerySet[Export]:
    """Unfinished papers that no worker is making now."""
    has_no_heartbeat = Q(heartbeat_at=None) | Q(heartbeat_at__lt=moment - LOST_AFTER)
    return Export.objects.filter(has_no_heartbeat, finished_at=None)


@contextmanager
def heartbeat(attempt: Attempt) -> Iterator[None]:
    """Write a heartbeat every few seconds, whatever the work waits for.

    A thread with its own connection writes it, since the compiler of a PDF may run for minutes.
    """
    has_ended = Event()
    thread = Thread(target=_write_heartbeats, args=(attempt, has_ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        has_ended.set()
        thread.join(HEARTBEAT_SECONDS)


def _write_heartbeats(attempt: Attempt, has_ended: Event) -> None:
    """Write a heartbeat after each pause, until the event is set; the work of the thread."""
    while not has_ended.wait(HEARTBEAT_SECONDS):
        try:
            attempt.rows().update(heartbeat_at=timezone.now())
        except Error as error:  # the database may be back at the next beat
            log.warning("A heartbeat was not written: %s", type(error).__name__)
            connection.close()
    connection.close()


def record_offer(export_id: int, *, is_accepted: bool) -> None:
    """Record whether the queue accepted the paper."""
    Export.objects.filter(pk=export_id).update(offered_at=timezone.now() if is_accepted else None)


def export_ids_to_offer(moment: datetime) -> list[int]:
    """The ids of the exports to offer to the workers again, oldest first.

    The queue did not accept them, nobody claimed them in time, or their worker was lost.
    """
    without_worker = _without_worker(moment).filter(attempts__lt=MAX_ATTEMPTS)
    is_not_offered = Q(offered_at=None) | Q(offered_at__lt=moment - OFFER_LIFETIME)
    return list(
        without_worker.filter(is_not_offered)
        .order_by("asked_at", "pk")
        .values_list("pk", flat=True)
    )


def close_lost_exports(moment: datetime) -> int:
    """Close the papers whose workers were lost too often, with a message. Returns how many."""
    lost_exports = list(_without_worker(moment).filter(attempts__gte=MAX_ATTEMPTS))
    for export in lost_exports:
        with override(export.parameters["language"]):
            # Three: MAX_ATTEMPTS.
            message = gettext("It failed three times. Choose another format or fewer texts.")
        log.error("Export %s is given up after %s attempts", export.public_id, export.attempts)
        close_with_message(Attempt(export, export.attempts), message)
        remove_files(export)
    return len(lost_exports)


def close_with_message(attempt: Attempt, message: str) -> None:
    """Close the record with a message that says why there is no file.

    Writes nothing where the row no longer belongs to this attempt.
    """
    # The column takes 300 characters.
    attempt.rows().update(error=message[:300], finished_at=timezone.now())


# --- The state of a paper ------------------------------------------------------------------------


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
