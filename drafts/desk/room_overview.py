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
    """A paragraph or section that a room has, by the name that this reader may see."""

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
    """A room: its people, its coming meetings, and what it has of the texts."""

    room: WorkingRoom
    chairs: Sequence[RoomChair]
    members: Sequence[RoomMember]
    meetings: Sequence[Meeting]
    texts: Sequence[TextOfRoom]


def room_lines(access: Access) -> list[RoomLine]:
    """The open rooms, in the order in which they began: seven queries, however many rooms."""
    chairs = RoomChair.objects.filter(ended_at=None).select_related(
        "facilitation__user", "facilitation__delegation"
    )
    members = RoomMember.objects.filter(ended_at=None).select_related("seat")
    meetings = Meeting.objects.filter(cancelled_at=None, starts_at__gt=access.moment)
    rooms = WorkingRoom.objects.visible_to(access).open()
    parts = _texts_by_room(access)
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


def _texts_by_room(access: Access) -> Mapping[int, Sequence[TextOfRoom]]:
    """What each room has, by its key, text by text, in the order of the texts."""
    rows = RoomPart.objects.visible_to(access).in_force(access.moment)
    rows = rows.select_related("paragraph__draft").order_by(
        "paragraph__draft__place", "paragraph__draft", "paragraph__place"
    )
    wordings = {} if access.reads_all else _latest_wordings(rows)
    by_room: dict[int, dict[int, TextOfRoom]] = defaultdict(dict)
    for part in rows:
        row = part.paragraph
        named_after = wordings.get(row.pk, row)
        part_line = PartLine(
            part,
            name_of(named_after.label, named_after.kind, named_after.text),
            named_after.kind == "heading",
        )
        texts = by_room[part.room_id]
        before = texts.get(row.draft_id)
        texts[row.draft_id] = TextOfRoom(row.draft, [*(before.parts if before else ()), part_line])
    return {room: tuple(texts.values()) for room, texts in by_room.items()}


def _latest_wordings(parts: Iterable[RoomPart]) -> dict[int, Wording]:
    """The last circulated wording of each paragraph, for those who do not read the desk."""
    rows = Wording.objects.filter(paragraph__in=[part.paragraph_id for part in parts])
    latest = rows.order_by("paragraph_id", "-revision__number", "-pk").distinct("paragraph_id")
    return {row.paragraph_id: row for row in latest}
