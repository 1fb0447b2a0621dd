"""The facilitators' queue: the paragraphs with inputs, and how many inputs have no answer."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet

from comments.desks.queue_filter import ALL, QueueFilter
from comments.models import Comment, Review, ReviewTask, settled_filter, unsettled_filter
from comments.threads.input_placement import InputPlacement, place_inputs
from comments.threads.threads import PAGE_SIZE
from comments.threads.wordings import wordings_of
from consultations.models import Round
from consultations.rules.access import Access
from consultations.rules.placeholder_reader import CONSULTATION, MOMENT, placeholder_reader
from delegations.kept_statements import KeptStatement
from drafts.labels import name_of, paragraph_ids_cited_as
from drafts.models import Descent, Kind, Revision

# From this number on the exact count is given only on the page where it is acted on.
MANY = 500
WORDING_COLUMNS = (
    *("paragraph_id", "paragraph_uuid", "parent_id", "place"),
    *("label", "kind", "level", "text", "opening"),
)


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
    slug: str = ""
    # The public id of the heading of the first level above it.
    section: UUID | None = None


@dataclass(frozen=True, slots=True)
class QueueSection:
    """The section under a heading of the first level, with the number of its inputs."""

    slug: str
    id: UUID
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Queue:
    """The paragraphs with inputs, and the sections beside them."""

    paragraphs: tuple[QueuedParagraph, ...]
    sections: tuple[QueueSection, ...]
    latest_wordings: tuple[Any, ...]
    placement: InputPlacement
    condition: Q

    def find_by_label(self, label: str) -> UUID | None:
        """The paragraph that is cited as somebody typed, in the first text that has it."""
        cited = [(w.paragraph_id, w.parent_id, w.label) for w in self.latest_wordings]
        keys = paragraph_ids_cited_as(label, cited)
        return next(
            (w.paragraph_uuid for w in self.latest_wordings if w.paragraph_id in keys), None
        )

    @property
    def progress(self) -> list["TextProgress"]:
        """How many of the inputs that are looked at are open, text by text."""
        texts: dict[str, list[QueuedParagraph]] = {}
        for row in self.paragraphs:
            texts.setdefault(row.slug, []).append(row)
        return [
            TextProgress(
                slug,
                rows[0].draft,
                sum(row.count for row in rows),
                sum(row.unanswered for row in rows),
            )
            for slug, rows in texts.items()
        ]

    def page(self, number: str | None) -> Page[QueuedParagraph]:
        """Some of the paragraphs."""
        return Paginator(self.paragraphs, PAGE_SIZE).get_page(number)


def queue_of(
    access: Access, chosen: QueueFilter = ALL, rounds: Iterable[Round] | None = None
) -> Queue:
    """The paragraphs with inputs that are looked at, in text order: four queries at any size."""
    latest, condition = latest_words(access), chosen.inputs(access)
    homes = place_inputs({w.paragraph_id: w.place for w in latest}, steps_here(access))
    counts, unanswered = map(
        homes.sum_by_current_paragraph, _input_counts(access, rounds, condition)
    )
    rows, heads = [], []
    for wording, head in under_headings(latest):
        if wording is head:
            heads.append(wording)
        if count := counts.pop(wording.paragraph_id, 0):
            section = head.paragraph_uuid if head else None
            open_count = unanswered[wording.paragraph_id]
            rows.append(_queued_paragraph(wording, count, open_count, section))
    for struck in _last_words(access, counts):
        key = struck.paragraph_id
        if counts[key]:
            rows.append(_queued_paragraph(struck, counts[key], unanswered[key], is_struck=True))
    shown = tuple(row for row in rows if chosen.holds(row.slug, row.section))
    return Queue(shown, tuple(_sections(heads, rows)), tuple(latest), homes, condition)


def under_headings(latest: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """Each wording with the heading of the first level above it; a heading with itself."""
    head = text = None
    for wording in latest:
        if wording.kind == Kind.TITLE or wording.slug != text:
            head, text = None, wording.slug
        if wording.kind == Kind.HEADING and wording.level == 0:
            head = wording
        yield wording, head


def heading_title(heading: Any) -> str:
    """What a section is called: the label of its heading and its words."""
    return f"{heading.label} {heading.text}".strip()


def _sections(
    headings: Iterable[Any], queued_paragraphs: Iterable[QueuedParagraph]
) -> Iterator[QueueSection]:
    count_by_heading_id: Counter[UUID | None] = Counter()
    for paragraph in queued_paragraphs:
        count_by_heading_id[paragraph.section] += paragraph.count
    for heading in headings:
        heading_id = heading.paragraph_uuid
        yield QueueSection(
            heading.slug, heading_id, heading_title(heading), count_by_heading_id[heading_id]
        )


def unanswered_inputs(access: Access) -> QuerySet[Comment]:
    """The inputs in force that have no review and were not closed without one, unordered."""
    return Comment.objects.visible_to(access).in_force().filter(unsettled_filter()).order_by()


class TextProgress(NamedTuple):
    """How many of the inputs on a text have no answer yet."""

    slug: str
    title: str
    number: int
    unanswered: int

    @property
    def answered(self) -> int:
        return self.number - self.unanswered


def progress_by_text(access: Access, rounds: Iterable[Round] | None = None) -> list[TextProgress]:
    """The texts with inputs, in order, each with how many are open: one query at any size."""
    draft = "paragraph__draft__"
    inputs = Comment.objects.visible_to(access, rounds).in_force().order_by()
    counted_texts = inputs.values(f"{draft}slug", f"{draft}title").annotate(
        number=Count("pk"), unanswered=Count("pk", filter=~settled_filter())
    )
    ordered = counted_texts.order_by(f"{draft}place", f"{draft}slug")
    return [
        TextProgress(*row)
        for row in ordered.values_list(f"{draft}slug", f"{draft}title", "number", "unanswered")
    ]


def tasks_of(access: Access, inputs: Iterable[Comment]) -> dict[int, ReviewTask]:
    """What the facilitators keep beside these inputs, by their keys: one query, none for others."""
    if not access.is_facilitator:
        return {}
    tasks = ReviewTask.objects.visible_to(access).filter(comment__in=[task.pk for task in inputs])
    return {task.comment_id: task for task in tasks.select_related("assigned_to")}


def count_unpublished(access: Access, *, limit: int = MANY) -> int:
    """How many reviews wait to be published, counted up to `limit`: one query at any size."""
    unpublished_reviews = Review.objects.visible_to(access).filter(published_at=None)
    return int(unpublished_reviews.order_by()[:limit].count())


def latest_words(access: Access) -> list[Any]:
    """The wordings of the latest revision of every text, as plain rows: a text has hundreds."""
    return LATEST_WORDS.run(consultation=access.consultation.pk, moment=access.moment)


def _latest_words() -> Any:
    reader = placeholder_reader(consultation=CONSULTATION, moment=MOMENT)
    revisions = Revision.objects.visible_to(reader).order_by("draft_id", "-number")
    wordings = wordings_of(reader).filter(revision__in=revisions.distinct("draft_id").values("pk"))
    return _plain_rows(wordings).order_by("revision__draft__place", "place")


LATEST_WORDS: KeptStatement[Any] = KeptStatement(_latest_words)


def _last_words(access: Access, paragraph_ids: Iterable[int]) -> list[Any]:
    """The last wordings of paragraphs that left their texts."""
    wordings = wordings_of(access).filter(paragraph__in=list(paragraph_ids))
    last_wordings = wordings.order_by("paragraph_id", "-revision__number").distinct("paragraph_id")
    return list(_plain_rows(last_wordings))


def _plain_rows(wordings: Any) -> Any:
    """Wordings as plain rows of what a queue needs: their words, and their text."""
    of_text = {name: F(f"revision__draft__{name}") for name in ("slug", "title", "language")}
    return wordings.annotate(**of_text).values_list(*WORDING_COLUMNS, *of_text, named=True)


def steps_here(access: Access) -> list[tuple[int, int]]:
    """What followed what in every text of the consultation, in order of time."""
    descents = Descent.objects.filter(revision__draft__consultation=access.consultation)
    return list(descents.in_time().values_list("paragraph_id", "follows_id"))


def _input_counts(
    access: Access, rounds: Iterable[Round] | None, condition: Q
) -> tuple[dict[int, int], dict[int, int]]:
    """How many inputs are on each paragraph, and how many of them unanswered: one query."""
    inputs = Comment.objects.visible_to(access, rounds).in_force().filter(condition).order_by()
    counted_inputs = inputs.values_list("paragraph").annotate(
        number=Count("pk"), unanswered=Count("pk", filter=unsettled_filter())
    )
    count_rows = list(counted_inputs)
    return {paragraph_id: number for paragraph_id, number, _open in count_rows}, {
        paragraph_id: open_count for paragraph_id, _count, open_count in count_rows
    }


def _queued_paragraph(
    wording: Any,
    count: int,
    unanswered: int,
    section: UUID | None = None,
    *,
    is_struck: bool = False,
) -> QueuedParagraph:
    return QueuedParagraph(
        key=wording.paragraph_id,
        id=wording.paragraph_uuid,
        draft=wording.title,
        label=name_of(wording.label, wording.kind, wording.text),
        text=wording.text,
        opening=wording.opening,
        language=wording.language,
        is_struck=is_struck,
        count=count,
        unanswered=unanswered,
        slug=wording.slug,
        section=section,
    )
