"""The rooms of a consultation as a page shows them: who sits there, when, what they have."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from consultations.models import Meeting, RoomChair, RoomMember, WorkingRoom
from consultations.rules.access import Access
from drafts.models import Draft, RoomPart, Wording
from drafts.text.citing import names_on_desk
from drafts.text.names import name_of_wording


@dataclass(frozen=True, slots=True)
class PartLine:
    """A paragraph or section that a room has, by the name that this reader may see."""

    part: RoomPart
    paragraph_name: str
    is_section: bool


@dataclass(frozen=True, slots=True)
class DraftOfRoom:
    """What a room has of one text."""

    draft: Draft
    part_lines: Sequence[PartLine]


@dataclass(frozen=True, slots=True)
class WorkingRoomLine:
    """A room: its people, its coming meetings, and what it has of the texts."""

    room: WorkingRoom
    chairs: Sequence[RoomChair]
    members: Sequence[RoomMember]
    meetings: Sequence[Meeting]
    drafts: Sequence[DraftOfRoom]


def room_lines(access: Access) -> list[WorkingRoomLine]:
    """The open rooms, in the order in which they began: six queries at most, for any number."""
    chairs = RoomChair.objects.filter(ended_at=None).select_related(
        "facilitation__user", "facilitation__delegation"
    )
    members = RoomMember.objects.filter(ended_at=None).select_related("seat")
    meetings = Meeting.objects.filter(cancelled_at=None, starts_at__gt=access.moment)
    rooms = WorkingRoom.objects.visible_to(access).open()
    drafts_by_room_id = _drafts_by_room_id(access)
    return [
        WorkingRoomLine(
            room,
            room.chairs_now,  # type: ignore[attr-defined]
            room.members_now,  # type: ignore[attr-defined]
            room.meetings_to_come,  # type: ignore[attr-defined]
            drafts_by_room_id.get(room.pk, ()),
        )
        for room in rooms.prefetch_related(
            Prefetch("chairs", chairs, to_attr="chairs_now"),
            Prefetch("members", members, to_attr="members_now"),
            Prefetch("meetings", meetings, to_attr="meetings_to_come"),
        )
    ]


def _drafts_by_room_id(access: Access) -> Mapping[int, Sequence[DraftOfRoom]]:
    """What each room has, by id of the room, text by text, in the order of the texts."""
    parts_in_force = RoomPart.objects.visible_to(access).in_force(access.moment)
    parts_in_force = parts_in_force.select_related("paragraph__draft").order_by(
        "paragraph__draft__place", "paragraph__draft", "paragraph__place"
    )
    wording_by_paragraph_id: dict[int, Wording] = {}
    name_by_paragraph_id: dict[int, str] = {}
    if access.reads_all:
        name_by_paragraph_id = names_on_desk({part.paragraph.draft_id for part in parts_in_force})
    else:
        wording_by_paragraph_id = _latest_wordings(parts_in_force)
    drafts_by_room_id: dict[int, dict[int, DraftOfRoom]] = defaultdict(dict)
    for part in parts_in_force:
        paragraph = part.paragraph
        # Who reads the desk sees the paragraph as it is there.
        shown_wording = wording_by_paragraph_id.get(paragraph.pk, paragraph)
        part_line = PartLine(
            part,
            name_of_wording(shown_wording)
            if isinstance(shown_wording, Wording)
            else name_by_paragraph_id.get(paragraph.pk, ""),
            shown_wording.kind == "heading",
        )
        draft_of_room_by_draft_id = drafts_by_room_id[part.room_id]
        draft_so_far = draft_of_room_by_draft_id.get(paragraph.draft_id)
        draft_of_room_by_draft_id[paragraph.draft_id] = DraftOfRoom(
            paragraph.draft, [*(draft_so_far.part_lines if draft_so_far else ()), part_line]
        )
    return {
        room_id: tuple(draft_of_room_by_draft_id.values())
        for room_id, draft_of_room_by_draft_id in drafts_by_room_id.items()
    }


def _latest_wordings(parts: Iterable[RoomPart]) -> dict[int, Wording]:
    """The last circulated wording of each paragraph, for those who do not read the desk."""
    wordings = Wording.objects.filter(paragraph__in=[part.paragraph_id for part in parts])
    latest_wordings = wordings.order_by("paragraph_id", "-revision__number", "-pk").distinct(
        "paragraph_id"
    )
    return {wording.paragraph_id: wording for wording in latest_wordings}
