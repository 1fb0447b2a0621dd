"""The rooms of a consultation as a page shows them: who sits there, when, what they have."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from consultations.models import Meeting, RoomChair, RoomMember, WorkingRoom
from consultations.rules.access import Access
from drafts.labels import name_of
from drafts.models import Draft, RoomPart, Wording


@dataclass(frozen=True, slots=True)
class PartLine:
    """One thing that a room has, as this reader may call it."""

    part: RoomPart
    name: str
    is_section: bool


@dataclass(frozen=True, slots=True)
class TextOfRoom:
    """What a room has of one text."""

    draft: Draft
    parts: Sequence[PartLine]


@dataclass(frozen=True, slots=True)
class RoomLine:
    """A room: its people, its meetings to come, what it has."""

    room: WorkingRoom
    chairs: Sequence[RoomChair]
    members: Sequence[RoomMember]
    meetings: Sequence[Meeting]
    texts: Sequence[TextOfRoom]


def room_lines(access: Access) -> list[RoomLine]:
    """The open rooms, in the order in which they began: seven queries, however many there are."""
    chairs = RoomChair.objects.filter(ended_at=None).select_related(
        "facilitation__user", "facilitation__delegation"
    )
    members = RoomMember.objects.filter(ended_at=None).select_related("seat")
    meetings = Meeting.objects.filter(cancelled_at=None, starts_at__gt=access.moment)
    rooms = WorkingRoom.objects.visible_to(access).open()
    parts = _parts(access)
    return [
        RoomLine(
            room,
            room.chairs_now,  # type: ignore[attr-defined]
            room.members_now,  # type: ignore[attr-defined]
            room.meetings_to_come,  # type: ignore[attr-defined]
            parts.get(room.pk, ()),
        )
        for room in rooms.prefetch_related(
            Prefetch("chairs", chairs, to_attr="chairs_now"),
            Prefetch("members", members, to_attr="members_now"),
            Prefetch("meetings", meetings, to_attr="meetings_to_come"),
        )
    ]


def _parts(access: Access) -> Mapping[int, Sequence[TextOfRoom]]:
    """What each room has, by its key, text by text, in the order of the texts."""
    rows = RoomPart.objects.visible_to(access).in_force(access.moment)
    rows = rows.select_related("paragraph__draft").order_by(
        "paragraph__draft__place", "paragraph__draft", "paragraph__place"
    )
    told = {} if access.reads_all else _circulated(rows)
    found: dict[int, dict[int, TextOfRoom]] = defaultdict(dict)
    for part in rows:
        row = part.paragraph
        said = told.get(row.pk, row)
        line = PartLine(part, name_of(said.label, said.kind, said.text), said.kind == "heading")
        texts = found[part.room_id]
        before = texts.get(row.draft_id)
        texts[row.draft_id] = TextOfRoom(row.draft, [*(before.parts if before else ()), line])
    return {room: tuple(texts.values()) for room, texts in found.items()}


def _circulated(parts: Iterable[RoomPart]) -> dict[int, Wording]:
    """What was circulated last of each of them: who does not read the desk calls it so."""
    rows = Wording.objects.filter(paragraph__in=[part.paragraph_id for part in parts])
    latest = rows.order_by("paragraph_id", "-revision__number", "-pk").distinct("paragraph_id")
    return {row.paragraph_id: row for row in latest}
