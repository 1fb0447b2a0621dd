"""Who has a paragraph open on the desk: marked while they write, and for two minutes after.

A mark is a courtesy, not a lock: it keeps nobody out, and leaves no history.
"""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from consultations.rules.access import Access, Act
from consultations.rules.recorded_capacity import capacity_for_reader
from consultations.wall_clock import hour_of
from drafts.desk.typed_words import hide_typed
from drafts.models import Draft, Editing, Paragraph

PASSES_AFTER = timedelta(minutes=2)


@dataclass(frozen=True)
class EditingMark:
    """Somebody else is writing in a paragraph. Names are for facilitators only."""

    public_id: str
    who: str
    since: str


@transaction.atomic
def mark_open(*, access: Access, paragraph: Paragraph) -> Editing:
    """Mark a paragraph as open, or as still open. Expired marks are deleted."""
    access.require(Act.EDIT_TEXT, on=paragraph.draft)
    passed = access.moment - PASSES_AFTER
    Editing.objects.filter(paragraph__draft=paragraph.draft, seen_at__lt=passed).delete()
    mark, _is_new = Editing.objects.update_or_create(
        paragraph=paragraph,
        user=access.user,
        defaults={"capacity": access.capacity_words, "seen_at": access.moment},
    )
    return mark


@transaction.atomic
def mark_closed(*, access: Access, paragraph: Paragraph) -> None:
    """Remove one's own mark from a paragraph, and what one typed from the screens."""
    access.require(Act.EDIT_TEXT, on=paragraph.draft)
    Editing.objects.filter(paragraph=paragraph, user=access.user).delete()
    hide_typed(access=access, paragraph=paragraph)


def marks_on(draft: Draft, access: Access) -> dict[int, EditingMark]:
    """By paragraph, who else has it open now; the latest of several. One query."""
    rows = Editing.objects.visible_to(access).filter(
        paragraph__draft=draft, seen_at__gt=access.moment - PASSES_AFTER
    )
    others = rows.exclude(user=access.user).select_related("paragraph", "user")
    return {
        row.paragraph_id: EditingMark(
            str(row.paragraph.public_id),
            row.user.name if access.is_facilitator else capacity_for_reader(row.capacity),
            hour_of(row.seen_at, ZoneInfo(access.user.time_zone), now=access.moment),
        )
        for row in others.order_by("seen_at")
    }
