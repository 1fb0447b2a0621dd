"""The clock: rings the bells of the schedule. It only names tasks, and so loads none of the rooms:
`celery -A config.clock beat`."""

from celery import Celery

from config.celery import app as platform

# Without Celery's fix-ups for Django, which load every application.
app = Celery("clock", fixups=[])
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_queues = platform.conf.task_queues
app.conf.beat_schedule = platform.conf.beat_schedule
