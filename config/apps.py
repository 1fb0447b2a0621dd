"""The app of the site itself; it loads Celery once Django has loaded the apps."""

from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        """Import our Celery application, so that tasks of all apps are handed over by it.

        The launcher (`./run`) loads no apps, and so no Celery.
        """
        import config.celery  # noqa: F401
