"""The replicas of the database: which of them may answer a request, and as at which moment.

A position in the primary's log says how far a replica is. A moment that was noted with the position
of the primary stands for all that was written before it: a replica that has replayed so far shows
what the primary showed then.
"""

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property
from threading import Lock

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.pq import TransactionStatus

from config.breaker import Breaker
from config.database.read_at_primary import ReadAtPrimary
from config.outage import AWAY

# Where the primary's log is written: ahead of every row that anybody can see, whatever
# `synchronous_commit` says. As a number, so that Redis and Python can compare it.
_WRITTEN = "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint"
# Up to where it is on the primary's disk, and so may have been sent.
_DURABLE = "SELECT (pg_current_wal_flush_lsn() - '0/0')::bigint"
# How far the replica shows it; nothing where it is no replica any more.
_REPLAYED = "SELECT (pg_last_wal_replay_lsn() - '0/0')::bigint"
# Seconds since the last commit that it shows; one that was started anew may have replayed none.
_SILENCE = """
SELECT extract(epoch FROM clock_timestamp()
    - coalesce(pg_last_xact_replay_timestamp(), pg_postmaster_start_time()))::bigint
"""


@dataclass(frozen=True, slots=True)
class Position:
    """A moment, and a place in the primary's log behind all that was written before it."""

    moment: datetime
    written: int


class Primary:
    """Where the primary was in the last seconds, noted as requests come."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now, self._lock = now, Lock()
        self._noted: deque[Position] = deque()

    def since(self, moment: datetime) -> list[Position]:
        """Positions of this moment or later, the newest first; none older than REPLICA_LAG."""
        now, most = self._now(), settings.REPLICA_LAG
        with self._lock:
            while self._noted and (now - self._noted[0].moment).total_seconds() > most:
                self._noted.popleft()
            last = self._noted[-1].moment if self._noted else None
        is_due = last is None or last < moment or (now - last).total_seconds() > most / 4
        if is_due:
            self.note()
        with self._lock:
            return [one for one in reversed(self._noted) if one.moment >= moment]

    def note(self) -> Position:
        """Where it is now, in one query; the moment is taken first."""
        position = Position(self._now(), _ask(DEFAULT_DB_ALIAS, _WRITTEN) or 0)
        with self._lock:
            self._noted.append(position)
        return position

    def durable(self) -> int:
        """What a replica that is not behind shows. Raises Error where the primary is away."""
        return _ask(DEFAULT_DB_ALIAS, _DURABLE) or 0


class Replica:
    """One replica as this process knows it."""

    def __init__(self, alias: str) -> None:
        self.alias = alias

    @cached_property
    def breaker(self) -> Breaker:
        return Breaker(f"PostgreSQL ({self.alias})", "its readers are answered by the primary")

    def replayed(self) -> int:
        """Up to which position it shows everything, in one query. Raises ReadAtPrimary.

        Asked each time: one that was killed and started again may be further back than before.
        """
        found = _ask(self.alias, _REPLAYED)
        self.breaker.answered()
        return found or 0

    def replayed_if_there(self) -> int:
        """The same; 0 where it is away, or was a moment ago."""
        if self.breaker.is_open():
            return 0
        try:
            return self.replayed()
        except ReadAtPrimary as error:
            self.failed(error)
            return 0

    def is_there(self) -> bool:
        """Whether it answers, and as a replica."""
        return self.replayed_if_there() > 0

    def seconds_behind(self, durable: int) -> int | None:
        """For how long it has shown less than the primary had written; None where it is away.

        Its own clock alone would not do: a replica that is cut off knows of nothing that it lacks,
        and one whose primary has nothing to write lacks nothing.
        """
        replayed = self.replayed_if_there()
        if not replayed:
            return None
        if replayed >= durable:
            return 0
        try:
            return max(0, _ask(self.alias, _SILENCE) or 0)
        except ReadAtPrimary as error:
            self.failed(error)
            return None

    def failed(self, error: ReadAtPrimary) -> None:
        """Leave it alone for a while where it is away. A write that it refused is no failure."""
        cause = error.__cause__
        if isinstance(cause, psycopg.Error) and (cause.sqlstate or "08").startswith(AWAY):
            self.breaker.failed(cause)
        if not _is_at_rest(self.alias):
            _drop_line(self.alias)


PRIMARY = Primary()


@cache
def replicas() -> list[Replica]:
    """All of the settings."""
    places = settings.DATABASES.items()
    return [Replica(alias) for alias, place in places if place.get("IS_REPLICA", False)]


@dataclass(frozen=True, slots=True)
class Choice:
    """A replica, where it is at least, and the moment for which it is complete."""

    replica: Replica
    replayed: int
    moment: datetime


def choose(written: int, moment: datetime) -> Choice | None:
    """A replica that shows all up to this position and moment, any of those that do.

    None where none is there, or none is so far.
    """
    positions = PRIMARY.since(moment)
    if not positions:
        return None  # this machine's clock is behind that of another
    for replica in random.sample(replicas(), len(replicas())):
        replayed = replica.replayed_if_there()
        if replayed >= written:
            for position in positions:
                if replayed >= position.written:
                    return Choice(replica, replayed, position.moment)
    return None


def _ask(alias: str, statement: str) -> int | None:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement)
        found: int | None = cursor.fetchone()[0]
    return found


def _is_at_rest(alias: str) -> bool:
    """Whether this thread's line goes on, with no transaction open."""
    line = connections[alias]
    if line.connection is None or line.in_atomic_block:
        return False
    return bool(line.connection.info.transaction_status == TransactionStatus.IDLE)


def _drop_line(alias: str) -> None:
    """Close the line of this thread, whatever it was in the middle of; the next one is new."""
    line = connections[alias].connection
    if line is not None:
        line.close()
    del connections[alias]
