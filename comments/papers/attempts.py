"""Who makes a paper: claimed by one worker at a time, offered again where a worker was lost.

The row is the truth and the queue a hint. A message may be lost, doubled or late: whoever gets
one claims the row first, and says every few seconds that it lives.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any

from django.db import Error, connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, override

from comments.models import Export
from comments.papers.paper_files import remove_files

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
# Seconds between two heartbeats.
BEAT = 5.0
# Who has not been heard of for so long is lost: three heartbeats were missed.
SILENT = timedelta(seconds=20)
# A message that nobody took for so long may be lost with its broker. It expires then, so that
# the queue never holds a second one for long.
OFFER_HOLDS = timedelta(seconds=30)


class Stopped(Exception):
    """The paper is no longer this attempt's to make: it was cancelled, or another has it."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a paper. What it writes counts while the paper is unfinished and its own."""

    export: Export
    number: int

    def rows(self) -> QuerySet[Export]:
        """The row, while it is this attempt's."""
        return Export.objects.filter(pk=self.export.pk, attempts=self.number, finished_at=None)

    def write(self, **fields: Any) -> None:
        """Write to the row; raises Stopped where it is no longer this attempt's."""
        if not self.rows().update(**fields):
            raise Stopped


def claim(key: int) -> Attempt | None:
    """Take a paper for this worker; None where another makes it, or nobody has to any more."""
    moment = timezone.now()
    free = _without_worker(moment).filter(pk=key, attempts__lt=MOST_ATTEMPTS)
    if not free.update(attempts=F("attempts") + 1, heartbeat_at=moment, done=0):
        return None
    export = Export.objects.select_related("owner", "consultation").get(pk=key)
    return Attempt(export, export.attempts)


@contextmanager
def heartbeat(attempt: Attempt) -> Iterator[None]:
    """Say every few seconds that this attempt lives, whatever its work waits for.

    From a thread, on a connection of its own: a compiler may be silent for minutes.
    """
    ended = Event()
    thread = Thread(target=_beat, args=(attempt, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(BEAT)


def _beat(attempt: Attempt, ended: Event) -> None:
    while not ended.wait(BEAT):
        try:
            attempt.rows().update(heartbeat_at=timezone.now())
        except Error as error:  # the database may be back at the next beat
            log.warning("A heartbeat was not written: %s", type(error).__name__)
            connection.close()
    connection.close()


def note_offer(key: int, *, is_taken: bool) -> None:
    """Write down whether the queue took the paper."""
    Export.objects.filter(pk=key).update(offered_at=timezone.now() if is_taken else None)


def waiting_papers(moment: datetime) -> list[int]:
    """The papers to offer to the workers again, those asked for first in front.

    Their hand-over failed, nobody took them for long, or their worker was lost.
    """
    waiting = _without_worker(moment).filter(attempts__lt=MOST_ATTEMPTS)
    unheard = Q(offered_at=None) | Q(offered_at__lt=moment - OFFER_HOLDS)
    return list(waiting.filter(unheard).order_by("asked_at", "pk").values_list("pk", flat=True))


def give_up(moment: datetime) -> int:
    """Close the papers whose workers were lost too often, each with a sentence; how many."""
    lost = list(_without_worker(moment).filter(attempts__gte=MOST_ATTEMPTS))
    for export in lost:
        with override(export.parameters["language"]):
            sentence = gettext("It failed three times. Choose another format or fewer texts.")
        log.error("Export %s is given up after %s attempts", export.public_id, export.attempts)
        fail(Attempt(export, export.attempts), sentence)
        remove_files(export)
    return len(lost)


def fail(attempt: Attempt, sentence: str) -> None:
    """Close the record with the reason why there is no file."""
    attempt.rows().update(error=sentence[:300], finished_at=timezone.now())


def _without_worker(moment: datetime) -> QuerySet[Export]:
    """Unfinished papers that no living worker makes."""
    silent = Q(heartbeat_at=None) | Q(heartbeat_at__lt=moment - SILENT)
    return Export.objects.filter(silent, finished_at=None)
