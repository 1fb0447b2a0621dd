"""The acts on the screen of a meeting: show a paragraph, show the proposals, turn it off."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consultations.models import Meeting
from consultations.rules.access import Access, Act
from delegations.history import write
from drafts.desk.typed_words import forget_typed
from drafts.models import Paragraph, Screen


@transaction.atomic
def show_on_screen(*, access: Access, meeting: Meeting, paragraph: Paragraph) -> Screen:
    """Show a paragraph of the working text to all in the room; turns the screen on if it is off.

    From then on everybody in the consultation may read the words of the paragraph on the desk.
    """
    access.require(Act.PROJECT, on=meeting)
    stored = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if stored.cancelled_at:
        raise ValidationError(_("This meeting was cancelled. It has no screen."))
    if paragraph.draft.consultation_id != access.consultation.pk:
        raise ValidationError(_("This paragraph belongs to another consultation."))
    existing = Screen.objects.select_related("meeting").filter(meeting=stored).first()
    screen = existing or Screen(meeting=stored, begun_at=access.moment)
    if screen.ended_at:
        screen.begun_at, screen.ended_at = access.moment, None
    written = _write_next_version(access, screen, paragraph=paragraph)
    forget_typed(written, but_of=paragraph)
    return written


@transaction.atomic
def show_proposals(*, access: Access, screen: Screen, is_shown: bool) -> Screen:
    """Show the proposals that all delegations may read under the words, or leave them out."""
    return _write_next_version(access, _locked_screen(access, screen), with_proposals=is_shown)


@transaction.atomic
def end_screen(*, access: Access, screen: Screen) -> Screen:
    """Turn the screen off: only facilitators read the desk again."""
    stored = _locked_screen(access, screen)
    if stored.ended_at is None:
        _write_next_version(access, stored, ended_at=access.moment)
        forget_typed(stored)
    return stored


def _locked_screen(access: Access, screen: Screen) -> Screen:
    access.require(Act.PROJECT, on=screen.meeting)
    rows = Screen.objects.select_for_update(of=("self",)).select_related("meeting")
    return rows.get(pk=screen.pk)


def _write_next_version(access: Access, screen: Screen, **fields: object) -> Screen:
    """Write fields of the screen with its next version, which tells followers of the change."""
    for name, value in fields.items():
        setattr(screen, name, value)
    screen.version += 1
    return write(screen, by=access)
