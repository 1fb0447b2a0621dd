"""The clock, `celery -A config.clock beat`, which hands over the tasks of the schedule.

It knows the tasks only by name, so that it loads none of the apps.
"""

from typing import Any

from celery import Celery, signals

from config.celery import app as platform
from config.outages import heartbeats

# Without Celery's fix-ups for Django, which load every application.
app = Celery("clock", fixups=[])
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_queues = platform.conf.task_queues
app.conf.beat_schedule = platform.conf.beat_schedule


@signals.beat_init.connect
@signals.after_task_publish.connect
def _note_clock_heartbeat(**_details: Any) -> None:
    """Note that the clock is alive, and that the broker takes its tasks."""
    heartbeats.note_alive([heartbeats.CLOCK])
