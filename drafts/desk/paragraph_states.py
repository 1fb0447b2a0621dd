"""The state of a paragraph: set by an act, kept with its words, carried by the lineage."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from consultations.models import Meeting
from consultations.rules.access import Access
from consultations.rules.placeholder_reader import CONSULTATION, placeholder_reader
from delegations.kept_statements import IdPlaceholders, KeptStatement
from drafts.models import (
    AGREEMENTS,
    DeskStep,
    Draft,
    NegotiationState,
    Paragraph,
    Revision,
    StateAct,
)

# Fields of a paragraph that hold agreed words. A label or a place is no word.
WORDS = frozenset({"text", "notes", "struck_at"})
# States that pass to the parts of a split, and to a paragraph that others were merged into.
CARRIED = (NegotiationState.PARKED, NegotiationState.INFORMALS)


def states_of(access: Access, draft: Draft) -> dict[int, StateAct]:
    """The states of the paragraphs of a text that this reader may know: one query."""
    rows = StateAct.objects.visible_to(access).current_in(draft).select_related("meeting")
    return {row.paragraph_id: row for row in rows}


def states_beside(access: Access, revision: Revision) -> dict[int, StateAct]:
    """The states shown beside the words of a revision that this reader may know: one query."""
    statement = BESIDE[access.reads_all]
    arguments = {"drafts": [revision.draft_id], "revisions": [revision.pk]}
    rows = statement.run(consultation=access.consultation.pk, **arguments)
    return {row.paragraph_id: row for row in rows}


def _states_beside(reads_all: bool) -> QuerySet[StateAct]:
    reader = placeholder_reader(consultation=CONSULTATION, reads_all=reads_all)
    rows = StateAct.objects.visible_to(reader)
    return rows.applying_to_keys(
        IdPlaceholders("drafts", 1), IdPlaceholders("revisions", 1)
    ).select_related("meeting")


BESIDE = {
    reads_all: KeptStatement(partial(_states_beside, reads_all)) for reads_all in (False, True)
}


def circulated_states(access: Access, revision: Revision) -> dict[int, StateAct]:
    """The states beside a revision that every reader of the text may know."""
    rows = StateAct.objects.circulated(access).applying_to([revision]).select_related("meeting")
    return {row.paragraph_id: row for row in rows}


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
        text=paragraph.text if state in AGREEMENTS else "",
        meeting=meeting,
        step=step,
        made_at=access.moment,
        made_by=access.user,
        capacity=access.capacity_words,
    )


def agreed_among(draft: Draft, changed: Mapping[str, Iterable[str] | None]) -> list[Paragraph]:
    """Agreed paragraphs whose words a step changed: {public id: its changed fields}. One query."""
    keys = [key for key, fields in changed.items() if fields and WORDS.intersection(fields)]
    if not keys:
        return []
    current = StateAct.objects.current_in(draft).filter(paragraph__public_id__in=keys)
    return [act.paragraph for act in current.select_related("paragraph") if act.is_agreed]


def require_none_agreed(paragraphs: Sequence[Paragraph]) -> None:
    """Raise ValidationError where agreed words would change before they are reopened."""
    if paragraphs:
        named = _(", ").join(row.label or f"“{row.text[:40]}…”" for row in paragraphs)
        raise ValidationError(
            _("Agreed ad referendum: %(labels)s. Reopen it first, then change its words.")
            % {"labels": named},
            code="agreed",
        )


def carry_states(access: Access, draft: Draft, step: DeskStep) -> None:
    """Carry "parked" and "for informals" along the splits and mergers of a step.

    The lineage decides, not place or label (domain, rule 14).
    """
    links = [(new, old) for sign, new, old, _how in step.descents if sign == "+"]
    if not links:
        return
    acts = StateAct.objects.current_in(draft).select_related("paragraph", "meeting")
    current = {str(act.paragraph.public_id): act for act in acts}
    rows = {str(row.public_id): row for row in draft.paragraphs.all()}
    for new, old in links:
        if old in current and current[old].state in CARRIED and not _has_state(current.get(new)):
            meeting = current[old].meeting
            current[new] = record_state(
                access, rows[new], current[old].state, meeting=meeting, step=step
            )


def _has_state(act: StateAct | None) -> bool:
    return act is not None and act.state != NegotiationState.REOPENED
