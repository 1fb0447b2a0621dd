"""What waits to be published, by text and section, and what each delegation will read of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, QuerySet
from django.utils.text import capfirst

from comments.acts.shown_marks import count_and_mark
from comments.desks.queue import (
    LatestWording,
    descent_links_of_consultation,
    heading_title,
    read_latest_wordings,
    under_headings,
)
from comments.models import CommentKind, CommentState, Disposition, Review
from comments.threads.input_placement import place_inputs
from comments.threads.threads import TABLE_ORDER
from consultations.rules.access import Access
from consultations.wall_clock import day_of
from drafts.labels import name_of

RELATED_ROWS = ("comment__seat", "comment__paragraph", "comment__wording__revision")

# So many answers stand on a page of the preview.
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class PublishingPart:
    """A section of a text, or the paragraphs in no section, with its unpublished reviews."""

    text: str
    slug: str
    # The heading of the first level; None for what stands before it, or left the text.
    section: UUID | None
    title: str
    number: int  # of its reviews
    paragraphs: frozenset[int]  # their ids

    @property
    def key(self) -> str:
        """How a form and an address name it."""
        return f"{self.slug}:{self.section or ''}"


class _CountedParagraph(Protocol):
    """A row of `_unpublished_by_paragraph`; slug and title are those of its text."""

    paragraph: int
    slug: str
    title: str

    @property
    def count(self) -> int: ...


@dataclass(frozen=True, slots=True)
class ReviewBatch:
    """The reviews that are published together; `mark` is another when they are others."""

    reviews: QuerySet[Review]
    number: int
    delegations: int  # how many get them
    mark: str

    def page(self, access: Access, number: str | None) -> Page[Any]:
        """Some of the answers, delegation by delegation: two queries."""
        order = [f"comment__{name}" for name in TABLE_ORDER]
        rows = self.reviews.select_related(*RELATED_ROWS).order_by(*order)
        paginator = Paginator(rows, PAGE_SIZE)
        paginator.count = self.number
        page: Page[Any] = paginator.get_page(number)
        page.object_list = list(_coming_answers(access, list(page.object_list)))
        return page


@dataclass(frozen=True, slots=True)
class ComingAnswer:
    """An answer as a delegation will read it once it is out."""

    who: str  # the delegation
    reference: str
    comment: UUID  # its public id
    paragraph: UUID  # its public id
    place: str
    kind: str
    is_withdrawn: bool
    disposition: str
    observation: str
    # The answer that was published before, with its day; empty where this is the first.
    before: str


def parts_to_publish(access: Access) -> list[PublishingPart]:
    """The parts with reviews that wait, in the order of the texts: three queries."""
    counted_paragraphs = list(_unpublished_by_paragraph(access))
    latest_wordings = read_latest_wordings(access)
    placement = place_inputs(
        {wording.paragraph_id: wording.place for wording in latest_wordings},
        descent_links_of_consultation(access),
    )
    heading_by_paragraph_id = {
        wording.paragraph_id: heading for wording, heading in under_headings(latest_wordings)
    }
    counts_by_section_by_slug: dict[str, dict[UUID | None, list[_CountedParagraph]]] = {}
    for counted in counted_paragraphs:
        heading = heading_by_paragraph_id.get(
            placement.current_id_by_earlier_id.get(counted.paragraph, counted.paragraph)
        )
        counts_by_section = counts_by_section_by_slug.setdefault(counted.slug, {})
        counts_by_section.setdefault(heading.paragraph_uuid if heading else None, []).append(
            counted
        )
    # A text begins with what stands under no heading.
    heading_by_public_id: dict[UUID | None, LatestWording | None] = {None: None} | {
        heading.paragraph_uuid: heading for heading in heading_by_paragraph_id.values() if heading
    }
    return [
        _publishing_part(
            heading_by_public_id[heading_public_id], counts_by_section[heading_public_id]
        )
        for counts_by_section in counts_by_section_by_slug.values()
        for heading_public_id in heading_by_public_id
        if heading_public_id in counts_by_section
    ]


def _publishing_part(
    heading: LatestWording | None, counted_paragraphs: list[_CountedParagraph]
) -> PublishingPart:
    """The part of a text under this heading; its part under no heading for None."""
    return PublishingPart(
        text=counted_paragraphs[0].title,
        slug=counted_paragraphs[0].slug,
        section=heading.paragraph_uuid if heading else None,
        title=heading_title(heading) if heading else "",
        number=sum(counted.count for counted in counted_paragraphs),
        paragraphs=frozenset(counted.paragraph for counted in counted_paragraphs),
    )


def batch_of(access: Access, parts: Iterable[PublishingPart]) -> ReviewBatch:
    """The reviews of these parts that would be published now: two queries."""
    paragraph_ids = [paragraph_id for part in parts for paragraph_id in part.paragraphs]
    reviews = _unpublished_reviews(access).filter(comment__paragraph__in=paragraph_ids)
    number, mark = count_and_mark(reviews)
    delegations = reviews.aggregate(count=Count("comment__seat", distinct=True))["count"]
    return ReviewBatch(reviews, number, delegations, mark)


def _unpublished_reviews(access: Access) -> QuerySet[Review]:
    """The reviews in force that are not published yet."""
    return Review.objects.visible_to(access).filter(published_at=None, replaced_at=None).order_by()


def _unpublished_by_paragraph(access: Access) -> Iterable[_CountedParagraph]:
    """How many reviews wait on each paragraph, text by text."""
    draft = "comment__paragraph__draft__"
    reviews = _unpublished_reviews(access).annotate(
        paragraph=F("comment__paragraph"), slug=F(f"{draft}slug"), title=F(f"{draft}title")
    )
    count_rows = reviews.values("paragraph", "slug", "title").annotate(count=Count("*"))
    rows_with_names = count_rows.values_list("paragraph", "slug", "title", "count", named=True)
    return rows_with_names.order_by(f"{draft}place", "paragraph")


def _coming_answers(access: Access, reviews: list[Review]) -> Iterator[ComingAnswer]:
    """Each review as its delegation will read it: one query."""
    earlier_answer_by_comment_id = _earlier_answers(access, reviews)
    for review in reviews:
        comment, wording = review.comment, review.comment.wording
        yield ComingAnswer(
            who=comment.seat.name_for_reader,
            reference=comment.reference,
            comment=comment.public_id,
            paragraph=comment.paragraph.public_id,
            place=f"{name_of(wording.label, wording.kind, wording.text)}, {wording.revision.stage}",
            kind=str(CommentKind(comment.kind).label),
            is_withdrawn=comment.state is CommentState.WITHDRAWN,
            disposition=capfirst(str(Disposition(review.disposition).label)),
            observation=review.observation,
            before=earlier_answer_by_comment_id.get(review.comment_id, ""),
        )


def _earlier_answers(access: Access, reviews: list[Review]) -> dict[int, str]:
    """What was answered last, by the key of the input; none for a first answer: one query."""
    comment_ids = [review.comment_id for review in reviews]
    earlier_reviews = Review.objects.visible_to(access).filter(
        comment__in=comment_ids, published_at__isnull=False
    )
    return {
        review.comment_id: f"{capfirst(review.get_disposition_display())}, "
        f"{day_of(review.published_at, access.consultation.zone)}"
        for review in earlier_reviews.order_by("published_at", "pk")
        if review.published_at
    }
