"""The roof: settings, site map, Celery, the frame of the pages."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
