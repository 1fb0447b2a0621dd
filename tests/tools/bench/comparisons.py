"""Two revisions of 600 paragraphs against each other: worked out, and as it was kept."""

from collections.abc import Callable, Iterator

from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from config.demo.large_seed import LargeSeed, SeedShape, create_large
from consultations.rules.access import Access
from consultations.rules.access_factory import capacities_of, make_access
from drafts.circulating.acts import circulate_revision
from drafts.comparing.comparison import cached_comparison
from drafts.desk.acts import merge_paragraphs, move_paragraph, split_paragraph, strike_paragraph
from drafts.models import Draft, Paragraph, Revision
from tests.tools.bench.clock import beside_floor_ms, processor_time
from tests.tools.bench.figures import Figure
from tests.tools.bench.visitor import counted_queries, sign_in

E = SeedShape(
    "bench-twice", "A long plan, twice", 20, 600, 60, people_count=200, words_per_rationale=60
)
COLD, KEPT = 150, 15  # milliseconds of processor time
QUERIES = 1
PAGE_OVER_ANOTHER = 1.5


def comparisons() -> Iterator[Figure]:
    """From cold the cache is empty; what is kept is read, as are the seals and the lineage.

    The page is held against a small one in the same frame, since the frame is most of it.
    """
    large = create_large(E, timezone.now())
    later = _revise(large)
    work = "600 paragraphs against 600"

    def difference() -> None:
        cached_comparison(large.revision, later)

    yield Figure(f"{work}, from cold", _least_ms(difference, cache.clear), "ms", COLD)
    yield Figure(f"{work}, from the cache", _least_ms(difference), "ms", KEPT)
    with counted_queries() as sent:
        difference()
    yield Figure(f"{work}, from the cache: queries", len(sent), "queries", QUERIES)
    delegate, slug = sign_in(large.focal_points[0]), large.consultation.slug
    page, small = reverse("compare", args=[slug, "plan"]), reverse("rounds", args=[slug])
    spent = _least_ms(lambda: delegate.get(page), cache.clear)
    yield Figure(f"{work}, the page from cold", spent, "ms", COLD)
    ours, floor = beside_floor_ms(lambda: delegate.get(page), lambda: delegate.get(small))
    yield Figure(
        f"{work}, the page from the cache",
        ours,
        "ms",
        PAGE_OVER_ANOTHER,
        floor=floor,
        floor_name="the page of rounds",
    )


def _least_ms(work: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
    """The least processor time of seven runs, each after a preparation that is not counted."""
    spent = []
    work()
    for _turn in range(7):
        before()
        spent.append(processor_time(work))
    return min(spent) * 1000


def _revise(large: LargeSeed) -> Revision:
    """One paragraph in ten reworded; ten each split, merged, moved and struck."""
    access = _leading(large)
    draft = Draft.objects.get(pk=large.revision.draft_id)
    rows = list(draft.paragraphs.select_related("draft", "parent").order_by("place"))
    proper = [row for row in rows if row.kind == "operative"]
    for row in proper[5::10]:
        row.text = row.text.replace(" and ", " and also ", 2) + " in due time"
    Paragraph.objects.bulk_update(proper[5::10], ["text"])
    for place in range(10, 600, 60):
        half = len(proper[place].text) // 2
        texts = [proper[place].text[:half], proper[place].text[half:]]
        split_paragraph(access=access, paragraph=proper[place], texts=texts)
        one, two = proper[place + 10 : place + 12]
        merge_paragraphs(access=access, paragraphs=[one, two], text=f"{one.text} {two.text}")
        move_paragraph(access=access, paragraph=proper[place + 20], after=proper[place + 33])
        strike_paragraph(access=access, paragraph=proper[place + 40])
    return circulate_revision(access=access, draft=draft, stage="Rev.1")


def _leading(large: LargeSeed) -> Access:
    capacity = capacities_of(large.facilitator)[0].key
    return make_access(large.facilitator, large.consultation.slug, capacity, moment=timezone.now())
