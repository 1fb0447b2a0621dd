"""What the demo needs before it opens, in one process: tables, translations, static files, rows.

Run as `python -m config.prepare_demo`; prints who can sign in as what, and nothing else.
"""

import os
import sys

import django
from django.core.management import call_command

STEPS: tuple[tuple[str, ...], ...] = (
    ("migrate", "--no-input", "--verbosity=0"),
    ("build_messages",),
    ("collectstatic", "--no-input", "--verbosity=0"),
    ("seed_demo",),
)


def prepare() -> None:
    """Runs each step (all of them do nothing when done before), then prints the people."""
    django.setup()
    for name, *options in STEPS:
        call_command(name, *options, stdout=sys.stderr)
    call_command("seed_demo", "--who")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    prepare()
