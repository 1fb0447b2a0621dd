"""The minutes of a meeting as one value, the history of a line, and lines offered to a delegation.

The desk is where facilitators edit the working text, between two revisions.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, pairwise
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from comments.models import Comment, MinuteLine
from consultations.models import Meeting, Minutes, Seat
from consultations.rules.access import Access
from consultations.rules.recorded_capacity import capacity_for_reader
from drafts.desk.history import WordsChanged, word_changes_between
from drafts.models import AgendaItem, Draft, Paragraph, Revision, StateAct, Wording
from drafts.rooms.queries import rooms_at_moments
from drafts.text.names import name_of_wording, names_of_paragraphs
from drafts.words.differences import Redline, redline


@dataclass(frozen=True, slots=True)
class MinutedParagraph:
    """A paragraph of the meeting: its words, what was said, acts on its state, how it changed."""

    paragraph: Paragraph
    # Title of its text, name of the paragraph, its words; empty for readers who may not know them
    # yet.
    draft_title: str
    name: str
    text: str
    lines: tuple[MinuteLine, ...]
    state_acts: tuple[StateAct, ...]
    # In the full copy alone; None where the words did not change.
    change: WordsChanged | None = None

    @property
    def draft(self) -> Draft:
        """The text of the paragraph."""
        return self.paragraph.draft


@dataclass(frozen=True, slots=True)
class MinutesRecord:
    """All paragraphs in the order of the texts; `general_lines` are lines on no paragraph."""

    minutes: Minutes
    agenda_lines: tuple[str, ...]
    general_lines: tuple[MinuteLine, ...]
    paragraphs: tuple[MinutedParagraph, ...]
    is_full: bool  # the copy for those who take minutes

    @property
    def meeting(self) -> Meeting:
        return self.minutes.meeting


def minutes_record(access: Access, minutes: Minutes, *, is_full: bool = True) -> MinutesRecord:
    """The minutes as this reader may read them, in a fixed number of queries.

    The full copy is for those who take minutes: it has the words of the desk and how they changed.
    The other, read by all once issued, has only circulated words. Neither has struck (deleted)
    lines.
    """
    is_full = is_full and access.reads_all
    lines = minute_lines_of(access, minutes, with_struck=False)
    was_with_room = _was_with_room_test(access, minutes)
    state_acts_by_paragraph_id = _state_acts(access, minutes, was_with_room, is_full=is_full)
    changes = _changes_in_room(access, minutes, was_with_room) if is_full else []
    change_by_paragraph_id = {change.paragraph.pk: change for change in changes}
    paragraph_ids = (
        {line.paragraph_id for line in lines if line.paragraph_id}
        | set(state_acts_by_paragraph_id)
        | set(change_by_paragraph_id)
    )
    # The lines on no paragraph stand under None.
    lines_by_paragraph_id: dict[int | None, list[MinuteLine]] = defaultdict(list)
    for line in lines:
        lines_by_paragraph_id[line.paragraph_id].append(line)
    revisions = Revision.objects.visible_to(access)
    circulated_draft_ids = set() if is_full else set(revisions.values_list("draft", flat=True))
    paragraphs = tuple(
        MinutedParagraph(
            paragraph=paragraph,
            draft_title=paragraph.draft.title
            if is_full or paragraph.draft_id in circulated_draft_ids
            else "",
            name=name,
            text=text,
            lines=tuple(lines_by_paragraph_id.get(paragraph.pk, ())),
            state_acts=tuple(state_acts_by_paragraph_id.get(paragraph.pk, ())),
            change=change_by_paragraph_id.get(paragraph.pk),
        )
        for paragraph, name, text in _named_paragraphs(
            access, minutes, paragraph_ids, is_full=is_full
        )
    )
    agenda = _agenda_lines(access, minutes)
    return MinutesRecord(
        minutes, agenda, tuple(lines_by_paragraph_id.get(None, ())), paragraphs, is_full
    )


def word_changes_during(access: Access, minutes: Minutes) -> list[WordsChanged]:
    """The paragraphs of the room that changed while it met. Needs `minutes.meeting`."""
    return _changes_in_room(access, minutes, _was_with_room_test(access, minutes))


def minute_lines_of(
    access: Access,
    minutes: Minutes,
    paragraph: Paragraph | None = None,
    *,
    with_struck: bool = True,
) -> list[MinuteLine]:
    """The lines of minutes, of one paragraph if it is named, in the order in which they were said.

    One query.
    """
    lines = MinuteLine.objects.visible_to(access).filter(minutes=minutes)
    if paragraph is not None:
        lines = lines.filter(paragraph=paragraph)
    if not with_struck:
        lines = lines.filter(struck_at=None)
    return list(lines.select_related("seat", "spoke_for", "author", "comment__seat"))


def minuted_paragraphs(access: Access, meeting: Meeting) -> list[Paragraph]:
    """The paragraphs of the meeting in order: those of its agenda, else those of all texts.

    Two queries. Paragraphs of the desk only; for those who read the working text.
    """
    desk_paragraphs = Paragraph.objects.visible_to(access).in_force().select_related("draft")
    ordered_paragraphs = desk_paragraphs.order_by("draft__place", "draft", "place", "pk")
    agenda_items = list(AgendaItem.objects.filter(meeting=meeting).order_by("place", "pk"))
    if not agenda_items:
        return list(ordered_paragraphs)
    paragraphs = list(ordered_paragraphs.filter(draft__in={item.draft_id for item in agenda_items}))
    paragraphs_of_items = (
        paragraph for item in agenda_items for paragraph in _paragraphs_of_item(item, paragraphs)
    )
    return list({paragraph.pk: paragraph for paragraph in paragraphs_of_items}.values())


def _paragraphs_of_item(item: AgendaItem, paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """The paragraphs of an item: a whole text, or a paragraph with all below it."""
    if item.paragraph_id is None:
        return [paragraph for paragraph in paragraphs if paragraph.draft_id == item.draft_id]
    family_ids: set[int] = {item.paragraph_id}
    for paragraph in paragraphs:
        if paragraph.parent_id in family_ids:
            family_ids.add(paragraph.pk)
    return [paragraph for paragraph in paragraphs if paragraph.pk in family_ids]


def _was_with_room_test(access: Access, minutes: Minutes) -> Callable[[int], bool]:
    """A test whether a paragraph was with the room that met, or the plenary: two queries at most.

    A room is a working room; None is the plenary.

    Rooms meet at the same time, so not every change during a meeting belongs to it. A paragraph
    that changed hands meanwhile counts in both rooms; a room that had no paragraphs of its own
    worked on those of the plenary.
    """
    end = minutes.ended_at or access.moment
    rooms_at_begin_and_end = rooms_at_moments(access.consultation.pk, [minutes.begun_at, end])
    meeting_room_id = minutes.meeting.room_id
    assigned_room_ids = {
        room.pk
        for room_by_paragraph_id in rooms_at_begin_and_end
        for room in room_by_paragraph_id.values()
    }
    if meeting_room_id not in assigned_room_ids:
        meeting_room_id = None

    def was_with_room(paragraph_id: int) -> bool:
        rooms = (
            room_by_paragraph_id.get(paragraph_id)
            for room_by_paragraph_id in rooms_at_begin_and_end
        )
        return any((room.pk if room else None) == meeting_room_id for room in rooms)

    return was_with_room


def _state_acts(
    access: Access, minutes: Minutes, was_with_room: Callable[[int], bool], *, is_full: bool
) -> dict[int, list[StateAct]]:
    """The acts on the state of paragraphs at the meeting, by paragraph."""
    state_acts = (
        StateAct.objects.visible_to(access)
        if is_full
        else StateAct.objects.on_circulated_words(access)
    )
    acts_by_paragraph_id: dict[int, list[StateAct]] = defaultdict(list)
    end = minutes.ended_at or access.moment
    # A paragraph whose agreed words were changed on the desk is reopened by an act that names no
    # meeting.
    is_during_meeting = Q(meeting=None, made_at__range=(minutes.begun_at, end))
    acts_of_meeting = state_acts.filter(Q(meeting=minutes.meeting) | is_during_meeting)
    for act in acts_of_meeting.select_related("meeting").order_by("pk"):
        if act.meeting_id or was_with_room(act.paragraph_id):
            acts_by_paragraph_id[act.paragraph_id].append(act)
    return acts_by_paragraph_id


def _changes_in_room(
    access: Access, minutes: Minutes, was_with_room: Callable[[int], bool]
) -> list[WordsChanged]:
    """The paragraphs of the room that changed while it met."""
    end = minutes.ended_at or access.moment
    changes = word_changes_between(access, minutes.begun_at, end)
    return [change for change in changes if was_with_room(change.paragraph.pk)]


def _named_paragraphs(
    access: Access, minutes: Minutes, paragraph_ids: Iterable[int], *, is_full: bool
) -> list[tuple[Paragraph, str, str]]:
    """Paragraphs in order, each with its name and words: two queries.

    In the full copy those on the desk when the meeting ended, else those last circulated by then.
    """
    paragraphs = Paragraph.objects.filter(
        pk__in=paragraph_ids, draft__consultation=access.consultation
    )
    ordered_paragraphs = list(
        paragraphs.select_related("draft").order_by("draft__place", "draft", "place", "pk")
    )
    name_and_text_by_id = (
        _on_desk_by_paragraph_id(minutes, ordered_paragraphs)
        if is_full
        else {
            paragraph_id: (name_of_wording(wording), wording.text)
            for paragraph_id, wording in _last_wording_by_paragraph_id(
                access, minutes, paragraph_ids
            ).items()
        }
    )
    return [
        (paragraph, *name_and_text_by_id.get(paragraph.pk, ("", "")))
        for paragraph in ordered_paragraphs
    ]


def _on_desk_by_paragraph_id(
    minutes: Minutes, paragraphs: Sequence[Paragraph]
) -> dict[int, tuple[str, str]]:
    """Name and words of each paragraph on the desk when the meeting ended, by id: one query.

    A name tells a paragraph from the others of its text, so that their whole texts are read.
    """
    records: Any = Paragraph.history.filter(draft__in={one.draft_id for one in paragraphs})
    if minutes.ended_at:
        records = records.filter(history_date__lte=minutes.ended_at)
    latest_records = records.order_by("id", "-history_id").distinct("id")
    # A paragraph first written after the meeting ended has no history row by then; its present
    # words are used.
    paragraph_by_id = {one.pk: one for one in paragraphs} | {one.id: one for one in latest_records}
    shown_ids = {one.pk for one in paragraphs}
    named_paragraphs = [
        one
        for one in paragraph_by_id.values()
        if one.id in shown_ids or not (one.struck_at or one.discarded_at)
    ]
    in_order = sorted(named_paragraphs, key=lambda one: (one.draft_id, one.place, one.id))
    name_by_id: dict[int, str] = {}
    for _draft_id, paragraphs_of_draft in groupby(in_order, lambda one: one.draft_id):
        name_by_id |= names_of_paragraphs(paragraphs_of_draft)
    return {one.pk: (name_by_id[one.pk], paragraph_by_id[one.pk].text) for one in paragraphs}


def _last_wording_by_paragraph_id(
    access: Access, minutes: Minutes, paragraph_ids: Iterable[int]
) -> Mapping[int, Wording]:
    """The last wordings circulated before the meeting ended, by paragraph."""
    is_circulated = Q(revision__circulated_at__lte=minutes.ended_at or access.moment)
    wordings = Wording.objects.visible_to(access).filter(is_circulated, paragraph__in=paragraph_ids)
    return {wording.paragraph_id: wording for wording in wordings.last_of_each_paragraph()}


def _agenda_lines(access: Access, minutes: Minutes) -> tuple[str, ...]:
    """Each item by its text, the circulated label of its paragraph, and its note."""
    agenda_items = list(minutes.meeting.agenda.select_related("draft").order_by("place", "pk"))
    paragraph_ids = [item.paragraph_id for item in agenda_items if item.paragraph_id]
    label_by_paragraph_id = {
        paragraph_id: name_of_wording(wording)
        for paragraph_id, wording in _last_wording_by_paragraph_id(
            access, minutes, paragraph_ids
        ).items()
    }
    parts_of_items = (
        # An item on a whole text has no paragraph; no paragraph has the id 0.
        (item.draft.title, label_by_paragraph_id.get(item.paragraph_id or 0), item.note)
        for item in agenda_items
    )
    return tuple(" · ".join(filter(None, parts)) for parts in parts_of_items)


# --- The history of a line -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MinuteLineEvent:
    """One change: when, by whom in which capacity, what; `redline` where the words changed."""

    changed_at: datetime
    actor: str
    act: str
    redline: Redline = ()


def line_history(line: MinuteLine) -> list[MinuteLineEvent]:
    """Every change of a line by those who take minutes, and that its delegation declined it.

    That the delegation made a draft or an input of it is no event here. One query.
    """
    records: Any = line.history.select_related("history_user")
    ordered_records = list(records.order_by("history_id"))
    events = [
        MinuteLineEvent(record.history_date, _actor_text(record, act_text=""), _("written"))
        for record in ordered_records[:1]
    ]
    for earlier_record, later_record in pairwise(ordered_records):
        if act_text := _act_text(earlier_record, later_record):
            actor_text = _actor_text(later_record, act_text)
            changes: Redline = ()
            if earlier_record.words != later_record.words:
                changes = redline(earlier_record.words, later_record.words)
            events.append(MinuteLineEvent(later_record.history_date, actor_text, act_text, changes))
    return events[::-1]


def _actor_text(record: Any, act_text: str) -> str:
    """Who made a change; a delegation by its capacity, never the person (domain, rule 7)."""
    # `history_change_reason` holds the capacity in which the change was made.
    capacity = capacity_for_reader(record.history_change_reason)
    # A delegation declines; everything else is done by those who take minutes, who are named.
    if act_text == _("declined") or record.history_user is None:
        return capacity
    return f"{record.history_user.name} ({capacity})"


def _act_text(earlier_record: Any, later_record: Any) -> str:
    """What was done between two history rows of a line, in words; empty if nothing to show."""
    earlier_speaker = earlier_record.seat_id, earlier_record.spoke_for_id
    later_speaker = later_record.seat_id, later_record.spoke_for_id
    if earlier_record.words != later_record.words or earlier_speaker != later_speaker:
        return _("corrected")
    if earlier_record.struck_at != later_record.struck_at:
        return _("deleted") if later_record.struck_at else _("restored")
    if earlier_record.offered_at != later_record.offered_at and later_record.offered_at:
        return _("offered to the delegation")
    if earlier_record.declined_at != later_record.declined_at and later_record.declined_at:
        return _("declined")
    return ""


# --- Lines offered to a delegation ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OfferedMinuteLine:
    """A line, where it was said, and the draft or input that the delegation made of it.

    `spoke_for` is the group in whose name the delegation spoke; None where it spoke for itself. A
    line on no paragraph has no paragraph name and no wording. `comment` is None where there is no
    draft or input, or the draft was discarded.
    """

    line: MinuteLine
    meeting: Meeting
    spoke_for: Seat | None
    paragraph_name: str
    wording: Wording | None
    comment: Comment | None

    @property
    def is_waiting(self) -> bool:
        """Whether the delegation has neither made an input of the line nor declined to."""
        return self.comment is None and self.line.declined_at is None


def offered_minute_lines(access: Access) -> list[OfferedMinuteLine]:
    """The lines that wait for the delegation, then the rest, each newest first: two queries."""
    offered_lines = MinuteLine.objects.offered_to(access).select_related(
        "minutes__meeting", "spoke_for", "comment__seat"
    )
    lines = list(offered_lines.order_by("-said_at", "-pk"))
    wording_by_paragraph_id = _offered_wording_by_paragraph_id(
        access, {line.paragraph_id for line in lines if line.paragraph_id}
    )
    listed_lines = [
        # A line on no paragraph has no wording; no paragraph has the id 0.
        _offered_minute_line(line, wording_by_paragraph_id.get(line.paragraph_id or 0))
        for line in lines
    ]
    return sorted(listed_lines, key=lambda line: not line.is_waiting)


def _offered_minute_line(line: MinuteLine, wording: Wording | None) -> OfferedMinuteLine:
    """A line with the last circulated wording of its paragraph."""
    return OfferedMinuteLine(
        line=line,
        meeting=line.minutes.meeting,
        spoke_for=line.spoke_for,
        paragraph_name=name_of_wording(wording) if wording else "",
        wording=wording,
        comment=line.comment if line.is_taken_up else None,
    )


def _offered_wording_by_paragraph_id(access: Access, paragraph_ids: set[int]) -> dict[int, Wording]:
    """The last circulated words of each paragraph."""
    wordings = Wording.objects.visible_to(access).filter(paragraph__in=paragraph_ids)
    last_wordings = wordings.last_of_each_paragraph().select_related("revision__draft")
    return {wording.paragraph_id: wording for wording in last_wordings}
