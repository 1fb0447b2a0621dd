"""The acts that give a part of a text to a working room, and give it back to the plenary."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consultations.models import WorkingRoom
from consultations.rules.access import Access, Act
from delegations.history import write, write_fields, write_new
from drafts.desk.steps import lock_for_editing
from drafts.models import Draft, Paragraph, RoomPart


@transaction.atomic
def assign_parts(
    *,
    access: Access,
    room: WorkingRoom,
    draft: Draft,
    paragraphs: Sequence[Paragraph],
    until: datetime | None = None,
) -> list[RoomPart]:
    """Give a room paragraphs of a text from now on; a heading with its section.

    Raises ValidationError where one of them is a part of a room already, which must be ended first.
    """
    access.require(Act.ASSIGN_PARTS, on=draft)
    access.require(Act.ASSIGN_PARTS, on=room)
    lock_for_editing(access, draft)
    if WorkingRoom.objects.filter(pk=room.pk).exclude(ended_at=None).exists():
        raise ValidationError(_("This room has ended."))
    if not paragraphs:
        raise ValidationError({"paragraphs": _("Choose at least one paragraph or section.")})
    if until is not None and until <= access.moment:
        raise ValidationError({"until": _("The end must be in the future.")})
    if any(paragraph.draft_id != draft.pk or paragraph.struck_at for paragraph in paragraphs):
        raise ValidationError(_("That paragraph belongs to another text."))
    _end_expired_parts_or_refuse(access, draft, paragraphs)
    return write_new(
        [
            RoomPart(room=room, paragraph=paragraph, started_at=access.moment, until=until)
            for paragraph in paragraphs
        ],
        by=access,
    )


@transaction.atomic
def end_part(*, access: Access, part: RoomPart) -> RoomPart:
    """End the part of a room: from now on it is with the plenary. A second call changes nothing."""
    access.require(Act.ASSIGN_PARTS, on=part)
    draft = part.paragraph.draft
    lock_for_editing(access, draft)
    stored_part = RoomPart.objects.select_related("room", "paragraph").get(pk=part.pk)
    if stored_part.ended_at is None:
        stored_part.ended_at = access.moment
        write(stored_part, by=access)
    return stored_part


def _end_expired_parts_or_refuse(
    access: Access, draft: Draft, paragraphs: Sequence[Paragraph]
) -> None:
    """End parts that have run out; raise ValidationError where a room has one of the paragraphs."""
    open_parts = RoomPart.objects.filter(paragraph__in=paragraphs, ended_at=None)
    ids_in_force = {part.pk for part in open_parts.in_force(access.moment)}
    expired_parts = []
    for part in open_parts.select_related("room", "paragraph"):
        if part.pk in ids_in_force:
            raise ValidationError(
                _("%(paragraph)s is with %(room)s.")
                % {"paragraph": part.paragraph.label or part.paragraph.text[:40], "room": part.room}
            )
        part.ended_at = part.until or part.room.ended_at  # one of them is set: it is not in force
        expired_parts.append(part)
    if expired_parts:
        write_fields(expired_parts, fields=["ended_at"], by=access)
