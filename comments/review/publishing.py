"""The reviews that wait to be published, by text and section, as each delegation will read them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, QuerySet
from django.utils.text import capfirst

from comments.inputs.models import TABLE_ORDER
from comments.inputs.placement import place_inputs
from comments.inputs.shown_marks import count_and_mark
from comments.models import CommentKind, CommentState, Disposition, Review
from comments.review.queries import (
    LatestWording,
    descent_links_of_consultation,
    heading_title,
    read_latest_wordings,
    under_headings,
)
from consultations.rules.access import Access
from consultations.time.wall_clock import day_of
from drafts.text.names import name_of_wording

# What a preview reads of the input that a review answers.
RELATED_ROWS = ("comment__seat", "comment__paragraph", "comment__wording__revision")

# So many answers stand on a page of the preview.
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class PublishingPart:
    """A section of a text, or the paragraphs in no section, with its unpublished reviews."""

    draft_title: str
    draft_slug: str
    # The heading of the first level; None for paragraphs before the first one, and for those that
    # left the text.
    section_public_id: UUID | None
    section_title: str
    review_count: int
    # The paragraphs that the reviewed inputs were made on; some may have left the text.
    paragraph_ids: frozenset[int]

    @property
    def key(self) -> str:
        """How a form and an address name it."""
        return f"{self.draft_slug}:{self.section_public_id or ''}"


class _CountedParagraph(Protocol):
    """A row of `_unpublished_by_paragraph`; `count` is how many reviews wait on the paragraph."""

    paragraph_id: int
    draft_slug: str
    draft_title: str

    # A property, since a row is a tuple, and a tuple has a method of this name.
    @property
    def count(self) -> int: ...


@dataclass(frozen=True, slots=True)
class ReviewBatch:
    """The reviews that are published together; `mark` changes when they are other reviews."""

    reviews: QuerySet[Review]
    review_count: int
    delegation_count: int
    mark: str

    def page(self, access: Access, number: str | None) -> Page[Any]:
        """One page of the answers, delegation by delegation: two queries."""
        order = [f"comment__{name}" for name in TABLE_ORDER]
        rows = self.reviews.select_related(*RELATED_ROWS).order_by(*order)
        paginator = Paginator(rows, PAGE_SIZE)
        paginator.count = self.review_count  # known, so that it is not counted again
        page: Page[Any] = paginator.get_page(number)
        page.object_list = list(_answer_previews(access, list(page.object_list)))
        return page


@dataclass(frozen=True, slots=True)
class AnswerPreview:
    """An answer as a delegation will read it once it is published."""

    delegation_name: str
    reference: str
    comment_public_id: UUID
    paragraph_public_id: UUID
    paragraph_citation: str
    kind: str
    is_withdrawn: bool
    disposition: str
    observation: str
    # The answer that was published before, with its day; empty where this is the first.
    earlier_answer: str


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
    counted_by_section_by_slug: dict[str, dict[UUID | None, list[_CountedParagraph]]] = {}
    for counted in counted_paragraphs:
        heading = heading_by_paragraph_id.get(
            placement.current_id_by_earlier_id.get(counted.paragraph_id, counted.paragraph_id)
        )
        counted_by_section = counted_by_section_by_slug.setdefault(counted.draft_slug, {})
        counted_by_section.setdefault(heading.paragraph_uuid if heading else None, []).append(
            counted
        )
    # A text begins with what stands under no heading.
    heading_by_public_id: dict[UUID | None, LatestWording | None] = {None: None} | {
        heading.paragraph_uuid: heading for heading in heading_by_paragraph_id.values() if heading
    }
    # The order of the parts is that of `heading_by_public_id`: None, then as in the texts.
    return [
        _publishing_part(
            heading_by_public_id[heading_public_id], counted_by_section[heading_public_id]
        )
        for counted_by_section in counted_by_section_by_slug.values()
        for heading_public_id in heading_by_public_id
        if heading_public_id in counted_by_section
    ]


def _publishing_part(
    heading: LatestWording | None, counted_paragraphs: list[_CountedParagraph]
) -> PublishingPart:
    """The part of a text under this heading; its part under no heading for None."""
    return PublishingPart(
        draft_title=counted_paragraphs[0].draft_title,
        draft_slug=counted_paragraphs[0].draft_slug,
        section_public_id=heading.paragraph_uuid if heading else None,
        section_title=heading_title(heading) if heading else "",
        review_count=sum(counted.count for counted in counted_paragraphs),
        paragraph_ids=frozenset(counted.paragraph_id for counted in counted_paragraphs),
    )


def batch_of(access: Access, parts: Iterable[PublishingPart]) -> ReviewBatch:
    """The reviews of these parts that would be published now: two queries."""
    paragraph_ids = [paragraph_id for part in parts for paragraph_id in part.paragraph_ids]
    reviews = _unpublished_reviews(access).filter(comment__paragraph__in=paragraph_ids)
    review_count, mark = count_and_mark(reviews)
    delegation_count = reviews.aggregate(count=Count("comment__seat", distinct=True))["count"]
    return ReviewBatch(reviews, review_count, delegation_count, mark)


def _unpublished_reviews(access: Access) -> QuerySet[Review]:
    """The reviews that are not published yet; `visible_to` gives only those in force."""
    return Review.objects.visible_to(access).filter(published_at=None).order_by()


def _unpublished_by_paragraph(access: Access) -> Iterable[_CountedParagraph]:
    """How many reviews wait on each paragraph, text by text."""
    draft_lookup = "comment__paragraph__draft__"
    reviews = _unpublished_reviews(access).annotate(
        paragraph_id=F("comment__paragraph"),
        draft_slug=F(f"{draft_lookup}slug"),
        draft_title=F(f"{draft_lookup}title"),
    )
    count_rows = reviews.values("paragraph_id", "draft_slug", "draft_title").annotate(
        count=Count("*")
    )
    rows_with_names = count_rows.values_list(
        "paragraph_id", "draft_slug", "draft_title", "count", named=True
    )
    return rows_with_names.order_by(f"{draft_lookup}place", "paragraph_id")


def _answer_previews(access: Access, reviews: list[Review]) -> Iterator[AnswerPreview]:
    """Each review as its delegation will read it: one query."""
    earlier_answer_by_comment_id = _earlier_answers(access, reviews)
    for review in reviews:
        comment, wording = review.comment, review.comment.wording
        paragraph_name = name_of_wording(wording)
        yield AnswerPreview(
            delegation_name=comment.seat.name_for_reader,
            reference=comment.reference,
            comment_public_id=comment.public_id,
            paragraph_public_id=comment.paragraph.public_id,
            paragraph_citation=f"{paragraph_name}, {wording.revision.stage}",
            kind=str(CommentKind(comment.kind).label),
            is_withdrawn=comment.state is CommentState.WITHDRAWN,
            disposition=capfirst(str(Disposition(review.disposition).label)),
            observation=review.observation,
            earlier_answer=earlier_answer_by_comment_id.get(review.comment_id, ""),
        )


def _earlier_answers(access: Access, reviews: list[Review]) -> dict[int, str]:
    """Id of an input → its last published answer, with the day; none for a first answer.

    One query.
    """
    comment_ids = [review.comment_id for review in reviews]
    earlier_reviews = Review.objects.visible_to(access).filter(
        comment__in=comment_ids, published_at__isnull=False
    )
    return {
        review.comment_id: f"{capfirst(review.get_disposition_display())}, "
        f"{day_of(review.published_at, access.consultation.zone)}"
        # The last of each input stays in the dict.
        for review in earlier_reviews.order_by("published_at", "pk")
        if review.published_at  # always: for the type checker
    }
