"""A process loads no library at its start that only exports or uploads need, and no workshop."""

import os
import subprocess
import sys

import pytest

from tests.web_server import PROJECT

# Word, Excel, Akoma Ntoso, PDF.
OF_FILES = ("docx", "xlsxwriter", "lxml", "typst", "python_calamine", "pypdfium2")
ROOMS = ("comments", "drafts", "consultations", "delegations")
WORKSHOP = ("config.demo", "config.launch", "config.style")
WEB = "import config.wsgi; from django.urls import get_resolver; get_resolver().url_patterns"
WORKER = "from config.celery import app; app.loader.init_worker(); app.finalize()"
CLOCK = "from config.clock import app; app.loader.init_worker(); app.finalize()"


@pytest.mark.parametrize(
    ("process", "needed", "never"),
    [
        pytest.param(WEB, ("comments.kit.views",), (*OF_FILES, *WORKSHOP), id="web"),
        pytest.param(
            WORKER, ("comments.tasks",), (*OF_FILES, *WORKSHOP, "config.urls"), id="worker"
        ),
        pytest.param(CLOCK, ("config.clock",), (*OF_FILES, *ROOMS, "django.db"), id="clock"),
    ],
)
def test_a_process_starts_without_what_it_does_not_need(
    process: str, needed: tuple[str, ...], never: tuple[str, ...]
) -> None:
    told = subprocess.run(
        [sys.executable, "-c", f"{process}\nimport sys; print(*sys.modules)"],
        cwd=PROJECT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "SECRET_KEY": "k" * 40},
        capture_output=True,
        check=True,
        text=True,
    )
    loaded = set(told.stdout.split())
    assert loaded.issuperset(needed)
    assert loaded.isdisjoint(never)
