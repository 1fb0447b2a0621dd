"""The acts on the screen of a meeting: what is shown, and what somebody types there."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consultations.models import Meeting
from consultations.rules.access import Access, Act
from delegations.history import write
from drafts.meetings.models import TYPED_WORDS_EXPIRE_AFTER
from drafts.models import MAX_PARAGRAPH_LENGTH, Editing, Paragraph, Screen, TypedWords
from drafts.parsing.file_text import code_of_forbidden_character


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


def _write_next_version(access: Access, screen: Screen, **fields: object) -> Screen:
    """Write fields of the screen with its next version, which tells followers of the change."""
    for name, value in fields.items():
        setattr(screen, name, value)
    screen.version += 1
    return write(screen, by=access)


def _locked_screen(access: Access, screen: Screen) -> Screen:
    """The screen as stored, locked until the transaction ends."""
    access.require(Act.PROJECT, on=screen.meeting)
    screens = Screen.objects.select_for_update(of=("self",)).select_related("meeting")
    return screens.get(pk=screen.pk)


# --- What is typed -------------------------------------------------------------------------------


@transaction.atomic
def show_typed_words(
    *, access: Access, paragraph: Paragraph, version: int, text: str
) -> list[Screen]:
    """Show what is typed on each screen with this paragraph. Returns the screens that show it.

    `version` is that of the words being edited. Nothing is shown where other words were saved
    since, where somebody else types on the screen, or where this person has closed the paragraph
    meanwhile. Raises ValidationError where the words could never be saved.
    """
    access.require(Act.EDIT_TEXT, on=paragraph.draft)
    _require_printable(text)
    # Locked, so that closing the paragraph waits for this, or this for it.
    own_editing_mark = Editing.objects.select_for_update().filter(
        paragraph=paragraph, user=access.user
    )
    if paragraph.version != version or not own_editing_mark.exists():
        return []
    return [
        screen
        for screen in _locked_screens(access, paragraph)
        if _show_on(access, screen, paragraph, text)
    ]


def _require_printable(text: str) -> None:
    """Raise ValidationError where these words could never be saved; no words at all are fine."""
    if len(text) > MAX_PARAGRAPH_LENGTH or code_of_forbidden_character(text):
        raise ValidationError(_("These words cannot be saved, and are not shown on the screen."))


def _locked_screens(access: Access, paragraph: Paragraph) -> list[Screen]:
    """The screens that show the paragraph, locked so that they do until the words are written."""
    screens = screens_for(access, paragraph)
    locked_screens = Screen.objects.select_for_update().filter(
        pk__in=[screen.pk for screen in screens]
    )
    ids_still_showing = set(
        locked_screens.switched_on().filter(paragraph=paragraph).values_list("pk", flat=True)
    )
    return [screen for screen in screens if screen.pk in ids_still_showing]


def screens_for(access: Access, paragraph: Paragraph) -> list[Screen]:
    """The screens that show a paragraph now, and that this person leads: one query."""
    if not access.may(Act.EDIT_TEXT, on=paragraph.draft):
        return []
    screens_showing_it = Screen.objects.visible_to(access).switched_on().filter(paragraph=paragraph)
    screens = screens_showing_it.select_related("meeting").order_by("pk")
    return [screen for screen in screens if access.may(Act.PROJECT, on=screen.meeting)]


def _show_on(access: Access, screen: Screen, paragraph: Paragraph, text: str) -> bool:
    """Show these words on a screen; returns False where somebody else types there."""
    expired_words = TypedWords.objects.filter(
        screen=screen, seen_at__lte=access.moment - TYPED_WORDS_EXPIRE_AFTER
    )
    expired_words.delete()
    typed_words_of_screen = TypedWords.objects.filter(screen=screen)
    typed_words = typed_words_of_screen.in_force().first()
    if typed_words is None:
        typed_words_of_screen.delete()  # what was typed on earlier words, or into another paragraph
        typed_words = TypedWords(screen=screen, paragraph=paragraph, user=access.user, turn=0)
    elif typed_words.user_id != access.user.pk:
        return False
    # A new row has turn 0 and was never shown: its turn is raised even where the text is empty.
    if typed_words.text != text or not typed_words.turn:
        typed_words.text, typed_words.turn = text, typed_words.turn + 1
    typed_words.on_version, typed_words.seen_at = paragraph.version, access.moment
    typed_words.save()
    return True


@transaction.atomic
def hide_typed_words(*, access: Access, paragraph: Paragraph) -> None:
    """Remove from the screens what this person types there."""
    access.require(Act.EDIT_TEXT, on=paragraph.draft)
    TypedWords.objects.filter(paragraph=paragraph, user=access.user).delete()


def delete_typed_words(screen: Screen, *, except_for: Paragraph | None = None) -> None:
    """Delete what was typed for a screen, when it shows another paragraph or none.

    What is typed into the paragraph `except_for`, which it shows from now on, stays.
    """
    typed_words = TypedWords.objects.filter(screen=screen)
    (typed_words.exclude(paragraph=except_for) if except_for else typed_words).delete()
