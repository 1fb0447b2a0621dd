"""Which room has which paragraph of the working text, and the guard of all acts on it.

Every act on the desk runs in a step (`steps`), and each step asks here whether this person may
change all paragraphs that it touched, where they were before the act and where they are after it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from consultations.models import Meeting, WorkingRoom
from consultations.rules.access import Access, Act
from consultations.rules.held_parts import HeldPart, StateChange
from delegations.history import write_new
from drafts.desk.held_by_others import HeldByOthers, Refusal
from drafts.labels import name_of
from drafts.models import Draft, Kind, NegotiationState, Paragraph, RoomPart

# Each of these begins a section, which ends at the next one; a room has a section as a whole.
HEADS = (Kind.TITLE, Kind.HEADING)


@dataclass(frozen=True, slots=True)
class Spot:
    """The fields of a paragraph that decide which room has it."""

    key: str
    parent: str | None
    kind: str
    label: str
    text: str


def spots_of(rows: Iterable[Paragraph]) -> list[Spot]:
    """The spots of paragraphs in force or struck, in their order."""
    kept = sorted((row for row in rows if row.discarded_at is None), key=lambda r: (r.place, r.pk))
    keys = {row.pk: str(row.public_id) for row in kept}
    return [
        Spot(keys[row.pk], keys.get(row.parent_id or 0), row.kind, row.label, row.text)
        for row in kept
    ]


def parts_of(access: Access, draft: Draft) -> dict[str, RoomPart]:
    """The parts of a text that rooms have now, by public id of the paragraph: one query."""
    rows = RoomPart.objects.in_force(access.moment).filter(paragraph__draft=draft)
    return {str(row.paragraph.public_id): row for row in rows.select_related("room", "paragraph")}


def parts_by_key(
    spots: Iterable[Spot], parts: Mapping[str, RoomPart]
) -> dict[str, RoomPart | None]:
    """The part to which each paragraph belongs: its own, else its parent's, else its section's."""
    by_key: dict[str, RoomPart | None] = {}
    section: RoomPart | None = None
    for spot in spots:
        own = parts.get(spot.key)
        if spot.kind in HEADS:
            by_key[spot.key] = section = own
        else:
            by_key[spot.key] = own or by_key.get(spot.parent or "", section)
    return by_key


def rooms_by_key(
    spots: Iterable[Spot], parts: Mapping[str, RoomPart]
) -> dict[str, WorkingRoom | None]:
    """The room that has each paragraph; None where the plenary has it."""
    parts_of_paragraphs = parts_by_key(spots, parts)
    return {key: part.room if part else None for key, part in parts_of_paragraphs.items()}


def rooms_of(access: Access, draft: Draft) -> dict[int, WorkingRoom]:
    """The room that has each paragraph of a text, for the desk: by key, two queries at most."""
    parts = parts_of(access, draft)
    if not parts:
        return {}
    rows = list(draft.paragraphs.order_by("place", "pk"))
    by_public_id = rooms_by_key(spots_of(rows), parts)
    by_key = {row.pk: by_public_id.get(str(row.public_id)) for row in rows}
    return {key: room for key, room in by_key.items() if room is not None}


def rooms_at(consultation: int, moments: Sequence[datetime]) -> list[dict[int, WorkingRoom]]:
    """For each moment, the room that had each paragraph, by key: two queries at most.

    Texts are read in their present order.
    """
    rows = RoomPart.objects.filter(room__consultation=consultation)
    parts = list(rows.select_related("room", "paragraph"))
    texts: dict[int, list[Paragraph]] = defaultdict(list)
    drafts = {part.paragraph.draft_id for part in parts}
    if drafts:
        for row in Paragraph.objects.filter(draft__in=drafts).order_by("place", "pk"):
            texts[row.draft_id].append(row)
    return [
        {
            key: room
            for text in texts.values()
            for key, room in _rooms_at_moment(text, parts, moment)
        }
        for moment in moments
    ]


def _rooms_at_moment(
    rows: Sequence[Paragraph], parts: Iterable[RoomPart], moment: datetime
) -> Iterator[tuple[int, WorkingRoom]]:
    in_force = {str(part.paragraph.public_id): part for part in parts if part.was_in_force(moment)}
    by_public_id = rooms_by_key(spots_of(rows), in_force)
    for row in rows:
        if room := by_public_id.get(str(row.public_id)):
            yield row.pk, room


# --- The guard ------------------------------------------------------------------------------------


def require_with_rooms(
    access: Access,
    draft: Draft,
    before: Sequence[Spot],
    after: Sequence[Spot],
    touched: Collection[str],
) -> None:
    """Raise `HeldByOthers` where a paragraph is with a room that this person does not chair.

    Looks at paragraphs that were touched, and at those that thereby came into another section; for
    each at the room that had it before, and the one that has it now.
    """
    parts = parts_of(access, draft)
    if not parts and access.is_in_plenary:
        return
    _assign_new_paragraphs(access, parts, before, after)
    earlier, later = parts_by_key(before, parts), parts_by_key(after, parts)
    refused: dict[str, Refusal] = {}
    for spot in (*before, *after):
        held = [parts_now[spot.key] for parts_now in (earlier, later) if spot.key in parts_now]
        is_elsewhere = len({part.room_id if part else None for part in held}) > 1
        if spot.key not in touched and not is_elsewhere:
            continue
        for part in held:
            row = _held_part(draft, spot, part.room if part else None)
            if reason := access.may(Act.EDIT_TEXT, on=row).reason:
                refused.setdefault(spot.key, Refusal(reason, row.name, part))
    if refused:
        raise HeldByOthers(access, tuple(refused.values()))


def require_state(access: Access, paragraph: Paragraph, requested: str, last: str | None) -> None:
    """Raise ValidationError where this person may not set this state."""
    require_states(access, paragraph.draft, [(paragraph, requested, last)])


def require_states(
    access: Access, draft: Draft, changes: Sequence[tuple[Paragraph, str, str | None]]
) -> None:
    """The same for several paragraphs of a text, each with the requested and the last state."""
    parts = parts_of(access, draft)
    rows = list(draft.paragraphs.all()) if parts else [paragraph for paragraph, *_ in changes]
    rooms = rooms_by_key(spots_of(rows), parts)
    for paragraph, requested, last in changes:
        row = StateChange(
            draft.consultation_id,
            _paragraph_name(paragraph.label, paragraph.kind, paragraph.text),
            rooms.get(str(paragraph.public_id)),
            is_agreed_in_room=last == NegotiationState.ROOM,
            is_agreed_in_plenary=last == NegotiationState.PLENARY,
            sets_agreed_in_room=requested == NegotiationState.ROOM,
            sets_agreed_in_plenary=requested == NegotiationState.PLENARY,
        )
        _require(access, Act.SET_STATE, row)


def require_meeting(access: Access, paragraph: Paragraph, meeting: Meeting) -> None:
    """Raise ValidationError where a meeting is of another room than the one that has a paragraph.

    What a room has is dealt with in its own meetings, or in those of the plenary.
    """
    if meeting.consultation_id != access.consultation.pk:
        raise ValidationError(_("This meeting belongs to another consultation."))
    room = rooms_of(access, paragraph.draft).get(paragraph.pk) if meeting.room_id else None
    if room and room.pk != meeting.room_id:
        name = _paragraph_name(paragraph.label, paragraph.kind, paragraph.text)
        sentence = _("%(paragraph)s is with %(room)s. Choose a meeting of this room.")
        raise ValidationError({"meeting": sentence % {"paragraph": name, "room": room}})


def _require(access: Access, act: Act, row: HeldPart) -> None:
    """Raise ValidationError, not a refusal page, so that what was typed stays in the form."""
    verdict = access.may(act, on=row)
    if not verdict:
        raise ValidationError(verdict.reason, code="with_room")


def _held_part(draft: Draft, spot: Spot, room: WorkingRoom | None) -> HeldPart:
    return HeldPart(draft.consultation_id, _paragraph_name(spot.label, spot.kind, spot.text), room)


def _paragraph_name(label: str, kind: str, text: str) -> str:
    if label and kind not in HEADS:
        return _("Paragraph %(label)s") % {"label": label}
    return name_of(label, kind, text)


def _assign_new_paragraphs(
    access: Access, parts: dict[str, RoomPart], before: Sequence[Spot], after: Sequence[Spot]
) -> None:
    """Give a room what its chair adds right behind a paragraph of the room, also a heading."""
    old_keys = {spot.key for spot in before}
    new_indexes = [i for i, spot in enumerate(after) if i and spot.key not in old_keys]
    if not new_indexes or not access.chaired_room_ids:
        return
    keys = [after[i].key for i in new_indexes]
    rows = {str(row.public_id): row for row in Paragraph.objects.filter(public_id__in=keys)}
    assigned = []
    for index in new_indexes:
        rooms = rooms_by_key(after, parts)
        room_before, key = rooms[after[index - 1].key], after[index].key
        if (
            room_before is None
            or room_before.pk not in access.chaired_room_ids
            or rooms[key] == room_before
        ):
            continue
        until = next(
            (part.until for part in parts.values() if part.room_id == room_before.pk), None
        )
        parts[key] = RoomPart(
            room=room_before, paragraph=rows[key], started_at=access.moment, until=until
        )
        assigned.append(parts[key])
    write_new(assigned, by=access)
