"""Gauges that are measured when Prometheus asks: by three queries, and two requests to Redis.

Where there are replicas, one more query to the primary, and two or three to each replica.

Only numbers of the whole platform: none by consultation, delegation or person. Of the kinds of
mail only digests are counted apart, because others would reveal drafts.
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

from comments.exports.attempts import LOST_AFTER, UNFINISHED, PaperState
from comments.models import Export
from config.celery import QUEUES
from config.monitoring.queue_lengths import queue_lengths
from config.outages.heartbeats import CLOCK, heartbeat_ages, workers_part_of
from config.replicas.choosing import PRIMARY, replicas
from consultations.models import Mail, MailKind, MailState

CONNECTIONS_SQL = """
SELECT coalesce(state, 'other'), count(*), current_setting('max_connections')::int
FROM pg_stat_activity WHERE datname = current_database() GROUP BY 1
"""
# As PostgreSQL names what a connection does.
CONNECTION_STATES = ("active", "idle", "idle in transaction", "other")


def make_gauge(name: str, description: str, label: str = "") -> GaugeMetricFamily:
    """A metric without values yet; with a label it has one for each value of that label."""
    labels = [label] if label else None
    return GaugeMetricFamily(f"consultations_{name}", description, labels=labels)


def single_value_gauge(name: str, description: str, value: float) -> GaugeMetricFamily:
    """A metric without labels, with its one value."""
    metric = make_gauge(name, description)
    metric.add_metric([], value)
    return metric


class LiveGauges(Collector):
    """Measures at the moment of the request; a server that is away leaves out only its numbers."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        moment = timezone.now()
        database_gauges = list(_from_database(moment))
        # The database, and Redis below, give some gauges if they answer, and none if they do not.
        yield single_value_gauge(
            "database_up", "Whether the database answered.", bool(database_gauges)
        )
        yield from database_gauges
        broker_gauges = list(_from_broker())
        yield single_value_gauge("broker_up", "Whether Redis answered.", bool(broker_gauges))
        yield from broker_gauges
        yield from _from_replicas()


def _from_database(moment: datetime) -> Sequence[GaugeMetricFamily]:
    """The gauges of mails, papers and connections; none where the database is away."""
    try:
        return [*_mail_gauges(moment), *_export_gauges(moment), *_connection_gauges()]
    except Error:
        return []


def _from_broker() -> Sequence[GaugeMetricFamily]:
    """The gauges of queues and heartbeats; none where Redis is away."""
    try:
        return [*_queue_gauges(), _heartbeat_gauge()]
    except RedisError:
        return []


def _from_replicas() -> Iterator[GaugeMetricFamily]:
    """Whether each replica answers, and how far it is behind."""
    if not replicas():
        return
    up = make_gauge("replica_up", "Whether a replica answered.", "database")
    for replica in replicas():
        up.add_metric([replica.alias], replica.is_available())
    yield up
    with suppress(Error):  # how far one is behind, only the primary can tell
        yield _lag_gauge(PRIMARY.durable_position())


def _lag_gauge(durable_position: int) -> GaugeMetricFamily:
    """How far each replica is behind this position in what the primary has written."""
    lag = make_gauge("replica_lag_seconds", "How many seconds a replica is behind.", "database")
    for replica in replicas():
        seconds_behind = replica.seconds_behind(durable_position)
        if seconds_behind is not None:
            lag.add_metric([replica.alias], seconds_behind)
    return lag


# --- The database ---------------------------------------------------------------------------------


def _mail_state() -> Case:
    """`Mail.state` in SQL."""
    return Case(
        When(opened_at__isnull=False, then=Value(MailState.PAGE_OPENED)),
        When(bounced_at__isnull=False, then=Value(MailState.BOUNCED)),
        When(refused_at__isnull=False, then=Value(MailState.REFUSED)),
        When(sent_at__isnull=False, then=Value(MailState.SENT)),
        When(dropped_at__isnull=False, then=Value(MailState.DROPPED)),
        default=Value(MailState.WAITING),
    )


