"""What a reader has to do in a consultation, by role, as values that the pages put into words.

The database counts everything, by the same functions as the lists to which the tasks lead.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain, islice
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, QuerySet, Value

from comments.bridging.queries import unanswered_asked_seats
from comments.drafting.acts import choose_round
from comments.drafting.unfinished import UnsavedPlace, read_unsaved_places
from comments.groups.queries import RoomState, WaitingDraft, unsent_room_drafts
from comments.inputs.citations import name_of_wording_in_text
from comments.inputs.queries import rounds_of_consultation, unanswered_inputs
from comments.models import Comment, Mention, MinuteLine, SilenceQuerySet
from comments.news.unseen import Unseen
from comments.review.queries import MAX_COUNTED_TO_DO, count_unpublished_reviews
from comments.silences.queries import name_of_silence, silences_to_break, silences_to_declare
from comments.threads.wordings import revisions_of_all_texts
from comments.workspace.queries import WorkCounts, work_counts
from consultations.models import Announcement, Mail, MailState, Meeting, Round, Seat
from consultations.people.queries import seats_without_people
from consultations.rules.access import Access, Act, Role
from consultations.rules.phases import Phase, phase_of
from drafts.models import Draft, Revision, Wording
from drafts.text.labels import name_of_paragraph

# No more tasks than these are shown: longer lists have pages of their own.
MAX_TASKS = 6
MAX_NAMED_PARAGRAPHS = 3  # in one task
MAX_ROOM_SILENCES = 2  # in rooms of groups; of others only the number


class TaskKind(StrEnum):
    """What there is to do; the pages have one sentence for each kind."""

    # First steps, until delegations have a text and a round.
    BEGIN_TEXT = "begin_text"
    CIRCULATE_TEXT = "circulate_text"
    SET_ROUND = "set_round"
    SET_UP = "set_up"  # for the secretariat: seats and people
    READ_TEXT = "read_text"  # for a delegation that has written nothing yet
    # A silence on a draft in a group's room; how many more run than are listed.
    ROOM_SILENCE = "room_silence"
    MORE_ROOM_SILENCES = "more_room_silences"
    # For the coordinator: the group consented to a draft, or a member objected.
    CONSENTED = "consented"
    OBJECTED = "objected"
    # Drafts that were sent back to the reader, or given to them.
    RETURNED_DRAFTS = "returned_drafts"
    GIVEN_DRAFTS = "given_drafts"
    # Whether the delegation can live with words of the facilitators.
    BRIDGING_QUESTIONS = "bridging_questions"
    # Silences of the facilitators: one may be broken, the outcome of one is to be declared.
    SILENCE_TO_BREAK = "silence_to_break"
    SILENCE_TO_DECLARE = "silence_to_declare"
    MENTIONS = "mentions"  # notes that name the reader
    # The reader's own drafts, not yet sent for clearance (the delegation's approval).
    UNCLEARED = "uncleared"
    UNSAVED_WORDS = "unsaved_words"
    # Statements at meetings, to be made inputs.
    STATEMENTS = "statements"
    DRAFTS_TO_SUBMIT = "drafts_to_submit"
    # Drafts that wait for clearance: by the reader, or by somebody else.
    TO_CLEAR = "to_clear"
    WAITING = "waiting"
    # The facilitators' answers that the delegation has not acknowledged.
    ANSWERED = "answered"
    # For facilitators: inputs without an answer, and answers that are not published.
    UNANSWERED = "unanswered"
    UNPUBLISHED = "unpublished"
    DIGEST = "digest"  # when the next one is sent, for those who may preview it
    # The paragraph with the most new inputs.
    MOST_NEW = "most_new"
    # For the secretariat: delegations in which nobody holds a post, and mails that went astray.
    WITHOUT_PEOPLE = "without_people"
    REFUSED_MAILS = "refused_mails"
    BOUNCED_MAILS = "bounced_mails"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: what, how many, and what it is about; each kind fills what it needs."""

    kind: TaskKind
    count: int = 0
    is_at_least: bool = False  # there may be more than were counted
    paragraph_names: tuple[str, ...] = ()
    paragraph_count: int = 0  # of the paragraphs, where there are too many to name
    # The public id of the paragraph, proposal, silence or meeting that it leads to.
    target_public_id: UUID | None = None
    # The slug of the text that it leads to.
    draft_slug: str = ""
    until: datetime | None = None  # a deadline; for a digest, when it is sent
    # What the text, the silence or the meeting is called.
    name: str = ""
    room_draft: WaitingDraft | None = None  # of a group's room
    unsaved_places: tuple[UnsavedPlace, ...] = ()
    # The public id of the comment with the note that it leads to.
    comment_public_id: UUID | None = None


