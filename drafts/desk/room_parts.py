"""Which room has which paragraph of the working text, and the one guard of all acts on it.

Whatever an act on the desk does, it runs in a step (`steps`), and each step asks here whether all
that it touched was with somebody who may change it, before the act and after it.
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

# Each of these begins a section; what stands before the next one is had with it.
HEADS = (Kind.TITLE, Kind.HEADING)


@dataclass(frozen=True, slots=True)
class Spot:
    """A paragraph in the order of the text, as far as rooms ask for it."""

    key: str
    parent: str | None
    kind: str
    label: str
    text: str


def spots_of(rows: Iterable[Paragraph]) -> list[Spot]:
    """The spots of paragraphs that stand or are struck, in their order."""
    kept = sorted((row for row in rows if row.discarded_at is None), key=lambda r: (r.place, r.pk))
    keys = {row.pk: str(row.public_id) for row in kept}
    return [
        Spot(keys[row.pk], keys.get(row.parent_id or 0), row.kind, row.label, row.text)
        for row in kept
    ]


def parts_of(access: Access, draft: Draft) -> dict[str, RoomPart]:
    """What rooms have of a text at this moment, by public id of the paragraph: one query."""
    rows = RoomPart.objects.in_force(access.moment).filter(paragraph__draft=draft)
    return {str(row.paragraph.public_id): row for row in rows.select_related("room", "paragraph")}


def parts_by_key(
    spots: Iterable[Spot], parts: Mapping[str, RoomPart]
) -> dict[str, RoomPart | None]:
    """By what a room has each paragraph: its own part, else its parent's, else its section's."""
    found: dict[str, RoomPart | None] = {}
    section: RoomPart | None = None
    for spot in spots:
        own = parts.get(spot.key)
        if spot.kind in HEADS:
            found[spot.key] = section = own
        else:
            found[spot.key] = own or found.get(spot.parent or "", section)
    return found


def rooms_by_key(
    spots: Iterable[Spot], parts: Mapping[str, RoomPart]
) -> dict[str, WorkingRoom | None]:
    """The room that has each paragraph; None where the plenary has it."""
    found = parts_by_key(spots, parts)
    return {key: part.room if part else None for key, part in found.items()}


def rooms_of(access: Access, draft: Draft) -> dict[int, WorkingRoom]:
    """The room that has each paragraph of a text, for the desk: by key, two queries at most."""
    parts = parts_of(access, draft)
    if not parts:
        return {}
    rows = list(draft.paragraphs.order_by("place", "pk"))
    found = rooms_by_key(spots_of(rows), parts)
    held = {row.pk: found.get(str(row.public_id)) for row in rows}
    return {key: room for key, room in held.items() if room is not None}


def rooms_at(consultation: int, moments: Sequence[datetime]) -> list[dict[int, WorkingRoom]]:
    """For each of some moments the room that had each paragraph, by key: two queries at most.

    In the order in which the texts stand now.
    """
    rows = RoomPart.objects.filter(room__consultation=consultation)
    parts = list(rows.select_related("room", "paragraph"))
    texts: dict[int, list[Paragraph]] = defaultdict(list)
    drafts = {part.paragraph.draft_id for part in parts}
    if drafts:
        for row in Paragraph.objects.filter(draft__in=drafts).order_by("place", "pk"):
            texts[row.draft_id].append(row)
    return [
        {key: room for text in texts.values() for key, room in _held_at(text, parts, moment)}
        for moment in moments
    ]


def _held_at(
    rows: Sequence[Paragraph], parts: Iterable[RoomPart], moment: datetime
) -> Iterator[tuple[int, WorkingRoom]]:
    standing = {str(part.paragraph.public_id): part for part in parts if part.was_in_force(moment)}
    found = rooms_by_key(spots_of(rows), standing)
    for row in rows:
        if room := found.get(str(row.public_id)):
            yield row.pk, room


# --- The guard ------------------------------------------------------------------------------------


def require_with_rooms(
    access: Access,
    draft: Draft,
    before: Sequence[Spot],
    after: Sequence[Spot],
    touched: Collection[str],
) -> None:
    """Raise `HeldByOthers` where something is with a room that this person does not chair.

    Asked of what was touched, and of what came into another section by the way; of each with the
    room that had it before, and the one that has it now.
    """
    parts = parts_of(access, draft)
    if not parts and access.is_in_plenary:
        return
    _take_along(access, parts, before, after)
    earlier, later = parts_by_key(before, parts), parts_by_key(after, parts)
    refused: dict[str, Refusal] = {}
    for spot in (*before, *after):
        held = [found[spot.key] for found in (earlier, later) if spot.key in found]
        is_elsewhere = len({part.room_id if part else None for part in held}) > 1
        if spot.key not in touched and not is_elsewhere:
            continue
        for part in held:
            row = _held(draft, spot, part.room if part else None)
            if reason := access.may(Act.EDIT_TEXT, on=row).reason:
                refused.setdefault(spot.key, Refusal(reason, row.name, part))
    if refused:
        raise HeldByOthers(access, tuple(refused.values()))


def require_state(access: Access, paragraph: Paragraph, asked: str, last: str | None) -> None:
    """Raise ValidationError where this state is not this person's to set."""
    require_states(access, paragraph.draft, [(paragraph, asked, last)])


