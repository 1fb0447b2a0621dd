"""The longest real text with everybody in it: the facilitators' pages at 5,000 and 50,000 inputs.

What is measured is only where the real texts are: the folder that REAL_DATA_DIR names.
"""

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from comments.models import Comment
from config.demo.large_seed import LargeSeed, SeedShape, add_comments, create_large
from drafts.parsing.reading import read_text
from tests.tools.bench.clock import beside_floor_ms
from tests.tools.bench.figures import Aside, Figure
from tests.tools.bench.maps import MAX_BARE_PAGES, MAX_HTML_KB, MAX_QUERIES, with_groups
from tests.tools.bench.visitor import Visitor, counted_queries, sign_in

TEXT = "pact-for-the-future"
SIZES = (5_000, 50_000)
BUSIEST_PARAGRAPH_INPUTS = 300
SHAPE = SeedShape("bench-pact", TEXT, 0, 0, 0, 200, 30, BUSIEST_PARAGRAPH_INPUTS)


def real_texts(say: Callable[[str], None], asides: list[Aside]) -> Iterator[Figure]:
    """Map, queue, a paragraph with 300 inputs and the table on screen, at each size."""
    file = real_data() / "drafts" / TEXT / "v1.json"
    if not file.is_file():
        say(f"... left out: {TEXT} is not here. Name the folder of real texts in REAL_DATA_DIR.")
        return
    call_command("load_delegations", verbosity=0)
    text = read_text(file.name, file.read_bytes()).paragraphs
    large = with_groups(create_large(SHAPE, timezone.now(), text))
    there = Comment.objects.filter(consultation=large.consultation)
    for size in SIZES:
        add_comments(large, size - there.count())
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        yield from _pages_at(large, size, asides)


def real_data() -> Path:
    """Where the real texts are."""
    return Path(os.environ.get("REAL_DATA_DIR", Path(__file__).parents[4] / "shared" / "data"))


def _pages_at(large: LargeSeed, size: int, asides: list[Aside]) -> Iterator[Figure]:
    visitor = sign_in(large.facilitator)
    slug = large.consultation.slug
    map_url = reverse("text_map", args=[slug])
    yield from _page(visitor, "map", map_url, size, MAX_BARE_PAGES)
    yield from _page(visitor, "map of one section", f"{map_url}?section=4", size, MAX_BARE_PAGES)
    others = {
        "queue": reverse("review_queue", args=[slug]),
        "table on screen": reverse("table", args=[slug]),
        f"a paragraph with {BUSIEST_PARAGRAPH_INPUTS} inputs": reverse(
            "review_paragraph", args=[slug, large.busiest_wording.paragraph.public_id]
        ),
    }
    for what, url in others.items():
        figures = list(_page(visitor, what, url, size))
        yield figures[1]
        queries, _size, spent = figures
        asides.append(Aside(queries.work, queries.measured, "queries"))
        asides.append(Aside(spent.work, spent.ratio or 0, "times the bare page"))


def _page(visitor: Visitor, what: str, url: str, size: int, bar: float = 0) -> Iterator[Figure]:
    """Queries, size, and time as a multiple of the bare page."""
    ask = partial(visitor.follow, url)
    ask()
    with counted_queries() as sent:
        page = ask()
    work = f"{TEXT}, {what}, at {size:,}"
    yield Figure(f"{work}: queries", len(sent), "queries", MAX_QUERIES)
    yield Figure(f"{work}: size", len(page) / 1000, "kB", MAX_HTML_KB)
    ours, bare = beside_floor_ms(ask, lambda: visitor.get(reverse("bare")))
    yield Figure(work, ours, "ms", bar, floor=bare, floor_name="the bare page")