def own_tasks(
    access: Access,
    unseen: Unseen,
    rounds: Sequence[Round],
    revisions: Sequence[Revision],
    meetings: Sequence[Meeting],
) -> tuple[Task, ...]:
    """What this reader has to do, the most urgent first.

    `rounds` and `revisions` are all of the consultation, `meetings` those to come.
    """
    if access.consultation.closed_at:
        return ()
    first_tasks = _first_steps(access, rounds, revisions)
    if access.is_delegate:
        tasks_of_role = _delegate_tasks(access, rounds, revisions)
    elif access.is_facilitator:
        tasks_of_role = _facilitator_tasks(access, unseen)
    else:
        tasks_of_role = _secretariat_tasks(access)
    tasks = chain(first_tasks, tasks_of_role, _digest_task(access, meetings))
    return tuple(islice(tasks, MAX_TASKS))


def slug_of_only_text_to_read(access: Access) -> str:
    """The slug of the one text that asks for inputs, if reading it is the only task; else "".

    After sign-in a delegate is led straight to it, unless an announcement is still to be read.
    """
    if not access.is_delegate or Announcement.objects.in_force(access).undismissed(access).exists():
        return ""
    rounds, revisions = rounds_of_consultation(access), revisions_of_all_texts(access)
    # The tasks of a delegate need neither what is new nor the meetings.
    tasks = own_tasks(access, Unseen(since=None), rounds, revisions, meetings=())
    if [task.kind for task in tasks] != [TaskKind.READ_TEXT]:
        return ""
    slugs = {
        revision.draft.slug
        for revision in revisions
        if _takes_inputs(revision, rounds, access.moment)
    }
    return slugs.pop() if len(slugs) == 1 else ""


def _takes_inputs(revision: Revision, rounds: Sequence[Round], moment: datetime) -> bool:
    """Whether the round in which inputs on this revision are made (`choose_round`) is open."""
    round = choose_round(rounds, revision.round_id, moment)
    return round is not None and phase_of(round, moment) is Phase.OPEN


# --- A consultation that begins ------------------------------------------------------------------


