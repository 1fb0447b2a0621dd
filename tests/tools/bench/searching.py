"""Search among 50,000 inputs: a common word, a phrase, Chinese, what narrows it, and slips."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.urls import reverse

from config.demo.large_seed import LargeSeed
from tests.tools.bench.clock import median_ms
from tests.tools.bench.figures import Figure
from tests.tools.bench.visitor import Visitor, counted_queries, sign_in

MAX_MS = 100
MAX_QUERIES = 20
QUESTIONS = {
    "a word of half the inputs": {"q": "rehabilitation"},
    "three words": {"q": "compensation shelter supply"},
    "a phrase": {"q": '"consistent with national law"'},
    "a word, of one delegation": {"q": "remedies", "delegation": "PRT"},
    "Chinese": {"q": "自愿供资"},
    "the last page of one kind": {"q": "labour", "in": "inputs", "page": "9999"},
    "a slip": {"q": "rehabilitaiton"},
    "three slips in short words": {"q": "labuor suply helath"},
}


def searches(large: LargeSeed, size: int) -> Iterator[Figure]:
    """For a delegate, who sees others' inputs by the rules of their round, and a facilitator."""
    for who, user in (("delegate", large.focal_points[0]), ("facilitator", large.facilitator)):
        visitor = sign_in(user)
        for what, query in QUESTIONS.items():
            address = f"{reverse('search', args=[large.consultation.slug])}?{urlencode(query)}"
            yield from _measured(visitor, address, f"search, {what}, {who}, at {size:,}")


def _measured(visitor: Visitor, address: str, work: str) -> Iterator[Figure]:
    if b"<mark>" not in visitor.get(address) and "slip" not in work:
        raise RuntimeError(f"{address} finds nothing.")
    with counted_queries() as sent:
        visitor.get(address)
    yield Figure(f"{work}: queries", len(sent), "queries", MAX_QUERIES)
    yield Figure(work, median_ms(lambda: visitor.get(address), times=15), "ms", MAX_MS)
