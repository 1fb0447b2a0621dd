"""The clock: rings the bells of the schedule. It only names tasks, and so loads none of the rooms:
`celery -A config.clock beat`."""

from typing import Any

from celery import Celery, signals

from config import heartbeats
from config.celery import app as platform

# Without Celery's fix-ups for Django, which load every application.
app = Celery("clock", fixups=[])
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_queues = platform.conf.task_queues
app.conf.beat_schedule = platform.conf.beat_schedule


@signals.beat_init.connect
@signals.after_task_publish.connect
def _note_the_clock(**_how: Any) -> None:
    """It lives, and the broker takes its bells."""
    heartbeats.note([heartbeats.BEAT])
