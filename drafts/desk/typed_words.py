"""What is typed at the desk into the paragraph on a screen: shown to the room before it is saved.

Only who leads a screen may show there what they type, and only while the paragraph is on it. The
first who types holds the screen until they save, close or are gone.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consultations.rules.access import Access, Act
from drafts.models import LONGEST_PARAGRAPH, Editing, Paragraph, Screen, TypedWords
from drafts.models.screen import PASSES_AFTER
from drafts.readers.proposal import forbidden_character


def screens_for(access: Access, paragraph: Paragraph) -> list[Screen]:
    """The screens that show a paragraph now, and that this person leads: one query."""
    if not access.may(Act.EDIT_TEXT, on=paragraph.draft):
        return []
    rows = Screen.objects.visible_to(access).on().filter(paragraph=paragraph)
    found = rows.select_related("meeting").order_by("pk")
    return [row for row in found if access.may(Act.PROJECT, on=row.meeting)]


@transaction.atomic
def show_typed(*, access: Access, paragraph: Paragraph, version: int, text: str) -> list[Screen]:
    """Show what is typed on each screen with this paragraph. Returns the screens that show it.

    `version` is that of the words on which it is typed: where others were saved since, or somebody
    else types on a screen, it is not shown there; nor where this person has closed the paragraph,
    and it comes late. Raises ValidationError where it cannot stand.
    """
    access.require(Act.EDIT_TEXT, on=paragraph.draft)
    _require_words(text)
    # Locked, so that closing the paragraph waits for this, or this for it.
    open_by_them = Editing.objects.select_for_update().filter(paragraph=paragraph, user=access.user)
    if paragraph.version != version or not open_by_them.exists():
        return []
    return [one for one in _locked(access, paragraph) if _shows(access, one, paragraph, text)]


@transaction.atomic
def hide_typed(*, access: Access, paragraph: Paragraph) -> None:
    """Take off the screens what this person types there."""
    access.require(Act.EDIT_TEXT, on=paragraph.draft)
    TypedWords.objects.filter(paragraph=paragraph, user=access.user).delete()


def forget_typed(screen: Screen, *, but_of: Paragraph | None = None) -> None:
    """The screen shows another paragraph, or none: what was typed into the one before goes."""
    rows = TypedWords.objects.filter(screen=screen)
    (rows.exclude(paragraph=but_of) if but_of else rows).delete()


def _locked(access: Access, paragraph: Paragraph) -> list[Screen]:
    """Those of the screens that still show it, and do so until this is written."""
    screens = screens_for(access, paragraph)
    rows = Screen.objects.select_for_update().filter(pk__in=[one.pk for one in screens])
    showing = set(rows.on().filter(paragraph=paragraph).values_list("pk", flat=True))
    return [one for one in screens if one.pk in showing]


def _shows(access: Access, screen: Screen, paragraph: Paragraph, text: str) -> bool:
    """Whether the screen then shows these words."""
    gone = TypedWords.objects.filter(screen=screen, seen_at__lte=access.moment - PASSES_AFTER)
    gone.delete()
    rows = TypedWords.objects.filter(screen=screen)
    row = rows.filter(pk__in=TypedWords.objects.in_force()).first()
    if row is None:
        rows.delete()
        row = TypedWords(screen=screen, paragraph=paragraph, user=access.user, turn=0)
    elif row.user_id != access.user.pk:
        return False
    if row.text != text or not row.turn:
        row.text, row.turn = text, row.turn + 1
    row.on_version, row.seen_at = paragraph.version, access.moment
    row.save()
    return True


def _require_words(text: str) -> None:
    """No words at all are shown as such; those that could never be saved are not."""
    if len(text) > LONGEST_PARAGRAPH or forbidden_character(text):
        raise ValidationError(_("These words cannot be saved, and are not shown on the screen."))
