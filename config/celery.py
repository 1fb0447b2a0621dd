"""Celery: the application, and its schedule as one table."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("consultations")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Each task only calls: the rooms decide what is due.
app.conf.beat_schedule = {
    "gather the digests that are due": {
        "task": "comments.tasks.gather_due_digests",
        "schedule": 60.0,
    },
    "send the mails that are due": {
        "task": "consultations.tasks.send_mails",
        "schedule": 30.0,
    },
    "gather who was not reached by a silence": {
        "task": "comments.tasks.gather_unreached_members",
        "schedule": 60.0,
    },
    "gather the news on what people watch": {
        "task": "comments.tasks.gather_watched_news",
        "schedule": 60.0,
    },
    "clear expired exports": {
        "task": "comments.tasks.clear_expired_exports",
        "schedule": 3600.0,
    },
}
