"""The app of the site itself; it loads Celery once Django has loaded the apps."""

from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        """Import our Celery application, by which tasks of all apps are handed over and watched.

        The launcher (`./run`) loads no apps, and so no Celery.
        """
        import config.celery
        import config.monitoring.task_watch  # noqa: F401
