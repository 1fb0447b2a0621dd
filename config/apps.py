"""What happens once Django has loaded the rooms."""

from django.apps import AppConfig


class RoofConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        """The rooms hand their tasks to our Celery. The launcher, which needs none, loads none."""
        import config.celery  # noqa: F401
