"""What a reader has to do in a consultation, by role, as values that the pages put into words.

The database counts everything, by the same functions as the lists to which the tasks lead.
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
from comments.news.unfinished import TypedPlace, unfinished_places
from comments.news.unseen import Unseen
from comments.threads.revisions import revisions_of_text
from consultations.lists.unanswered import seats_without_people
from consultations.models import Announcement, Mail, MailState, Meeting, Round, Seat
from consultations.rules.access import Access, Act, Role
from consultations.rules.phases import Phase, phase_of
from drafts.labels import name_of
from drafts.models import Draft, Revision, Wording

# No more tasks than these are shown: longer lists have pages of their own.
MAX_TASKS = 6
MAX_PLACES = 3
MAX_SILENCES = 2


class TaskKind(StrEnum):
    """What there is to do; the pages have one sentence for each kind."""

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
    """One thing to do: what, how many, and what it is about; each kind fills what it needs."""

    kind: TaskKind
    count: int = 0
    at_least: bool = False  # there may be more than were counted
    places: tuple[str, ...] = ()
    across: int = 0  # so many paragraphs, where there are too many to name
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
    """What this reader has to do, the most pressing first.

    `rounds` and `revisions` are all of the consultation, `meetings` those to come.
    """
    if access.consultation.closed_at:
        return ()
    first = _first_steps(access, rounds, revisions)
    if access.is_delegate:
        of_role = _delegate_tasks(access, rounds, revisions)
    elif access.is_facilitator:
        of_role = _facilitator_tasks(access, seen)
    else:
        of_role = _secretariat_tasks(access)
    tasks = chain(first, of_role, _digest_task(access, meetings))
    return tuple(islice(tasks, MAX_TASKS))


def only_text_to_read(access: Access) -> str:
    """The slug of the one text that asks for inputs, if reading it is the only task; else ""."""
    if not access.is_delegate or Announcement.objects.in_force(access).undismissed(access).exists():
        return ""
    rounds, revisions = rounds_here(access), revisions_of_text(access)
    tasks = own_tasks(access, Unseen(None), rounds, revisions, ())
    if [task.kind for task in tasks] != [TaskKind.READ_TEXT]:
        return ""
    slugs = {r.draft.slug for r in revisions if _takes_inputs(r, rounds, access.moment)}
    return slugs.pop() if len(slugs) == 1 else ""


def _takes_inputs(revision: Revision, rounds: Sequence[Round], moment: datetime) -> bool:
    round = round_among(rounds, revision.round_id, moment)
    return round is not None and phase_of(round, moment) is Phase.OPEN


# --- A consultation that begins ------------------------------------------------------------------


def _first_steps(
    access: Access, rounds: Sequence[Round], revisions: Sequence[Revision]
) -> Iterator[Task]:
    """The reader's next step, until delegations have a text and a round."""
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
        seats = Seat.objects.filter(consultation=access.consultation, ended_at=None)
        yield Task(TaskKind.SET_UP, count=seats.count())


# --- By role -------------------------------------------------------------------------------------


def _delegate_tasks(
    access: Access, rounds: Sequence[Round], revisions: Sequence[Revision]
) -> Iterator[Task]:
    yield from _silence_task(TaskKind.UNDER_SILENCE, silences_to_break(access))
    yield from _room_tasks(access)
    yield from _bridging_task(access)
    counts = work_counts(access, rounds)
    typed_count, places = unfinished_places(access, limit=MAX_PLACES)
    deadline = _next_deadline(access, rounds)
    if counts.ready:
        yield Task(TaskKind.READY, counts.ready, until=deadline)
    mentions, minutes_count = _mentions_and_minutes(access)
    if minutes_count:
        yield Task(TaskKind.SAID, minutes_count)
    if counts.returned_to_reader:
        yield Task(TaskKind.RETURNED, counts.returned_to_reader)
    if counts.given_to_reader:
        yield Task(TaskKind.GIVEN, counts.given_to_reader)
    if mentions:
        yield Task(TaskKind.NAMED, len(mentions), comment=mentions[0])
    if typed_count:
        yield Task(TaskKind.UNFINISHED, typed_count, typed=places)
    # Whoever is alone submits without clearing: the same drafts are not counted twice.
    if counts.ready <= counts.cleared:
        yield from _clearance_tasks(access, counts)
    if counts.answered and access.may(Act.ACKNOWLEDGE_REVIEW):
        yield Task(TaskKind.ANSWERED, counts.answered)
    if revisions and deadline and not (counts.total or typed_count):
        text = revisions[0].draft
        yield Task(TaskKind.READ_TEXT, slug=text.slug, name=text.title)


def _bridging_task(access: Access) -> Iterator[Task]:
    """The facilitators' questions that wait for this delegation, named by the first to end."""
    rows = waiting_questions(access).select_related("proposal__wording")
    waiting = list(rows.order_by("proposal__deadline", "pk"))
    proposals = {row.proposal_id: row.proposal for row in waiting}
    if not proposals:
        return
    first = next(iter(proposals.values()))
    wording = first.wording
    yield Task(
        TaskKind.ASKED,
        len(proposals),
        places=(name_of(wording.label, wording.kind, wording.text),),
        row=first.public_id,
        until=first.deadline,
    )


def _silence_task(kind: TaskKind, rows: SilenceQuerySet) -> Iterator[Task]:
    """The silences of the facilitators that wait for the reader, named by the first to end."""
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


def _clearance_tasks(access: Access, counts: WorkCounts) -> Iterator[Task]:
    """What waits for clearance, and the own drafts that nobody was asked to clear yet."""
    if counts.waiting:
        may_clear = access.may(Act.CLEAR_COMMENT)
        yield Task(TaskKind.TO_CLEAR if may_clear else TaskKind.WAITING, counts.waiting)
    if counts.drafted_by_reader:
        yield Task(TaskKind.UNCLEARED, counts.drafted_by_reader)


