"""The app of what all other apps share; it loads Celery once Django has loaded the apps."""

from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        """Import our Celery, so that tasks are handed to it. The launcher never gets here."""
        import config.celery  # noqa: F401
