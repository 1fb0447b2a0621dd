"""Chooses the replica that may answer a request, and the moment that it shows.

A replica repeats ("replays") the primary's write-ahead log; a position in that log says how far it
is. Each noted moment has the position of the primary at that moment: a replica that has replayed up
to it shows what the primary showed then.
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

from config.database.read_at_primary import ReadAtPrimary
from config.outages.breaker import Breaker
from config.outages.database_errors import OUTAGE_SQLSTATES

# The end of the primary's log, after every row that anybody can see, whatever `synchronous_commit`
# says. As a number, so that Redis and Python can compare it.
_WRITTEN_POSITION_SQL = "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint"
# The end of the part that is on the primary's disk, and so may have been sent.
_DURABLE_POSITION_SQL = "SELECT (pg_current_wal_flush_lsn() - '0/0')::bigint"
# The position that the replica has replayed; NULL where it is no replica any more.
_REPLAYED_POSITION_SQL = "SELECT (pg_last_wal_replay_lsn() - '0/0')::bigint"
# Seconds since the last commit that it shows; since its start where it has replayed none.
_SECONDS_SINCE_COMMIT_SQL = """
SELECT extract(epoch FROM clock_timestamp()
    - coalesce(pg_last_xact_replay_timestamp(), pg_postmaster_start_time()))::bigint
"""


@dataclass(frozen=True, slots=True)
class Position:
    """A moment, and a place in the primary's log after all that was written before that moment."""

    moment: datetime
    written_position: int


class Primary:
    """The positions of the primary in the last seconds, noted as requests come."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now, self._lock = now, Lock()
        self._positions: deque[Position] = deque()

    def positions_since(self, moment: datetime) -> list[Position]:
        """Positions of this moment or later, the newest first; none older than REPLICA_LAG."""
        now, max_lag = self._now(), settings.REPLICA_LAG
        with self._lock:
            while self._positions and (now - self._positions[0].moment).total_seconds() > max_lag:
                self._positions.popleft()
            last_noted = self._positions[-1].moment if self._positions else None
        # At least four times in the longest lag that is allowed.
        needs_new_position = (
            last_noted is None
            or last_noted < moment
            or (now - last_noted).total_seconds() > max_lag / 4
        )
        if needs_new_position:
            self.note_position()
        with self._lock:
            return [position for position in reversed(self._positions) if position.moment >= moment]

    def note_position(self) -> Position:
        """Note the position now, in one query after the moment."""
        position = Position(self._now(), _number_from(DEFAULT_DB_ALIAS, _WRITTEN_POSITION_SQL) or 0)
        with self._lock:
            self._positions.append(position)
        return position

    def durable_position(self) -> int:
        """The end of the log on the primary's disk, which a replica not behind has replayed.

        Raises Django's Error without a primary.
        """
        return _number_from(DEFAULT_DB_ALIAS, _DURABLE_POSITION_SQL) or 0


class Replica:
    """One replica as this process knows it."""

    def __init__(self, alias: str) -> None:
        self.alias = alias

    @cached_property
    def breaker(self) -> Breaker:
        """Remembers that the replica is away, so that it is not asked for a while."""
        return Breaker(f"PostgreSQL ({self.alias})", "its readers are answered by the primary")

    def replayed_position(self) -> int:
        """The position up to which it shows everything, in one query. Raises ReadAtPrimary.

        Never cached: a replica that was killed and started again may be further back.
        """
        position = _number_from(self.alias, _REPLAYED_POSITION_SQL)
        self.breaker.note_answer()
        return position or 0

    def replayed_position_or_zero(self) -> int:
        """The position that it has replayed; 0 where it is away, or was a moment ago."""
        if self.breaker.is_open():
            return 0
        try:
            return self.replayed_position()
        except ReadAtPrimary as error:
            self.note_failure(error)
            return 0

    def is_available(self) -> bool:
        """Whether it answers, and as a replica."""
        return self.replayed_position_or_zero() > 0

    def seconds_behind(self, durable_position: int) -> int | None:
        """For how many seconds it has been behind the primary; None where it is away.

        Its own clock is not enough: a replica that is cut off does not know what it lacks, and one
        whose primary writes nothing lacks nothing.
        """
        replayed_position = self.replayed_position_or_zero()
        if not replayed_position:
            return None
        if replayed_position >= durable_position:
            return 0
        try:
            return max(0, _number_from(self.alias, _SECONDS_SINCE_COMMIT_SQL) or 0)
        except ReadAtPrimary as error:
            self.note_failure(error)
            return None

    def note_failure(self, error: ReadAtPrimary) -> None:
        """Note an error: where the replica is away, do not ask it for a while."""
        cause = error.__cause__
        # An error without a code is of the connection itself, class 08.
        if isinstance(cause, psycopg.Error) and (cause.sqlstate or "08").startswith(
            OUTAGE_SQLSTATES
        ):
            self.breaker.note_failure(cause)
        if not _is_idle(self.alias):
            _close_connection(self.alias)


PRIMARY = Primary()


@cache
def replicas() -> list[Replica]:
    """All replicas of the settings."""
    databases = settings.DATABASES.items()
    return [Replica(alias) for alias, database in databases if database.get("IS_REPLICA", False)]


@dataclass(frozen=True, slots=True)
class ReplicaChoice:
    """A replica, the position that it has at least replayed, and the moment that it shows."""

    replica: Replica
    replayed_position: int
    moment: datetime


def choose_replica(written_position: int, moment: datetime) -> ReplicaChoice | None:
    """Any replica that shows everything up to this position and moment.

    None where none is there, or none has replayed so much.
    """
    positions = PRIMARY.positions_since(moment)
    if not positions:
        return None  # this machine's clock is behind the one that `moment` is from
    for replica in random.sample(replicas(), len(replicas())):
        replayed_position = replica.replayed_position_or_zero()
        if replayed_position >= written_position:
            for position in positions:
                if replayed_position >= position.written_position:
                    return ReplicaChoice(replica, replayed_position, position.moment)
    return None


def _number_from(alias: str, statement: str) -> int | None:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement)
        number: int | None = cursor.fetchone()[0]
    return number


def _is_idle(alias: str) -> bool:
    """Whether this thread's connection is usable, with no transaction open."""
    wrapper = connections[alias]
    if wrapper.connection is None or wrapper.in_atomic_block:
        return False
    return bool(wrapper.connection.info.transaction_status == TransactionStatus.IDLE)


def _close_connection(alias: str) -> None:
    """Close this thread's connection, whatever it was doing; the next query opens a new one."""
    open_connection = connections[alias].connection
    if open_connection is not None:
        open_connection.close()
    del connections[alias]
