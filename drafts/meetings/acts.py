"""The acts on the agenda of a meeting: texts and paragraphs added to it and removed."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consultations.models import Meeting
from consultations.rules.access import Access, Act
from consultations.web.preconditions import locked_row
from delegations.history import record_next, write
from drafts.desk.acts import require_same_draft
from drafts.models import AgendaItem, Draft, Paragraph


@transaction.atomic
def add_agenda_item(
    *,
    access: Access,
    meeting: Meeting,
    draft: Draft,
    paragraph: Paragraph | None = None,
    note: str = "",
) -> AgendaItem:
    """Add a text, or one paragraph of it, at the end of the agenda of a meeting."""
    meeting = _meeting_to_change(access, meeting)
    access.require(Act.READ_TEXT, on=draft)
    require_same_draft(draft, paragraph)
    # Delegations read the agenda: it names only what they may read.
    if not (paragraph.wordings if paragraph else draft.revisions).exists():
        raise ValidationError(_("Circulate this first: delegations have not seen it yet."))
    items = list(meeting.agenda.order_by("place", "pk"))
    if any(
        item.draft_id == draft.pk and item.paragraph_id == _id_or_none(paragraph) for item in items
    ):
        raise ValidationError(_("This stands on the agenda already."))
    place = items[-1].place + 1 if items else 1
    item = AgendaItem(meeting=meeting, draft=draft, paragraph=paragraph, place=place, note=note)
    return write(item, by=access)


@transaction.atomic
def remove_agenda_item(*, access: Access, item: AgendaItem) -> None:
    """Remove an item from the agenda. Its history keeps that it was there, and who removed it.

    Does nothing where somebody else has removed it already.
    """
    _meeting_to_change(access, item.meeting)
    if not AgendaItem.objects.filter(pk=item.pk).exists():
        return
    record_next(item, by=access)
    item.delete()


def _meeting_to_change(access: Access, meeting: Meeting) -> Meeting:
    """The stored meeting, locked: two additions at once wait for each other.

    Raises Refused where this person may not change its agenda, ValidationError where it was
    cancelled.
    """
    access.require(Act.SET_MEETINGS, on=meeting)
    stored_meeting = locked_row(meeting)
    if stored_meeting.cancelled_at:
        raise ValidationError(_("This meeting was cancelled. Its agenda no longer changes."))
    return stored_meeting


def _id_or_none(paragraph: Paragraph | None) -> int | None:
    return paragraph.pk if paragraph else None
