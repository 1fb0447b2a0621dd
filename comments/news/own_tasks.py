"""What is a reader's to do in a consultation, by role: a value; the pages put it into words.

Everything is counted by the database, with the functions that the lists behind it count with.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain, islice
from uuid import UUID

from django.db.models import Count

from comments.desks.queue import count_unpublished, unanswered_inputs
from comments.desks.rooms import RoomState, WaitingDraft, waiting_in_rooms
from comments.desks.workspace import work_counts
from comments.news.unfinished import TypedPlace, unfinished
from comments.news.unseen import Unseen
from consultations.lists.unanswered import seats_without_people
from consultations.models import Mail, MailState, Meeting, Round, Seat
from consultations.rules.access import Access, Act, Role
from consultations.rules.phases import Phase, phase_of
from drafts.labels import name_of
from drafts.models import Draft, Revision, Wording

# More lines than these are a list, and the lists stand on pages of their own.
MOST = 6
MOST_PLACES = 3
MOST_SILENCES = 2


class TaskKind(StrEnum):
    """What there is to do; each kind is put into words by one sentence."""

    BEGIN_TEXT = "begin_text"
    CIRCULATE_TEXT = "circulate_text"
    SET_ROUND = "set_round"
    SET_UP = "set_up"
    READ_TEXT = "read_text"
    SILENCE = "silence"
    MORE_SILENCES = "more_silences"
    CONSENTED = "consented"
    OBJECTED = "objected"
    RETURNED = "returned"
    UNFINISHED = "unfinished"
    READY = "ready"
    TO_CLEAR = "to_clear"
    WAITING = "waiting"
    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    UNPUBLISHED = "unpublished"
    DIGEST = "digest"
    MOST_NEW = "most_new"
    WITHOUT_PEOPLE = "without_people"
    REFUSED_MAILS = "refused_mails"
    BOUNCED_MAILS = "bounced_mails"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: what, how many, and what it is about, as far as its kind says it."""

    kind: TaskKind
    count: int = 0
    places: tuple[str, ...] = ()
    # The paragraph, meeting or text that it leads to.
    row: UUID | None = None
    slug: str = ""
    until: datetime | None = None
    name: str = ""
    waiting: WaitingDraft | None = None
    typed: tuple[TypedPlace, ...] = ()


def own_tasks(
    access: Access,
    seen: Unseen,
    rounds: Sequence[Round],
    revisions: Sequence[Revision],
    meetings: Sequence[Meeting],
) -> tuple[Task, ...]:
    """What is this reader's to do, the most pressing first.

    `rounds` and `revisions` are all of the consultation, `meetings` those to come.
    """
    if access.consultation.closed_at:
        return ()
    first = _first_steps(access, rounds, revisions)
    if access.is_delegate:
        of_role = _of_delegate(access, rounds, revisions)
    elif access.is_facilitator:
        of_role = _of_facilitators(access, seen)
    else:
        of_role = _of_secretariat(access)
    found = chain(first, of_role, _next_digest(access, meetings))
    return tuple(islice(found, MOST))


# --- A consultation that begins ------------------------------------------------------------------


def _first_steps(
    access: Access, rounds: Sequence[Round], revisions: Sequence[Revision]
) -> Iterator[Task]:
    """The next step of whoever has to take it, until delegations have a text and a round."""
    if not revisions and access.may(Act.EDIT_TEXT, on=access.consultation):
        texts = Draft.objects.visible_to(access).order_by("place", "pk")
        if first := texts.values_list("slug", "title").first():
            slug, title = first
            yield Task(TaskKind.CIRCULATE_TEXT, slug=slug, name=title)
        else:
            yield Task(TaskKind.BEGIN_TEXT)
    if not rounds and access.may(Act.SET_ROUNDS, on=access.consultation):
        yield Task(TaskKind.SET_ROUND)
    if not revisions and access.role is Role.SECRETARIAT:
        sits = Seat.objects.filter(consultation=access.consultation, ended_at=None)
        yield Task(TaskKind.SET_UP, count=sits.count())


# --- By role -------------------------------------------------------------------------------------


def _of_delegate(
    access: Access, rounds: Sequence[Round], revisions: Sequence[Revision]
) -> Iterator[Task]:
    yield from _in_rooms(access)
    counts = work_counts(access, rounds)
    typed, places = unfinished(access, most=MOST_PLACES)
    closes = _closes(access, rounds)
    if counts.ready:
        yield Task(TaskKind.READY, counts.ready, until=closes)
    if counts.returned_to_reader:
        yield Task(TaskKind.RETURNED, counts.returned_to_reader)
    if typed:
        yield Task(TaskKind.UNFINISHED, typed, typed=places)
    # Whoever is alone submits without clearing: the same drafts are not counted twice.
    unready = 0 if counts.ready > counts.cleared else counts.drafted
    if unready:
        may_clear = access.may(Act.CLEAR_COMMENT)
        yield Task(TaskKind.TO_CLEAR if may_clear else TaskKind.WAITING, unready)
    if counts.answered and access.may(Act.ACKNOWLEDGE_REVIEW):
        yield Task(TaskKind.ANSWERED, counts.answered)
    if revisions and closes and not (counts.total or typed):
        text = revisions[0].draft
        yield Task(TaskKind.READ_TEXT, slug=text.slug, name=text.title)


