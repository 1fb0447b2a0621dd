"""Pages and lists: queries, and server time against the bare page and against a small record."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.urls import reverse

from config.demo.large_seed import LargeSeed
from tests.tools.bench.clock import beside_floor_ms, median_ms
from tests.tools.bench.figures import Figure
from tests.tools.bench.visitor import Visitor, counted_queries, sign_in

MAX_QUERIES = 12
GROWTH = 1.5
PEER_QUERIES = {"reading page": "166 / 166 queries", "thread of a paragraph": "817 / 751 queries"}


@dataclass(frozen=True, slots=True)
class PageCost:
    """One page at one size: how many queries, and its median in milliseconds."""

    queries: int
    ms: float


def whole_text(large: LargeSeed) -> tuple[float, float]:
    """The reading page of the whole text and the bare page, medians in milliseconds."""
    delegate = sign_in(large.focal_points[0])
    address = f"{reverse('reading', args=[large.consultation.slug, 'plan', 1])}?section=all"
    return beside_floor_ms(lambda: delegate.get(address), lambda: delegate.get(reverse("bare")))


def pages_of(large: LargeSeed) -> dict[str, PageCost]:
    """The four pages of the rhythm at the present size of a consultation."""
    delegate, facilitator = sign_in(large.focal_points[0]), sign_in(large.facilitator)
    slug, busy = large.consultation.slug, large.busiest_wording.paragraph.public_id
    reading = reverse("reading", args=[slug, "plan", 1])
    queue = reverse("review_queue", args=[slug])
    listed = f"{reverse('api-comments-list', args=[slug])}?paragraph={busy}"
    thread = {"HX-Request": "true", "HX-Target": "thread"}
    _require_full_pages(delegate, facilitator, listed, queue)
    return {
        "reading page": _take(lambda: delegate.get(f"{reading}?section=all")),
        "thread of a paragraph": _take(lambda: delegate.get(f"{reading}?open={busy}", **thread)),
        "API, inputs of a paragraph": _take(lambda: delegate.get(listed)),
        "facilitators' queue": _take(lambda: facilitator.get(queue)),
    }


def section_and_list(large: LargeSeed) -> dict[str, tuple[float, float]]:
    """The two pages on which the peer was measured, each beside the bare page: medians in ms."""
    delegate = sign_in(large.focal_points[0])
    slug, busy = large.consultation.slug, large.busiest_wording.paragraph.public_id
    section = f"{reverse('reading', args=[slug, 'plan', 1])}?section=3"
    listed = f"{reverse('api-comments-list', args=[slug])}?paragraph={busy}"

    def bare() -> bytes:
        return delegate.get(reverse("bare"))

    return {
        "B: reading page of one section": beside_floor_ms(lambda: delegate.get(section), bare),
        "B: 20 threads of one paragraph, API": beside_floor_ms(lambda: delegate.get(listed), bare),
    }


def growth(taken: Mapping[int, Mapping[str, PageCost]]) -> Iterator[Figure]:
    """The same queries at every size, few of them, and hardly more time."""
    sizes = sorted(taken)
    min_size, max_size = sizes[0], sizes[-1]
    for page in taken[min_size]:
        counts = [taken[size][page].queries for size in sizes]
        peer = PEER_QUERIES.get(page, "")
        yield Figure(f"{page}: queries", max(counts), "queries", MAX_QUERIES, peer=peer)
        work = f"{page}: difference in queries, {min_size:,} to {max_size:,}"
        yield Figure(work, max(counts) - min(counts), "queries", 0)
        yield Figure(
            f"{page} at {max_size:,}",
            taken[max_size][page].ms,
            "ms",
            GROWTH,
            floor=taken[min_size][page].ms,
            floor_name=f"that at {min_size:,}",
        )


def _take(ask: Callable[[], bytes]) -> PageCost:
    ask()
    with counted_queries() as sent:
        ask()
    return PageCost(len(sent), median_ms(ask))


def _require_full_pages(delegate: Visitor, facilitator: Visitor, listed: str, queue: str) -> None:
    """A page that is not full would measure nothing."""
    if delegate.get(listed).count(b'"reference"') < 20:
        raise RuntimeError("The measured paragraph has fewer than 20 visible inputs.")
    if facilitator.get(queue).count(b"/review/") < 20:
        raise RuntimeError("The facilitators' queue does not fill a page.")
