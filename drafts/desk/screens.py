"""The writes to the screen of a meeting: on, another paragraph, the proposals, off."""

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
    """Show a paragraph of the working text to all in the room; the first turns the screen on.

    From then on whoever sits in the consultation reads its words as they stand on the desk.
    """
    access.require(Act.PROJECT, on=meeting)
    stored = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if stored.cancelled_at:
        raise ValidationError(_("This meeting was cancelled. It has no screen."))
    if paragraph.draft.consultation_id != access.consultation.pk:
        raise ValidationError(_("This paragraph belongs to another consultation."))
    found = Screen.objects.select_related("meeting").filter(meeting=stored).first()
    screen = found or Screen(meeting=stored, begun_at=access.moment)
    if screen.ended_at:
        screen.begun_at, screen.ended_at = access.moment, None
    shown = _turned(access, screen, paragraph=paragraph)
    forget_typed(shown, but_of=paragraph)
    return shown


@transaction.atomic
def show_proposals(*, access: Access, screen: Screen, is_shown: bool) -> Screen:
    """Show the proposals that all delegations may read under the words, or leave them out."""
    return _turned(access, _locked(access, screen), with_proposals=is_shown)


@transaction.atomic
def end_screen(*, access: Access, screen: Screen) -> Screen:
    """Turn the screen off: what is on the desk is the facilitators' alone again."""
    stored = _locked(access, screen)
    if stored.ended_at is None:
        _turned(access, stored, ended_at=access.moment)
        forget_typed(stored)
    return stored


def _locked(access: Access, screen: Screen) -> Screen:
    access.require(Act.PROJECT, on=screen.meeting)
    rows = Screen.objects.select_for_update(of=("self",)).select_related("meeting")
    return rows.get(pk=screen.pk)


def _turned(access: Access, screen: Screen, **fields: object) -> Screen:
    """Written with its next version, by which those who follow see that it is another."""
    for name, value in fields.items():
        setattr(screen, name, value)
    screen.version += 1
    return write(screen, by=access)
