"""Celery: the application, its queues with their time limits, and its schedule as one table."""

import os
import time
from dataclasses import dataclass
from logging.config import dictConfig
from typing import Any, Final

from celery import Celery, signals
from django.conf import settings
from kombu import Queue

from config.outages import heartbeats

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Django's checks load every page, which no task needs; `./run check` and `migrate` make them.
os.environ.setdefault("CELERY_SKIP_CHECKS", "true")

app = Celery("consultations", task_cls="config.outages.broker:PlatformTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# The header of each message with the moment when it was handed over, for the age of a queue.
SENT_AT_HEADER = "sent_at"


@signals.before_task_publish.connect
def _add_sent_at(headers: dict[str, Any], **_details: Any) -> None:
    headers[SENT_AT_HEADER] = time.time()


@signals.setup_logging.connect
def _configure_logging(**_details: Any) -> None:
    """Use our logging: Celery's own handlers would not hide outages and secret addresses."""
    dictConfig(settings.LOGGING)


@signals.heartbeat_sent.connect
def _note_worker_heartbeat(**_details: Any) -> None:
    """Note that the worker's main process is alive, whatever its tasks do."""
    # `consume_from` has the queues that this worker takes.
    heartbeats.note_alive(
        heartbeats.workers_part_of(queue) for queue in app.amqp.queues.consume_from
    )


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """Seconds that a task may take: after `soft` it is interrupted, after `hard` it is killed."""

    soft: int
    hard: int

    @property
    def options(self) -> dict[str, int]:
        return {"soft_time_limit": self.soft, "time_limit": self.hard}


# The queues that a worker takes with `-Q`; without it a worker takes all of them. They are apart so
# that a long paper delays no mail, and neither of them a task of the schedule ("bells"): those are
# short, since they only look for what is due.
QUEUES: Final = {
    "mails": TimeLimits(soft=600, hard=660),
    "papers": TimeLimits(soft=1200, hard=1260),
    "bells": TimeLimits(soft=120, hard=150),
}
PAPER_TASKS = ("comments.tasks.make_export",)

app.conf.task_queues = [Queue(name) for name in QUEUES]
# Tasks that are not routed below go to the queue of mails.
app.conf.task_default_queue = "mails"
app.conf.task_soft_time_limit = QUEUES["mails"].soft
app.conf.task_time_limit = QUEUES["mails"].hard
app.conf.task_routes = {name: {"queue": "papers"} for name in PAPER_TASKS}
app.conf.task_annotations = dict.fromkeys(PAPER_TASKS, QUEUES["papers"].options)


def schedule_entry(task_name: str, seconds: float, *, queue: str = "bells") -> dict[str, Any]:
    """An entry of the schedule: a task that is started every so many seconds.

    The task has the time limits of its queue. Its message expires when the next one is due, so that
    no messages pile up while no worker takes them.
    """
    options = {"queue": queue, "expires": seconds, **QUEUES[queue].options}
    return {"task": task_name, "schedule": seconds, "options": options}


# Each task only calls a function of an app, which decides what is due. To gather is to write mails
# as rows; `send_mails` sends them.
app.conf.beat_schedule = {
    "gather the digests that are due and the news of moved meetings": schedule_entry(
        "comments.tasks.gather_due_digests", 60.0
    ),
    "send the mails that are due": schedule_entry(
        "consultations.tasks.send_mails", 30.0, queue="mails"
    ),
    "tell coordinators whom a silence did not reach": schedule_entry(
        "comments.tasks.gather_unreached_members", 60.0
    ),
    "gather the reminders and outcomes of silences": schedule_entry(
        "comments.tasks.gather_silence_news", 60.0
    ),
    "gather the news on what people watch": schedule_entry(
        "comments.tasks.gather_watched_news", 60.0
    ),
    # In the queue of papers, so that it runs where and when a worker is free to take a paper.
    "offer waiting papers again": schedule_entry(
        "comments.tasks.offer_waiting_exports", 20.0, queue="papers"
    ),
    "clear expired exports": schedule_entry("comments.tasks.clear_expired_exports", 3600.0),
    "clear old sessions and autosaves": schedule_entry("comments.tasks.clear_what_is_old", 3600.0),
}
