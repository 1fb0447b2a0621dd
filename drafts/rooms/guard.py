"""The guard of all acts on the working text: may this person change what a room has?

Every act on the desk runs in a step (`steps`), and each step asks here whether this person may
change all paragraphs that it touched, where they were before the act and where they are after it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from consultations.models import Meeting, WorkingRoom
from consultations.rules.access import Access, Act
from consultations.rules.held_parts import HeldPart, StateChange
from consultations.time.wall_clock import moment_in_words
from delegations.history import write_new
from drafts.models import SECTION_KINDS, Draft, NegotiationState, Paragraph, RoomPart
from drafts.rooms.queries import (
    ParagraphOutline,
    find_parts,
    find_rooms,
    outlines_of,
    room_by_paragraph_id,
    room_parts_of,
)
from drafts.text.citing import citation_of
from drafts.text.labels import name_of_paragraph

MAX_NAMED = 12  # paragraphs of one room, in one sentence


@dataclass(frozen=True, slots=True)
class RefusedParagraph:
    """One refused paragraph: why, its name, and the part of a room it is in (None: the plenary)."""

    reason: str  # a sentence
    paragraph_name: str  # as a sentence calls it: "Paragraph 14", or its opening words
    room_part: RoomPart | None


class HeldByOthers(ValidationError):
    """Its message is about the first paragraph; `sentences` are about all, for acts on many."""

    def __init__(self, access: Access, refusals: Sequence[RefusedParagraph]) -> None:
        super().__init__(refusals[0].reason, code="with_room")
        self._zone = access.consultation.zone
        self._refusals = refusals

    @property
    def sentences(self) -> list[str]:
        """A sentence for each room and end of its time, in text order; the last says what to do."""
        names_by_room_and_end: dict[tuple[WorkingRoom | None, datetime | None], list[str]] = {}
        for refusal in self._refusals:
            room_and_end = (
                (refusal.room_part.room, refusal.room_part.until)
                if refusal.room_part
                else (None, None)
            )
            names_by_room_and_end.setdefault(room_and_end, []).append(refusal.paragraph_name)
        sentences = [
            self._sentence(room, until, paragraph_names)
            for (room, until), paragraph_names in names_by_room_and_end.items()
        ]
        advice = (
            _("Leave them as they stand, or the plenary ends the part of the room first.")
            if any(room for room, _end in names_by_room_and_end)
            else _("Leave them as they stand, or ask the co-facilitators.")
        )
        return [*sentences, advice]

    def _sentence(
        self, room: WorkingRoom | None, until: datetime | None, paragraph_names: Sequence[str]
    ) -> str:
        values = {"paragraphs": _paragraph_list(paragraph_names), "room": room}
        if room is None:
            return _("With the plenary: %(paragraphs)s.") % values
        if until is None:
            return _("With %(room)s: %(paragraphs)s.") % values
        values["moment"] = moment_in_words(until, self._zone)
        return _("With %(room)s until %(moment)s: %(paragraphs)s.") % values


def _paragraph_list(paragraph_names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    count_left_out = len(paragraph_names) - MAX_NAMED
    shown_names = [
        *paragraph_names[:MAX_NAMED],
        *([_("%(count)d more") % {"count": count_left_out}] if count_left_out > 0 else []),
    ]
    return _(", ").join(shown_names)


def require_rooms_allow(
    access: Access,
    draft: Draft,
    outlines_before: Sequence[ParagraphOutline],
    outlines_after: Sequence[ParagraphOutline],
    touched_public_ids: Collection[str],
) -> None:
    """Raise `HeldByOthers` where a paragraph is with a room that this person does not chair.

    For staff who chair a room, also where it is with the plenary. Before that, new paragraphs that
    a chair adds are given to the chair's room. Looks at paragraphs that were touched, and at those
    that thereby came to another room, as with a new heading; for each at the room that had it
    before, and the one that has it now.
    """
    room_parts = room_parts_of(access, draft)
    if not room_parts and access.acts_for_plenary:
        return
    _assign_new_paragraphs(access, room_parts, outlines_before, outlines_after)
    parts_before = find_parts(outlines_before, room_parts)
    parts_after = find_parts(outlines_after, room_parts)
    refusals: dict[str, RefusedParagraph] = {}
    for outline in (*outlines_before, *outlines_after):
        parts_before_and_after = [
            part_by_public_id[outline.public_id]
            for part_by_public_id in (parts_before, parts_after)
            if outline.public_id in part_by_public_id
        ]
        has_changed_room = (
            len({part.room_id if part else None for part in parts_before_and_after}) > 1
        )
        if outline.public_id not in touched_public_ids and not has_changed_room:
            continue
        for part in parts_before_and_after:
            held_part = HeldPart(
                draft.consultation_id,
                _paragraph_name(outline.label, outline.kind, outline.text),
                part.room if part else None,
            )
            if reason := access.may(Act.EDIT_TEXT, on=held_part).reason:
                refusals.setdefault(
                    outline.public_id, RefusedParagraph(reason, held_part.name, part)
                )
    if refusals:
        raise HeldByOthers(access, tuple(refusals.values()))


def _assign_new_paragraphs(
    access: Access,
    room_parts: dict[str, RoomPart],
    outlines_before: Sequence[ParagraphOutline],
    outlines_after: Sequence[ParagraphOutline],
) -> None:
    """Give a room what its chair adds right behind a paragraph of the room, also a heading.

    The new parts are added to `room_parts` and written.
    """
    old_public_ids = {outline.public_id for outline in outlines_before}
    # The very first paragraph of the text stands behind none.
    new_indexes = [
        index
        for index, outline in enumerate(outlines_after)
        if index and outline.public_id not in old_public_ids
    ]
    if not new_indexes or not access.chaired_room_ids:
        return
    new_public_ids = [outlines_after[index].public_id for index in new_indexes]
    new_paragraphs = Paragraph.objects.filter(public_id__in=new_public_ids)
    paragraph_by_public_id = {str(paragraph.public_id): paragraph for paragraph in new_paragraphs}
    new_parts = []
    for index in new_indexes:
        room_by_public_id = find_rooms(outlines_after, room_parts)
        neighbour_room, public_id = (
            room_by_public_id[outlines_after[index - 1].public_id],
            outlines_after[index].public_id,
        )
        if (
            neighbour_room is None
            or neighbour_room.pk not in access.chaired_room_ids
            or room_by_public_id[public_id] == neighbour_room
        ):
            continue
        # For as long as the room has its other parts.
        until = next(
            (part.until for part in room_parts.values() if part.room_id == neighbour_room.pk), None
        )
        room_parts[public_id] = RoomPart(
            room=neighbour_room,
            paragraph=paragraph_by_public_id[public_id],
            started_at=access.moment,
            until=until,
        )
        new_parts.append(room_parts[public_id])
    write_new(new_parts, by=access)


def require_may_set_states(
    access: Access, draft: Draft, changes: Sequence[tuple[Paragraph, str, str | None]]
) -> None:
    """Raise ValidationError where this person may not set one of these states of a text.

    Each change is (paragraph, requested state, last state).
    """
    room_parts = room_parts_of(access, draft)
    # Without any part of a room all paragraphs are with the plenary.
    paragraphs = (
        list(draft.paragraphs.all()) if room_parts else [paragraph for paragraph, *_ in changes]
    )
    room_by_public_id = find_rooms(outlines_of(paragraphs), room_parts)
    for paragraph, requested_state, last_state in changes:
        state_change = StateChange(
            draft.consultation_id,
            _paragraph_name(paragraph.label, paragraph.kind, paragraph.text),
            room_by_public_id.get(str(paragraph.public_id)),
            is_agreed_in_room=last_state == NegotiationState.AGREED_IN_ROOM,
            is_agreed_in_plenary=last_state == NegotiationState.AGREED_IN_PLENARY,
            sets_agreed_in_room=requested_state == NegotiationState.AGREED_IN_ROOM,
            sets_agreed_in_plenary=requested_state == NegotiationState.AGREED_IN_PLENARY,
        )
        # `Access.require` would raise Refused: so what was typed stays in the form, and no page of
        # refusal takes its place.
        if reason := access.may(Act.SET_STATE, on=state_change).reason:
            raise ValidationError(reason, code="with_room")


def require_meeting_of_its_room(access: Access, paragraph: Paragraph, meeting: Meeting) -> None:
    """Raise ValidationError where a meeting is of another room than the one that has a paragraph.

    Also where it is of another consultation. What a room has is dealt with in its own meetings, or
    in those of the plenary; what the plenary has, in any.
    """
    if meeting.consultation_id != access.consultation.pk:
        raise ValidationError(_("This meeting belongs to another consultation."))
    room = (
        room_by_paragraph_id(access, paragraph.draft).get(paragraph.pk) if meeting.room_id else None
    )
    if room and room.pk != meeting.room_id:
        name = _paragraph_name(paragraph.label, paragraph.kind, paragraph.text)
        sentence = _("%(paragraph)s is with %(room)s. Choose a meeting of this room.")
        raise ValidationError({"meeting": sentence % {"paragraph": name, "room": room}})


def _paragraph_name(label: str, kind: str, text: str) -> str:
    """What a sentence calls a paragraph: “Paragraph 14”, or its opening words."""
    if label and kind not in SECTION_KINDS:
        return citation_of(label)
    return name_of_paragraph(label, kind, text)