def _mentions_and_minutes(access: Access) -> tuple[list[UUID], int]:
    """The comments whose notes name the reader, the oldest first; and how many lines of minutes
    wait for the delegation's answer. One query for both.
    """
    mentions = _unseen_mentions(access).annotate(what=Value("mention"))
    lines = MinuteLine.objects.offered_to(access).unanswered().annotate(what=Value("line"))
    rows = mentions.values_list("what", "pk", "note__comment__public_id").union(
        lines.order_by().values_list("what", "pk", "public_id"), all=True
    )
    in_order = sorted((pk, id) for what, pk, id in rows if what == "mention")
    return [id for _pk, id in in_order], sum(1 for what, *_row in rows if what == "line")


def _unseen_mentions(access: Access) -> QuerySet[Mention]:
    """The mentions of the reader in notes that they have not seen yet."""
    mentions = Mention.objects.visible_to(access).filter(
        seen_at=None, note__comment__in=Comment.objects.visible_to(access).order_by().values("pk")
    )
    return mentions.order_by()


def _room_tasks(access: Access) -> Iterator[Task]:
    """The silences that end soonest; then, for a coordinator, drafts consented or objected to."""
    drafts = waiting_in_rooms(access)
    silent = [draft for draft in drafts if draft.state is RoomState.SILENT]
    for draft in silent[:MAX_SILENCES]:
        yield Task(TaskKind.SILENCE, until=draft.until, waiting=draft)
    if more := len(silent[MAX_SILENCES:]):
        yield Task(TaskKind.MORE_SILENCES, more)
    coordinated = {seat.pk for seat in access.group_seats}
    kinds = {RoomState.AGREED: TaskKind.CONSENTED, RoomState.OBJECTED: TaskKind.OBJECTED}
    for draft in drafts:
        if draft.seat in coordinated and draft.state in kinds:
            yield Task(kinds[draft.state], waiting=draft)


def _facilitator_tasks(access: Access, seen: Unseen) -> Iterator[Task]:
    yield from _silence_task(TaskKind.SILENCE_ENDED, silences_to_declare(access))
    unanswered = _unanswered_by_paragraph(access)
    most_new = _paragraph_with_most_new(seen)
    names = _names_and_ids(access, [*unanswered, *most_new])
    if unanswered:
        # Where there are more paragraphs than can be named, they are only counted. Where there are
        # more inputs than are counted, no paragraph is named.
        count, across = unanswered.total(), len(unanswered)
        is_all, is_few = count < MANY, across <= MAX_PLACES
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


def _secretariat_tasks(access: Access) -> Iterator[Task]:
    if count := seats_without_people(access.consultation).count():
        yield Task(TaskKind.WITHOUT_PEOPLE, count)
    mails = Mail.objects.visible_to(access)
    if refused := mails.in_state(MailState.REFUSED).count():
        yield Task(TaskKind.REFUSED_MAILS, refused)
    if bounced := mails.in_state(MailState.BOUNCED).count():
        yield Task(TaskKind.BOUNCED_MAILS, bounced)


def _digest_task(access: Access, meetings: Iterable[Meeting]) -> Iterator[Task]:
    """When the next digest before a meeting is sent, for those who may preview it."""
    if not access.may(Act.SET_MEETINGS):
        return
    digests = ((meeting.starts_at - meeting.digest_lead, meeting) for meeting in meetings)
    for due_at, meeting in digests:
        if due_at > access.moment:
            yield Task(TaskKind.DIGEST, row=meeting.public_id, until=due_at, name=meeting.title)
            return


# --- Counting ------------------------------------------------------------------------------------


def _next_deadline(access: Access, rounds: Iterable[Round]) -> datetime | None:
    """The next deadline of the rounds that are open."""
    open_rounds = [round for round in rounds if phase_of(round, access.moment) is Phase.OPEN]
    return min((round.deadline for round in open_rounds), default=None)


def _unanswered_by_paragraph(access: Access) -> Counter[int]:
    """Paragraph → how many standing inputs it has without an answer, up to `MANY` in all.

    Inputs on adopted texts need no answer.
    """
    rows = unanswered_inputs(access).filter(paragraph__draft__adopted_at=None)
    counted = rows.filter(pk__in=rows.values("pk")[:MANY])
    return Counter(dict(counted.values_list("paragraph").annotate(count=Count("*"))))


def _paragraph_with_most_new(seen: Unseen) -> dict[int, int]:
    """The paragraph with the most new inputs, and how many, where it has several."""
    counts = seen.by_kind.get("comments", {})
    most = max(counts, key=lambda key: (counts[key], -key), default=None)
    return {most: counts[most]} if most is not None and counts[most] > 1 else {}


def _names_and_ids(access: Access, paragraphs: Sequence[int]) -> dict[int, tuple[str, UUID]]:
    """The names and public ids of the first of these paragraphs and of the last: one query at most.

    By key, in the order of the texts, named by their last wording.
    """
    keys = {*paragraphs[:MAX_PLACES], *paragraphs[-1:]}
    if not keys:
        return {}
    rows = Wording.objects.visible_to(access).filter(paragraph__in=keys)
    last = rows.order_by("paragraph_id", "-revision__number").distinct("paragraph_id")
    wordings = sorted(
        last.select_related("paragraph__draft").only(
            "label", "kind", "text", "place", "paragraph__public_id", "paragraph__draft__place"
        ),
        key=lambda row: (row.paragraph.draft.place, row.paragraph.draft_id, row.place),
    )
    return {
        row.paragraph_id: (name_of(row.label, row.kind, row.text), row.paragraph.public_id)
        for row in wordings
    }
