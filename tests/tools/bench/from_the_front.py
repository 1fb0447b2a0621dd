"""Every page that a role's front page leads to, for who saw all and for who was away: no growth."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from django.utils import timezone

from config.demo.large_seed import LargeSeed
from consultations.models import Facilitation
from delegations.models import User
from tests.tools.bench.clock import median_ms
from tests.tools.bench.figures import Aside, Figure
from tests.tools.bench.front_pages import AWAY, pages_from_the_front, set_last_look
from tests.tools.bench.visitor import counted_queries, sign_in

GROWTH = 1.5
MAX_HTML_KB = 200
ROLES = ("delegate", "co_facilitator", "secretariat")


@dataclass(frozen=True, slots=True)
class FrontPageCost:
    """One page at one size: queries, median in milliseconds, kB of HTML."""

    queries: int
    ms: float
    size: float


# Role, whether they were away, page → what it took.
FrontPageCosts = Mapping[tuple[str, str, str], FrontPageCost]


def pages_taken(large: LargeSeed) -> FrontPageCosts:
    """All of them at the present size of a consultation."""
    taken: dict[tuple[str, str, str], FrontPageCost] = {}
    for role in ROLES:
        user = _reader(large, role)
        visitor = sign_in(user)
        looks = {"saw all": timezone.now(), "away": timezone.now() - AWAY}
        for look, moment in looks.items():
            set_last_look(user, large.consultation, moment)
            pages = pages_from_the_front(visitor.follow, large.consultation)
            for page, address in pages.items():
                taken[role, look, page] = _take(partial(visitor.follow, address))
    return taken


def growth_from_the_front(
    taken: Mapping[int, FrontPageCosts], asides: list[Aside]
) -> Iterator[Figure]:
    """For each reader the page that is worst; every page that misses stands beside."""
    min_size, max_size = min(taken), max(taken)
    for role in ROLES:
        for look in ("saw all", "away"):
            before = {k[2]: v for k, v in taken[min_size].items() if k[:2] == (role, look)}
            after = {k[2]: v for k, v in taken[max_size].items() if k[:2] == (role, look)}
            both = before.keys() & after.keys()
            who = f"{role}, {look}, {len(both)} pages"
            slowest = max(both, key=lambda page: after[page].ms / before[page].ms)
            largest = max(both, key=lambda page: after[page].size)
            more = max(abs(after[page].queries - before[page].queries) for page in both)
            work = f"{who}: difference in queries, {min_size:,} to {max_size:,}"
            yield Figure(work, more, "queries", 0)
            yield Figure(f"{who}: the largest ({largest})", after[largest].size, "kB", MAX_HTML_KB)
            yield Figure(
                f"{who}: the one that grows most ({slowest}) at {max_size:,}",
                after[slowest].ms,
                "ms",
                GROWTH,
                floor=before[slowest].ms,
                floor_name=f"that at {min_size:,}",
            )
            asides += [
                Aside(f"{role}, {look}, {page}: {before[page].ms:.0f} ms →", after[page].ms, "ms")
                for page in sorted(both)
                if after[page].ms > GROWTH * before[page].ms or after[page].size > MAX_HTML_KB
            ]


def _reader(large: LargeSeed, role: str) -> User:
    if role == "delegate":
        return large.focal_points[0]
    held = Facilitation.objects.select_related("user")
    return held.get(consultation=large.consultation, role=role).user


def _take(ask: Callable[[], bytes]) -> FrontPageCost:
    ask()
    with counted_queries() as sent:
        page = ask()
    return FrontPageCost(len(sent), median_ms(ask, times=7, warm_ups=1), len(page) / 1000)
