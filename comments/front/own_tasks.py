"""What a reader has to do in a consultation, by role: sentences with links, the most urgent first.

The database counts everything, by the same functions as the lists to which the links lead.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, QuerySet, Value
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _, ngettext

from comments.bridging.queries import unanswered_asked_seats
from comments.drafting.acts import choose_round
from comments.drafting.unfinished import UnsavedPlace, read_unsaved_places
from comments.groups.queries import RoomState, WaitingDraft, unsent_room_drafts
from comments.groups.sentences import waiting_sentence
from comments.inputs.addresses import address_of_room
from comments.inputs.audience import moment_words
from comments.inputs.queries import rounds_of_consultation, unanswered_inputs
from comments.models import Comment, Mention, MinuteLine
from comments.news.unseen import Unseen
from comments.review.queries import MAX_COUNTED_TO_DO, count_unpublished_reviews
from comments.silences.queries import name_of_silence, silences_to_break_now, silences_to_declare
from comments.threads.wordings import revisions_of_all_texts
from comments.workspace.queries import UNACKNOWLEDGED, WorkCounts, WorkState, work_counts
from consultations.models import Announcement, Mail, MailState, Meeting, Round, Seat
from consultations.people.queries import seats_without_people
from consultations.rules.access import Access, Act, Role
from consultations.rules.phases import Phase, phase_of
from consultations.time.wall_clock import time_left
from drafts.models import Draft, Revision, Wording
from drafts.text.citing import citation_of, citation_of_wording
from drafts.text.names import name_of_wording

# No more tasks than these are shown: longer lists have pages of their own.
MAX_TASKS = 6
MAX_NAMED_PARAGRAPHS = 3  # in one task
MAX_ROOM_SILENCES = 2  # in rooms of groups; of others only the number


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task as the page shows it."""

    words: str
    # Where it is done.
    url: str
    # The label of a button in place of a link; empty for a link.
    button: str = ""
    # Whether the page sets it off as urgent, mostly because of a deadline.
    is_due: bool = False


class _NamedParagraph(NamedTuple):
    """What a task says of a paragraph, and by what it links to it."""

    name: str
    public_id: UUID


def own_tasks(
    access: Access,
    unseen: Unseen,
    rounds: Sequence[Round],
    revisions: Sequence[Revision],
    meetings: Sequence[Meeting],
) -> tuple[TaskLine, ...]:
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
    if not revisions or tasks != (_text_to_read(access, revisions[0].draft),):
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
) -> Iterator[TaskLine]:
    """The reader's next step, until delegations have a text and a round."""
    if not revisions and access.may(Act.EDIT_TEXT, on=access.consultation):
        drafts = Draft.objects.visible_to(access).order_by("place", "pk")
        if slug_and_title := drafts.values_list("slug", "title").first():
            slug, title = slug_and_title
            sentence = _("“%(text)s” is not circulated yet: delegations do not see it.")
            yield TaskLine(
                sentence % {"text": title},
                _url(access, "desk", slug),
                button=_("Open the working text"),
            )
        else:
            sentence = _("There is no text yet. Bring in a file, or write it here.")
            yield TaskLine(sentence, _url(access, "new_draft"), button=_("Bring in the first text"))
    if not rounds and access.may(Act.SET_ROUNDS, on=access.consultation):
        sentence = _("No round is set: delegations cannot comment yet.")
        yield TaskLine(sentence, _url(access, "rounds"), button=_("Set the first round"))
    if not revisions and access.role is Role.SECRETARIAT:
        count = Seat.objects.filter(consultation=access.consultation, ended_at=None).count()
        sentence = ngettext(
            "%(n)s delegation sits here. See what is left to set up.",
            "%(n)s delegations sit here. See what is left to set up.",
            count,
        )
        yield TaskLine(
            sentence % {"n": count} if count else _("No delegation sits here yet."),
            _url(access, "setting_up"),
            button=_("Set up the consultation"),
        )


# --- Delegations ---------------------------------------------------------------------------------