def require_states(
    access: Access, draft: Draft, changes: Sequence[tuple[Paragraph, str, str | None]]
) -> None:
    """The same of several paragraphs of a text, each with the state asked for and the last one."""
    parts = parts_of(access, draft)
    rows = list(draft.paragraphs.all()) if parts else [paragraph for paragraph, *_ in changes]
    rooms = rooms_by_key(spots_of(rows), parts)
    for paragraph, asked, last in changes:
        row = StateChange(
            draft.consultation_id,
            _name(paragraph.label, paragraph.kind, paragraph.text),
            rooms.get(str(paragraph.public_id)),
            is_agreed_in_room=last == NegotiationState.ROOM,
            is_agreed_in_plenary=last == NegotiationState.PLENARY,
            asks_room=asked == NegotiationState.ROOM,
            asks_plenary=asked == NegotiationState.PLENARY,
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
        name = _name(paragraph.label, paragraph.kind, paragraph.text)
        sentence = _("%(paragraph)s is with %(room)s. Choose a meeting of this room.")
        raise ValidationError({"meeting": sentence % {"paragraph": name, "room": room}})


def _require(access: Access, act: Act, row: HeldPart) -> None:
    """A sentence at the form, and not a page of its own: what was typed stays there."""
    verdict = access.may(act, on=row)
    if not verdict:
        raise ValidationError(verdict.reason, code="with_room")


def _held(draft: Draft, spot: Spot, room: WorkingRoom | None) -> HeldPart:
    return HeldPart(draft.consultation_id, _name(spot.label, spot.kind, spot.text), room)


def _name(label: str, kind: str, text: str) -> str:
    if label and kind not in HEADS:
        return _("Paragraph %(label)s") % {"label": label}
    return name_of(label, kind, text)


def _take_along(
    access: Access, parts: dict[str, RoomPart], before: Sequence[Spot], after: Sequence[Spot]
) -> None:
    """What a chair adds right behind what their room has belongs to the room, a heading too."""
    known = {spot.key for spot in before}
    fresh = [i for i, spot in enumerate(after) if i and spot.key not in known]
    if not fresh or not access.chaired_rooms:
        return
    keys = [after[i].key for i in fresh]
    rows = {str(row.public_id): row for row in Paragraph.objects.filter(public_id__in=keys)}
    made = []
    for at in fresh:
        rooms = rooms_by_key(after, parts)
        last, key = rooms[after[at - 1].key], after[at].key
        if last is None or last.pk not in access.chaired_rooms or rooms[key] == last:
            continue
        until = next((part.until for part in parts.values() if part.room_id == last.pk), None)
        parts[key] = RoomPart(room=last, paragraph=rows[key], started_at=access.moment, until=until)
        made.append(parts[key])
    write_new(made, by=access)
