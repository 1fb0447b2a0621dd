"""Prepares the demo: tables, translations, static files, rows.

Run as `python -m config.demo.prepare`; prints who can sign in as what, and nothing else.
"""

import gc
import os
import subprocess
import sys

import django
from django.core.management import CommandError, call_command

COMMANDS: tuple[tuple[str, ...], ...] = (
    ("migrate", "--no-input", "--verbosity=0"),
    ("build_messages",),
    ("seed_demo",),
)
COLLECT = (sys.executable, "-m", "django", "collectstatic", "--no-input", "--verbosity=0")


def prepare() -> None:
    """Run each step (none does anything twice), then print the people.

    Ends with one sentence where the database is not the demo's.
    """
    # Migrations make thousands of classes that all refer to each other: the collector would look
    # through them over and over, a fifth of the time. The process soon ends.
    gc.disable()
    django.setup()
    from config.demo.guard import require_demo  # models need the line above

    try:
        require_demo()  # before anything is migrated
    except CommandError as error:
        sys.exit(str(error))
    # Beside the others, in a process of its own: it needs no database, and as long as the tables.
    with subprocess.Popen(COLLECT, stdout=sys.stderr) as collecting:  # noqa: S603 (words of ours)
        for name, *options in COMMANDS:
            call_command(name, *options, stdout=sys.stderr)
    if collecting.returncode:
        sys.exit("The static files could not be collected.")
    call_command("seed_demo", "--who")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    prepare()
