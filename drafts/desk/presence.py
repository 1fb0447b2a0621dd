"""Who has a paragraph open on the desk: marked while they write, and for two minutes after.

A mark tells others, and is no lock: it keeps nobody out, and leaves no history.
"""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from consultations.rules.access import Access, Act
from consultations.rules.recorded_capacity import capacity_for_reader
from consultations.time.wall_clock import hour_of
from drafts.models import Draft, Editing, Paragraph
from drafts.screen.acts import hide_typed_words

MARK_EXPIRES_AFTER = timedelta(minutes=2)


@dataclass(frozen=True)
class EditingMark:
    """That somebody else is writing in a paragraph.

    `editor_name` is their name for facilitators, and their capacity for other readers.
    """

    paragraph_public_id: str
    editor_name: str
    last_seen_time_text: str


@transaction.atomic
def mark_as_open(*, access: Access, paragraph: Paragraph) -> Editing:
    """Mark a paragraph as open, or as still open. Expired marks in its text are deleted."""
    access.require(Act.EDIT_TEXT, on=paragraph.draft)
    expiry_moment = access.moment - MARK_EXPIRES_AFTER
    Editing.objects.filter(paragraph__draft=paragraph.draft, seen_at__lt=expiry_moment).delete()
    mark, _is_created = Editing.objects.update_or_create(
        paragraph=paragraph,
        user=access.user,
        defaults={"capacity": access.capacity_words, "seen_at": access.moment},
    )
    return mark


@transaction.atomic
def unmark_as_open(*, access: Access, paragraph: Paragraph) -> None:
    """Remove one's own mark from a paragraph, and take the words that one typed off the screens."""
    access.require(Act.EDIT_TEXT, on=paragraph.draft)
    Editing.objects.filter(paragraph=paragraph, user=access.user).delete()
    hide_typed_words(access=access, paragraph=paragraph)


def mark_by_paragraph_id(draft: Draft, access: Access) -> dict[int, EditingMark]:
    """By id of a paragraph, who else has it open now; the latest of several. One query."""
    current_marks = Editing.objects.visible_to(access).filter(
        paragraph__draft=draft, seen_at__gt=access.moment - MARK_EXPIRES_AFTER
    )
    marks_of_others = current_marks.exclude(user=access.user).select_related("paragraph", "user")
    return {
        mark.paragraph_id: EditingMark(
            str(mark.paragraph.public_id),
            mark.user.name if access.is_facilitator else capacity_for_reader(mark.capacity),
            hour_of(mark.seen_at, ZoneInfo(access.user.time_zone), now=access.moment),
        )
        for mark in marks_of_others.order_by("seen_at")
    }
