"""The map of a long text with everybody in it: few queries, and time against the bare page."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from config.demo.large_seed import LargeSeed, SeedShape, add_comments, create_large
from consultations.models import Seat
from delegations.models import TABLE_RANK, Delegation, DelegationKind
from tests.tools.bench.clock import beside_floor_ms
from tests.tools.bench.figures import Figure
from tests.tools.bench.visitor import counted_queries, sign_in

E = SeedShape(
    "bench-everybody",
    "A plan with everybody",
    12,
    600,
    60,
    people_count=200,
    words_per_rationale=30,
)
INPUTS = 50_000
MAX_QUERIES = 12
MAX_BARE_PAGES = 12
MAX_HTML_KB = 200


def maps() -> Iterator[Figure]:
    """600 paragraphs × 24 columns at 50,000 inputs: the whole text, and one part of it."""
    large = with_groups(create_large(E, timezone.now()))
    add_comments(large, INPUTS)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    yield from figures_of(large)


def with_groups(large: LargeSeed) -> LargeSeed:
    """The same with a seat for each negotiating group, in whose name somebody files."""
    groups = [
        Seat(
            consultation=large.consultation,
            delegation=group,
            status=Seat.Status.PARTICIPANT,
            name=group.short_en,
            code=group.code,
            rank=TABLE_RANK[DelegationKind.GROUP],
            sort_key=group.sort_key,
        )
        for group in Delegation.objects.filter(kind=DelegationKind.GROUP)
    ]
    Seat.objects.bulk_create(groups)
    return replace(
        large,
        seats=(*large.seats, *groups),
        focal_points=(*large.focal_points, *large.focal_points[: len(groups)]),
    )


def figures_of(large: LargeSeed) -> Iterator[Figure]:
    """Both pages of the map, by a co-facilitator."""
    visitor = sign_in(large.facilitator)
    map_url = reverse("text_map", args=[large.consultation.slug])
    pages = {"the whole text": map_url, "one section": f"{map_url}?section=4"}
    for what, url in pages.items():
        ask = partial(visitor.get, url)
        _require_full(ask(), what)
        with counted_queries() as sent:
            page = ask()
        yield Figure(f"map, {what}: queries", len(sent), "queries", MAX_QUERIES)
        yield Figure(f"map, {what}: size", len(page) / 1000, "kB", MAX_HTML_KB)
        ours, bare = beside_floor_ms(ask, lambda: visitor.get(reverse("bare")))
        yield Figure(
            f"map, {what}, at {INPUTS:,}",
            ours,
            "ms",
            MAX_BARE_PAGES,
            floor=bare,
            floor_name="the bare page",
        )


def _require_full(page: bytes, what: str) -> None:
    """A page that is not full would measure nothing."""
    cells = page.count(b'class="grid__cell ')
    if cells < 150:
        raise RuntimeError(f"The map of {what} has {cells} cells.")
