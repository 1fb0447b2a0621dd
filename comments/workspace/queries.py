"""The delegation's workspace: every paragraph with what its own people wrote on it.

A fixed number of queries at any size: the last circulated texts, which paragraph followed which,
the own comments without their words, and the words of those that one page shows.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _, gettext_lazy

from comments.inputs.placement import place_inputs
from comments.inputs.queries import ready_to_submit_filter
from comments.models import Comment, CommentState, Review
from comments.threads.internal import with_notes
from comments.threads.queries import with_answers
from comments.threads.wordings import wordings_with_paragraph_uuid
from consultations.models import Round
from consultations.rules.access import Access, Act
from consultations.rules.placeholder_reader import (
    ReaderShape,
    reader_of_shape,
    reader_shape_and_values,
)
from delegations.kept_statements import KeptStatement
from delegations.reader_names import name_for_reader
from drafts.models import Descent, ParagraphKind, Revision
from drafts.text.names import name_of_wording

SECRETARIAT = "secretariat"  # instead of a person: who entered what came by letter

# Chosen like a state: inputs with an answer that the delegation has not acknowledged yet.
UNACKNOWLEDGED = "answered"


class PublicIdAndName(NamedTuple):
    """What the workspace reads of a person or a delegation, in place of the row of the model."""

    public_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class WorkRow:
    """An own comment without its words; it has the state and the people of a `Comment`."""

    pk: int
    paragraph_id: int
    seat_id: int
    filed_by_id: int
    given_to_id: int | None
    number: int | None
    type: str
    received_by: str
    discarded_at: datetime | None
    superseded_at: datetime | None
    withdrawn_at: datetime | None
    submitted_at: datetime | None
    cleared_at: datetime | None
    returned_at: datetime | None
    sent_for_clearance_at: datetime | None
    draft_slug: str
    # The sort numbers of the text, and of the wording in its revision.
    draft_place: int
    wording_place: int
    round_public_id: UUID
    round_name: str
    author_public_id: UUID
    author_name: str
    given_to_public_id: UUID | None
    given_to_name: str | None
    filed_by_public_id: UUID
    filed_by_name: str
    # Annotations: whether its answer is not acknowledged yet, and whether it can be submitted now.
    has_unacknowledged_answer: bool
    is_ready: bool

    # The properties of Comment, which read only the columns above.
    state = Comment.state
    is_returned = Comment.is_returned

    @property
    def author(self) -> PublicIdAndName:
        return PublicIdAndName(self.author_public_id, self.author_name)

    @property
    def given_to(self) -> PublicIdAndName | None:
        return (
            PublicIdAndName(self.given_to_public_id, self.given_to_name or "")
            if self.given_to_public_id
            else None
        )

    @property
    def filed_by(self) -> PublicIdAndName:
        return PublicIdAndName(self.filed_by_public_id, self.filed_by_name)


@dataclass(frozen=True, slots=True)
class WorkspaceParagraph:
    """A paragraph as circulated last, with its place among all texts of the consultation."""

    order: int  # its place among all of them, from 0
    paragraph_id: int
    public_id: UUID
    wording_public_id: UUID
    name: str  # how a list calls it
    label: str
    kind: str
    text: str
    opening: str  # the words at its beginning that are set in italics
    section_key: str  # "slug:number"; number 0 stands before the first heading
    revision: Revision


class WorkState(models.TextChoices):
    """The state of an own comment, as the list names it."""

    DRAFTED = "drafted", gettext_lazy("drafted")
    WAITING = "waiting", gettext_lazy("waiting for clearance")
    RETURNED = "returned", gettext_lazy("sent back")
    CLEARED = "cleared", gettext_lazy("cleared")
    SUBMITTED = "submitted", gettext_lazy("submitted")
    WITHDRAWN = "withdrawn", gettext_lazy("withdrawn")
    SUPERSEDED = "superseded", gettext_lazy("superseded")
    DISCARDED = "discarded", gettext_lazy("discarded")


@dataclass(frozen=True, slots=True)
class WorkspaceQuery:
    """What the workspace is to show; an empty field narrows nothing.

    Discarded drafts are shown only where `state` asks for them.
    """

    state: str = ""  # a value of WorkState, or UNACKNOWLEDGED
    section: str = ""  # "slug" of a text, or "slug:number"
    holder: str = ""  # a key of `holder_of`: of a person, of another delegation, or SECRETARIAT
    type: str = ""
    round: str = ""  # a public id
    # Whether paragraphs on which nothing was written are listed too.
    with_empty: bool = False

    @property
    def is_narrow(self) -> bool:
        """Whether only some of the own comments are asked for, a text or section aside."""
        return any((self.state, self.holder, self.type, self.round))


@dataclass(frozen=True, slots=True)
class WorkspaceEntry:
    """A row of the list: a comment with the paragraph it is on now, or one of the two alone."""

    paragraph: WorkspaceParagraph | None
    own_row: WorkRow | None = None


@dataclass(frozen=True, slots=True)
class WorkspaceList:
    """The whole list, and the values by which it can be narrowed."""

    entries: tuple[WorkspaceEntry, ...]
    count_by_state: Mapping[str, int]
    # Choices of a form, each a value and its words. A holder is who works on a comment.
    holder_choices: tuple[tuple[str, str], ...]
    round_choices: tuple[tuple[str, str], ...]
    section_choices: tuple[tuple[str, str], ...]
    revisions: tuple[Revision, ...]
    # How many drafts the button at the foot would submit now, by the seat in whose name they go.
    ready_count_by_seat_id: Mapping[int, int]
    # Paragraph → how many own drafts stand beside each other on it.
    draft_count_by_paragraph_id: Mapping[int, int]


def workspace_list(access: Access, query: WorkspaceQuery, rounds: Iterable[Round]) -> WorkspaceList:
    """The own comments in the order of the texts, as far as they are asked for.

    `rounds` are all of the consultation.
    """
    workspace_paragraphs = workspace_paragraphs_of(access)
    own_rows = work_rows(
        access,
        has_unacknowledged_answer=_has_unacknowledged_answer(access),
        is_ready=_is_submittable_now(access, rounds),
    )
    paragraph_by_earlier_id = current_paragraph_by_earlier_id(access, workspace_paragraphs)
    paragraph_by_comment_id = {
        own_row.pk: paragraph_by_earlier_id.get(own_row.paragraph_id) for own_row in own_rows
    }
    rows_shown = [
        own_row
        for own_row in own_rows
        if _is_requested(access, own_row, paragraph_by_comment_id[own_row.pk], query)
    ]
    entries = [
        WorkspaceEntry(paragraph_by_comment_id[own_row.pk], own_row) for own_row in rows_shown
    ]
    if query.with_empty and not query.is_narrow:
        written_ids = {entry.paragraph.paragraph_id for entry in entries if entry.paragraph}
        entries += [
            WorkspaceEntry(workspace_paragraph)
            for workspace_paragraph in workspace_paragraphs
            if _is_empty(workspace_paragraph, written_ids, query)
        ]
    unsent_rows = [
        own_row
        for own_row in own_rows
        if own_row.submitted_at is None and own_row.discarded_at is None
    ]
    draft_count_by_paragraph_id = Counter(
        current_paragraph.paragraph_id
        for own_row in unsent_rows
        if (current_paragraph := paragraph_by_comment_id[own_row.pk])
    )
    return WorkspaceList(
        entries=tuple(sorted(entries, key=_text_order)),
        count_by_state=Counter(state for own_row in own_rows for state in _states_of(own_row)),
        holder_choices=tuple(
            sorted(
                {holder_of(access, own_row) for own_row in own_rows},
                key=lambda key_and_name: key_and_name[1],
            )
        ),
        round_choices=tuple(
            dict.fromkeys(
                (str(own_row.round_public_id), own_row.round_name) for own_row in own_rows
            )
        ),
        section_choices=tuple(section_choices(workspace_paragraphs)),
        revisions=tuple(dict.fromkeys(paragraph.revision for paragraph in workspace_paragraphs)),
        ready_count_by_seat_id=Counter(own_row.seat_id for own_row in own_rows if own_row.is_ready),
        draft_count_by_paragraph_id=draft_count_by_paragraph_id,
    )


def _is_requested(
    access: Access,
    own_row: WorkRow,
    current_paragraph: WorkspaceParagraph | None,
    query: WorkspaceQuery,
) -> bool:
    """Whether the query asks for this comment."""
    states = _states_of(own_row)
    if WorkState.DISCARDED in states and query.state != WorkState.DISCARDED:
        return False
    if query.state and query.state not in states:
        return False
    if query.holder and query.holder != holder_of(access, own_row)[0]:  # the key of the two
        return False
    if query.type and query.type != own_row.type:
        return False
    if query.round and query.round != str(own_row.round_public_id):
        return False
    # What is on a paragraph that left the text is listed under the text, in none of its sections.
    section = current_paragraph.section_key if current_paragraph else f"{own_row.draft_slug}:"
    return _is_in_section(query.section, section)


def _states_of(own_row: WorkRow) -> tuple[str, ...]:
    """The states under which a row is listed."""
    state = state_of(own_row).value
    return (
        (state, UNACKNOWLEDGED)
        if own_row.has_unacknowledged_answer and state == WorkState.SUBMITTED
        else (state,)
    )


def _is_in_section(wanted_section: str, section: str) -> bool:
    """Whether a section ("slug:number") is the wanted one, or one of the wanted text ("slug")."""
    return (
        not wanted_section or section == wanted_section or section.startswith(f"{wanted_section}:")
    )


def _is_empty(paragraph: WorkspaceParagraph, written_ids: set[int], query: WorkspaceQuery) -> bool:
    """Whether nothing was written on a paragraph of the section asked for."""
    return paragraph.paragraph_id not in written_ids and _is_in_section(
        query.section, paragraph.section_key
    )


def _text_order(entry: WorkspaceEntry) -> tuple[Any, ...]:
    """The sort key: text and paragraph, drafts before inputs; what left the text comes last."""
    own_row = entry.own_row
    if own_row is None:
        assert entry.paragraph is not None
        return (0, entry.paragraph.order)  # nothing else stands on a paragraph without a row
    is_sent = own_row.submitted_at is not None
    if entry.paragraph is None:
        # Two texts that were begun at once have the same place.
        place_in_texts = (own_row.draft_place, own_row.draft_slug, own_row.wording_place)
        return (1, place_in_texts, is_sent, own_row.number or 0, own_row.pk)
    return (0, entry.paragraph.order, is_sent, own_row.number or 0, own_row.pk)


def drafts_on(
    access: Access, paragraph_public_id: UUID
) -> tuple[WorkspaceParagraph | None, list[Comment]]:
    """A paragraph of a text, and the own drafts on it and on the earlier ones that it followed.

    None, and no drafts, where no text has the paragraph now.
    """
    workspace_paragraphs = workspace_paragraphs_of(access)
    matching_paragraphs = (
        paragraph
        for paragraph in workspace_paragraphs
        if paragraph.public_id == paragraph_public_id
    )
    workspace_paragraph = next(matching_paragraphs, None)
    if workspace_paragraph is None:
        return None, []
    paragraph_by_earlier_id = current_paragraph_by_earlier_id(access, workspace_paragraphs)
    unsent = Comment.objects.own_record(access).unsubmitted().order_by("pk")
    comment_ids = [
        comment_id
        for comment_id, paragraph_id in unsent.values_list("pk", "paragraph_id")
        if paragraph_by_earlier_id.get(paragraph_id) == workspace_paragraph
    ]
    comment_by_id = own_comments_by_id(access, comment_ids)
    return workspace_paragraph, [comment_by_id[comment_id] for comment_id in comment_ids]


def own_comments_by_id(access: Access, comment_ids: Iterable[int]) -> dict[int, Comment]:
    """Own comments with their words, answers and notes, by id: one query."""
    comments = Comment.objects.own_record(access).filter(pk__in=list(comment_ids))
    comments_with_answers = with_notes(access, with_answers(access, comments))
    related = ("author", "given_to", "seat", "filed_by", "round", "wording__revision__draft")
    return {
        comment.pk: comment
        for comment in comments_with_answers.select_related(*related, "paragraph__draft")
    }


# --- Counts --------------------------------------------------------------------------------------


IS_DRAFTED = Q(submitted_at=None, cleared_at=None)
IS_NOT_SENT_FOR_CLEARANCE = IS_DRAFTED & Q(returned_at=None, sent_for_clearance_at=None)
IS_IN_FORCE = Q(submitted_at__isnull=False, withdrawn_at=None, superseded_at=None)

# What is counted beside every text.
CONDITION_BY_COUNT = {
    "drafted": IS_NOT_SENT_FOR_CLEARANCE,
    "cleared": Q(submitted_at=None, cleared_at__isnull=False),
    "submitted": IS_IN_FORCE,
}


@dataclass(frozen=True, slots=True)
class WorkCounts:
    """How many drafts and inputs in force a delegation has, by their state."""

    drafted: int
    # Sent for clearance.
    waiting: int
    returned: int
    # Those of the drafted and of the returned ones that the reader works on.
    drafted_by_reader: int
    given_to_reader: int
    returned_to_reader: int
    cleared: int
    submitted: int
    # Of the submitted ones, those with an answer that the delegation has not acknowledged.
    unacknowledged: int
    # Drafts that can be submitted now; 0 where no rounds were given to `work_counts`.
    ready: int

    @property
    def total(self) -> int:
        """All of them, each counted once."""
        return self.drafted + self.waiting + self.returned + self.cleared + self.submitted


def work_counts(access: Access, rounds: Iterable[Round] = ()) -> WorkCounts:
    """What the list would show under each of its states, counted: one query.

    With `rounds`, all of the consultation, also what can be submitted: one query more at most.
    """
    is_returned = IS_DRAFTED & Q(returned_at__isnull=False)
    conditions = CONDITION_BY_COUNT | {
        "waiting": IS_DRAFTED & Q(sent_for_clearance_at__isnull=False),
        "returned": is_returned,
        "drafted_by_reader": IS_NOT_SENT_FOR_CLEARANCE
        & held_by_reader_filter(access)
        & Q(given_to=None),
        "given_to_reader": IS_NOT_SENT_FOR_CLEARANCE
        & held_by_reader_filter(access)
        & Q(given_to__isnull=False),
        "returned_to_reader": is_returned & held_by_reader_filter(access),
        "unacknowledged": IS_IN_FORCE & Q(_has_unacknowledged_answer(access)),
        "ready": _is_submittable_now(access, rounds),
    }
    counts = _own_undiscarded(access).aggregate(
        **{name: Count("pk", filter=condition) for name, condition in conditions.items()}
    )
    return WorkCounts(**counts)


def held_by_reader_filter(access: Access) -> Q:
    """The drafts that the reader works on: given to them, or begun by them and given to nobody.

    As `Comment.holder_id`, in SQL.
    """
    return Q(given_to=access.user) | Q(given_to=None, author=access.user)


def counts_beside_texts(access: Access) -> dict[str, int]:
    """The counts shown beside every text, by the names of `CONDITION_BY_COUNT`: one query."""
    shape, values = reader_shape_and_values(access, rounds=())  # own comments need no rounds
    count_rows = _counts_statement(shape).run(**values)
    if not count_rows:  # the reader has no comments
        return dict.fromkeys(CONDITION_BY_COUNT, 0)
    return dict(zip(CONDITION_BY_COUNT, count_rows[0], strict=True))


@cache
def _counts_statement(shape: ReaderShape) -> KeptStatement[Any]:
    """The statement behind `counts_beside_texts`, built once for each kind of reader."""
    counts = {name: Count("pk", filter=condition) for name, condition in CONDITION_BY_COUNT.items()}
    # Grouped by the one consultation: one row of counts, or none without comments.
    own_comments = _own_undiscarded(reader_of_shape(shape)).order_by().values("consultation")
    return KeptStatement(lambda: own_comments.annotate(**counts).values_list(*counts))


def _own_undiscarded(access: Access) -> QuerySet[Comment]:
    """The own record without discarded drafts."""
    return Comment.objects.own_record(access).filter(discarded_at=None)


# --- Own comments --------------------------------------------------------------------------------


# In the order of the fields of `WorkRow`, but for its annotations.
COLUMNS = (
    "pk",
    "paragraph_id",
    "seat_id",
    "filed_by_id",
    "given_to_id",
    "number",
    "type",
    "received_by",
    "discarded_at",
    "superseded_at",
    "withdrawn_at",
    "submitted_at",
    "cleared_at",
    "returned_at",
    "sent_for_clearance_at",
    "paragraph__draft__slug",
    "paragraph__draft__place",
    "wording__place",
    "round__public_id",
    "round__name",
    "author__public_id",
    "author__name",
    "given_to__public_id",
    "given_to__name",
    "filed_by__public_id",
    "filed_by__name",
)


def work_rows(
    access: Access, *, has_unacknowledged_answer: Combinable, is_ready: Q
) -> list[WorkRow]:
    """All own comments, by round, each with these two annotations: one query."""
    own_comments: Any = Comment.objects.own_record(access).order_by("round__opens_at", "pk")
    annotated_comments = own_comments.annotate(
        has_unacknowledged_answer=has_unacknowledged_answer, is_ready=is_ready
    )
    return [
        WorkRow(*row)
        for row in annotated_comments.values_list(*COLUMNS, "has_unacknowledged_answer", "is_ready")
    ]


def _has_unacknowledged_answer(access: Access) -> Exists:
    """Whether the last answer to an input is one that its delegation has not acknowledged yet."""
    reviews = Review.objects.released_to(access).latest_per_comment()
    return Exists(reviews.filter(comment=OuterRef("pk"), acknowledgement=None))


def _is_submittable_now(access: Access, rounds: Iterable[Round]) -> Q:
    """The drafts that can be submitted now, as far as round, text and mandate allow it."""
    open_round_ids = [round.pk for round in rounds if access.may(Act.SUBMIT_COMMENT, on=round)]
    if not open_round_ids:
        return Q(pk__in=[])
    is_of_own_or_coordinated = Q(
        seat__in=[seat.pk for seat in (access.seat, *access.coordinated_seats) if seat]
    )
    is_open_for_inputs = Q(round__in=open_round_ids, paragraph__draft__adopted_at=None)
    return ready_to_submit_filter(access) & is_of_own_or_coordinated & is_open_for_inputs


def state_of(comment: Any) -> WorkState:
    """The state of a comment, with states of their own for drafts sent for clearance or back.

    Takes a `Comment` or a `WorkRow`, as `author_of` and `holder_of` do.
    """
    if comment.state is CommentState.DRAFTED and comment.is_returned:
        return WorkState.RETURNED
    if comment.state is CommentState.DRAFTED and comment.sent_for_clearance_at:
        return WorkState.WAITING
    return WorkState(comment.state.value)


def holder_of(access: Access, comment: Any) -> tuple[str, str]:
    """Who works on a comment: who it was given to, else who drafted it. Needs `given_to` too."""
    if comment.given_to_id and access.seat and comment.filed_by_id == access.seat.pk:
        return str(comment.given_to.public_id), comment.given_to.name
    return author_of(access, comment)


def author_of(access: Access, comment: Any) -> tuple[str, str]:
    """Who drafted a comment, as a key and in words; for another delegation its name, no person.

    Needs `author` and `filed_by`.
    """
    if comment.received_by:
        return SECRETARIAT, _("the secretariat")
    if access.seat is None or comment.filed_by_id != access.seat.pk:
        return str(comment.filed_by.public_id), name_for_reader(comment.filed_by.name)
    return str(comment.author.public_id), comment.author.name


# --- Paragraphs ----------------------------------------------------------------------------------


def workspace_paragraphs_of(access: Access) -> list[WorkspaceParagraph]:
    """Every paragraph of every text as it was circulated last, in order: one query."""
    revisions_of_text = Revision.objects.filter(draft=OuterRef("revision__draft")).order_by(
        "-number"
    )
    wordings = (
        wordings_with_paragraph_uuid(access)
        .filter(revision=Subquery(revisions_of_text.values("pk")[:1]))
        .select_related("revision__draft", "revision__round")
        .defer("redline", "notes")
        .order_by("revision__draft__place", "revision__draft__pk", "place")
    )
    workspace_paragraphs: list[WorkspaceParagraph] = []
    draft_id, section_number = 0, 0
    for order, wording in enumerate(wordings):
        if wording.revision.draft_id != draft_id:  # the first paragraph of another text
            draft_id, section_number = wording.revision.draft_id, 0
        if wording.kind == ParagraphKind.HEADING and wording.level == 0:  # of the first level
            section_number += 1
        workspace_paragraphs.append(_workspace_paragraph(order, wording, section_number))
    return workspace_paragraphs


def _workspace_paragraph(order: int, wording: Any, section_number: int) -> WorkspaceParagraph:
    """A wording as the paragraph at the place `order`; section 0 stands before the first heading.

    `wording` is one of `wordings_with_paragraph_uuid`.
    """
    return WorkspaceParagraph(
        order=order,
        paragraph_id=wording.paragraph_id,
        public_id=wording.paragraph_uuid,
        wording_public_id=wording.public_id,
        name=name_of_wording(wording),
        label=wording.label,
        kind=wording.kind,
        text=wording.text,
        opening=wording.opening,
        section_key=f"{wording.revision.draft.slug}:{section_number}",
        revision=wording.revision,
    )


def current_paragraph_by_earlier_id(
    access: Access, workspace_paragraphs: Sequence[WorkspaceParagraph]
) -> dict[int, WorkspaceParagraph]:
    """Paragraph → where its comments are now, after splits and merges: one query."""
    paragraph_by_id = {paragraph.paragraph_id: paragraph for paragraph in workspace_paragraphs}
    links: list[tuple[int, int]] = []
    if any(paragraph.revision.number > 1 for paragraph in workspace_paragraphs):
        circulated = Revision.objects.visible_to(access)
        descents = Descent.objects.filter(revision__in=circulated).oldest_first()
        links = list(descents.values_list("paragraph_id", "follows_id"))
    current_id_by_earlier_id = place_inputs(
        {paragraph.paragraph_id: paragraph.order for paragraph in workspace_paragraphs}, links
    ).current_id_by_earlier_id
    return paragraph_by_id | {
        earlier_id: paragraph_by_id[current_id]
        for earlier_id, current_id in current_id_by_earlier_id.items()
    }


def workspace_paragraph_of(access: Access, comment: Comment) -> WorkspaceParagraph | None:
    """The paragraph that a comment is on in the current texts; None where it left them."""
    return current_paragraph_by_earlier_id(access, workspace_paragraphs_of(access)).get(
        comment.paragraph_id
    )


def section_choices(
    workspace_paragraphs: Sequence[WorkspaceParagraph],
) -> Iterator[tuple[str, str]]:
    """Each text, and after it its sections, as choices for a form."""
    has_several_texts = len({paragraph.revision.draft_id for paragraph in workspace_paragraphs}) > 1
    listed_keys: set[str] = set()
    for paragraph in workspace_paragraphs:
        slug, _sep, number = paragraph.section_key.partition(":")
        if has_several_texts and slug not in listed_keys:
            yield slug, paragraph.revision.draft.title
        if paragraph.section_key not in listed_keys and number != "0":
            yield (
                paragraph.section_key,
                f"– {paragraph.text}" if has_several_texts else paragraph.text,
            )
        listed_keys |= {slug, paragraph.section_key}
