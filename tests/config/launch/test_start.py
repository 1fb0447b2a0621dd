"""Commands load no large library that they do not need."""

import subprocess
import sys

from tests.environment import environment_of_test
from tests.web_server import PROJECT

SET_UP = "import django; django.setup()"


def loaded_by(code: str) -> set[str]:
    """The libraries of a new process once it has run this code."""
    code = f"{code}; import sys; print(*sys.modules)"
    output = subprocess.check_output(
        [sys.executable, "-c", code], cwd=PROJECT, env=environment_of_test(), text=True
    )
    return set(output.split())


def test_the_launcher_loads_neither_celery_nor_django() -> None:
    loaded = loaded_by("import config.launch.__main__")
    assert "config.launch.kept_servers" in loaded
    assert not loaded & {"celery", "django", "psycopg"}


def test_what_asks_for_no_page_and_no_cache_loads_the_libraries_of_neither() -> None:
    loaded = loaded_by(SET_UP)
    assert "comments.models" in loaded
    assert not loaded & {"redis", "rest_framework.views", "allauth.account.admin"}


def test_every_process_of_django_hands_its_tasks_to_our_celery() -> None:
    code = f"{SET_UP}; import celery; assert celery.current_app.main == 'consultations'"
    assert "config.celery" in loaded_by(code)