def _first_steps(
    access: Access, rounds: Sequence[Round], revisions: Sequence[Revision]
) -> Iterator[Task]:
    """The reader's next step, until delegations have a text and a round."""
    if not revisions and access.may(Act.EDIT_TEXT, on=access.consultation):
        drafts = Draft.objects.visible_to(access).order_by("place", "pk")
        if slug_and_title := drafts.values_list("slug", "title").first():
            slug, title = slug_and_title
            yield Task(TaskKind.CIRCULATE_TEXT, draft_slug=slug, name=title)
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
    """What a delegation has to do: first what would be decided without it if it stays silent."""
    yield from _silence_task(TaskKind.SILENCE_TO_BREAK, silences_to_break(access))
    yield from _room_tasks(access)
    yield from _bridging_task(access)
    counts = work_counts(access, rounds)
    unsaved_count, unsaved_places = read_unsaved_places(access, rounds, limit=MAX_NAMED_PARAGRAPHS)
    deadline = _next_deadline(access, rounds)
    if counts.ready:
        yield Task(TaskKind.DRAFTS_TO_SUBMIT, counts.ready, until=deadline)
    mentioning_comment_public_ids, minute_line_count = _mentions_and_minute_line_count(access)
    if minute_line_count:
        yield Task(TaskKind.STATEMENTS, minute_line_count)
    if counts.returned_to_reader:
        yield Task(TaskKind.RETURNED_DRAFTS, counts.returned_to_reader)
    if counts.given_to_reader:
        yield Task(TaskKind.GIVEN_DRAFTS, counts.given_to_reader)
    if mentioning_comment_public_ids:
        yield Task(
            TaskKind.MENTIONS,
            len(mentioning_comment_public_ids),
            comment_public_id=mentioning_comment_public_ids[0],
        )
    if unsaved_count:
        yield Task(TaskKind.UNSAVED_WORDS, unsaved_count, unsaved_places=unsaved_places)
    # More are ready than cleared only for a reader without colleagues, who may submit uncleared
    # drafts: these are in DRAFTS_TO_SUBMIT then, and no task of clearance as well.
    if counts.ready <= counts.cleared:
        yield from _clearance_tasks(access, counts)
    if counts.unacknowledged and access.may(Act.ACKNOWLEDGE_REVIEW):
        yield Task(TaskKind.ANSWERED, counts.unacknowledged)
    if revisions and deadline and not (counts.total or unsaved_count):
        draft = revisions[0].draft
        yield Task(TaskKind.READ_TEXT, draft_slug=draft.slug, name=draft.title)


def _bridging_task(access: Access) -> Iterator[Task]:
    """The facilitators' questions that wait for this delegation, named by the first to end."""
    questions = unanswered_asked_seats(access).select_related("proposal__wording")
    waiting_questions_in_order = list(questions.order_by("proposal__deadline", "pk"))
    proposal_by_id = {
        question.proposal_id: question.proposal for question in waiting_questions_in_order
    }
    if not proposal_by_id:
        return
    first_proposal = next(iter(proposal_by_id.values()))
    yield Task(
        TaskKind.BRIDGING_QUESTIONS,
        len(proposal_by_id),
        paragraph_names=(name_of_wording_in_text(first_proposal.wording),),
        target_public_id=first_proposal.public_id,
        until=first_proposal.deadline,
    )


def _silence_task(kind: TaskKind, silences: SilenceQuerySet) -> Iterator[Task]:
    """The silences of the facilitators that wait for the reader, named by the first to end."""
    silences_in_order = list(silences.with_texts().order_by("silence_until", "pk"))
    if silences_in_order:
        first_silence = silences_in_order[0]
        yield Task(
            kind,
            len(silences_in_order),
            target_public_id=first_silence.public_id,
            until=first_silence.silence_until,
            name=name_of_silence(first_silence),
        )


def _clearance_tasks(access: Access, counts: WorkCounts) -> Iterator[Task]:
    """What waits for clearance, and the own drafts that nobody was asked to clear yet."""
    if counts.waiting:
        may_clear = access.may(Act.CLEAR_COMMENT)
        yield Task(TaskKind.TO_CLEAR if may_clear else TaskKind.WAITING, counts.waiting)
    if counts.drafted_by_reader:
        yield Task(TaskKind.UNCLEARED, counts.drafted_by_reader)


def _mentions_and_minute_line_count(access: Access) -> tuple[list[UUID], int]:
    """The public ids of the comments whose notes name the reader, and a count of minute lines.

    The oldest mention comes first; the lines of minutes wait for the delegation's answer. One query
    for both.
    """
    mentions = _unseen_mentions(access).annotate(row_kind=Value("mention"))
    minute_lines = (
        MinuteLine.objects.offered_to(access).unanswered().annotate(row_kind=Value("line"))
    )
    mention_and_line_rows = mentions.values_list(
        "row_kind", "pk", "note__comment__public_id"
    ).union(minute_lines.order_by().values_list("row_kind", "pk", "public_id"), all=True)
    mention_rows = sorted(
        (pk, comment_public_id)
        for row_kind, pk, comment_public_id in mention_and_line_rows
        if row_kind == "mention"
    )
    return [comment_public_id for _pk, comment_public_id in mention_rows], sum(
        1 for row_kind, *_columns in mention_and_line_rows if row_kind == "line"
    )


