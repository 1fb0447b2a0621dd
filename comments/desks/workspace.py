"""The delegation's workspace: every paragraph with what its own people wrote on it.

A fixed number of queries at any size: the last circulated texts, which paragraph followed which,
the own comments without their words, and the words of those that one page shows.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.desks.work_rows import WorkRow, work_rows
from comments.models import Comment, CommentState, Review
from comments.threads.input_placement import place_inputs
from comments.threads.notes import with_notes
from comments.threads.threads import with_answers
from comments.threads.wordings import wordings_of
from consultations.models import Round
from consultations.rules.access import Access, Act
from consultations.rules.placeholder_reader import ReaderShape, reader_of_shape, shape_and_values
from delegations.kept_statements import KeptStatement
from delegations.models import Post
from drafts.labels import name_of
from drafts.models import Descent, Kind, Revision

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
IS_UNASKED = IS_DRAFTED & Q(returned_at=None, sent_for_clearance_at=None)
IS_IN_FORCE = Q(submitted_at__isnull=False, withdrawn_at=None, superseded_at=None)
# What is counted beside every text.
STANDING = {
    "drafted": IS_UNASKED,
    "cleared": Q(submitted_at=None, cleared_at__isnull=False),
    "submitted": IS_IN_FORCE,
}

# Chosen like a state: inputs with an answer that the delegation has not acknowledged yet.
ANSWERED = "answered"


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
    answered: int
    # What "submit" would take now; 0 where that was not asked.
    ready: int

    @property
    def total(self) -> int:
        return self.drafted + self.waiting + self.returned + self.cleared + self.submitted


@dataclass(frozen=True, slots=True)
class WorkspaceQuery:
    """What the workspace is to show; an empty field narrows nothing."""

    state: str = ""
    section: str = ""
    author: str = ""
    type: str = ""
    round: str = ""
    # Whether paragraphs on which nothing was written are listed too.
    with_empty: bool = False

    @property
    def is_narrow(self) -> bool:
        """Whether only some of the own comments are asked for."""
        return any((self.state, self.author, self.type, self.round))


@dataclass(frozen=True, slots=True)
class WorkspaceParagraph:
    """A paragraph as circulated last, with its place among all texts of the consultation."""

    order: int
    key: int
    id: UUID
    wording_id: UUID
    label: str
    kind: str
    text: str
    opening: str
    section: str
    revision: Revision

    @property
    def name(self) -> str:
        """How a list calls it: its label, or its opening words."""
        return name_of(self.label, self.kind, self.text)


@dataclass(frozen=True, slots=True)
class WorkspaceEntry:
    """A row of the list: a comment with the paragraph it is on now, or one of the two alone."""

    spot: WorkspaceParagraph | None
    row: WorkRow | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """The whole list, and the values by which it can be narrowed."""

    entries: tuple[WorkspaceEntry, ...]
    states: Mapping[str, int]
    authors: tuple[tuple[str, str], ...]
    rounds: tuple[tuple[str, str], ...]
    sections: tuple[tuple[str, str], ...]
    revisions: tuple[Revision, ...]
    # How many drafts the button at the foot would submit now, by the seat in whose name they go.
    ready: Mapping[int, int]
    # Paragraph → how many own drafts stand beside each other on it.
    drafts: Mapping[int, int]


def work_of(access: Access, query: WorkspaceQuery, rounds: Iterable[Round]) -> Work:
    """The own comments in the order of the texts, as far as they are asked for.

    `rounds` are all of the consultation.
    """
    spots = outlines_of(access)
    is_answered, is_ready = _is_answered(access), _is_submittable_now(access, rounds)
    rows = work_rows(access, is_answered=is_answered, is_ready=is_ready)
    spots_by_key = _spots_by_paragraph(access, spots)
    spot_of = {row.pk: spots_by_key.get(row.paragraph_id) for row in rows}
    shown = [row for row in rows if _is_requested(access, row, spot_of[row.pk], query)]
    entries = [WorkspaceEntry(spot_of[row.pk], row) for row in shown]
    if query.with_empty and not query.is_narrow:
        written = {entry.spot.key for entry in entries if entry.spot}
        entries += [WorkspaceEntry(spot) for spot in spots if _is_empty(spot, written, query)]
    unsent = [row for row in rows if row.submitted_at is None and row.discarded_at is None]
    drafts_on_each = Counter(home.key for row in unsent if (home := spot_of[row.pk]))
    return Work(
        entries=tuple(sorted(entries, key=_text_order)),
        states=Counter(state for row in rows for state in _states_of(row)),
        authors=tuple(sorted({holder_of(access, row) for row in rows}, key=lambda party: party[1])),
        rounds=tuple(dict.fromkeys((str(row.round_id), row.round_name) for row in rows)),
        sections=tuple(_sections(spots)),
        revisions=tuple(dict.fromkeys(spot.revision for spot in spots)),
        ready=Counter(row.seat_id for row in rows if row.is_ready),
        drafts=drafts_on_each,
    )


def work_counts(access: Access, rounds: Iterable[Round] = ()) -> WorkCounts:
    """What the list would show under each of its states, counted: one query.

    With `rounds`, all of the consultation, also what can be submitted: one query more at most.
    """
    returned = IS_DRAFTED & Q(returned_at__isnull=False)
    conditions = STANDING | {
        "waiting": IS_DRAFTED & Q(sent_for_clearance_at__isnull=False),
        "returned": returned,
        "drafted_by_reader": IS_UNASKED & held_by(access) & Q(given_to=None),
        "given_to_reader": IS_UNASKED & held_by(access) & Q(given_to__isnull=False),
        "returned_to_reader": returned & held_by(access),
        "answered": IS_IN_FORCE & Q(_is_answered(access)),
        "ready": _is_submittable_now(access, rounds),
    }
    return WorkCounts(**_count_own(access, conditions))


def standing_counts(access: Access) -> dict[str, int]:
    """The counts shown beside every text, by the names of `STANDING`: one query."""
    shape, values = shape_and_values(access, ())
    rows = _standing_statement(shape).run(**values)
    return dict(zip(STANDING, rows[0] if rows else repeat(0), strict=False))


@cache
def _standing_statement(shape: ReaderShape) -> KeptStatement[Any]:
    counts = {name: Count("pk", filter=q) for name, q in STANDING.items()}
    own = _own_undiscarded(reader_of_shape(shape)).order_by().values("consultation")
    return KeptStatement(lambda: own.annotate(**counts).values_list(*counts))


def _count_own(access: Access, conditions: Mapping[str, Q]) -> dict[str, int]:
    return _own_undiscarded(access).aggregate(
        **{name: Count("pk", filter=q) for name, q in conditions.items()}
    )


def _own_undiscarded(access: Access) -> QuerySet[Comment]:
    """The own record without discarded drafts."""
    return Comment.objects.own_record(access).filter(discarded_at=None)


def _is_submittable_now(access: Access, rounds: Iterable[Round]) -> Q:
    """The drafts that can be submitted now, as far as round, text and mandate allow it."""
    open_rounds = [round.pk for round in rounds if access.may(Act.SUBMIT_COMMENT, on=round)]
    if not open_rounds:
        return Q(pk__in=[])
    in_own_name = Q(seat__in=[seat.pk for seat in (access.seat, *access.group_seats) if seat])
    is_accepted = Q(round__in=open_rounds, paragraph__draft__adopted_at=None)
    return ready_to_submit(access) & in_own_name & is_accepted


def read_rows(access: Access, keys: Iterable[int]) -> dict[int, Any]:
    """Own comments with their words, answers and notes, by key: one query."""
    rows = Comment.objects.own_record(access).filter(pk__in=list(keys))
    full = with_notes(access, with_answers(access, rows))
    related = ("author", "given_to", "seat", "filed_by", "round", "wording__revision__draft")
    return {row.pk: row for row in full.select_related(*related, "paragraph__draft")}


def drafts_on(access: Access, paragraph: UUID) -> tuple[WorkspaceParagraph | None, list[Any]]:
    """A paragraph of a text, and the own drafts on it and on those that it followed."""
    spots = outlines_of(access)
    spot = next((spot for spot in spots if spot.id == paragraph), None)
    if spot is None:
        return None, []
    homes = _spots_by_paragraph(access, spots)
    unsent = Comment.objects.own_record(access).unsent().order_by("pk")
    keys = [pk for pk, on in unsent.values_list("pk", "paragraph_id") if homes.get(on) == spot]
    rows = read_rows(access, keys)
    return spot, [rows[key] for key in keys]


def home_of_comment(access: Access, comment: Comment) -> WorkspaceParagraph | None:
    """The paragraph that a comment is on in the current texts; None where it left them."""
    return _spots_by_paragraph(access, outlines_of(access)).get(comment.paragraph_id)


def state_of(row: Any) -> WorkState:
    """The state of a comment, with states of their own for drafts sent for clearance or back."""
    if row.state is CommentState.DRAFTED and row.is_returned:
        return WorkState.RETURNED
    if row.state is CommentState.DRAFTED and row.sent_for_clearance_at:
        return WorkState.WAITING
    return WorkState(row.state.value)


def author_of(access: Access, row: Any) -> tuple[str, str]:
    """Who drafted it, as a key and in words; of another delegation no person, but its name.

    Needs `author` and `filed_by`.
    """
    if row.received_by:
        return SECRETARIAT, _("the secretariat")
    if access.seat is None or row.filed_by_id != access.seat.pk:
        return str(row.filed_by.public_id), row.filed_by.name
    return str(row.author.public_id), row.author.name


def holder_of(access: Access, row: Any) -> tuple[str, str]:
    """Who works on it: who it was given to, else who drafted it. Needs `given_to` as well."""
    if row.given_to_id and access.seat and row.filed_by_id == access.seat.pk:
        return str(row.given_to.public_id), row.given_to.name
    return author_of(access, row)


def held_by(access: Access) -> Q:
    """`Comment.holder_id` in SQL: the drafts that the reader works on."""
    return Q(given_to=access.user) | Q(given_to=None, author=access.user)


def has_no_colleague(access: Access) -> bool:
    """Whether a focal point is the only person of the delegation with a post.

    Then own drafts need no clearance first.
    """
    if not access.may(Act.SUBMIT_COMMENT) or access.delegation is None:
        return False
    others = Post.objects.held().filter(delegation=access.delegation).exclude(user=access.user)
    return not others.exists()


def ready_to_submit(access: Access) -> Q:
    """The drafts that may be submitted: cleared ones, or all of somebody who is alone."""
    unsent = Q(submitted_at=None, discarded_at=None)
    return unsent if has_no_colleague(access) else unsent & Q(cleared_at__isnull=False)


# --- The texts -----------------------------------------------------------------------------------


def outlines_of(access: Access) -> list[WorkspaceParagraph]:
    """Every paragraph of every text as it was circulated last, in order: one query."""
    last = Revision.objects.filter(draft=OuterRef("revision__draft")).order_by("-number")
    rows = (
        wordings_of(access)
        .filter(revision=Subquery(last.values("pk")[:1]))
        .select_related("revision__draft", "revision__round")
        .defer("redline", "notes")
        .order_by("revision__draft__place", "revision__draft__pk", "place")
    )
    spots: list[WorkspaceParagraph] = []
    draft, section = 0, 0
    for order, row in enumerate(rows):
        if row.revision.draft_id != draft:
            draft, section = row.revision.draft_id, 0
        elif row.kind == Kind.HEADING and row.level == 0:
            section += 1
        spots.append(_workspace_paragraph(order, row, section))
    return spots


def _workspace_paragraph(order: int, row: Any, section: int) -> WorkspaceParagraph:
    return WorkspaceParagraph(
        order=order,
        key=row.paragraph_id,
        id=row.paragraph_uuid,
        wording_id=row.public_id,
        label=row.label,
        kind=row.kind,
        text=row.text,
        opening=row.opening,
        section=f"{row.revision.draft.slug}:{section}",
        revision=row.revision,
    )


def _spots_by_paragraph(
    access: Access, spots: Sequence[WorkspaceParagraph]
) -> dict[int, WorkspaceParagraph]:
    """Paragraph → where its comments are now, after splits and merges: one query."""
    standing = {spot.key: spot for spot in spots}
    steps: list[tuple[int, int]] = []
    if any(spot.revision.number > 1 for spot in spots):
        circulated = Revision.objects.visible_to(access)
        descents = Descent.objects.filter(revision__in=circulated).in_time()
        steps = list(descents.values_list("paragraph_id", "follows_id"))
    moved = place_inputs({spot.key: spot.order for spot in spots}, steps).current_id_by_earlier_id
    return standing | {key: standing[home] for key, home in moved.items()}


def _sections(spots: Sequence[WorkspaceParagraph]) -> Iterator[tuple[str, str]]:
    """Each text, and after it its sections, as choices for a form."""
    several = len({spot.revision.draft_id for spot in spots}) > 1
    seen: set[str] = set()
    for spot in spots:
        slug, _sep, number = spot.section.partition(":")
        if several and slug not in seen:
            yield slug, spot.revision.draft.title
        if spot.section not in seen and number != "0":
            yield spot.section, f"– {spot.text}" if several else spot.text
        seen |= {slug, spot.section}


# --- The own comments ----------------------------------------------------------------------------


def _is_answered(access: Access) -> Exists:
    """Whether an input has an answer that its delegation has not acknowledged yet."""
    answers = Review.objects.all().released_to(access)
    return Exists(answers.filter(comment=OuterRef("pk"), acknowledgement=None))


def _is_requested(
    access: Access, row: WorkRow, home: WorkspaceParagraph | None, query: WorkspaceQuery
) -> bool:
    states = _states_of(row)
    if WorkState.DISCARDED in states and query.state != WorkState.DISCARDED:
        return False
    if query.state and query.state not in states:
        return False
    if query.author and query.author != holder_of(access, row)[0]:
        return False
    if query.type and query.type != row.type:
        return False
    if query.round and query.round != str(row.round_id):
        return False
    return _is_in_section(query.section, home.section if home else f"{row.draft_slug}:")


def _states_of(row: WorkRow) -> tuple[str, ...]:
    """The states under which a row is listed."""
    state = state_of(row).value
    return (state, ANSWERED) if row.is_answered and state == WorkState.SUBMITTED else (state,)


def _is_in_section(wanted: str, section: str) -> bool:
    return not wanted or section == wanted or section.startswith(f"{wanted}:")


def _is_empty(spot: WorkspaceParagraph, written: set[int], query: WorkspaceQuery) -> bool:
    return spot.key not in written and _is_in_section(query.section, spot.section)


def _text_order(entry: WorkspaceEntry) -> tuple[Any, ...]:
    """The sort key: text and paragraph, drafts before inputs; what left the text comes last."""
    row = entry.row
    if row is None:
        assert entry.spot is not None
        return (0, entry.spot.order)  # nothing else stands on a paragraph without a row
    is_sent = row.submitted_at is not None
    if entry.spot is None:
        place = (row.draft_place, row.wording_place)
        return (1, place, is_sent, row.number or 0, row.pk)
    return (0, entry.spot.order, is_sent, row.number or 0, row.pk)
