"""The workspace of one delegation as it fills: the same few queries at any size."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial

from django.db import connection
from django.urls import reverse
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from comments.models import Comment, CommentKind, Disposition, Note, Review
from comments.workspace.views import PAGE_SIZE
from config.demo.large_seed import REASON, LargeSeed, SeedShape, create_large
from drafts.words.differences import redline
from tests.tools.bench.clock import median_ms
from tests.tools.bench.figures import Aside, Figure
from tests.tools.bench.visitor import Visitor, counted_queries, sign_in

D = SeedShape("bench-d", "A plan at home", 20, 600, 60, people_count=200, words_per_rationale=60)
SIZES = (1, 60, 600, 6_000)  # own drafts and inputs
MAX_QUERIES = 12
STATES = ("drafted", "drafted", "returned", "cleared", "submitted", "answered")


def workspaces(asides: list[Aside]) -> Iterator[Figure]:
    """The focal point's list, and the same with every paragraph of the text in it."""
    large = create_large(D, timezone.now())
    delegate = sign_in(large.focal_points[0])
    address = reverse("workspace", args=[large.consultation.slug])
    pages = {"workspace": address, "workspace with all paragraphs": f"{address}?show=all"}
    counts: dict[str, list[int]] = {page: [] for page in pages}
    made = 0
    for size in SIZES:
        _write(large, range(made, size))
        made = size
        for page, url in pages.items():
            _require_full(delegate, url, size)
            with counted_queries() as sent:
                delegate.get(url)
            counts[page].append(len(sent))
            spent = median_ms(partial(delegate.get, url))
            asides.append(Aside(f"{page}, {size:,} own rows", spent, "ms"))
    for page, sent_at in counts.items():
        yield Figure(f"{page}: queries", max(sent_at), "queries", MAX_QUERIES)
        work = f"{page}: difference in queries, {SIZES[0]} to {SIZES[-1]:,} own rows"
        yield Figure(work, max(sent_at) - min(sent_at), "queries", 0)


def _write(large: LargeSeed, indexes: Sequence[int]) -> None:
    """Own rows of the first delegation in every state, each with a note on it."""
    rows = [_comment(large, index) for index in indexes]
    comments: list[Comment] = bulk_create_with_history(
        rows, Comment, batch_size=1000, default_change_reason=REASON
    )
    notes = [
        Note(
            comment=comment,
            written_in=large.seats[0],
            author=large.focal_points[0],
            text="The ministry asks for more time.",
            is_return=STATES[index % len(STATES)] == "returned",
        )
        for index, comment in zip(indexes, comments, strict=True)
    ]
    bulk_create_with_history(notes, Note, batch_size=1000, default_change_reason=REASON)
    Review.objects.bulk_create(
        Review(
            comment=comment,
            disposition=Disposition.NOTED,
            observation="To be taken up.",
            decided_by=large.facilitator,
            capacity="co-facilitator",
            published_at=timezone.now(),
            published_by=large.facilitator,
        )
        for index, comment in zip(indexes, comments, strict=True)
        if STATES[index % len(STATES)] == "answered"
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _comment(large: LargeSeed, index: int) -> Comment:
    state, moment = STATES[index % len(STATES)], timezone.now() - timedelta(hours=1)
    wording = large.wordings[index % len(large.wordings)]
    proposed = f"{wording.text} and, as proposal {index}, in due time"
    is_sent = state in {"submitted", "answered"}
    return Comment(
        consultation=large.consultation,
        wording=wording,
        paragraph_id=wording.paragraph_id,
        round=large.round,
        seat=large.seats[0],
        filed_by=large.seats[0],
        author=large.focal_points[0],
        kind=CommentKind.REPLACE,
        proposed=proposed,
        redline=[list(piece) for piece in redline(wording.text, proposed)],
        rationale="We should like to see this paragraph strengthened. " * 4,
        returned_at=moment if state == "returned" else None,
        cleared_at=moment if is_sent or state == "cleared" else None,
        submitted_at=moment if is_sent else None,
        number=index + 1 if is_sent else None,
    )


def _require_full(delegate: Visitor, url: str, size: int) -> None:
    """A page that is not full would measure nothing; a line may be a paragraph alone."""
    shown = delegate.get(url).count(b'class="work__label"')
    if shown < min(size, PAGE_SIZE):
        raise RuntimeError(f"The workspace shows {shown} rows of {size}.")
