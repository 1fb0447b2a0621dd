"""The states of paragraphs in a file: counted, and set where the facilitators choose so.

A state is what the negotiation made of a paragraph: agreed for now, parked, reopened and so on.
Only Akoma Ntoso has them. They are never set automatically: no file makes a paragraph agreed.
"""

from collections import Counter
from collections.abc import Sequence

from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from consultations.rules.access import Access, Act
from drafts.desk.paragraph_states import record_state
from drafts.desk.room_parts import require_may_set_states
from drafts.desk.steps import lock_for_editing
from drafts.models import Draft, NegotiationState, Paragraph, StateAct
from drafts.readers.file_text import ReadText


def state_counts(read_text: ReadText) -> str:
    """How many paragraphs of a file have which state: "Parked: 2; Reopened: 1"; "" for none."""
    counts = Counter(read_paragraph.negotiation_state for read_paragraph in read_text.paragraphs)
    return "; ".join(
        _("%(state)s: %(count)s") % {"state": capfirst(state.label), "count": counts[state]}
        for state in NegotiationState
        if counts[state]
    )


@transaction.atomic
def set_states_of_file(
    *, access: Access, draft: Draft, read_text: ReadText, imported_paragraphs: Sequence[Paragraph]
) -> int:
    """Give the imported paragraphs the states that the file states; returns how many changed.

    Nothing is set where the file has no state, or the same one; nothing is reopened that has no
    state. Raises ValidationError where this person may not set one of the states, such as the state
    of a paragraph that a working room has.
    """
    access.require(Act.SET_STATE, on=draft)
    lock_for_editing(access, draft)
    state_by_paragraph_id = {
        act.paragraph_id: act.state for act in StateAct.objects.current_in(draft)
    }
    changes = [
        (paragraph, read_paragraph.negotiation_state, state_by_paragraph_id.get(paragraph.pk))
        for read_paragraph, paragraph in zip(read_text.paragraphs, imported_paragraphs, strict=True)
        if read_paragraph.negotiation_state
        and _is_change(state_by_paragraph_id.get(paragraph.pk), read_paragraph.negotiation_state)
    ]
    require_may_set_states(access, draft, changes)
    for paragraph, state, _last_state in changes:
        record_state(access, paragraph, state)
    return len(changes)


def _is_change(last_state: str | None, state: str) -> bool:
    """Whether a state from a file is to be set on a paragraph.

    `last_state` is None where it has no state: then there is nothing to reopen.
    """
    return last_state != state and not (last_state is None and state == NegotiationState.REOPENED)
