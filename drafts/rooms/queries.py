"""Which working room has which paragraph of the working text, now or at an earlier moment."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from consultations.models import WorkingRoom
from consultations.rules.access import Access
from drafts.models import SECTION_KINDS, Draft, Paragraph, RoomPart


@dataclass(frozen=True, slots=True)
class ParagraphOutline:
    """The fields of a paragraph that decide which room has it; `text` names it if unlabelled."""

    public_id: str
    parent_public_id: str | None
    kind: str
    label: str
    text: str


def room_by_paragraph_id(access: Access, draft: Draft) -> dict[int, WorkingRoom]:
    """The room that has each paragraph of a text, by its primary key: two queries at most."""
    room_parts = room_parts_of(access, draft)
    if not room_parts:
        return {}
    paragraphs = list(draft.paragraphs.order_by("place", "pk"))
    room_by_public_id = find_rooms(outlines_of(paragraphs), room_parts)
    rooms = {
        paragraph.pk: room_by_public_id.get(str(paragraph.public_id)) for paragraph in paragraphs
    }
    return {paragraph_id: room for paragraph_id, room in rooms.items() if room is not None}


def rooms_at_moments(
    consultation_id: int, moments: Sequence[datetime]
) -> list[dict[int, WorkingRoom]]:
    """For each moment, the room that had each paragraph, by primary key: two queries at most.

    For the minutes of a meeting. Texts are read in their present order.
    """
    parts_of_consultation = list(
        RoomPart.objects.filter(room__consultation=consultation_id).select_related(
            "room", "paragraph"
        )
    )
    paragraphs_by_draft: dict[int, list[Paragraph]] = defaultdict(list)
    draft_ids = {part.paragraph.draft_id for part in parts_of_consultation}
    if draft_ids:
        for paragraph in Paragraph.objects.filter(draft__in=draft_ids).order_by("place", "pk"):
            paragraphs_by_draft[paragraph.draft_id].append(paragraph)
    return [
        {
            paragraph_id: room
            for paragraphs in paragraphs_by_draft.values()
            for paragraph_id, room in _rooms_at_moment(paragraphs, parts_of_consultation, moment)
        }
        for moment in moments
    ]


def _rooms_at_moment(
    paragraphs: Sequence[Paragraph], parts_of_consultation: Iterable[RoomPart], moment: datetime
) -> Iterator[tuple[int, WorkingRoom]]:
    """The id of each paragraph of one text that a room had at a moment, with the room."""
    room_parts = {
        str(part.paragraph.public_id): part
        for part in parts_of_consultation
        if part.was_in_force(moment)
    }
    room_by_public_id = find_rooms(outlines_of(paragraphs), room_parts)
    for paragraph in paragraphs:
        if room := room_by_public_id.get(str(paragraph.public_id)):
            yield paragraph.pk, room


def room_parts_of(access: Access, draft: Draft) -> dict[str, RoomPart]:
    """The parts of a text that rooms have now, by public id of the paragraph: one query."""
    parts_in_force = RoomPart.objects.in_force(access.moment).filter(paragraph__draft=draft)
    return {
        str(part.paragraph.public_id): part
        for part in parts_in_force.select_related("room", "paragraph")
    }


def outlines_of(paragraphs: Iterable[Paragraph]) -> list[ParagraphOutline]:
    """The outlines of paragraphs in the order of the text; discarded ones are left out."""
    kept = [paragraph for paragraph in paragraphs if paragraph.discarded_at is None]
    kept_paragraphs = sorted(kept, key=lambda paragraph: (paragraph.place, paragraph.pk))
    public_id_by_id = {paragraph.pk: str(paragraph.public_id) for paragraph in kept_paragraphs}
    return [
        ParagraphOutline(
            public_id_by_id[paragraph.pk],
            public_id_by_id.get(paragraph.parent_id or 0),
            paragraph.kind,
            paragraph.label,
            paragraph.text,
        )
        for paragraph in kept_paragraphs
    ]


def find_rooms(
    outlines: Iterable[ParagraphOutline], room_parts: Mapping[str, RoomPart]
) -> dict[str, WorkingRoom | None]:
    """The room that has each paragraph, by public id; None where the plenary has it."""
    part_by_public_id = find_parts(outlines, room_parts)
    return {public_id: part.room if part else None for public_id, part in part_by_public_id.items()}


def find_parts(
    outlines: Iterable[ParagraphOutline], room_parts: Mapping[str, RoomPart]
) -> dict[str, RoomPart | None]:
    """The part to which each paragraph belongs: its own, else its parent's, else its section's.

    None where it belongs to none. `room_parts` as `room_parts_of` gives them; they and the result
    by public id of the paragraph. A section ends at the next of `SECTION_KINDS`; a
    room has it as a whole.
    """
    part_by_public_id: dict[str, RoomPart | None] = {}
    section_part: RoomPart | None = None
    for outline in outlines:
        own_part = room_parts.get(outline.public_id)
        if outline.kind in SECTION_KINDS:
            part_by_public_id[outline.public_id] = section_part = own_part
        else:
            part_by_public_id[outline.public_id] = own_part or part_by_public_id.get(
                outline.parent_public_id or "", section_part
            )
    return part_by_public_id