def _delegate_tasks(
    access: Access, rounds: Sequence[Round], revisions: Sequence[Revision]
) -> Iterator[TaskLine]:
    """What a delegation has to do: first what would be decided without it if it stays silent."""
    yield from _silences_to_break(access)
    yield from _room_tasks(access)
    yield from _bridging_questions(access)
    counts = work_counts(access, rounds)
    unsaved_count, unsaved_places = read_unsaved_places(access, rounds, limit=MAX_NAMED_PARAGRAPHS)
    deadline = _next_deadline(access, rounds)
    if count := counts.ready:
        words = ngettext("%(n)d input ready to submit", "%(n)d inputs ready to submit", count)
        words %= {"n": count}
        if deadline is not None:
            words = f"{words} · {time_left(deadline, access.moment)}"
        yield TaskLine(words, _url(access, "submit_all"))
    mentioning_comment_public_ids, minute_line_count = _mentions_and_minute_line_count(access)
    if minute_line_count:
        words = ngettext(
            "%(n)d statement at a meeting: make it your input, or decline",
            "%(n)d statements at meetings: make them your inputs, or decline",
            minute_line_count,
        )
        yield TaskLine(words % {"n": minute_line_count}, _url(access, "said"))
    if count := counts.returned_to_reader:
        words = ngettext(
            "%(n)d draft was sent back to you", "%(n)d drafts were sent back to you", count
        )
        yield TaskLine(words % {"n": count}, _own_work_url(access, WorkState.RETURNED))
    if count := counts.given_to_reader:
        words = ngettext("%(n)d draft was given to you", "%(n)d drafts were given to you", count)
        yield TaskLine(words % {"n": count}, _own_work_url(access, WorkState.DRAFTED))
    if count := len(mentioning_comment_public_ids):
        words = ngettext("%(n)d note names you", "%(n)d notes name you", count)
        url = _url(access, "notes", mentioning_comment_public_ids[0])
        yield TaskLine(words % {"n": count}, url)
    if unsaved_count:
        yield _unsaved_words(access, unsaved_count, unsaved_places)
    # More are ready than cleared only for a reader without colleagues, who may submit uncleared
    # drafts: these are ready to submit then, and no task of clearance as well.
    if counts.ready <= counts.cleared:
        yield from _clearance_tasks(access, counts)
    if (count := counts.unacknowledged) and access.may(Act.ACKNOWLEDGE_REVIEW):
        words = ngettext("%(n)d answer to your inputs", "%(n)d answers to your inputs", count)
        url = f"{_url(access, 'workspace')}?state={UNACKNOWLEDGED}"
        yield TaskLine(words % {"n": count}, url)
    if revisions and deadline and not (counts.total or unsaved_count):
        yield _text_to_read(access, revisions[0].draft)


def _silences_to_break(access: Access) -> Iterator[TaskLine]:
    """The silences of the facilitators that the delegation may break, and when the first ends."""
    silences = silences_to_break_now(access)
    if not silences:
        return
    first, count = silences[0], len(silences)
    moment = moment_words(access, first.silence_until)
    if count == 1:
        sentence = _("%(what)s: silence until %(moment)s") % {
            "what": name_of_silence(first),
            "moment": moment,
        }
        url = _url(access, "silence", first.public_id)
    else:
        sentence = ngettext(
            "%(n)d silence, until %(moment)s", "%(n)d silences, the first until %(moment)s", count
        ) % {"n": count, "moment": moment}
        url = _url(access, "silences")
    yield TaskLine(sentence, url, is_due=True)


def _room_tasks(access: Access) -> Iterator[TaskLine]:
    """In rooms of own groups: running silences; for a coordinator, drafts agreed or objected to."""
    drafts = [draft for draft in unsent_room_drafts(access) if draft.takes_inputs]
    silent_drafts = [draft for draft in drafts if draft.state is RoomState.SILENT]
    for draft in silent_drafts[:MAX_ROOM_SILENCES]:
        yield _room_draft_line(access, draft)
    if count := len(silent_drafts[MAX_ROOM_SILENCES:]):
        words = ngettext("%(n)d more silence runs", "%(n)d more silences run", count)
        yield TaskLine(words % {"n": count}, _url(access, "groups"), is_due=True)
    coordinated_seat_ids = {seat.pk for seat in access.coordinated_seats}
    for draft in drafts:
        has_ended = draft.state in {RoomState.AGREED, RoomState.OBJECTED}
        if has_ended and draft.group_seat_id in coordinated_seat_ids:
            yield _room_draft_line(access, draft)


def _room_draft_line(access: Access, draft: WaitingDraft) -> TaskLine:
    """A draft in a group's room: under silence, agreed, or objected to."""
    url = address_of_room(access, draft.group_seat_public_id, draft.public_id)
    is_due = draft.state is not RoomState.AGREED  # nobody objected: it can wait
    return TaskLine(waiting_sentence(access, draft), url, is_due=is_due)


