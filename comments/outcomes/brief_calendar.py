"""The meetings, rounds and silences that a brief names, and the agenda of its meeting."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404

from comments.desks.group_room_drafts import drafts_under_silence
from comments.desks.silence_overview import running_silences_for
from comments.news.silences import name_of_silence
from comments.threads.citations import ParagraphPositions, citation_of_deleted
from consultations.models import Meeting, Round
from consultations.rules.access import Access
from consultations.rules.phases import Phase, phase_of
from drafts.models import AgendaItem, Wording


@dataclass(frozen=True, slots=True)
class BriefSilence:
    """A silence that runs in the delegation's group room, or one of the facilitators.

    `label` is what is under silence: in a room a paragraph. For one of the facilitators
    `group_name` is empty.
    """

    group_name: str
    label: str
    until: datetime


def meetings_to_come(access: Access, meetings: Iterable[Meeting]) -> list[Meeting]:
    """Those meetings that have not begun and were not cancelled."""
    return [
        meeting
        for meeting in meetings
        if meeting.starts_at >= access.moment and meeting.cancelled_at is None
    ]


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
            label=position.citation
            if position
            else citation_of_deleted(*name_parts(room_draft.wording)),
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


def name_parts(wording: Wording) -> tuple[str, str, str]:
    """What a paragraph is named by, as `name_of_paragraph` takes it: label, kind and words."""
    return wording.label, wording.kind, wording.text
