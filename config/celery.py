"""Celery: the application, its queues with their time limits, and its schedule as one table."""

import os
import time
from dataclasses import dataclass
from typing import Any, Final

from celery import Celery, signals
from kombu import Queue

from config import heartbeats

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Django's checks load every page, which no task needs; `./run check` and `migrate` make them.
os.environ.setdefault("CELERY_SKIP_CHECKS", "true")

app = Celery("consultations", task_cls="config.broker:HandedOver")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# In the header of each message: when it was handed over, for the age of a queue.
SENT_AT = "sent_at"


@signals.before_task_publish.connect
def _write_the_moment(headers: dict[str, Any], **_how: Any) -> None:
    headers[SENT_AT] = time.time()


@signals.heartbeat_sent.connect
def _note_the_worker(**_how: Any) -> None:
    """Its main process lives, whatever its tasks are busy with."""
    heartbeats.note(heartbeats.worker_of(queue) for queue in app.amqp.queues.consume_from)


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds that a task may take: at the first the task is told, at the second it is killed."""

    soft: int
    hard: int

    @property
    def options(self) -> dict[str, int]:
        return {"soft_time_limit": self.soft, "time_limit": self.hard}


# What a worker takes with `-Q`; without it a worker takes all of them. A long paper holds up no
# mail, and no bell waits behind either.
QUEUES: Final = {
    "mails": Limits(600, 660),
    "papers": Limits(1200, 1260),
    "bells": Limits(120, 150),
}
PAPER_TASKS = ("comments.tasks.make_export",)

app.conf.task_queues = [Queue(name) for name in QUEUES]
# What nothing below names is a mail.
app.conf.task_default_queue = "mails"
app.conf.task_soft_time_limit = QUEUES["mails"].soft
app.conf.task_time_limit = QUEUES["mails"].hard
app.conf.task_routes = {name: {"queue": "papers"} for name in PAPER_TASKS}
app.conf.task_annotations = dict.fromkeys(PAPER_TASKS, QUEUES["papers"].options)


def bell(task: str, every: float, *, queue: str = "bells") -> dict[str, Any]:
    """A line of the schedule. A bell that nobody heard until the next one rang is of no use: it
    expires then, so that a broker that comes back is not flooded."""
    options = {"queue": queue, "expires": every, **QUEUES[queue].options}
    return {"task": task, "schedule": every, "options": options}


# Each task only calls: the rooms decide what is due.
app.conf.beat_schedule = {
    "gather the digests that are due": bell("comments.tasks.gather_due_digests", 60.0),
    "send the mails that are due": bell("consultations.tasks.send_mails", 30.0, queue="mails"),
    "gather who was not reached by a silence": bell(
        "comments.tasks.gather_unreached_members", 60.0
    ),
    "gather the reminders of silences": bell("comments.tasks.gather_silence_news", 60.0),
    "gather the news on what people watch": bell("comments.tasks.gather_watched_news", 60.0),
    # Asked of those who make papers: it is heard as soon as one of them could take a paper.
    "offer waiting papers again": bell(
        "comments.tasks.offer_waiting_exports", 20.0, queue="papers"
    ),
    "clear expired exports": bell("comments.tasks.clear_expired_exports", 3600.0),
}
