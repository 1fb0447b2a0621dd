"""`./run scale`: one primary, two replicas, PgBouncer where it is, and 1, 2, 4 web processes.

Prints what was read and written a second, what each part took, and what that means for many; then
kills parts in the middle. Status 1 where anything was lost, doubled, or older than before. Servers
of its own, on loopback and Unix sockets alone; some minutes.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import django

from tests.scripts import leave_by, say
from tests.tools.scale.parts import Parts, Web, parts
from tests.tools.scale.stages import Deeds, Outcome, Stage, run

INPUTS = 5_000
PEOPLE = 400
KILLED_FOR = 1.5  # seconds in which the pooler is away


def main(arguments: Sequence[str]) -> int:
    """Gives the exit status."""
    asked = _parser().parse_args(arguments)
    os.umask(0o022)
    with tempfile.TemporaryDirectory(prefix="scale-") as name, parts(Path(name)) as made:
        _set_up(made, asked.inputs)
        plan = _plan()
        outcomes = [_run(stage, made, plan, asked.seconds) for stage in _stages(asked.web)]
        killed = _run(_KILLED, made, plan, asked.seconds * 2, _kills(made))
    from tests.tools.scale.printing import printed

    sys.stdout.write(printed(outcomes, killed, with_pooler=made.pooler_folder is not None))
    return 0 if all(outcome.is_held for outcome in [*outcomes, killed]) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./run scale", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="of each stretch of load")
    parser.add_argument("--inputs", type=int, default=INPUTS, help="that stand there already")
    parser.add_argument("--web", type=int, nargs="+", default=[1, 2, 4], help="web processes")
    return parser


_KILLED = Stage("parts are killed", 2)


def _stages(processes: Sequence[int]) -> list[Stage]:
    max_processes = max(processes)
    return [
        Stage("reads alone, no replica", min(2, max_processes), writers=0, reads_replicas=False),
        Stage("reads alone", min(2, max_processes), writers=0),
        Stage("writes alone", min(2, max_processes), readers=0, looks=False),
        *(Stage(f"reads and writes, {count} web", count) for count in processes),
    ]


def _kills(made: Parts) -> Deeds:
    """One after the other; what was killed comes back, as where somebody looks after it."""

    def kill_pooler(_web: Web) -> None:
        made.kill_pooler()
        time.sleep(KILLED_FOR)
        made.start_pooler_again()

    first = made.servers.standbys[0]
    return [
        (0.15, lambda _web: first.kill()),
        *([(0.35, kill_pooler)] if made.pooler_folder else []),
        (0.6, lambda web: web.kill_one()),
        (0.75, lambda _web: first.server.start()),
    ]


def _run(stage: Stage, made: Parts, plan: Any, seconds: float, deeds: Deeds = ()) -> Outcome:
    say(f"{stage.name} ...")
    outcome = run(stage, made, plan, seconds, deeds)
    outcome.lost, outcome.doubled = _missing(outcome.taken["acknowledged"])
    return outcome


def _missing(acknowledged: Sequence[Sequence[str]]) -> tuple[int, int]:
    """Of what the platform said that it took: how much is not there, and how much twice."""
    from comments.models import Comment

    rows = Comment.objects.filter(submitted_at__isnull=False)
    there = {str(key) for key in rows.values_list("public_id", flat=True)}
    lost = sum(public_id not in there for public_id, _words in acknowledged)
    first = [text.partition(". ")[0] for text in rows.values_list("rationale", flat=True)]
    times = Counter(text for text in first if text.startswith("Number "))
    doubled = sum(times[words.rstrip(".")] > 1 for _key, words in acknowledged)
    return lost, doubled


def _set_up(made: Parts, inputs: int) -> None:
    """Tables and rows, made at the primary; the replicas follow."""
    os.environ |= {
        **made.servers.primary.environment,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": os.environ.get("SECRET_KEY") or "s" * 48,
        "SECURE": "0",
        "STATIC_ROOT": str(made.folder / "static"),
        "FILES_DIR": str(made.folder / "files"),
        "BASE_URL": "http://127.0.0.1",
    }
    os.environ.pop("DATABASE_REPLICA_URLS", None)
    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from config.demo.large_seed import add_comments, create_large

    say("Making tables and rows ...")
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    call_command("load_delegations", verbosity=0, stdout=StringIO())
    add_comments(create_large(_shape(), timezone.now()), inputs)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    made.servers.await_replay()


def _shape() -> Any:
    from config.demo.large_seed import SeedShape

    return SeedShape("scale", "At any size", 6, 60, 60, people_count=PEOPLE, words_per_rationale=60)


def _plan() -> dict[str, Any]:
    """Who reads and writes what."""
    from django.urls import reverse

    from delegations.models import User
    from drafts.models import Wording
    from tests.tools.bench.visitor import sign_in

    users = User.objects.filter(posts__role="focal_point", posts__ended_at=None)
    people = [sign_in(user).headers for user in users.order_by("pk").distinct()[:40]]
    slug = _shape().slug
    proper = Wording.objects.exclude(kind__in=["title", "heading"]).order_by("pk")
    section = partial("{}?section={}".format, reverse("reading", args=[slug, "plan", 1]))
    inputs = reverse("api-comments-list", args=[slug])
    return {
        "pages": [
            reverse("consultation", args=[slug]),
            *(section(number) for number in range(1, 5)),
            reverse("workspace", args=[slug]),
            f"{reverse('search', args=[slug])}?q=training",
        ],
        "inputs": f"{inputs}?page_size=1",
        "write": inputs,
        "input": {
            "kind": "comment",
            "rationale": "We should like to see this paragraph strengthened. " * 6,
            "language": "en",
            "submit": True,
        },
        "wordings": [str(key) for key in proper.values_list("public_id", flat=True)[:40]],
        "readers": people[:20],
        "writers": people[20:],
    }


if __name__ == "__main__":
    leave_by(main)