def _in_rooms(access: Access) -> Iterator[Task]:
    """What ends soonest; then, for who coordinates, what can be submitted or was objected to."""
    waiting = waiting_in_rooms(access)
    silent = [one for one in waiting if one.state is RoomState.SILENT]
    for one in silent[:MOST_SILENCES]:
        yield Task(TaskKind.SILENCE, until=one.until, waiting=one)
    if more := len(silent[MOST_SILENCES:]):
        yield Task(TaskKind.MORE_SILENCES, more)
    coordinated = {seat.pk for seat in access.group_seats}
    kinds = {RoomState.AGREED: TaskKind.CONSENTED, RoomState.OBJECTED: TaskKind.OBJECTED}
    for one in waiting:
        if one.seat in coordinated and one.state in kinds:
            yield Task(kinds[one.state], waiting=one)


def _of_facilitators(access: Access, seen: Unseen) -> Iterator[Task]:
    unanswered = _unanswered(access)
    most_new = _most_new(seen)
    names = _named(access, [*unanswered, *most_new])
    if unanswered:
        # Where there are more paragraphs than can be named, none is singled out.
        few = len(unanswered) <= MOST_PLACES
        places = tuple(names[key][0] for key in names if few and key in unanswered)
        yield Task(TaskKind.UNANSWERED, sum(unanswered.values()), places=places)
    if unpublished := count_unpublished(access):
        yield Task(TaskKind.UNPUBLISHED, unpublished)
    for key, count in most_new.items():
        if key in names:
            label, row = names[key]
            yield Task(TaskKind.MOST_NEW, count, places=(label,), row=row)


def _of_secretariat(access: Access) -> Iterator[Task]:
    if left := seats_without_people(access.consultation).count():
        yield Task(TaskKind.WITHOUT_PEOPLE, left)
    mails = Mail.objects.visible_to(access)
    if refused := mails.in_state(MailState.REFUSED).count():
        yield Task(TaskKind.REFUSED_MAILS, refused)
    if bounced := mails.in_state(MailState.BOUNCED).count():
        yield Task(TaskKind.BOUNCED_MAILS, bounced)


def _next_digest(access: Access, meetings: Iterable[Meeting]) -> Iterator[Task]:
    """When the next digest goes before a meeting, for who may read it before it does."""
    if not access.may(Act.SET_MEETINGS):
        return
    goes = ((meeting.starts_at - meeting.digest_lead, meeting) for meeting in meetings)
    for due_at, meeting in goes:
        if due_at > access.moment:
            yield Task(TaskKind.DIGEST, row=meeting.public_id, until=due_at, name=meeting.title)
            return


# --- Counted -------------------------------------------------------------------------------------


def _closes(access: Access, rounds: Iterable[Round]) -> datetime | None:
    """The next deadline of the rounds that are open."""
    opened = [round for round in rounds if phase_of(round, access.moment) is Phase.OPEN]
    return min((round.deadline for round in opened), default=None)


def _unanswered(access: Access) -> dict[int, int]:
    """Paragraph → its standing inputs without an answer; texts that are adopted need none."""
    rows = unanswered_inputs(access).filter(paragraph__draft__adopted_at=None)
    return dict(rows.values_list("paragraph").annotate(count=Count("*")))


def _most_new(seen: Unseen) -> dict[int, int]:
    """The paragraph with the most new inputs, where it has several."""
    said = seen.said.get("comments", {})
    most = max(said, key=lambda key: (said[key], -key), default=None)
    return {most: said[most]} if most is not None and said[most] > 1 else {}


def _named(access: Access, paragraphs: Sequence[int]) -> dict[int, tuple[str, UUID]]:
    """What the first of these paragraphs, and the last, are called: one query at most.

    By key, in the order of the texts, as their last words have it.
    """
    asked = {*paragraphs[:MOST_PLACES], *paragraphs[-1:]}
    if not asked:
        return {}
    rows = Wording.objects.visible_to(access).filter(paragraph__in=asked)
    last = rows.order_by("paragraph_id", "-revision__number").distinct("paragraph_id")
    found = sorted(
        last.select_related("paragraph__draft").only(
            "label", "kind", "text", "place", "paragraph__public_id", "paragraph__draft__place"
        ),
        key=lambda row: (row.paragraph.draft.place, row.paragraph.draft_id, row.place),
    )
    return {
        row.paragraph_id: (name_of(row.label, row.kind, row.text), row.paragraph.public_id)
        for row in found
    }
