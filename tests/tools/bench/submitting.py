"""An input over the API, drafted and submitted in one request, by one client."""

import uuid
from collections.abc import Iterator

from django.urls import reverse

from comments.models import Comment
from config.demo.large_seed import LargeSeed
from tests.tools.bench.clock import beside_floor_ms
from tests.tools.bench.figures import Figure
from tests.tools.bench.floors import insert
from tests.tools.bench.seed import add_drafts
from tests.tools.bench.served import address_of_inputs, whole_input
from tests.tools.bench.visitor import counted_queries, sign_in

PEER = {5_000: "84 ms, 89 queries", 50_000: "97 ms, 89 queries"}


def one_client(large: LargeSeed, size: int) -> Iterator[Figure]:
    """Queries, and the median of one client beside that of one INSERT and the bare page."""
    rows = iter(_rows_to_insert(large, 40))
    visitors = [sign_in(user) for user in large.focal_points[:40]]
    turns = iter(range(40))

    def submit() -> None:
        turn = next(turns)
        visitors[turn].post(address_of_inputs(large), whole_input(large, turn))

    def floor() -> None:
        insert(next(rows))
        visitors[0].get(reverse("bare"))

    submit()
    with counted_queries() as sent:
        submit()
    yield Figure(f"a whole input over the API at {size:,}: queries", len(sent), "queries", 15)
    ours, bare = beside_floor_ms(submit, floor)
    yield Figure(
        f"a whole input over the API at {size:,}, 1 client",
        ours,
        "ms",
        5,
        floor=bare,
        floor_name="(INSERT + bare page)",
        peer=PEER[size],
    )


def _rows_to_insert(large: LargeSeed, count: int) -> list[Comment]:
    """Copies of drafts with keys of their own, laid aside so that nobody reads them."""
    rows = []
    for draft in add_drafts(large, count):
        row = Comment(**{f.attname: getattr(draft, f.attname) for f in draft._meta.concrete_fields})
        row.public_id, row.form_key = uuid.uuid4(), uuid.uuid4()
        row.discarded_at = row.created_at
        rows.append(row)
    return rows
