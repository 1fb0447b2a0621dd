"""Gauges that are measured when Prometheus asks: by three queries, and two requests to Redis.

Where there are replicas, one more query to the primary and two to each replica.

Only numbers of the whole platform: none by consultation, delegation or person, and none by kind
of mail, because some kinds would reveal drafts.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import Error, connection
from django.db.models import Case, Count, Min, Q, Value, When
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from comments.models import Export
from comments.papers.attempts import LOST_AFTER
from comments.papers.paper_state import UNFINISHED, PaperState
from config.celery import QUEUES
from config.database.replicas import PRIMARY, replicas
from config.heartbeats import BEAT, ages, worker_of
from config.monitoring.queue_lengths import queue_lengths
from consultations.models import Mail, MailKind, MailState

CONNECTIONS = """
SELECT coalesce(state, 'other'), count(*), current_setting('max_connections')::int
FROM pg_stat_activity WHERE datname = current_database() GROUP BY 1
"""
# As PostgreSQL names what a connection does.
CONNECTION_STATES = ("active", "idle", "idle in transaction", "other")


def gauge(name: str, what: str, label: str = "") -> GaugeMetricFamily:
    labels = [label] if label else None
    return GaugeMetricFamily(f"consultations_{name}", what, labels=labels)


def single(name: str, what: str, value: float) -> GaugeMetricFamily:
    found = gauge(name, what)
    found.add_metric([], value)
    return found


class LiveGauges(Collector):
    """Measures at the moment of the request; a server that is away leaves out only its numbers."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        moment = timezone.now()
        database = list(_from_database(moment))
        yield single("database_up", "Whether the database answered.", bool(database))
        yield from database
        broker = list(_from_broker())
        yield single("broker_up", "Whether Redis answered.", bool(broker))
        yield from broker
        yield from _from_replicas()


def _from_database(moment: datetime) -> Sequence[GaugeMetricFamily]:
    try:
        return [*_mails(moment), *_exports(moment), *_connections()]
    except Error:
        return []


def _from_broker() -> Sequence[GaugeMetricFamily]:
    try:
        return [*_queues(), _heartbeats()]
    except RedisError:
        return []


def _from_replicas() -> Iterator[GaugeMetricFamily]:
    """Whether each replica answers, and how far it is behind."""
    if not replicas():
        return
    up = gauge("replica_up", "Whether a replica answered.", "database")
    for replica in replicas():
        up.add_metric([replica.alias], replica.is_there())
    yield up
    with suppress(Error):  # how far one is behind, only the primary can tell
        yield _lag(PRIMARY.durable())


def _lag(durable: int) -> GaugeMetricFamily:
    lag = gauge("replica_lag_seconds", "For how long a replica shows less than all.", "database")
    for replica in replicas():
        behind = replica.seconds_behind(durable)
        if behind is not None:
            lag.add_metric([replica.alias], behind)
    return lag


# --- The database ---------------------------------------------------------------------------------


def _mail_state() -> Case:
    """`Mail.state` in SQL."""
    return Case(
        When(opened_at__isnull=False, then=Value(MailState.OPENED)),
        When(bounced_at__isnull=False, then=Value(MailState.BOUNCED)),
        When(refused_at__isnull=False, then=Value(MailState.REFUSED)),
        When(sent_at__isnull=False, then=Value(MailState.SENT)),
        When(dropped_at__isnull=False, then=Value(MailState.DROPPED)),
        default=Value(MailState.WAITING),
    )


def _mails(moment: datetime) -> Iterator[GaugeMetricFamily]:
    rows = (
        Mail.objects.annotate(mail_state=_mail_state())
        .values("mail_state")
        .annotate(
            digests=Count("pk", filter=Q(kind=MailKind.DIGEST)),
            all=Count("pk"),
            oldest=Min("due_at", filter=Q(due_at__lte=moment)),
        )
        .values_list("mail_state", "all", "digests", "oldest")
    )
    found = {state: rest for state, *rest in rows}
    mails = gauge("mails", "Mails of the outbox, by how far they are.", "state")
    digests = gauge("digests", "Digests before meetings, by how far they are.", "state")
    for state in MailState.values:
        count, of_digests, _oldest = found.get(state, (0, 0, None))
        mails.add_metric([state], count)
        digests.add_metric([state], of_digests)
    yield from (mails, digests)
    oldest = found.get(MailState.WAITING, (0, 0, None))[2]
    yield single(
        "mail_oldest_due_seconds",
        "For how long the oldest mail that is due has waited.",
        _seconds_since(oldest, moment),
    )


def _export_state(moment: datetime) -> Case:
    """`paper_state.state_of` in SQL."""
    return Case(
        When(finished_at=None, heartbeat_at=None, then=Value(PaperState.WAITING)),
        When(
            finished_at=None,
            heartbeat_at__lt=moment - LOST_AFTER,
            then=Value(PaperState.INTERRUPTED),
        ),
        When(finished_at=None, then=Value(PaperState.UNDER_WAY)),
        When(cancelled_at__isnull=False, then=Value(PaperState.CANCELLED)),
        When(~Q(error=""), then=Value(PaperState.FAILED)),
        When(~Q(file=""), expires_at__gt=moment, then=Value(PaperState.READY)),
        default=Value(PaperState.EXPIRED),
    )


def _exports(moment: datetime) -> Iterator[GaugeMetricFamily]:
    rows = (
        Export.objects.annotate(paper_state=_export_state(moment))
        .order_by()
        .values("paper_state")
        .annotate(all=Count("pk"), oldest=Min("asked_at"))
        .values_list("paper_state", "all", "oldest")
    )
    found = {state: rest for state, *rest in rows}
    exports = gauge("exports", "Papers that were asked for, by where they stand.", "state")
    for state in PaperState:
        exports.add_metric([state.value], found.get(state, (0, None))[0])
    yield exports
    began = [found[state][1] for state in UNFINISHED if state in found]
    yield single(
        "export_oldest_unfinished_seconds",
        "For how long the oldest paper that is not made has waited.",
        _seconds_since(min(began, default=None), moment),
    )


def _connections() -> Iterator[GaugeMetricFamily]:
    with connection.cursor() as cursor:
        cursor.execute(CONNECTIONS)
        rows: list[tuple[str, int, int]] = cursor.fetchall()
    counts = dict.fromkeys(CONNECTION_STATES, 0)
    for state, count, _most in rows:
        counts[state if state in counts else "other"] += count
    connections = gauge("database_connections", "Connections to this database.", "state")
    for state, count in counts.items():
        connections.add_metric([state], count)
    yield connections
    yield single(
        "database_connections_most", "Connections that PostgreSQL takes at most.", rows[0][2]
    )


# --- Redis ----------------------------------------------------------------------------------------


def _queues() -> Iterator[GaugeMetricFamily]:
    waiting = gauge("queue_messages", "Messages that wait in a queue.", "queue")
    oldest = gauge("queue_oldest_seconds", "For how long the oldest one waits.", "queue")
    for name, length in queue_lengths(list(QUEUES)).items():
        waiting.add_metric([name], length.waiting)
        oldest.add_metric([name], length.oldest)
    yield from (waiting, oldest)


def _heartbeats() -> GaugeMetricFamily:
    found = gauge("heartbeat_seconds", "Since when the clock or a worker was not heard.", "part")
    for part, age in ages([BEAT, *map(worker_of, QUEUES)]).items():
        found.add_metric([part], age)
    return found


def _seconds_since(began: Any, moment: datetime) -> float:
    return max(0.0, (moment - began).total_seconds()) if began else 0.0
