"""What is a reader's to do in a consultation, by role: a value; the pages put it into words.

Everything is counted by the database, with the functions that the lists behind it count with.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain, islice
from uuid import UUID

from django.db.models import Count, QuerySet, Value

from comments.acts.drafting import round_among
from comments.desks.bridging_overview import waiting_questions
from comments.desks.queue import MANY, count_unpublished, unanswered_inputs
from comments.desks.rooms import RoomState, WaitingDraft, waiting_in_rooms
from comments.desks.silence_overview import silences_to_break, silences_to_declare
from comments.desks.workspace import WorkCounts, work_counts
from comments.models import Comment, Mention, MinuteLine, SilenceQuerySet
from comments.news.fresh import rounds_here
from comments.news.silences import name_of_silence
from comments.news.unfinished import TypedPlace, unfinished
from comments.news.unseen import Unseen
from comments.threads.revisions import revisions_of_text
from consultations.lists.unanswered import seats_without_people
from consultations.models import Announcement, Mail, MailState, Meeting, Round, Seat
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
    GIVEN = "given"
    ASKED = "asked"
    UNDER_SILENCE = "under_silence"
    SILENCE_ENDED = "silence_ended"
    NAMED = "named"
    UNCLEARED = "uncleared"
    UNFINISHED = "unfinished"
    SAID = "said"
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
    at_least: bool = False  # there may be more than were counted
    places: tuple[str, ...] = ()
    across: int = 0  # paragraphs, where there are too many to name
    # The paragraph, meeting or text that it leads to.
    row: UUID | None = None
    slug: str = ""
    until: datetime | None = None
    name: str = ""
    waiting: WaitingDraft | None = None
    typed: tuple[TypedPlace, ...] = ()
    # The comment with the note, or the draft, that it leads to.
    comment: UUID | None = None


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


def only_text_to_read(access: Access) -> str:
    """The slug of the one text that asks for inputs, where reading it is all that waits; or ""."""
    if not access.is_delegate or Announcement.objects.in_force(access).undismissed(access).exists():
        return ""
    rounds, revisions = rounds_here(access), revisions_of_text(access)
    tasks = own_tasks(access, Unseen(None), rounds, revisions, ())
    if [task.kind for task in tasks] != [TaskKind.READ_TEXT]:
        return ""
    asked = {r.draft.slug for r in revisions if _is_asked(r, rounds, access.moment)}
    return asked.pop() if len(asked) == 1 else ""


def _is_asked(revision: Revision, rounds: Sequence[Round], moment: datetime) -> bool:
    round = round_among(rounds, revision.round_id, moment)
    return round is not None and phase_of(round, moment) is Phase.OPEN


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
    yield from _silences(TaskKind.UNDER_SILENCE, silences_to_break(access))
    yield from _in_rooms(access)
    yield from _asked(access)
    counts = work_counts(access, rounds)
    typed, places = unfinished(access, most=MOST_PLACES)
    closes = _closes(access, rounds)
    if counts.ready:
        yield Task(TaskKind.READY, counts.ready, until=closes)
    named, asked = _named_and_asked(access)
    if asked:
        yield Task(TaskKind.SAID, asked)
    if counts.returned_to_reader:
        yield Task(TaskKind.RETURNED, counts.returned_to_reader)
    if counts.given_to_reader:
        yield Task(TaskKind.GIVEN, counts.given_to_reader)
    if named:
        yield Task(TaskKind.NAMED, len(named), comment=named[0])
    if typed:
        yield Task(TaskKind.UNFINISHED, typed, typed=places)
    # Whoever is alone submits without clearing: the same drafts are not counted twice.
    if counts.ready <= counts.cleared:
        yield from _to_clear(access, counts)
    if counts.answered and access.may(Act.ACKNOWLEDGE_REVIEW):
        yield Task(TaskKind.ANSWERED, counts.answered)
    if revisions and closes and not (counts.total or typed):
        text = revisions[0].draft
        yield Task(TaskKind.READ_TEXT, slug=text.slug, name=text.title)


def _asked(access: Access) -> Iterator[Task]:
    """The questions of the facilitators that wait for this delegation; the first to end leads."""
    rows = waiting_questions(access).select_related("proposal__wording")
    waiting = list(rows.order_by("proposal__deadline", "pk"))
    proposals = {row.proposal_id: row.proposal for row in waiting}
    if not proposals:
        return
    first = next(iter(proposals.values()))
    said = first.wording
    yield Task(
        TaskKind.ASKED,
        len(proposals),
        places=(name_of(said.label, said.kind, said.text),),
        row=first.public_id,
        until=first.deadline,
    )


def _silences(kind: TaskKind, rows: SilenceQuerySet) -> Iterator[Task]:
    """Silences of the facilitators that wait for the reader; the first to end leads."""
    waiting = list(rows.with_places().order_by("silence_until", "pk"))
    if waiting:
        first = waiting[0]
        yield Task(
            kind,
            len(waiting),
            row=first.public_id,
            until=first.silence_until,
            name=name_of_silence(first),
        )


def _to_clear(access: Access, counts: WorkCounts) -> Iterator[Task]:
    """What waits for clearance, and the own drafts that nobody was asked to clear yet."""
    if counts.waiting:
        may_clear = access.may(Act.CLEAR_COMMENT)
        yield Task(TaskKind.TO_CLEAR if may_clear else TaskKind.WAITING, counts.waiting)
    if counts.drafted_by_reader:
        yield Task(TaskKind.UNCLEARED, counts.drafted_by_reader)


def _named_and_asked(access: Access) -> tuple[list[UUID], int]:
    """The comments whose notes name the reader, the oldest first; and how much is asked of the
    delegation out of minutes. One query for both.
    """
    named = _unseen_mentions(access).annotate(what=Value("named"))
    asked = MinuteLine.objects.offered_to(access).unanswered().annotate(what=Value("asked"))
    rows = named.values_list("what", "pk", "note__comment__public_id").union(
        asked.order_by().values_list("what", "pk", "public_id"), all=True
    )
    found = sorted((pk, id) for what, pk, id in rows if what == "named")
    return [id for _pk, id in found], sum(1 for what, *_row in rows if what == "asked")


def _unseen_mentions(access: Access) -> QuerySet[Mention]:
    """The notes that name the reader, who did not see it yet."""
    here = Mention.objects.visible_to(access).filter(
        seen_at=None, note__comment__in=Comment.objects.visible_to(access).order_by().values("pk")
    )
    return here.order_by()


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
    yield from _silences(TaskKind.SILENCE_ENDED, silences_to_declare(access))
    unanswered = _unanswered(access)
    most_new = _most_new(seen)
    names = _named(access, [*unanswered, *most_new])
    if unanswered:
        # Where there are more paragraphs than can be named, they are counted: none is singled out.
        # Of more inputs than are counted no paragraph is told.
        count, across = unanswered.total(), len(unanswered)
        is_all, is_few = count < MANY, across <= MOST_PLACES
        places = tuple(names[key][0] for key in names if is_all and is_few and key in unanswered)
        across = across if is_all and not is_few else 0
        yield Task(TaskKind.UNANSWERED, count, places=places, across=across)
    if unpublished := count_unpublished(access):
        yield Task(TaskKind.UNPUBLISHED, unpublished)
    for key, count in most_new.items():
        if key in names:
            label, row = names[key]
            more = seen.counted_since is not None
            yield Task(TaskKind.MOST_NEW, count, at_least=more, places=(label,), row=row)


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


def _unanswered(access: Access) -> Counter[int]:
    """Paragraph → its standing inputs without an answer, counted up to `MANY` in all.

    Texts that are adopted need none.
    """
    rows = unanswered_inputs(access).filter(paragraph__draft__adopted_at=None)
    counted = rows.filter(pk__in=rows.values("pk")[:MANY])
    return Counter(dict(counted.values_list("paragraph").annotate(count=Count("*"))))


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
