"""What waits for the facilitators: paragraphs that were spoken of, with what is unanswered."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, QuerySet

from comments.models import Comment, Review
from comments.threads.homes import Homes, homes_in
from comments.threads.threads import PAGE, counts_by_paragraph, wordings_of
from consultations.rules.access import Access
from drafts.labels import name_of
from drafts.models import Descent, Revision

# From so many on the exact number is told only where it is acted on.
MANY = 500


@dataclass(frozen=True, slots=True)
class QueuedParagraph:
    """A paragraph in its last words, with its inputs and those that have no review yet."""

    key: int
    id: UUID
    draft: str
    label: str
    text: str
    opening: str
    language: str
    is_struck: bool
    count: int
    unanswered: int = 0


def queue_page(access: Access, number: str | None) -> Page[QueuedParagraph]:
    """A page of the paragraphs with standing inputs, in text order: five queries at any size."""
    latest = _latest_words(access)
    homes = homes_in({w.paragraph_id: w.place for w in latest}, _steps(access))
    counts = homes.counts_brought_home(counts_by_paragraph(access))
    rows = [_waiting(w, counts.pop(w.paragraph_id, 0)) for w in latest]
    for struck in _last_words(access, counts):
        rows.append(replace(_waiting(struck, counts[struck.paragraph_id]), is_struck=True))
    page = Paginator([row for row in rows if row.count], PAGE).get_page(number)
    page.object_list = _with_unanswered(access, page.object_list, homes)
    return page


def unanswered_inputs(access: Access) -> QuerySet[Comment]:
    """The standing inputs that have no review yet, in no order."""
    answered = Review.objects.filter(comment=OuterRef("pk"), replaced_at=None)
    return Comment.objects.visible_to(access).in_force().filter(~Exists(answered)).order_by()


def count_unpublished(access: Access, *, most: int = MANY) -> int:
    """How many reviews wait to be published, counted up to `most`: one query at any size."""
    waiting = Review.objects.visible_to(access).filter(published_at=None)
    return int(waiting.order_by()[:most].count())


class UnpublishedReviews(NamedTuple):
    """The reviews of one text that wait to be published."""

    slug: str
    title: str
    number: int


def unpublished_by_text(access: Access) -> list[UnpublishedReviews]:
    """The reviews that wait to be published, text by text: one query."""
    waiting = Review.objects.visible_to(access).filter(published_at=None, replaced_at=None)
    by_text = waiting.order_by().values("comment__paragraph__draft").annotate(count=Count("*"))
    rows = by_text.order_by("comment__paragraph__draft__place").values_list(
        "comment__paragraph__draft__slug", "comment__paragraph__draft__title", "count"
    )
    return [UnpublishedReviews(*row) for row in rows]


def _latest_words(access: Access) -> list[Any]:
    """The wordings of the latest revision of every text."""
    latest = (
        Revision.objects.visible_to(access).order_by("draft_id", "-number").distinct("draft_id")
    )
    rows = wordings_of(access).filter(revision__in=latest.values("pk"))
    return list(rows.select_related("revision__draft").order_by("revision__draft__place", "place"))


def _last_words(access: Access, paragraphs: Iterable[int]) -> list[Any]:
    """The last wordings of paragraphs that no longer stand."""
    rows = wordings_of(access).filter(paragraph__in=list(paragraphs))
    last = rows.order_by("paragraph_id", "-revision__number").distinct("paragraph_id")
    return list(last.select_related("revision__draft"))


def _steps(access: Access) -> list[tuple[int, int]]:
    descents = Descent.objects.filter(revision__draft__consultation=access.consultation)
    return list(descents.in_time().values_list("paragraph_id", "follows_id"))


def _waiting(wording: Any, count: int) -> QueuedParagraph:
    draft = wording.revision.draft
    return QueuedParagraph(
        key=wording.paragraph_id,
        id=wording.paragraph_uuid,
        draft=draft.title,
        label=name_of(wording.label, wording.kind, wording.text),
        text=wording.text,
        opening=wording.opening,
        language=draft.language,
        is_struck=False,
        count=count,
    )


def _with_unanswered(
    access: Access, rows: Iterable[QueuedParagraph], homes: Homes
) -> list[QueuedParagraph]:
    keys = {row.key: homes.gathered(row.key) for row in rows}
    shown = [key for found in keys.values() for key in found]
    waiting = unanswered_inputs(access).filter(paragraph__in=shown)
    counts = dict(waiting.values_list("paragraph").annotate(count=Count("*")))
    return [
        replace(row, unanswered=sum(counts.get(key, 0) for key in keys[row.key])) for row in rows
    ]
