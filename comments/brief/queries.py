"""A delegation's brief: what became of its inputs, and what touches its paragraphs now.

Page and paper read it in the same number of queries for one input or a thousand: first the order
and the counts, then the words of the paragraphs that are shown. `access` says what may be read, as
everywhere; nothing is written, and what is new to the reader stays new.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value, Window
from django.db.models.functions import Coalesce, RowNumber
from django.http import Http404
from django.utils.translation import gettext as _

from comments.groups.queries import drafts_under_silence
from comments.inputs.citations import (
    ParagraphPositions,
    citation_of_deleted,
    current_positions,
    paragraph_url,
)
from comments.inputs.queries import is_one_of, rounds_of_consultation
from comments.inputs.unattributed import redline_to_show
from comments.models import ActivityQuerySet, Comment, CommentKind
from comments.news.items import fresh_activity
from comments.news.unseen import last_look_at_everything, unseen_rows
from comments.outcomes.current import (
    CommentedParagraphSummary,
    OwnInputSummary,
    changed_paragraph_ids_of,
    current_outcomes,
    current_wording_by_paragraph_id,
    input_on_latest_wording,
    listed_as_member_filter,
    own_input_summaries,
    own_inputs_by_paragraph_id,
    read_newest_revisions,
)
from comments.outcomes.queries import (
    InputWithOutcome,
    Outcome,
    input_with_outcome,
    successor_ids_of,
)
from comments.silences.queries import name_of_silence, running_silences_for
from comments.threads.comparison import redlines_of
from comments.threads.queries import with_answers
from consultations.models import Meeting, Round
from consultations.rules.access import Access, Refused
from consultations.rules.phases import Phase, phase_of
from consultations.timetable.queries import RoomClash, room_clashes
from drafts.models import AgendaItem, Paragraph, Revision, Wording
from drafts.text.citing import citation_of_wording
from drafts.words.differences import Redline, redline_from_stored
from drafts.words.typography import is_typographic


@dataclass(frozen=True, slots=True)
class BriefSilence:
    """A silence that runs in the delegation's group room, or one of the facilitators.

    `label` is what is under silence: in a room a paragraph. For one of the facilitators
    `group_name` is empty.
    """

    group_name: str
    label: str
    until: datetime


@dataclass(frozen=True, slots=True)
class OthersProposal:
    """An input of others on a paragraph with own inputs."""

    comment: Comment
    redline: Redline
    opening_words: str  # the first words of the paragraph, set in italics; empty for a new one


@dataclass(frozen=True, slots=True)
class OthersInputs:
    """The new inputs of others on one paragraph: how many, and the first in table order."""

    count: int = 0
    first_proposals: tuple[OthersProposal, ...] = ()


@dataclass(frozen=True, slots=True)
class BriefChange:
    """What changed from the wording that the delegation spoke on to the present one."""

    stage_of_input: str  # the name of the revision that it spoke on: "Rev.1"
    label_then: str  # empty where it has the same label now, or left the text
    current_stage: str
    redline: Redline
    opening_words: str  # the first words of the paragraph, which are set in italics
    language: str
    is_input_on_newest: bool = False  # no revision was circulated since
    is_struck: bool = False  # the paragraph is no longer in the text
    is_typographic: bool = False
    # The labels of the paragraphs that have its words now: of all that it was split into, and of
    # the first of them, where that is another one.
    split_into: tuple[str, ...] = ()
    merged_into: str = ""


@dataclass(frozen=True, slots=True)
class CommentedParagraph:
    """A paragraph on which the delegation spoke, with its words."""

    label: str
    # Empty where the label is the same, or the paragraph left the text.
    label_then: str
    draft_title: str
    url: str
    change: BriefChange
    # At most `MAX_INPUTS` of the own inputs, and how many there are in all.
    inputs: tuple[InputWithOutcome, ...]
    input_count: int
    others: OthersInputs
    is_on_agenda: bool
    has_news: bool


@dataclass(frozen=True, slots=True)
class Brief:
    """A brief. `since` says from when on inputs of others are new; None: from the beginning.

    `meeting` is the one that it is for, None where none is scheduled.
    """

    access: Access
    meeting: Meeting | None
    since: datetime | None
    last_meeting: Meeting | None  # which began at `since`; None with `since_last_visit`
    since_last_visit: bool  # `since` is this person's last visit, not the last meeting
    meetings: tuple[Meeting, ...]
    # All rounds of the consultation, and those that are not over.
    all_rounds: tuple[Round, ...]
    rounds_with_phase: tuple[tuple[Round, Phase], ...]
    silences: tuple[BriefSilence, ...]
    # Two meetings at once, of rooms (groups, working rooms) in which the delegation sits.
    clashes: tuple[RoomClash, ...]
    # The paragraphs with own inputs, the most relevant first, and the outcome of each input.
    summaries: tuple[CommentedParagraphSummary, ...]
    outcomes: Mapping[int, Outcome]
    # How many new inputs others made on these paragraphs, at most `MAX_OTHERS_COUNTED`.
    others_count: int
    positions: ParagraphPositions
    newest_revision_by_draft_id: Mapping[int, Revision]
    # What others did that is new to the reader: querysets that are not evaluated yet.
    news_of_others: Sequence[ActivityQuerySet]

    @property
    def revisions(self) -> tuple[Revision, ...]:
        """The texts as they stand."""
        return tuple(self.newest_revision_by_draft_id.values())

    @property
    def draft_ids(self) -> set[int]:
        """The ids of the texts with own inputs."""
        return {own_input.draft_id for summary in self.summaries for own_input in summary.inputs}

    def commented_paragraphs(
        self, summaries: Sequence[CommentedParagraphSummary] | None = None
    ) -> list[CommentedParagraph]:
        """The paragraphs with their words, as many as a page shows of them: five queries."""
        return _commented_paragraphs(self, self.summaries if summaries is None else summaries)


def brief_of(
    access: Access, meeting_public_id: UUID | None = None, *, since_last_visit: bool = False
) -> Brief:
    """The brief before a meeting, the next one unless an id is given; as of the access's moment.

    With `since_last_visit`, new is what this person has not seen; else what came since the last
    meeting. No words are read yet. Raises Refused for a reader who acts for no delegation, and
    Http404 for a meeting of another consultation.
    """
    if not access.is_delegate:
        raise Refused(
            _(
                "Briefs are for delegations. Before a meeting you get the digest. It lists "
                "new inputs and paragraphs without a review."
            )
        )
    meetings = list(Meeting.objects.filter(consultation=access.consultation))
    chosen_meeting = meeting_of_brief(access, meetings, meeting_public_id)
    last_meeting = meeting_before(access, meetings, chosen_meeting)
    rounds = rounds_of_consultation(access)
    since, news_of_others = _start_and_news(
        access, last_meeting, rounds, since_last_visit=since_last_visit
    )
    positions = current_positions(access)
    newest_revision_by_draft_id = read_newest_revisions(access)
    own_summaries = own_input_summaries(access)
    inputs_by_paragraph_id = own_inputs_by_paragraph_id(own_summaries, positions)
    others = overview_of_others(access, news_of_others, positions, inputs_by_paragraph_id)
    summaries = _paragraph_summaries(
        inputs_by_paragraph_id,
        positions,
        changed_paragraph_ids=changed_paragraph_ids_of(
            access, inputs_by_paragraph_id, positions, newest_revision_by_draft_id
        ),
        newly_commented_paragraph_ids=others.paragraph_ids_with_news,
        paragraph_ids_on_agenda=agenda_paragraph_ids(chosen_meeting, positions),
    )
    return Brief(
        access=access,
        meeting=chosen_meeting,
        since=since,
        last_meeting=None if since_last_visit else last_meeting,
        since_last_visit=since_last_visit,
        meetings=tuple(meetings_to_come(access, meetings)),
        all_rounds=tuple(rounds),
        rounds_with_phase=tuple(rounds_not_over(access, rounds)),
        silences=(*official_silences(access), *group_silences(access, positions)),
        clashes=tuple(room_clashes(access)),
        summaries=tuple(sorted(summaries, key=lambda summary: summary.relevance)),
        outcomes=current_outcomes(access, own_summaries, positions, newest_revision_by_draft_id),
        others_count=others.count,
        positions=positions,
        newest_revision_by_draft_id=newest_revision_by_draft_id,
        news_of_others=news_of_others,
    )


def _start_and_news(
    access: Access, last_meeting: Meeting | None, rounds: Sequence[Round], *, since_last_visit: bool
) -> tuple[datetime | None, list[ActivityQuerySet]]:
    """From when on what others say is new, and what is new, as querysets not yet evaluated."""
    if since_last_visit and (last_look := last_look_at_everything(access)):
        return last_look, list(unseen_rows(access, rounds))
    # At the first visit, all that may be read is new.
    since = last_meeting.starts_at if last_meeting and not since_last_visit else None
    return since, list(fresh_activity(access, since or access.consultation.created_at, rounds))


# --- Meetings, rounds and silences ---------------------------------------------------------------


def meeting_of_brief(
    access: Access, meetings: Sequence[Meeting], meeting_public_id: UUID | None
) -> Meeting | None:
    """The meeting with this id; the next one where no id is given, or it was cancelled."""
    next_meeting = next(iter(meetings_to_come(access, meetings)), None)
    if meeting_public_id is None:
        return next_meeting
    meeting = next(
        (meeting for meeting in meetings if meeting.public_id == meeting_public_id), None
    )
    if meeting is None:
        raise Http404
    return next_meeting if meeting.cancelled_at else meeting


def meeting_before(
    access: Access, meetings: Sequence[Meeting], chosen_meeting: Meeting | None
) -> Meeting | None:
    """The meeting held last before now; before a meeting of the past, the one before that.

    `meetings` are in the order of time.
    """
    until = min(access.moment, chosen_meeting.starts_at) if chosen_meeting else access.moment
    earlier_meetings = [
        meeting
        for meeting in meetings
        if meeting.starts_at < until and meeting.cancelled_at is None
    ]
    return earlier_meetings[-1] if earlier_meetings else None


def meetings_to_come(access: Access, meetings: Iterable[Meeting]) -> list[Meeting]:
    """Those meetings that have not begun and were not cancelled."""
    return [
        meeting
        for meeting in meetings
        if meeting.starts_at >= access.moment and meeting.cancelled_at is None
    ]


def rounds_not_over(access: Access, rounds: Iterable[Round]) -> Iterable[tuple[Round, Phase]]:
    """Those rounds that are open, not open yet or open for late inputs, each with its phase."""
    for round in rounds:
        phase = phase_of(round, access.moment)
        if phase is not Phase.CLOSED:
            yield round, phase


def official_silences(access: Access) -> Iterable[BriefSilence]:
    """The silences of the facilitators that run and ask the own delegation: one query."""
    for silence in running_silences_for(access):
        yield BriefSilence(
            group_name="", label=name_of_silence(silence), until=silence.silence_until
        )


def group_silences(access: Access, positions: ParagraphPositions) -> Iterable[BriefSilence]:
    """The silences that run unbroken in the rooms of the own groups: one query."""
    room_drafts = drafts_under_silence(access).select_related("seat", "wording")
    for room_draft in room_drafts.order_by("silence_until", "pk"):
        position = positions.position_of(room_draft.paragraph_id)
        assert room_draft.silence_until is not None
        yield BriefSilence(
            group_name=room_draft.seat.name_for_reader,
            label=position.citation if position else citation_of_deleted(room_draft.wording),
            until=room_draft.silence_until,
        )


def agenda_paragraph_ids(meeting: Meeting | None, positions: ParagraphPositions) -> frozenset[int]:
    """The paragraphs on the agenda: those named, and all of a text that is named as a whole."""
    agenda_rows = AgendaItem.objects.filter(meeting=meeting).values_list("draft_id", "paragraph_id")
    paragraph_ids: set[int] = set()
    for draft_id, paragraph_id in agenda_rows if meeting else ():
        if paragraph_id is not None:
            paragraph_ids |= positions.ids_under(paragraph_id)
        else:
            paragraph_ids |= {
                id_in_text
                for id_in_text, position in positions.position_by_id.items()
                if position.draft_id == draft_id
            }
    return frozenset(paragraph_ids)


# --- Paragraphs ----------------------------------------------------------------------------------


# So many own inputs are shown at each paragraph; the thread has them all.
MAX_INPUTS = 8


def _paragraph_summaries(
    inputs_by_paragraph_id: Mapping[int, Sequence[OwnInputSummary]],
    positions: ParagraphPositions,
    *,
    changed_paragraph_ids: Collection[int],
    newly_commented_paragraph_ids: Collection[int],
    paragraph_ids_on_agenda: Collection[int],
) -> Iterable[CommentedParagraphSummary]:
    """Each paragraph with own inputs.

    It has news where it changed, where others made new inputs on it, or where an answer waits to be
    acknowledged.
    """
    for current_paragraph_id, inputs in inputs_by_paragraph_id.items():
        has_unacknowledged_answer = any(summary.has_unacknowledged_answer for summary in inputs)
        yield CommentedParagraphSummary(
            current_paragraph_id=current_paragraph_id,
            text_order=positions.sort_key_of(current_paragraph_id),
            inputs=tuple(inputs),
            is_on_agenda=current_paragraph_id in paragraph_ids_on_agenda,
            has_news=current_paragraph_id in changed_paragraph_ids
            or current_paragraph_id in newly_commented_paragraph_ids
            or has_unacknowledged_answer,
        )


def _commented_paragraphs(
    brief: Brief, summaries: Sequence[CommentedParagraphSummary]
) -> list[CommentedParagraph]:
    """The paragraphs of these summaries with their words: inputs, changes and inputs of others."""
    access, positions = brief.access, brief.positions
    newest_revision_by_draft_id = brief.newest_revision_by_draft_id
    latest_input_id_by_paragraph_id = {
        summary.current_paragraph_id: input_on_latest_wording(
            summary.inputs, newest_revision_by_draft_id
        ).pk
        for summary in summaries
    }
    shown_input_ids_by_paragraph_id = {
        summary.current_paragraph_id: [own_input.pk for own_input in summary.inputs[:MAX_INPUTS]]
        for summary in summaries
    }
    needed_ids = {*latest_input_id_by_paragraph_id.values()}
    needed_ids.update(*shown_input_ids_by_paragraph_id.values())
    comment_by_id = _comments_by_id(access, needed_ids)
    wording_by_paragraph_id = current_wording_by_paragraph_id(
        access, [*comment_by_id.values()], positions, newest_revision_by_draft_id
    )
    latest_input_by_paragraph_id = {
        paragraph_id: comment_by_id[comment_id]
        for paragraph_id, comment_id in latest_input_id_by_paragraph_id.items()
    }
    change_by_paragraph_id = _changes(
        latest_input_by_paragraph_id,
        wording_by_paragraph_id,
        positions,
        newest_revision_by_draft_id,
    )
    others_by_paragraph_id = inputs_of_others(
        access, brief.news_of_others, positions, shown_input_ids_by_paragraph_id.keys()
    )
    return [
        _commented_paragraph(
            brief,
            summary,
            change=change_by_paragraph_id[summary.current_paragraph_id],
            inputs=tuple(
                input_with_outcome(
                    comment_by_id[comment_id],
                    wording_by_paragraph_id,
                    positions,
                    newest_revision_by_draft_id,
                )
                for comment_id in shown_input_ids_by_paragraph_id[summary.current_paragraph_id]
            ),
            others=others_by_paragraph_id.get(summary.current_paragraph_id, OthersInputs()),
        )
        for summary in summaries
    ]


def _comments_by_id(access: Access, comment_ids: Iterable[int]) -> dict[int, Comment]:
    """These inputs with their answers, as far as the reader may read them."""
    comments = Comment.objects.visible_to(access).filter(is_one_of("pk", comment_ids))
    return {comment.pk: comment for comment in with_answers(access, comments)}


def _changes(
    latest_input_by_paragraph_id: Mapping[int, Comment],
    wording_by_paragraph_id: Mapping[int, Wording],
    positions: ParagraphPositions,
    newest_revision_by_draft_id: Mapping[int, Revision],
) -> dict[int, BriefChange]:
    """For each paragraph, what changed since the wording of the latest own input on it."""
    wording_pairs = {
        paragraph_id: (comment.wording, wording_by_paragraph_id[paragraph_id])
        for paragraph_id, comment in latest_input_by_paragraph_id.items()
        if paragraph_id in wording_by_paragraph_id
        and comment.wording.text != wording_by_paragraph_id[paragraph_id].text
    }
    # A wording holds the changes from the one just before it; others are computed.
    stored_redlines = {
        paragraph_id: redline_from_stored(current_wording.redline)
        for paragraph_id, (input_wording, current_wording) in wording_pairs.items()
        if current_wording.previous_id == input_wording.pk and current_wording.redline
    }
    computed_redlines = redlines_of(
        {
            paragraph_id: wording_pair
            for paragraph_id, wording_pair in wording_pairs.items()
            if paragraph_id not in stored_redlines
        }
    )
    redlines = stored_redlines | computed_redlines
    return {
        paragraph_id: _brief_change(
            comment,
            paragraph_id,
            redlines.get(paragraph_id, ()),
            wording_by_paragraph_id,
            positions,
            newest_revision_by_draft_id,
        )
        for paragraph_id, comment in latest_input_by_paragraph_id.items()
    }


def _brief_change(
    comment: Comment,
    current_paragraph_id: int,
    redline: Redline,
    wording_by_paragraph_id: Mapping[int, Wording],
    positions: ParagraphPositions,
    newest_revision_by_draft_id: Mapping[int, Revision],
) -> BriefChange:
    """What changed on a paragraph since the wording of an own input; `redline` is that change."""
    input_wording = comment.wording
    current_wording = wording_by_paragraph_id.get(current_paragraph_id)
    revision = newest_revision_by_draft_id[comment.paragraph.draft_id]
    successor_ids = successor_ids_of(comment, positions)
    labels = [positions.position_by_id[successor_id].citation for successor_id in successor_ids]
    return BriefChange(
        stage_of_input=input_wording.revision.stage,
        label_then=citation_of_wording(input_wording)
        if current_wording is not None and input_wording.label != current_wording.label
        else "",
        current_stage=revision.stage,
        redline=redline,
        opening_words=input_wording.opening if current_wording is None else current_wording.opening,
        language=comment.paragraph.draft.language,
        is_input_on_newest=input_wording.revision_id == revision.pk,
        is_struck=current_wording is None,
        is_typographic=current_wording is not None
        and is_typographic(input_wording.text, current_wording.text),
        split_into=tuple(labels) if len(labels) > 1 else (),
        merged_into=positions.position_by_id[current_paragraph_id].citation
        if current_paragraph_id != comment.paragraph_id
        else "",
    )


def _commented_paragraph(
    brief: Brief,
    summary: CommentedParagraphSummary,
    *,
    change: BriefChange,
    inputs: tuple[InputWithOutcome, ...],
    others: OthersInputs,
) -> CommentedParagraph:
    """One paragraph with all that the brief shows of it."""
    position = brief.positions.position_of(summary.current_paragraph_id)
    first_comment = inputs[0].shown_input.comment
    draft = first_comment.paragraph.draft
    paragraph_public_id = position.public_id if position else first_comment.paragraph.public_id
    return CommentedParagraph(
        label=position.citation if position else citation_of_deleted(first_comment.wording),
        label_then=change.label_then,
        draft_title=draft.title,
        url=paragraph_url(brief.access, draft, paragraph_public_id),
        change=change,
        inputs=inputs,
        input_count=len(summary.inputs),
        others=others,
        is_on_agenda=summary.is_on_agenda,
        has_news=summary.has_news,
    )


# --- Inputs of others ----------------------------------------------------------------------------


# New inputs of others are counted up to this number, on all of the paragraphs together.
MAX_OTHERS_COUNTED = 100

# So many inputs of others are shown at each paragraph; the thread has them all.
MAX_OTHERS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class OthersOverview:
    """On which paragraphs others have new inputs; how many, up to `MAX_OTHERS_COUNTED`."""

    paragraph_ids_with_news: frozenset[int]
    count: int


def overview_of_others(
    access: Access,
    new_activity: Iterable[ActivityQuerySet],
    positions: ParagraphPositions,
    current_paragraph_ids: Collection[int],
) -> OthersOverview:
    """The overview of these paragraphs: one query, which reads no more rows than it needs.

    The query gives rows of two kinds: ("paragraph", id) for each paragraph with news, and ("input",
    id) for each new input that is counted.
    """
    activity_of_others = [_inputs_of_others_in(access, activity) for activity in new_activity]
    paragraph_ids = _with_moved(positions, current_paragraph_ids)
    paragraphs_with_activity = _paragraphs_with_activity(activity_of_others, paragraph_ids)
    inputs_on_them = [
        activity.filter(is_one_of("paragraph_id", paragraph_ids)).order_by()
        for activity in activity_of_others
    ]
    counted_inputs = [
        activity.values_list(Value("input"), "row")[:MAX_OTHERS_COUNTED]
        for activity in inputs_on_them
    ]
    rows = list(
        paragraphs_with_activity.values_list(Value("paragraph"), "pk")
        .union(*counted_inputs, all=True)
        .order_by()
    )
    paragraph_ids_with_news = frozenset(
        positions.current_id_of(row_id) for row_kind, row_id in rows if row_kind == "paragraph"
    )
    input_count = sum(row_kind == "input" for row_kind, _row_id in rows)
    return OthersOverview(paragraph_ids_with_news, min(MAX_OTHERS_COUNTED, input_count))


def _paragraphs_with_activity(
    activity_of_others: Sequence[ActivityQuerySet], paragraph_ids: Collection[int]
) -> QuerySet[Paragraph]:
    """Those of the paragraphs on which there is any activity of others."""
    first_rows = [
        Subquery(activity.filter(paragraph=OuterRef("pk")).values("row")[:1])
        for activity in activity_of_others
    ]
    # `Coalesce` takes two or more.
    first_row = Coalesce(*first_rows) if len(first_rows) > 1 else first_rows[0]
    # Not correlated with the paragraph: where there is no news at all, no paragraph is looked at.
    has_any = reduce(or_, (Q(Exists(activity)) for activity in activity_of_others))
    paragraphs = Paragraph.objects.filter(has_any, is_one_of("pk", paragraph_ids)).order_by()
    return paragraphs.annotate(first_row=first_row).filter(first_row__isnull=False)


def inputs_of_others(
    access: Access,
    new_activity: Iterable[ActivityQuerySet],
    positions: ParagraphPositions,
    current_paragraph_ids: Collection[int],
) -> Mapping[int, OthersInputs]:
    """The first inputs on each of the paragraphs of a page, and how many there are: two queries.

    By id of the paragraph at which the inputs stand now. `new_activity` is what is new to the
    reader, as querysets that are united here.
    """
    is_on_page = is_one_of("paragraph_id", _with_moved(positions, current_paragraph_ids))
    first_querysets = [
        _first_rows(_inputs_of_others_in(access, activity).filter(is_on_page))
        for activity in new_activity
    ]
    first_rows = list(first_querysets[0].union(*first_querysets[1:], all=True).order_by())
    first_ids = [comment_id for _rank, comment_id, _paragraph_id, _count in first_rows]
    comments = Comment.objects.visible_to(access).in_force().filter(is_one_of("pk", first_ids))
    comments = comments.select_related("seat", "filed_by", "wording__revision__draft")
    proposals_by_paragraph_id: dict[int, list[OthersProposal]] = {}
    for comment in comments.in_table_order():
        current_paragraph_id = positions.current_id_of(comment.paragraph_id)
        proposals = proposals_by_paragraph_id.setdefault(current_paragraph_id, [])
        proposals.append(_others_proposal(comment))
    # Each row has the count of all rows on its paragraph: it is added once, with the first.
    count_by_paragraph_id = Counter[int]()
    for rank_on_paragraph, _comment_id, paragraph_id, count in first_rows:
        count_by_paragraph_id[positions.current_id_of(paragraph_id)] += (
            count if rank_on_paragraph == 1 else 0
        )
    return {
        paragraph_id: OthersInputs(
            count, tuple(proposals_by_paragraph_id.get(paragraph_id, ())[:MAX_OTHERS_SHOWN])
        )
        for paragraph_id, count in count_by_paragraph_id.items()
    }


def _first_rows(activity: ActivityQuerySet) -> QuerySet[Any, Any]:
    """The first rows on each paragraph in the order of a table, with how many there are on it:
    (rank on the paragraph, key of the input, key of the paragraph, count)."""
    order = ["voice__rank", "voice__sort_key", "row"]  # by the seat that speaks, then by input
    rank = Window(RowNumber(), partition_by=["paragraph_id"], order_by=order)
    count = Window(Count("*"), partition_by=["paragraph_id"])
    numbered = activity.annotate(rank_on_paragraph=rank, count_on_paragraph=count).filter(
        rank_on_paragraph__lte=MAX_OTHERS_SHOWN
    )
    return numbered.values_list("rank_on_paragraph", "row", "paragraph_id", "count_on_paragraph")


def _others_proposal(comment: Comment) -> OthersProposal:
    """The input with its redline; a proposed paragraph needs no opening words of the old one."""
    is_added = comment.kind == CommentKind.ADD_AFTER
    opening_words = "" if is_added else comment.wording.opening
    redline = redline_to_show(
        comment, comment.wording.text, comment.wording.revision.draft.language
    )
    return OthersProposal(comment, redline, opening_words)


def _inputs_of_others_in(access: Access, activity: ActivityQuerySet) -> ActivityQuerySet:
    """Of these rows, the inputs that are not the delegation's own; their `row` is the input's id.

    Its own are also those of a group that it coordinates, and those that a group filed for it as a
    member.
    """
    assert access.seat is not None
    is_own = Q(seat__in=[access.seat.pk, *access.coordinated_seat_ids]) | Q(
        listed_as_member_filter(access, "row")
    )
    return activity.filter(~is_own, source="comments")


def _with_moved(positions: ParagraphPositions, current_paragraph_ids: Collection[int]) -> set[int]:
    """These paragraphs, and those whose inputs moved to them."""
    moved_ids = (
        moved_id
        for moved_id, current_id in positions.current_id_by_earlier_id.items()
        if current_id in current_paragraph_ids
    )
    return {*current_paragraph_ids, *moved_ids}
