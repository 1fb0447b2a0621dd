"""The states of paragraphs that a reader may know, and which of them are agreed."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from consultations.rules.access import Access
from consultations.rules.placeholder_reader import CONSULTATION, placeholder_reader
from delegations.kept_statements import IdPlaceholders, KeptStatement
from drafts.models import Draft, Paragraph, Revision, StateAct
from drafts.words.quoting import quoted_beginning

# Fields that do not change while a paragraph is agreed: its words, and that it is in the text.
AGREED_FIELDS = frozenset({"text", "notes", "struck_at"})


def state_act_by_paragraph_id(access: Access, draft: Draft) -> dict[int, StateAct]:
    """By id of a paragraph, the latest act on its state that this reader may know: one query."""
    state_acts = StateAct.objects.visible_to(access).current_in(draft).select_related("meeting")
    return {act.paragraph_id: act for act in state_acts}


def state_acts_of_revision(access: Access, revision: Revision) -> dict[int, StateAct]:
    """The states shown with a revision that this reader may know, by paragraph id: one query."""
    statement = STATES_OF_REVISION_STATEMENTS[access.reads_all]
    arguments = {"drafts": [revision.draft_id], "revisions": [revision.pk]}
    state_acts = statement.run(consultation=access.consultation.pk, **arguments)
    return {act.paragraph_id: act for act in state_acts}


def _state_acts_for_revision_query(reads_all: bool) -> QuerySet[StateAct]:
    """The state acts beside the words of a revision: a statement that is compiled once.

    It has placeholders for the consultation and the revision. `reads_all`: as a reader who may know
    every state.
    """
    reader = placeholder_reader(consultation=CONSULTATION, reads_all=reads_all)
    visible_acts = StateAct.objects.visible_to(reader)
    return visible_acts.applying_to_ids(
        IdPlaceholders("drafts", count=1), IdPlaceholders("revisions", count=1)
    ).select_related("meeting")


STATES_OF_REVISION_STATEMENTS = {
    reads_all: KeptStatement(partial(_state_acts_for_revision_query, reads_all))
    for reads_all in (False, True)
}


def circulated_state_acts_of_revision(access: Access, revision: Revision) -> dict[int, StateAct]:
    """The states shown with a revision that every reader may know, by paragraph id: one query."""
    state_acts = (
        StateAct.objects.on_circulated_words(access)
        .applying_to([revision])
        .select_related("meeting")
    )
    return {act.paragraph_id: act for act in state_acts}


def agreed_paragraphs_touched(
    draft: Draft, changed_fields_by_public_id: Mapping[str, Iterable[str] | None]
) -> list[Paragraph]:
    """Agreed paragraphs whose words a step changes, or which it takes out of the text: one query.

    The fields that it changes are given by public id, None for a paragraph that is not there after.
    """
    public_ids = [
        public_id
        for public_id, field_names in changed_fields_by_public_id.items()
        if field_names is None or AGREED_FIELDS.intersection(field_names)
    ]
    if not public_ids:
        return []
    current_state_acts = StateAct.objects.current_in(draft).filter(
        paragraph__public_id__in=public_ids
    )
    return [
        state_act.paragraph
        for state_act in current_state_acts.select_related("paragraph")
        if state_act.is_agreed
    ]


def require_none_agreed(agreed_paragraphs: Sequence[Paragraph]) -> None:
    """Raise ValidationError where agreed words would change before they are reopened."""
    if agreed_paragraphs:
        names = _(", ").join(
            paragraph.label or quoted_beginning(paragraph.text) for paragraph in agreed_paragraphs
        )
        raise ValidationError(
            _("Agreed ad referendum: %(labels)s. Reopen it first, then change its words.")
            % {"labels": names},
            code="agreed",
        )