def _unseen_mentions(access: Access) -> QuerySet[Mention]:
    """The mentions of the reader in notes that they have not seen yet."""
    mentions = Mention.objects.visible_to(access).filter(
        seen_at=None, note__comment__in=Comment.objects.visible_to(access).order_by().values("pk")
    )
    return mentions.order_by()


def _room_tasks(access: Access) -> Iterator[Task]:
    """In rooms of own groups: running silences; for a coordinator, drafts agreed or objected to."""
    drafts = [draft for draft in unsent_room_drafts(access) if draft.takes_inputs]
    silent_drafts = [draft for draft in drafts if draft.state is RoomState.SILENT]
    for draft in silent_drafts[:MAX_ROOM_SILENCES]:
        yield Task(TaskKind.ROOM_SILENCE, until=draft.silence_until, room_draft=draft)
    if more_count := len(silent_drafts[MAX_ROOM_SILENCES:]):
        yield Task(TaskKind.MORE_ROOM_SILENCES, more_count)
    coordinated_seat_ids = {seat.pk for seat in access.coordinated_seats}
    task_kind_by_state = {
        RoomState.AGREED: TaskKind.CONSENTED,
        RoomState.OBJECTED: TaskKind.OBJECTED,
    }
    for draft in drafts:
        if draft.group_seat_id in coordinated_seat_ids and draft.state in task_kind_by_state:
            yield Task(task_kind_by_state[draft.state], room_draft=draft)


def _facilitator_tasks(access: Access, unseen: Unseen) -> Iterator[Task]:
    """What facilitators have to do: declare, answer, publish, and read what is new."""
    yield from _silence_task(TaskKind.SILENCE_TO_DECLARE, silences_to_declare(access))
    unanswered_count_by_paragraph_id = _unanswered_by_paragraph(access)
    most_new_count_by_paragraph_id = _paragraph_with_most_new(unseen)  # one paragraph at most
    named_paragraph_by_id = _named_paragraph_by_id(
        access, [*unanswered_count_by_paragraph_id, *most_new_count_by_paragraph_id]
    )
    if unanswered_count_by_paragraph_id:
        # Where there are more paragraphs than can be named, they are only counted. Where there are
        # more inputs than are counted, no paragraph is named.
        input_count = unanswered_count_by_paragraph_id.total()
        paragraph_count = len(unanswered_count_by_paragraph_id)
        are_all_counted = input_count < MAX_COUNTED_TO_DO
        are_few = paragraph_count <= MAX_NAMED_PARAGRAPHS
        paragraph_names = tuple(
            paragraph.name
            for paragraph_id, paragraph in named_paragraph_by_id.items()
            if are_all_counted and are_few and paragraph_id in unanswered_count_by_paragraph_id
        )
        yield Task(
            TaskKind.UNANSWERED,
            input_count,
            paragraph_names=paragraph_names,
            paragraph_count=paragraph_count if are_all_counted and not are_few else 0,
        )
    if unpublished_count := count_unpublished_reviews(access):
        yield Task(TaskKind.UNPUBLISHED, unpublished_count)
    for paragraph_id, count in most_new_count_by_paragraph_id.items():
        if paragraph := named_paragraph_by_id.get(paragraph_id):
            yield Task(
                TaskKind.MOST_NEW,
                count,
                is_at_least=unseen.counted_since is not None,  # older ones are not counted
                paragraph_names=(paragraph.name,),
                target_public_id=paragraph.public_id,
            )