def _bridging_questions(access: Access) -> Iterator[TaskLine]:
    """The facilitators' questions on bridging words that wait for an answer, and until when."""
    questions = unanswered_asked_seats(access).select_related("proposal__wording")
    proposal_by_id = {
        question.proposal_id: question.proposal
        for question in questions.order_by("proposal__deadline", "pk")
    }
    if not proposal_by_id:
        return
    first, count = next(iter(proposal_by_id.values())), len(proposal_by_id)
    assert first.deadline is not None  # a question has an end
    if count == 1:
        place = citation_of_wording(first.wording)
        sentence = _("%(place)s: can you live with the bridging words?") % {"place": place}
        url = _url(access, "bridging_proposal", first.public_id)
    else:
        sentence = ngettext(
            "%(n)d question on bridging words", "%(n)d questions on bridging words", count
        ) % {"n": count}
        url = _url(access, "bridging_list")
    is_over = first.deadline < access.moment
    time_text = (
        _("the deadline has passed") if is_over else time_left(first.deadline, access.moment)
    )
    yield TaskLine(f"{sentence} · {time_text}", url, is_due=True)


def _unsaved_words(access: Access, count: int, places: Sequence[UnsavedPlace]) -> TaskLine:
    """The texts that the reader began to type and did not save, with where they were typed."""
    template = ngettext(
        "%(n)d unfinished text: %(places)s", "%(n)d unfinished texts: %(places)s", count
    )
    labels = _(", ").join(dict.fromkeys(place.label for place in places))
    url = places[0].url if count == 1 else f"{_url(access, 'workspace')}#unfinished"
    return TaskLine(template % {"n": count, "places": labels}, url)


def _clearance_tasks(access: Access, counts: WorkCounts) -> Iterator[TaskLine]:
    """What waits for clearance, and the own drafts that nobody was asked to clear yet."""
    if count := counts.waiting:
        url = f"{_url(access, 'workspace')}?state={WorkState.WAITING.value}"
        if access.may(Act.CLEAR_COMMENT):
            words = ngettext("%(n)d draft to clear", "%(n)d drafts to clear", count)
        else:
            words = ngettext(
                "%(n)d draft waits for clearance", "%(n)d drafts wait for clearance", count
            )
        yield TaskLine(words % {"n": count}, url)
    if count := counts.drafted_by_reader:
        words = ngettext(
            "%(n)d draft of yours is not cleared yet",
            "%(n)d drafts of yours are not cleared yet",
            count,
        )
        yield TaskLine(words % {"n": count}, _own_work_url(access, WorkState.DRAFTED))


def _text_to_read(access: Access, draft: Draft) -> TaskLine:
    """Told to a delegation that has written nothing yet."""
    sentence = _("Your delegation has written nothing yet. Read “%(text)s”.")
    return TaskLine(
        sentence % {"text": draft.title},
        _url(access, "latest", draft.slug),
        button=_("Open the text"),
    )


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


# --- Facilitators and the secretariat ------------------------------------------------------------


def _facilitator_tasks(access: Access, unseen: Unseen) -> Iterator[TaskLine]:
    """What facilitators have to do: declare, answer, publish, and read what is new."""
    yield from _silences_to_declare(access)
    unanswered_count_by_paragraph_id = _unanswered_by_paragraph(access)
    most_new_count_by_paragraph_id = _paragraph_with_most_new(unseen)  # one paragraph at most
    named_paragraph_by_id = _named_paragraph_by_id(
        access, [*unanswered_count_by_paragraph_id, *most_new_count_by_paragraph_id]
    )
    if unanswered_count_by_paragraph_id:
        yield _unanswered_inputs(access, unanswered_count_by_paragraph_id, named_paragraph_by_id)
    if count := count_unpublished_reviews(access):
        words = ngettext("%(n)s answer to publish", "%(n)s answers to publish", count)
        url_name = "publish_reviews" if access.may(Act.PUBLISH_REVIEWS) else "review_queue"
        yield TaskLine(words % {"n": _up_to_many(count)}, _url(access, url_name))
    for paragraph_id, count in most_new_count_by_paragraph_id.items():
        if paragraph := named_paragraph_by_id.get(paragraph_id):
            words = ngettext(
                "%(place)s has %(n)d new input", "%(place)s has %(n)d new inputs", count
            )
            if unseen.counted_since is not None:  # older ones are not counted
                words = ngettext(
                    "%(place)s has at least %(n)d new input",
                    "%(place)s has at least %(n)d new inputs",
                    count,
                )
            yield TaskLine(
                words % {"place": citation_of(paragraph.name), "n": count},
                _url(access, "review_paragraph", paragraph.public_id),
            )


def _silences_to_declare(access: Access) -> Iterator[TaskLine]:
    """The silences that ended without a declared outcome."""
    silences = silences_to_declare(access)
    if len(silences) == 1:
        sentence = _("%(what)s: the silence has ended, declare its outcome")
        yield TaskLine(
            sentence % {"what": name_of_silence(silences[0])},
            _url(access, "silence", silences[0].public_id),
        )
    elif silences:
        sentence = ngettext(
            "%(n)d silence has ended, declare its outcome",
            "%(n)d silences have ended, declare their outcome",
            len(silences),
        )
        yield TaskLine(sentence % {"n": len(silences)}, _url(access, "silences"))


