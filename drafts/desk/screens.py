"""The acts on the screen of a meeting: show a paragraph, show the proposals, turn it off."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consultations.models import Meeting
from consultations.rules.access import Access, Act
from delegations.history import write
from drafts.desk.typed_words import delete_typed_words
from drafts.models import Paragraph, Screen


@transaction.atomic
def show_on_screen(*, access: Access, meeting: Meeting, paragraph: Paragraph) -> Screen:
    """Show a paragraph of the working text to all in the room; turns the screen on if it is off.

    From then on all who may see the screen may read the words of the paragraph on the desk.
    """
    access.require(Act.PROJECT, on=meeting)
    # Locked, so that two who turn it on at once do not both create the screen.
    stored_meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if stored_meeting.cancelled_at:
        raise ValidationError(_("This meeting was cancelled. It has no screen."))
    if paragraph.draft.consultation_id != access.consultation.pk:
        raise ValidationError(_("This paragraph belongs to another consultation."))
    existing = Screen.objects.select_related("meeting").filter(meeting=stored_meeting).first()
    screen = existing or Screen(meeting=stored_meeting, begun_at=access.moment)
    if screen.ended_at:
        screen.begun_at, screen.ended_at = access.moment, None
    written_screen = _write_next_version(access, screen, paragraph=paragraph)
    delete_typed_words(written_screen, except_for=paragraph)
    return written_screen


@transaction.atomic
def set_proposals_shown(*, access: Access, screen: Screen, are_shown: bool) -> Screen:
    """Show the proposals that all delegations may read under the words, or leave them out."""
    return _write_next_version(access, _locked_screen(access, screen), with_proposals=are_shown)


@transaction.atomic
def end_screen(*, access: Access, screen: Screen) -> Screen:
    """Turn the screen off: the room no longer reads the words on the desk."""
    stored_screen = _locked_screen(access, screen)
    if stored_screen.ended_at is None:
        _write_next_version(access, stored_screen, ended_at=access.moment)
        delete_typed_words(stored_screen)
    return stored_screen


def _locked_screen(access: Access, screen: Screen) -> Screen:
    """The screen as stored, locked until the transaction ends."""
    access.require(Act.PROJECT, on=screen.meeting)
    screens = Screen.objects.select_for_update(of=("self",)).select_related("meeting")
    return screens.get(pk=screen.pk)


def _write_next_version(access: Access, screen: Screen, **fields: object) -> Screen:
    """Write fields of the screen with its next version, which tells followers of the change."""
    for name, value in fields.items():
        setattr(screen, name, value)
    screen.version += 1
    return write(screen, by=access)
