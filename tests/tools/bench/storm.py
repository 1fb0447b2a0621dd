"""The last minute before a deadline: every delegation submits, while others go on typing.

193 focal points each submit their 40 cleared comments in one act, through the page, one in five of
them pressing twice; 200 people type with autosave all the while. Locust sends it to the web server
as the demo starts it, on the same cores.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from django.urls import reverse
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from comments.models import Comment, CommentKind
from config.demo.large_seed import REASON, LargeSeed, SeedShape, create_large
from consultations.models import Round
from consultations.rules.phases import GRACE
from delegations.models import Post
from tests.tools.bench.figures import Aside, Figure
from tests.tools.bench.visitor import Visitor, sign_in
from tests.web_server import web_server

SHAPE = SeedShape(
    "bench-storm", "The last minute", 6, 60, 60, people_count=393, words_per_rationale=30
)
EACH = 40
TYPISTS = 200
MINUTE = 60
# Locust starts, and 200 people have begun to type, before the minute begins.
LEAD = 12


def storm(asides: list[Aside]) -> Iterator[Figure]:
    """What was lost, doubled, refused or late; and how long people waited."""
    large = create_large(SHAPE, timezone.now())
    drafts = _cleared_drafts(large)
    plan = _plan(large, drafts)
    with TemporaryDirectory() as folder, web_server() as web:
        taken = _blow(Path(folder), plan, web.port)
    waits = {name: sorted(row["ms"] for row in taken if row["name"] == name) for name in NAMES}
    asides += [Aside(f"storm: {name}, how many", len(ms), "requests") for name, ms in waits.items()]
    yield from _kept(large, len(drafts))
    errors = [row["error"] for row in taken if row["error"]]
    if errors:
        sys.stderr.write(f"storm: {Counter(errors).most_common(5)}\n")
    yield Figure("storm: errors", len(errors), "errors", 0)
    yield Figure("storm: submission of 40, p95", _p95(waits["submit"]) / 1000, "s", 1.5)
    yield Figure("storm: autosave, p95", _p95(waits["autosave"]) / 1000, "s", 0.5)


NAMES = ("submit", "autosave")


def _cleared_drafts(large: LargeSeed) -> Sequence[Comment]:
    """40 of every delegation, ready to go."""
    now = timezone.now()
    rows = [
        Comment(
            consultation=large.consultation,
            wording=large.wordings[turn],
            paragraph_id=large.wordings[turn].paragraph_id,
            round=large.round,
            seat=seat,
            filed_by=seat,
            author=large.focal_points[who],
            kind=CommentKind.COMMENT,
            rationale="We should like to see this paragraph strengthened. " * 8,
            cleared_at=now,
        )
        for who, seat in enumerate(large.seats)
        for turn in range(EACH)
    ]
    drafts: list[Comment] = bulk_create_with_history(
        rows, Comment, batch_size=1000, default_change_reason=REASON
    )
    return drafts


def _plan(large: LargeSeed, drafts: Sequence[Comment]) -> dict[str, Any]:
    """Who sends what, and when: moments in seconds before the deadline, the last ones thickest."""
    chance = Random("storm")
    slug = large.consultation.slug
    ready: dict[int, list[str]] = {}
    for draft in drafts:
        ready.setdefault(draft.author_id, []).append(f"{draft.public_id}:{draft.version}")
    submitters = [
        _person(sign_in(user))
        | {
            "address": reverse("submit_all", args=[slug]),
            "comments": ready[user.pk],
            "before": MINUTE * chance.random() ** 1.5,
            "is_twice": turn % 5 == 0,
        }
        for turn, user in enumerate(large.focal_points)
    ]
    typists = [
        _person(sign_in(user))
        | {"address": reverse("typing", args=[slug, chance.choice(large.wordings).public_id])}
        for user in _others(large)
    ]
    return {"submitters": submitters, "typists": typists, "round": large.round.pk}


def _others(large: LargeSeed) -> list[Any]:
    """200 people who hold a post and are not the ones who submit."""
    seated = Post.objects.filter(delegation__in=[seat.delegation_id for seat in large.seats])
    submitting = {user.pk for user in large.focal_points}
    posts = seated.exclude(user__in=submitting).select_related("user").order_by("pk")[:TYPISTS]
    return [post.user for post in posts]


def _person(visitor: Visitor) -> dict[str, Any]:
    return {"headers": visitor.headers, "capacity": visitor.capacity}


def _blow(folder: Path, plan: dict[str, Any], port: int) -> list[dict[str, Any]]:
    """Run the storm; gives every request with its name, duration in ms, and error where any."""
    deadline = timezone.now() + timedelta(seconds=LEAD + MINUTE)
    Round.objects.filter(pk=plan["round"]).update(deadline=deadline)
    (folder / "plan.json").write_text(json.dumps(plan | {"deadline": deadline.timestamp()}))
    people = len(plan["submitters"]) + len(plan["typists"])
    command = [sys.executable, "-m", "locust", "-f", str(Path(__file__).with_name("crowd.py"))]
    command += ["--headless", "--only-summary", "--host", f"http://127.0.0.1:{port}"]
    command += ["--users", str(people), "--spawn-rate", str(people)]
    command += ["--run-time", f"{LEAD + MINUTE + 8}s", "--exit-code-on-error", "0"]
    with (folder / "locust.log").open("wb") as log:
        # Locust patches sockets for its own; it knows nothing of the project's settings.
        environment = {**os.environ, "STORM": str(folder)}
        done = subprocess.run(command, env=environment, stdout=log, stderr=log, timeout=180)
    if done.returncode:
        raise RuntimeError((folder / "locust.log").read_text()[-2000:])
    taken: list[dict[str, Any]] = json.loads((folder / "taken.json").read_text())
    return taken


def _kept(large: LargeSeed, wanted: int) -> Iterator[Figure]:
    """What the record holds when it is over."""
    rows = list(
        Comment.objects.filter(consultation=large.consultation, submitted_at__isnull=False)
        .values_list("seat", "number", "is_late", "submitted_at")
        .order_by("seat", "number")
    )
    last = Round.objects.get(pk=large.round.pk).deadline + GRACE
    doubled = len(rows) - len({(seat, number) for seat, number, *_rest in rows})
    doubled += sum(1 for _seat, number, *_rest in rows if (number or 0) > EACH)
    yield Figure("storm: inputs lost", wanted - len(rows), "of 7,720", 0)
    yield Figure("storm: inputs doubled", doubled, "of 7,720", 0)
    mis_stamped = sum(
        is_late != (taken is not None and taken > last) for _seat, _number, is_late, taken in rows
    )
    yield Figure("storm: taken within the grace, stamped late", mis_stamped, "of 7,720", 0)


def _p95(sorted_ms: Sequence[float]) -> float:
    """The value that 95 of 100 do not exceed; no request at all misses every bar."""
    return sorted_ms[int(0.95 * (len(sorted_ms) - 1))] if sorted_ms else float("inf")
