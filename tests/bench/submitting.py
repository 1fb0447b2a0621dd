"""Submitting one comment over the API: by one client, and by eight at a time over HTTP."""

import http.client
import threading
import time
import uuid
from collections.abc import Iterator, Sequence

from django.urls import reverse

from comments.models import Comment
from config.large_seed import Large
from tests.bench.clock import beside_floor_ms
from tests.bench.figures import Figure
from tests.bench.floors import insert
from tests.bench.seed import add_drafts
from tests.bench.visitor import Visitor, counted_queries, sign_in
from tests.web_server import web_server

CLIENTS = 8
EACH = 100
PEER = {5_000: "84 ms, 89 queries", 50_000: "97 ms, 89 queries"}


def one_client(large: Large, size: int) -> Iterator[Figure]:
    """Queries, and the median of one client beside that of one INSERT and the bare page."""
    drafts = iter(_addresses(large, add_drafts(large, 40)))
    rows = iter(_rows_to_insert(large, 40))
    visitors = {user.pk: sign_in(user) for user in large.focal_points[:40]}
    delegate = sign_in(large.focal_points[0])

    def submit() -> None:
        author, address = next(drafts)
        visitors[author].post(address)

    def floor() -> None:
        insert(next(rows))
        delegate.get(reverse("bare"))

    submit()
    with counted_queries() as sent:
        submit()
    yield Figure(f"submit over the API at {size:,}: queries", len(sent), "queries", 15)
    ours, bare = beside_floor_ms(submit, floor)
    yield Figure(
        f"submit over the API at {size:,}, 1 client",
        ours,
        "ms",
        5,
        floor=bare,
        floor_name="(INSERT + bare page)",
        peer=PEER[size],
    )


def eight_clients(large: Large, size: int) -> Figure:
    """How many a second eight clients submit to the web server as the demo starts it."""
    addresses = _addresses(large, add_drafts(large, CLIENTS * (EACH + 5)))
    visitors = {user.pk: sign_in(user) for user in large.focal_points}
    with web_server() as web:
        shares = [addresses[turn::CLIENTS] for turn in range(CLIENTS)]
        _submit_all(web.port, visitors, [share[:5] for share in shares])
        begun = time.perf_counter()
        _submit_all(web.port, visitors, [share[5:] for share in shares])
        spent = time.perf_counter() - begun
    return Figure(
        f"submit over the API at {size:,}, {CLIENTS} clients",
        CLIENTS * EACH / spent,
        "a second",
        100,
        is_at_least=True,
        peer="18.6 a second",
    )


def _addresses(large: Large, drafts: Sequence[Comment]) -> list[tuple[int, str]]:
    """Whose draft it is, and where it is submitted."""
    slug = large.consultation.slug
    return [
        (draft.author_id, reverse("api-comments-submit", args=[slug, draft.public_id]))
        for draft in drafts
    ]


def _rows_to_insert(large: Large, count: int) -> list[Comment]:
    """Copies of drafts with keys of their own, laid aside so that nobody reads them."""
    rows = []
    for draft in add_drafts(large, count):
        row = Comment(**{f.attname: getattr(draft, f.attname) for f in draft._meta.concrete_fields})
        row.public_id, row.form_key = uuid.uuid4(), uuid.uuid4()
        row.discarded_at = row.created_at
        rows.append(row)
    return rows


def _submit_all(
    port: int, visitors: dict[int, Visitor], shares: Sequence[Sequence[tuple[int, str]]]
) -> None:
    """Every client sends its share, one after the other, over one connection."""
    refused: list[str] = []

    def send(share: Sequence[tuple[int, str]]) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for author, address in share:
            line.request("POST", address, headers=visitors[author].headers)
            answer = line.getresponse()
            content = answer.read()
            if answer.status != 200:
                refused.append(f"{answer.status}: {content[:300]!r}")
        line.close()

    clients = [threading.Thread(target=send, args=[share]) for share in shares]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    if refused:
        raise RuntimeError(f"{len(refused)} submissions were refused, the first with {refused[0]}")
