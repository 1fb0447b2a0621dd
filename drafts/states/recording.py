"""Writes the state of a paragraph: with its words, and carried along the lineage.

For acts, which have asked and hold the lock of the text.
"""

from consultations.models import Meeting
from consultations.rules.access import Access
from drafts.models import AGREED_STATES, DeskStep, Draft, NegotiationState, Paragraph, StateAct

# States that pass to the parts of a split, and to a paragraph that others were merged into.
CARRIED_STATES = (NegotiationState.PARKED, NegotiationState.INFORMALS)


def record_state(
    access: Access,
    paragraph: Paragraph,
    state: str,
    *,
    meeting: Meeting | None = None,
    step: DeskStep | None = None,
) -> StateAct:
    """Write that a paragraph has this state from now on; the caller holds the lock of its text."""
    return StateAct.objects.create(
        paragraph=paragraph,
        state=state,
        text=paragraph.text if state in AGREED_STATES else "",
        meeting=meeting,
        step=step,
        made_at=access.moment,
        made_by=access.user,
        capacity=access.capacity_words,
    )


def carry_states(access: Access, draft: Draft, step: DeskStep) -> None:
    """Carry "parked" and "for informals" along the splits and mergers of a step.

    The lineage decides, not place or label (domain, rule 14). A paragraph that has a state already
    keeps its own.
    """
    links = [
        (new_public_id, old_public_id)
        for sign, new_public_id, old_public_id, _how in step.descents
        if sign == "+"  # added by the step
    ]
    if not links:
        return
    current_state_acts = StateAct.objects.current_in(draft).select_related("paragraph", "meeting")
    state_act_by_public_id = {
        str(state_act.paragraph.public_id): state_act for state_act in current_state_acts
    }
    paragraph_by_public_id = {
        str(paragraph.public_id): paragraph for paragraph in draft.paragraphs.all()
    }
    for new_public_id, old_public_id in links:
        if (
            old_public_id in state_act_by_public_id
            and state_act_by_public_id[old_public_id].state in CARRIED_STATES
            and not _has_state(state_act_by_public_id.get(new_public_id))
        ):
            meeting = state_act_by_public_id[old_public_id].meeting
            state_act_by_public_id[new_public_id] = record_state(
                access,
                paragraph_by_public_id[new_public_id],
                state_act_by_public_id[old_public_id].state,
                meeting=meeting,
                step=step,
            )


def take_back_states(access: Access, step: DeskStep) -> None:
    """Reopen the paragraphs to which an undone step carried a state: before, they had none.

    Acts are written once, so this is another act. A state that was set since stays.
    """
    current_state_acts = StateAct.objects.current_in(step.draft)
    for state_act in current_state_acts.select_related("paragraph", "meeting"):
        if state_act.step_id == step.pk and _has_state(state_act):
            record_state(
                access,
                state_act.paragraph,
                NegotiationState.REOPENED,
                meeting=state_act.meeting,
                step=step,
            )


def _has_state(state_act: StateAct | None) -> bool:
    """Whether the latest act gave a paragraph a state; one that was reopened has none."""
    return state_act is not None and state_act.state != NegotiationState.REOPENED
