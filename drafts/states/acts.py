"""The acts of facilitators on the state of a paragraph."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consultations.models import Meeting
from consultations.rules.access import Access, Act
from drafts.desk.acts import edit_paragraph
from drafts.desk.steps import lock_for_editing
from drafts.models import NegotiationState, Paragraph, StateAct
from drafts.rooms.guard import require_may_set_states, require_meeting_of_its_room
from drafts.states.recording import record_state


@transaction.atomic
def set_state(
    *,
    access: Access,
    paragraph: Paragraph,
    state: str,
    version: int,
    meeting: Meeting | None = None,
) -> StateAct:
    """Close a paragraph for now, put it aside, or reopen it (domain, agreed ad ref).

    `version` is that of the words that were shown: nobody agrees to words that they have not seen.
    Raises ValidationError where they changed, where it has this state, is open already, or is
    deleted, where this person does not chair its room, or where the meeting is of another room.
    """
    access.require(Act.SET_STATE, on=paragraph.draft)
    lock_for_editing(access, paragraph.draft)
    stored_paragraph = (
        Paragraph.objects.in_force().select_related("draft").filter(pk=paragraph.pk).first()
    )
    if stored_paragraph is None:
        raise ValidationError(_("This paragraph is deleted. Restore it first."))
    if stored_paragraph.version != version:
        raise ValidationError(_("The words have changed since you opened this page. Read them."))
    if state not in NegotiationState.values:
        raise ValidationError(_("Choose a state from the list."))
    last_state_act = stored_paragraph.state_acts.order_by("-pk").first()
    _require_change(last_state_act, state)
    last_state = last_state_act.state if last_state_act else None
    require_may_set_states(access, stored_paragraph.draft, [(stored_paragraph, state, last_state)])
    if meeting:
        require_meeting_of_its_room(access, stored_paragraph, meeting)
    return record_state(access, stored_paragraph, state, meeting=meeting)


@transaction.atomic
def reopen_and_edit(
    *, access: Access, paragraph: Paragraph, version: int, **fields: Any
) -> Paragraph:
    """Reopen an agreed paragraph on the record, then change its words.

    `fields` as `edit_paragraph` takes them. Raises `StaleVersion`, ValidationError.
    """
    lock_for_editing(access, paragraph.draft)
    last_state_act = paragraph.state_acts.order_by("-pk").first()
    are_words_current = Paragraph.objects.filter(pk=paragraph.pk, version=version).exists()
    # Where they are not, `edit_paragraph` raises StaleVersion, and nothing is reopened.
    if are_words_current and last_state_act and last_state_act.is_agreed:
        reopened = NegotiationState.REOPENED
        set_state(access=access, paragraph=paragraph, state=reopened, version=version)
    return edit_paragraph(access=access, paragraph=paragraph, version=version, **fields)


def _require_change(last_state_act: StateAct | None, state: str) -> None:
    """Raise ValidationError where the paragraph has this state, or to reopen one never closed."""
    if last_state_act and last_state_act.state == state:
        raise ValidationError(_("This is its state already."))
    if last_state_act is None and state == NegotiationState.REOPENED:
        raise ValidationError(_("It is open. There is nothing to reopen."))