def _unanswered_inputs(
    access: Access,
    count_by_paragraph_id: Counter[int],
    named_paragraph_by_id: Mapping[int, _NamedParagraph],
) -> TaskLine:
    """How many inputs have no answer, and the names of their paragraphs, or how many those are.

    Where there are more paragraphs than can be named, they are only counted. Where there are more
    inputs than are counted, nothing is said of paragraphs.
    """
    count, paragraph_count = count_by_paragraph_id.total(), len(count_by_paragraph_id)
    sentence = ngettext("%(n)s input without an answer", "%(n)s inputs without an answer", count)
    sentence %= {"n": _up_to_many(count)}
    places_text = ""
    if count < MAX_COUNTED_TO_DO and paragraph_count <= MAX_NAMED_PARAGRAPHS:
        places_text = _cited_paragraphs(
            [
                paragraph.name
                for paragraph_id, paragraph in named_paragraph_by_id.items()
                if paragraph_id in count_by_paragraph_id
            ]
        )
    elif count < MAX_COUNTED_TO_DO:
        template = ngettext("on %(n)d paragraph", "on %(n)d paragraphs", paragraph_count)
        places_text = template % {"n": paragraph_count}
    if places_text:
        sentence = _("%(what)s (%(places)s)") % {"what": sentence, "places": places_text}
    return TaskLine(sentence, _url(access, "review_queue"))


def _secretariat_tasks(access: Access) -> Iterator[TaskLine]:
    """What the secretariat has to do: seats without people, and mails that did not arrive."""
    if count := seats_without_people(access.consultation).count():
        words = ngettext(
            "%(n)d delegation has not accepted yet",
            "%(n)d delegations have not accepted yet",
            count,
        )
        yield TaskLine(words % {"n": count}, _url(access, "unanswered"))
    mails = Mail.objects.visible_to(access)
    if count := mails.in_state(MailState.REFUSED).count():
        words = ngettext("%(n)d e-mail was refused", "%(n)d e-mails were refused", count)
        yield TaskLine(words % {"n": count}, f"{_url(access, 'mails')}?state=refused")
    if count := mails.in_state(MailState.BOUNCED).count():
        words = ngettext("%(n)d e-mail came back", "%(n)d e-mails came back", count)
        yield TaskLine(words % {"n": count}, f"{_url(access, 'mails')}?state=bounced")


def _digest_task(access: Access, meetings: Iterable[Meeting]) -> Iterator[TaskLine]:
    """When the next digest before a meeting is sent, for those who may preview it."""
    if not access.may(Act.SET_MEETINGS):
        return
    for meeting in meetings:
        if meeting.digest_due_at > access.moment:
            moment = moment_words(access, meeting.digest_due_at)
            sentence = _("The digest before “%(meeting)s” goes out %(moment)s")
            yield TaskLine(
                sentence % {"meeting": meeting.title, "moment": moment},
                _url(access, "digest", meeting.public_id),
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
            "name", "label", "kind", "place", "paragraph__public_id", "paragraph__draft__place"
        ),
        key=lambda wording: (
            wording.paragraph.draft.place,
            wording.paragraph.draft_id,
            wording.place,
        ),
    )
    return {
        wording.paragraph_id: _NamedParagraph(
            name_of_wording(wording),
            wording.paragraph.public_id,
        )
        for wording in ordered_wordings
    }


# --- Words and addresses -------------------------------------------------------------------------


def _up_to_many(count: int) -> str:
    """A count in digits; "500+" from `MAX_COUNTED_TO_DO` on, where counting stops."""
    return f"{MAX_COUNTED_TO_DO}+" if count >= MAX_COUNTED_TO_DO else str(count)


def _url(access: Access, url_name: str, *ids: object) -> str:
    """The address of a page of the consultation: its name in the URLs, and the ids in its path."""
    return reverse(url_name, args=[access.consultation.slug, *ids])


def _own_work_url(access: Access, state: WorkState) -> str:
    """The address of the workspace, filtered by this state and by what this reader works on."""
    query = {"state": state.value, "author": str(access.user.public_id)}
    return f"{_url(access, 'workspace')}?{urlencode(query)}"


def _cited_paragraphs(labels: Sequence[str]) -> str:
    """ "paragraphs 12, 14, 17"; labels that are no numbers ("OP3") stand without that word."""
    joined_labels = _(", ").join(labels)
    if not labels or not all(label[:1].isdigit() for label in labels):
        return joined_labels
    template = ngettext("paragraph %(labels)s", "paragraphs %(labels)s", len(labels))
    return template % {"labels": joined_labels}