def _mail_gauges(moment: datetime) -> Iterator[GaugeMetricFamily]:
    """How many mails and digests are in each state, and for how long the oldest due one waits."""
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
    facts_by_state = {state: facts for state, *facts in rows}
    no_facts = (0, 0, None)
    mails = make_gauge("mails", "Mails of the outbox, by how far they are.", "state")
    digests = make_gauge("digests", "Digests before meetings, by how far they are.", "state")
    for state in MailState.values:
        mail_count, digest_count, _oldest_due_at = facts_by_state.get(state, no_facts)
        mails.add_metric([state], mail_count)
        digests.add_metric([state], digest_count)
    yield from (mails, digests)
    _mails, _digests, oldest_due_at = facts_by_state.get(MailState.WAITING, no_facts)
    yield single_value_gauge(
        "mail_oldest_due_seconds",
        "For how long the oldest mail that is due has waited.",
        _seconds_since(oldest_due_at, moment),
    )


def _export_state(moment: datetime) -> Case:
    """`paper_state.paper_state_of` in SQL."""
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


def _export_gauges(moment: datetime) -> Iterator[GaugeMetricFamily]:
    """How many papers are in each state, and for how long the oldest unfinished one has waited."""
    rows = (
        Export.objects.annotate(paper_state=_export_state(moment))
        .order_by()
        .values("paper_state")
        .annotate(all=Count("pk"), oldest=Min("asked_at"))
        .values_list("paper_state", "all", "oldest")
    )
    count_by_state: dict[str, int] = {}
    oldest_by_state: dict[str, datetime] = {}
    for state, count, oldest_asked_at in rows:
        count_by_state[state], oldest_by_state[state] = count, oldest_asked_at
    exports = make_gauge("exports", "Papers that were asked for, by where they stand.", "state")
    for paper_state in PaperState:
        exports.add_metric([paper_state.value], count_by_state.get(paper_state, 0))
    yield exports
    asked_at_moments = [
        oldest_by_state[paper_state] for paper_state in UNFINISHED if paper_state in oldest_by_state
    ]
    yield single_value_gauge(
        "export_oldest_unfinished_seconds",
        "For how long the oldest paper that is not made has waited.",
        _seconds_since(min(asked_at_moments, default=None), moment),
    )


def _connection_gauges() -> Iterator[GaugeMetricFamily]:
    """How many connections to the database are in each state, and how many it takes at most."""
    with connection.cursor() as cursor:
        cursor.execute(CONNECTIONS_SQL)
        state_counts: list[tuple[str, int, int]] = cursor.fetchall()
    count_by_state = dict.fromkeys(CONNECTION_STATES, 0)
    for state, count, _max_connections in state_counts:
        count_by_state[state if state in count_by_state else "other"] += count
    connections = make_gauge("database_connections", "Connections to this database.", "state")
    for state, count in count_by_state.items():
        connections.add_metric([state], count)
    yield connections
    # The same in each row; our own connection makes one row at least.
    _state, _count, max_connections = state_counts[0]
    yield single_value_gauge(
        "database_connections_most",
        "Connections that PostgreSQL takes at most.",
        max_connections,
    )


# --- Redis ----------------------------------------------------------------------------------------


def _queue_gauges() -> Iterator[GaugeMetricFamily]:
    waiting = make_gauge("queue_messages", "Messages that wait in a queue.", "queue")
    oldest = make_gauge("queue_oldest_seconds", "For how long the oldest one waits.", "queue")
    for name, length in queue_lengths(list(QUEUES)).items():
        waiting.add_metric([name], length.message_count)
        oldest.add_metric([name], length.oldest_age_seconds)
    yield from (waiting, oldest)


def _heartbeat_gauge() -> GaugeMetricFamily:
    metric = make_gauge(
        "heartbeat_seconds", "Seconds since the clock or a worker was last heard.", "part"
    )
    for part, age in heartbeat_ages([CLOCK, *map(workers_part_of, QUEUES)]).items():
        metric.add_metric([part], age)
    return metric


def _seconds_since(start: Any, moment: datetime) -> float:
    """The seconds from a start to a moment; 0 without a start."""
    return max(0.0, (moment - start).total_seconds()) if start else 0.0
