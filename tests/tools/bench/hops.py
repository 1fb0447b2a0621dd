"""The hops of one draft comment from form to page: how often the code calls itself on the way.

A hop is a call of one of the project's functions by another of them, or by an expression in it.
What a library calls (a view, a filter of a template, the end of a query) is entered without a hop.
A generator counts once, however often it goes on; the frame of a comprehension does not count.
"""

import inspect
import sys
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from config.demo.large_seed import LargeSeed, SeedShape, create_large
from delegations.models import PostRole, User
from drafts.models import Wording
from tests.tools.bench.figures import Aside
from tests.tools.bench.visitor import Visitor, sign_in

E = SeedShape("bench-hops", "One comment", 1, 6, 60, people_count=600, words_per_rationale=60)
ROOMS = ("config", "delegations", "consultations", "drafts", "comments")
ACCESS = "consultations/rules/access.py"
COMPREHENSIONS = {"<genexpr>", "<listcomp>", "<setcomp>", "<dictcomp>"}
HTMX = {"HX-Request": "true"}


@dataclass(frozen=True, slots=True)
class Hops:
    """What was called, file by file: by a function of the project, and by anybody."""

    called: Counter[str] = field(default_factory=Counter)
    entered: Counter[str] = field(default_factory=Counter)

    @property
    def by_package(self) -> Counter[str]:
        """Hops by the folder that the called function stands in."""
        counts: Counter[str] = Counter()
        for file, count in self.called.items():
            counts[str(Path(file).parent)] += count
        return counts


def hops() -> Iterator[Aside]:
    """A contributor's first comment on a quiet paragraph, and the page that then stands there."""
    large = create_large(E, timezone.now())
    contributor = sign_in(_contributor(large))
    contributor.get(reverse("reading", args=[E.slug, "plan", 1]))
    first, second, third = large.wordings[:3]
    _send(contributor, first, HTMX)  # templates and translations are read once
    yield from _asides("to htmx", _counted(lambda: _send(contributor, second, HTMX)))
    yield from _asides("as a page", _counted(lambda: _send(contributor, third, {})))


def _contributor(large: LargeSeed) -> User:
    return User.objects.filter(
        posts__delegation=large.seats[0].delegation, posts__role=PostRole.CONTRIBUTOR
    ).earliest("pk")


def _send(contributor: Visitor, wording: Wording, headers: dict[str, str]) -> None:
    """Fill in the form as it stands, send it, and see the draft in the answer."""
    proposed = f"{wording.text} and, as we propose, in due time"
    fields = {
        "kind": "replace",
        "type": "substantive",
        "language": "en",
        "proposed": proposed,
        "rationale": "We should like to see this paragraph strengthened.",
        "form_key": str(uuid.uuid4()),
    }
    address = reverse("draft_comment", args=[E.slug, wording.public_id])
    page = contributor.send(address, fields, **headers)
    if page.count(b'<article class="card"') != 1:
        raise RuntimeError("The page that follows does not show the draft.")


def _counted(work: Callable[[], Any]) -> Hops:
    found = Hops()
    with _watching(found):
        work()
    return found


@contextmanager
def _watching(found: Hops) -> Iterator[None]:
    """Count what starts in the block. A generator that goes on does not start again."""
    watch, tool = sys.monitoring, sys.monitoring.PROFILER_ID
    watch.use_tool_id(tool, "hops")
    watch.register_callback(tool, watch.events.PY_START, _counter(found))
    watch.set_events(tool, watch.events.PY_START)
    try:
        yield
    finally:
        watch.set_events(tool, watch.events.NO_EVENTS)
        watch.register_callback(tool, watch.events.PY_START, None)
        watch.free_tool_id(tool)


def _counter(found: Hops) -> Callable[[CodeType, int], Any]:
    def start(code: CodeType, _offset: int) -> Any:
        file = _file_of(code)
        if not file or code.co_name in COMPREHENSIONS:
            return sys.monitoring.DISABLE
        found.entered[file] += 1
        here = inspect.currentframe()
        started = here.f_back if here else None
        caller = started.f_back if started else None
        if caller and _file_of(caller.f_code):
            found.called[file] += 1
        return None

    return start


def _file_of(code: CodeType) -> str:
    """The file of a function of the project, from its root; empty for any other code."""
    path = Path(code.co_filename)
    if not path.is_relative_to(settings.BASE_DIR):
        return ""
    file = path.relative_to(settings.BASE_DIR)
    return str(file) if file.parts[0] in ROOMS else ""


def _asides(how: str, found: Hops) -> Iterator[Aside]:
    work = f"one draft comment, {how}"
    yield Aside(work, found.called.total(), "hops")
    yield Aside(f"{work}: functions entered, from libraries too", found.entered.total(), "times")
    yield Aside(f"{work}: {ACCESS} entered", found.entered[ACCESS], "times")
    for package, count in found.by_package.most_common():
        yield Aside(f"{work}: into {package}/", count, "hops")
    for file, count in found.called.most_common(10):
        yield Aside(f"{work}: into {file}", count, "hops")
