"""The delegation's workspace: every paragraph with what its own people wrote on it.

A fixed number of queries at any size: the last circulated texts, which paragraph followed which,
the own comments without their words, and the words of those that one page shows.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.desks.work_rows import WorkRow, work_rows
from comments.desks.workspace_paragraphs import (
    WorkspaceParagraph,
    current_paragraph_by_earlier_id,
    section_choices,
    workspace_paragraphs_of,
)
from comments.models import Comment, CommentState, Review
from comments.threads.notes import with_notes
from comments.threads.threads import with_answers
from consultations.models import Round
from consultations.rules.access import Access, Act
from consultations.rules.placeholder_reader import (
    ReaderShape,
    reader_of_shape,
    reader_shape_and_values,
)
from delegations.kept_statements import KeptStatement
from delegations.models import Post
from delegations.reader_names import name_for_reader
from drafts.models import Revision

SECRETARIAT = "secretariat"  # instead of a person: who entered what came by letter


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


IS_DRAFTED = Q(submitted_at=None, cleared_at=None)
IS_NOT_SENT_FOR_CLEARANCE = IS_DRAFTED & Q(returned_at=None, sent_for_clearance_at=None)
IS_IN_FORCE = Q(submitted_at__isnull=False, withdrawn_at=None, superseded_at=None)
# What is counted beside every text.
CONDITION_BY_COUNT = {
    "drafted": IS_NOT_SENT_FOR_CLEARANCE,
    "cleared": Q(submitted_at=None, cleared_at__isnull=False),
    "submitted": IS_IN_FORCE,
}

# Chosen like a state: inputs with an answer that the delegation has not acknowledged yet.
UNACKNOWLEDGED = "answered"


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
    return WorkCounts(**_count_own(access, conditions))


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


def _count_own(access: Access, conditions: Mapping[str, Q]) -> dict[str, int]:
    """How many of the own comments meet each condition: one query."""
    return _own_undiscarded(access).aggregate(
        **{name: Count("pk", filter=condition) for name, condition in conditions.items()}
    )


def _own_undiscarded(access: Access) -> QuerySet[Comment]:
    """The own record without discarded drafts."""
    return Comment.objects.own_record(access).filter(discarded_at=None)


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


def own_comments_by_id(access: Access, comment_ids: Iterable[int]) -> dict[int, Comment]:
    """Own comments with their words, answers and notes, by id: one query."""
    comments = Comment.objects.own_record(access).filter(pk__in=list(comment_ids))
    comments_with_answers = with_notes(access, with_answers(access, comments))
    related = ("author", "given_to", "seat", "filed_by", "round", "wording__revision__draft")
    return {
        comment.pk: comment
        for comment in comments_with_answers.select_related(*related, "paragraph__draft")
    }


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


def state_of(comment: Any) -> WorkState:
    """The state of a comment, with states of their own for drafts sent for clearance or back.

    Takes a `Comment` or a `WorkRow`, as `author_of` and `holder_of` do.
    """
    if comment.state is CommentState.DRAFTED and comment.is_returned:
        return WorkState.RETURNED
    if comment.state is CommentState.DRAFTED and comment.sent_for_clearance_at:
        return WorkState.WAITING
    return WorkState(comment.state.value)


def author_of(access: Access, comment: Any) -> tuple[str, str]:
    """Who drafted a comment, as a key and in words; for another delegation its name, no person.

    Needs `author` and `filed_by`.
    """
    if comment.received_by:
        return SECRETARIAT, _("the secretariat")
    if access.seat is None or comment.filed_by_id != access.seat.pk:
        return str(comment.filed_by.public_id), name_for_reader(comment.filed_by.name)
    return str(comment.author.public_id), comment.author.name


def holder_of(access: Access, comment: Any) -> tuple[str, str]:
    """Who works on a comment: who it was given to, else who drafted it. Needs `given_to` too."""
    if comment.given_to_id and access.seat and comment.filed_by_id == access.seat.pk:
        return str(comment.given_to.public_id), comment.given_to.name
    return author_of(access, comment)


def held_by_reader_filter(access: Access) -> Q:
    """The drafts that the reader works on: given to them, or begun by them and given to nobody.

    As `Comment.holder_id`, in SQL.
    """
    return Q(given_to=access.user) | Q(given_to=None, author=access.user)


def has_no_colleague(access: Access) -> bool:
    """Whether a focal point is the only person of the delegation with a post.

    Then own drafts need no clearance first.
    """
    if not access.may(Act.SUBMIT_COMMENT) or access.delegation is None:
        return False
    colleagues = Post.objects.held().filter(delegation=access.delegation).exclude(user=access.user)
    return not colleagues.exists()


def ready_to_submit_filter(access: Access) -> Q:
    """The drafts that may be submitted: cleared ones, or all where nobody else could clear them."""
    is_unsent = Q(submitted_at=None, discarded_at=None)
    return is_unsent if has_no_colleague(access) else is_unsent & Q(cleared_at__isnull=False)


# --- The own comments ----------------------------------------------------------------------------


def _has_unacknowledged_answer(access: Access) -> Exists:
    """Whether the last answer to an input is one that its delegation has not acknowledged yet."""
    reviews = Review.objects.released_to(access).latest_per_comment()
    return Exists(reviews.filter(comment=OuterRef("pk"), acknowledgement=None))


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
