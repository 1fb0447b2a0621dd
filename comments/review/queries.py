"""The facilitators' queue: the paragraphs with inputs, and how many inputs are unanswered."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, OuterRef, Q

from comments.inputs.placement import InputPlacement, place_inputs
from comments.models import (
    Comment,
    CommentKind,
    CommentType,
    Review,
    ReviewFlag,
    ReviewTask,
    settled_filter,
    unsettled_filter,
)
from comments.threads.queries import PAGE_SIZE
from comments.threads.wordings import wordings_with_paragraph_uuid
from consultations.models import Round, Sitting
from consultations.rules.access import Access
from consultations.rules.placeholder_reader import CONSULTATION, MOMENT, placeholder_reader
from delegations.kept_statements import KeptStatement
from drafts.models import Descent, ParagraphKind, Revision
from drafts.text.labels import paragraph_ids_cited_as
from drafts.text.names import name_of_wording

# --- The filter ----------------------------------------------------------------------------------


NOBODY = "nobody"  # assigned to no person

# Inputs without an answer that are not parked (put aside by a flag); without an answer, parked or
# not; with an answer. One that was closed without an answer counts as answered.
OPEN, UNANSWERED, ANSWERED = "open", "unanswered", "answered"


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """The conditions that a shown input meets; `text` and `section` are those of its paragraph.

    An empty field is no condition.
    """

    text: str = ""  # the slug of a text
    section: UUID | None = None  # the public id of a heading
    state: str = ""  # OPEN, UNANSWERED or ANSWERED
    assigned: str = ""  # the public id of a person, or NOBODY
    flag: ReviewFlag | None = None
    # The public ids of a seat: of the delegation, or of a group with its members.
    delegation: UUID | None = None
    group: UUID | None = None
    kind: CommentKind | None = None
    type: CommentType | None = None
    language: str = ""
    round: UUID | None = None  # a public id
    since: date | None = None
    is_late: bool = False  # True: late ones only

    def __bool__(self) -> bool:
        """Whether it has any condition."""
        return self != QueueFilter()

    def includes(self, slug: str, heading_public_id: UUID | None) -> bool:
        """Whether paragraphs of this text, under this heading, are shown."""
        return self.text in {"", slug} and self.section in {None, heading_public_id}

    def input_condition(self, access: Access) -> Q:
        """The condition on inputs in SQL. Only the tasks that may be read are considered."""
        value_by_lookup = {
            "seat__public_id": self.delegation,
            "kind": self.kind,
            "type": self.type,
            "language": self.language,
            "round__public_id": self.round,
            "is_late": self.is_late,
        }
        condition = Q(**{name: value for name, value in value_by_lookup.items() if value})
        if self.group:
            condition &= _of_group_filter(access, self.group)
        if self.since:
            day_start = datetime.combine(self.since, time.min, access.consultation.zone)
            condition &= Q(submitted_at__gte=day_start)
        return condition & self._progress_condition(access)

    def _progress_condition(self, access: Access) -> Q:
        """The condition on answers, flags and who is assigned."""
        is_answered = settled_filter()
        tasks_of_input = ReviewTask.objects.visible_to(access).filter(comment=OuterRef("pk"))
        is_parked = Exists(tasks_of_input.filter(flags__contains=[ReviewFlag.PARKED]))
        condition = Q()
        if self.state == OPEN:
            condition &= ~is_answered & ~Q(is_parked)
        elif self.state == UNANSWERED:
            condition &= ~is_answered
        elif self.state == ANSWERED:
            condition &= is_answered
        if self.flag:
            condition &= Q(Exists(tasks_of_input.filter(flags__contains=[self.flag])))
        if self.assigned == NOBODY:
            condition &= ~Q(Exists(tasks_of_input.filter(assigned_to__isnull=False)))
        elif self.assigned:
            condition &= Q(Exists(tasks_of_input.filter(assigned_to__public_id=self.assigned)))
        return condition


NO_FILTER = QueueFilter()


def _of_group_filter(access: Access, group_public_id: UUID) -> Q:
    """Inputs of the group, and of those who are its members today."""
    today = access.moment.astimezone(access.consultation.zone).date()
    member_ids = Sitting.objects.filter(
        seat__public_id=group_public_id,
        seat__consultation=access.consultation,
        way=Sitting.Way.MEMBER,
        days__contains=today,
    ).values("delegation")
    return Q(seat__public_id=group_public_id) | Q(seat__delegation__in=member_ids)


# --- The queue -----------------------------------------------------------------------------------


# Unpublished reviews and unanswered inputs are counted up to this; the exact count stands only on
# the page where they are acted on.
MAX_COUNTED_TO_DO = 500

# The fields of `LatestWording`, but for those of its text.
WORDING_COLUMNS = (
    *("paragraph_id", "paragraph_uuid", "parent_id", "place"),
    *("label", "name", "kind", "level", "text", "opening"),
)


class LatestWording(Protocol):
    """A row of `_plain_rows`: a wording, with slug, title and language of its text."""

    paragraph_id: int
    paragraph_uuid: UUID  # the public id of the paragraph
    parent_id: int | None
    place: int
    label: str
    name: str
    kind: str
    level: int
    text: str
    opening: str
    draft_slug: str
    draft_title: str
    language: str


@dataclass(frozen=True, slots=True)
class QueuedParagraph:
    """A paragraph in its last words, with how many inputs it has and how many are unanswered.

    An input is unanswered if it has no review and was not closed without one.
    """

    paragraph_id: int
    public_id: UUID
    draft_title: str
    label: str
    text: str
    opening: str  # the words at its beginning that are set in italics
    language: str
    is_struck: bool  # whether it left the text
    input_count: int
    unanswered_count: int
    draft_slug: str
    # The public id of the heading of the first level above it; None before the first, and for what
    # left the text.
    section_public_id: UUID | None


@dataclass(frozen=True, slots=True)
class QueueSection:
    """The section under a heading of the first level, with the number of its inputs."""

    draft_slug: str
    heading_public_id: UUID
    title: str
    input_count: int


class TextProgress(NamedTuple):
    """How many of the inputs on a text are unanswered."""

    draft_slug: str
    draft_title: str
    input_count: int
    unanswered_count: int

    @property
    def answered_count(self) -> int:
        return self.input_count - self.unanswered_count


@dataclass(frozen=True, slots=True)
class Queue:
    """The paragraphs with inputs that the filter lets through, and all sections beside them.

    `latest_wordings` and `placement` are of all texts; `input_condition` is that of the filter.
    """

    paragraphs: tuple[QueuedParagraph, ...]
    sections: tuple[QueueSection, ...]
    latest_wordings: tuple[LatestWording, ...]
    placement: InputPlacement
    input_condition: Q

    def find_by_label(self, label: str) -> UUID | None:
        """The public id of the paragraph that is cited so, in the first text that has it."""
        label_rows = [
            (wording.paragraph_id, wording.parent_id, wording.label, wording.name)
            for wording in self.latest_wordings
        ]
        cited_ids = paragraph_ids_cited_as(label, label_rows)
        return next(
            (
                wording.paragraph_uuid
                for wording in self.latest_wordings
                if wording.paragraph_id in cited_ids
            ),
            None,
        )

    @property
    def progress(self) -> list["TextProgress"]:
        """How many of the inputs in the queue are unanswered, text by text."""
        paragraphs_by_slug: dict[str, list[QueuedParagraph]] = {}
        for paragraph in self.paragraphs:
            paragraphs_by_slug.setdefault(paragraph.draft_slug, []).append(paragraph)
        return [
            TextProgress(
                slug,
                paragraphs[0].draft_title,
                sum(paragraph.input_count for paragraph in paragraphs),
                sum(paragraph.unanswered_count for paragraph in paragraphs),
            )
            for slug, paragraphs in paragraphs_by_slug.items()
        ]

    def page(self, number: str | None) -> Page[QueuedParagraph]:
        """One page of the paragraphs."""
        return Paginator(self.paragraphs, PAGE_SIZE).get_page(number)


def queue_of(
    access: Access, queue_filter: QueueFilter = NO_FILTER, rounds: Iterable[Round] | None = None
) -> Queue:
    """The paragraphs with inputs that the filter lets through: four queries.

    In the order of the texts; those that left their texts come after all others, the first written
    first.
    """
    latest_wordings = read_latest_wordings(access)
    input_condition = queue_filter.input_condition(access)
    placement = place_inputs(
        {wording.paragraph_id: wording.place for wording in latest_wordings},
        descent_links_of_consultation(access),
    )
    input_counts, unanswered_counts = _input_counts(access, rounds, input_condition)
    count_by_paragraph_id = placement.sum_by_current_paragraph(input_counts)
    unanswered_by_paragraph_id = placement.sum_by_current_paragraph(unanswered_counts)
    queued_paragraphs, headings = [], []
    for wording, heading in under_headings(latest_wordings):
        if wording is heading:
            headings.append(wording)
        if count := count_by_paragraph_id.pop(wording.paragraph_id, 0):
            heading_public_id = heading.paragraph_uuid if heading else None
            unanswered_count = unanswered_by_paragraph_id[wording.paragraph_id]
            queued_paragraphs.append(
                _queued_paragraph(wording, count, unanswered_count, heading_public_id)
            )
    # What is left in count_by_paragraph_id is on paragraphs that left their texts.
    for struck_wording in _read_last_wordings(access, count_by_paragraph_id):
        paragraph_id = struck_wording.paragraph_id
        queued_paragraphs.append(
            _queued_paragraph(
                struck_wording,
                count_by_paragraph_id[paragraph_id],
                unanswered_by_paragraph_id[paragraph_id],
                is_struck=True,
            )
        )
    paragraphs_shown = tuple(
        queued_paragraph
        for queued_paragraph in queued_paragraphs
        if queue_filter.includes(queued_paragraph.draft_slug, queued_paragraph.section_public_id)
    )
    return Queue(
        paragraphs_shown,
        tuple(_sections(headings, queued_paragraphs)),
        tuple(latest_wordings),
        placement,
        input_condition,
    )


def under_headings(
    wordings: Iterable[LatestWording],
) -> Iterator[tuple[LatestWording, LatestWording | None]]:
    """Each wording with the heading of the first level above it; a heading with itself."""
    heading: LatestWording | None = None
    slug = None
    for wording in wordings:
        # What follows a title, or the beginning of a text, is under no heading yet.
        if wording.kind == ParagraphKind.TITLE or wording.draft_slug != slug:
            heading, slug = None, wording.draft_slug
        if wording.kind == ParagraphKind.HEADING and wording.level == 0:  # 0: the first level
            heading = wording
        yield wording, heading


def _sections(
    headings: Iterable[LatestWording], queued_paragraphs: Iterable[QueuedParagraph]
) -> Iterator[QueueSection]:
    """The sections, each with the number of inputs on its paragraphs."""
    count_by_heading_public_id: Counter[UUID | None] = Counter()
    for paragraph in queued_paragraphs:
        count_by_heading_public_id[paragraph.section_public_id] += paragraph.input_count
    for heading in headings:
        heading_public_id = heading.paragraph_uuid
        yield QueueSection(
            heading.draft_slug,
            heading_public_id,
            heading_title(heading),
            count_by_heading_public_id[heading_public_id],
        )


def heading_title(heading: LatestWording) -> str:
    """What a section is called: the label of its heading and its words."""
    return f"{heading.label} {heading.text}".strip()


def progress_by_text(access: Access, rounds: Iterable[Round] | None = None) -> list[TextProgress]:
    """The texts with inputs, in order, each with how many are unanswered: one query at any size."""
    draft_lookup = "paragraph__draft__"
    inputs = Comment.objects.visible_to(access, rounds).in_force().order_by()
    counted_texts = inputs.values(f"{draft_lookup}slug", f"{draft_lookup}title").annotate(
        input_count=Count("pk"), unanswered_count=Count("pk", filter=~settled_filter())
    )
    ordered_texts = counted_texts.order_by(f"{draft_lookup}place", f"{draft_lookup}slug")
    return [
        TextProgress(*row)
        for row in ordered_texts.values_list(
            f"{draft_lookup}slug", f"{draft_lookup}title", "input_count", "unanswered_count"
        )
    ]


def review_tasks_by_comment_id(access: Access, inputs: Iterable[Comment]) -> dict[int, ReviewTask]:
    """The facilitators' task on each of these inputs, by the id of the input: one query.

    Empty, without a query, for other readers.
    """
    if not access.is_facilitator:
        return {}
    tasks = ReviewTask.objects.visible_to(access).filter(comment__in=[input.pk for input in inputs])
    return {task.comment_id: task for task in tasks.select_related("assigned_to")}


def count_unpublished_reviews(access: Access) -> int:
    """How many reviews wait to be published, counted up to `MAX_COUNTED_TO_DO`: one query."""
    unpublished_reviews = Review.objects.visible_to(access).filter(published_at=None)
    return int(unpublished_reviews.order_by()[:MAX_COUNTED_TO_DO].count())


def read_latest_wordings(access: Access) -> list[LatestWording]:
    """The wordings of the latest revision of every text, as plain rows: a text has hundreds."""
    return LATEST_WORDINGS_STATEMENT.run(consultation=access.consultation.pk, moment=access.moment)


def _latest_wordings_query() -> Any:
    """The wordings of the latest revision of each text, for any consultation and moment."""
    reader = placeholder_reader(consultation=CONSULTATION, moment=MOMENT)
    revisions = Revision.objects.visible_to(reader).latest_of_each_text()
    wordings = wordings_with_paragraph_uuid(reader).filter(revision__in=revisions.values("pk"))
    return _plain_rows(wordings).order_by("revision__draft__place", "revision__draft_id", "place")


LATEST_WORDINGS_STATEMENT: KeptStatement[Any] = KeptStatement(_latest_wordings_query)


def _read_last_wordings(access: Access, paragraph_ids: Iterable[int]) -> list[LatestWording]:
    """The last wordings of paragraphs that left their texts."""
    wordings = wordings_with_paragraph_uuid(access).filter(paragraph__in=list(paragraph_ids))
    return list(_plain_rows(wordings.last_of_each_paragraph()))


def _plain_rows(wordings: Any) -> Any:
    """Wordings as tuples with the fields of `LatestWording`: read faster than model instances."""
    text_columns = {
        "draft_slug": F("revision__draft__slug"),
        "draft_title": F("revision__draft__title"),
        "language": F("revision__draft__language"),
    }
    return wordings.annotate(**text_columns).values_list(
        *WORDING_COLUMNS, *text_columns, named=True
    )


def descent_links_of_consultation(access: Access) -> list[tuple[int, int]]:
    """(Paragraph, the one it followed) after splits and merges in all texts, in order of time."""
    descents = Descent.objects.filter(revision__draft__consultation=access.consultation)
    return list(descents.oldest_first().values_list("paragraph_id", "follows_id"))


def _input_counts(
    access: Access, rounds: Iterable[Round] | None, input_condition: Q
) -> tuple[dict[int, int], dict[int, int]]:
    """How many inputs are on each paragraph, and how many of them unanswered: one query."""
    inputs = (
        Comment.objects.visible_to(access, rounds).in_force().filter(input_condition).order_by()
    )
    counted_inputs = inputs.values_list("paragraph").annotate(
        input_count=Count("pk"), unanswered_count=Count("pk", filter=unsettled_filter())
    )
    count_rows = list(counted_inputs)
    return {paragraph_id: input_count for paragraph_id, input_count, _unanswered in count_rows}, {
        paragraph_id: unanswered_count for paragraph_id, _count, unanswered_count in count_rows
    }


def _queued_paragraph(
    wording: LatestWording,
    input_count: int,
    unanswered_count: int,
    section_public_id: UUID | None = None,
    *,
    is_struck: bool = False,
) -> QueuedParagraph:
    """A paragraph in these words, with its inputs; `section_public_id` is that of its heading."""
    return QueuedParagraph(
        paragraph_id=wording.paragraph_id,
        public_id=wording.paragraph_uuid,
        draft_title=wording.draft_title,
        label=name_of_wording(wording),
        text=wording.text,
        opening=wording.opening,
        language=wording.language,
        is_struck=is_struck,
        input_count=input_count,
        unanswered_count=unanswered_count,
        draft_slug=wording.draft_slug,
        section_public_id=section_public_id,
    )