def _secretariat_tasks(access: Access) -> Iterator[Task]:
    """What the secretariat has to do: seats without people, and mails that did not arrive."""
    if count := seats_without_people(access.consultation).count():
        yield Task(TaskKind.WITHOUT_PEOPLE, count)
    mails = Mail.objects.visible_to(access)
    if refused_count := mails.in_state(MailState.REFUSED).count():
        yield Task(TaskKind.REFUSED_MAILS, refused_count)
    if bounced_count := mails.in_state(MailState.BOUNCED).count():
        yield Task(TaskKind.BOUNCED_MAILS, bounced_count)


def _digest_task(access: Access, meetings: Iterable[Meeting]) -> Iterator[Task]:
    """When the next digest before a meeting is sent, for those who may preview it."""
    if not access.may(Act.SET_MEETINGS):
        return
    for meeting in meetings:
        due_at = meeting.digest_due_at
        if due_at > access.moment:
            yield Task(
                TaskKind.DIGEST,
                target_public_id=meeting.public_id,
                until=due_at,
                name=meeting.title,
            )
            return


# --- Counting ------------------------------------------------------------------------------------


def _next_deadline(access: Access, rounds: Iterable[Round]) -> datetime | None:
    """The next deadline of the rounds that are open."""
    open_rounds = [round for round in rounds if phase_of(round, access.moment) is Phase.OPEN]
    return min((round.deadline for round in open_rounds), default=None)


def _unanswered_by_paragraph(access: Access) -> Counter[int]:
    """Paragraph id → how many inputs in force it has without an answer, counted up to a limit.

    Inputs on adopted texts need no answer.
    """
    inputs = unanswered_inputs(access).filter(paragraph__draft__adopted_at=None)
    counted_inputs = inputs.filter(pk__in=inputs.values("pk")[:MAX_COUNTED_TO_DO])
    return Counter(dict(counted_inputs.values_list("paragraph").annotate(count=Count("*"))))


def _paragraph_with_most_new(unseen: Unseen) -> dict[int, int]:
    """The id of the paragraph with the most new inputs, and how many; empty where none has two."""
    count_by_paragraph_id = unseen.counts_by_source.get("comments", {})
    paragraph_id = max(
        count_by_paragraph_id,
        # Of several with as many inputs, the one with the lowest id.
        key=lambda counted_id: (count_by_paragraph_id[counted_id], -counted_id),
        default=None,
    )
    if paragraph_id is None or count_by_paragraph_id[paragraph_id] < 2:
        return {}
    return {paragraph_id: count_by_paragraph_id[paragraph_id]}


class _NamedParagraph(NamedTuple):
    """What a task says of a paragraph, and by what it links to it."""

    name: str
    public_id: UUID


def _named_paragraph_by_id(
    access: Access, paragraph_ids: Sequence[int]
) -> dict[int, _NamedParagraph]:
    """The names and public ids of the first `MAX_NAMED_PARAGRAPHS` of these, and of the last.

    The last is the paragraph with the most new inputs, if there is one. One query at most. By id,
    in the order of the texts, named by their last wording.
    """
    ids_to_name = {*paragraph_ids[:MAX_NAMED_PARAGRAPHS], *paragraph_ids[-1:]}
    if not ids_to_name:
        return {}
    wordings = Wording.objects.visible_to(access).filter(paragraph__in=ids_to_name)
    last_wordings = wordings.order_by("paragraph_id", "-revision__number").distinct("paragraph_id")
    ordered_wordings = sorted(
        last_wordings.select_related("paragraph__draft").only(
            "label", "kind", "text", "place", "paragraph__public_id", "paragraph__draft__place"
        ),
        key=lambda wording: (
            wording.paragraph.draft.place,
            wording.paragraph.draft_id,
            wording.place,
        ),
    )
    return {
        wording.paragraph_id: _NamedParagraph(
            name_of_paragraph(wording.label, wording.kind, wording.text),
            wording.paragraph.public_id,
        )
        for wording in ordered_wordings
    }
