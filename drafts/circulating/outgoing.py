"""The preview of a circulation: the text with its next labels, and its changes."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _

from consultations.rules.access import Access, Act
from drafts.brackets.pairs import any_has_pairs
from drafts.circulating.acts import next_labels
from drafts.comparing.changes import WorkingChanges, working_changes
from drafts.comparing.concordance import Concordance, concordance_of_loaded
from drafts.models import Draft, Nature, Paragraph, Revision, Wording
from drafts.text.labels import NumberingScheme, Relabelling


@dataclass(frozen=True, slots=True)
class OutgoingRevision:
    """The next revision before it is circulated, as the preview shows it."""

    draft: Draft
    # The circulated revisions, first to last.
    circulated_revisions: tuple[Revision, ...]
    # A value of `Relabelling`: whether the labels are kept or renumbered.
    relabelling: str
    paragraphs: tuple[Paragraph, ...]
    changes: WorkingChanges
    # The concordance with the last revision; None where there is none.
    concordance: Concordance | None

    @property
    def last_revision(self) -> Revision | None:
        return self.circulated_revisions[-1] if self.circulated_revisions else None

    @property
    def versions(self) -> dict[UUID, int]:
        """The versions of its paragraphs by public id, as `circulate_revision` compares them."""
        return {paragraph.public_id: paragraph.version for paragraph in self.paragraphs}

    @property
    def has_brackets(self) -> bool:
        """Whether any of its words are in brackets."""
        return any_has_pairs(paragraph.text for paragraph in self.paragraphs)

    @property
    def may_renumber(self) -> bool:
        """Whether labels were given already, and a numbering scheme is set."""
        # A call for inputs, circulated before the first draft, gives no labels.
        is_numbered = any(revision.nature != Nature.CALL for revision in self.circulated_revisions)
        return is_numbered and NumberingScheme.of(self.draft).gives_numbers

    @property
    def fingerprint(self) -> str:
        """A hash that changes with the preview: nobody circulates what they have not seen."""
        fingerprint_lines = [
            f"{change.paragraph.public_id} {change.paragraph.parent_id} {change.paragraph.version}"
            f" {change.kind} {change.paragraph.label}"
            for change in self.changes.paragraph_changes
        ]
        return hashlib.sha256("\n".join(fingerprint_lines).encode()).hexdigest()

    def next_stage(self, nature: str) -> str:
        """The usual name of the next revision of this nature."""
        draft_revisions = [
            revision for revision in self.circulated_revisions if revision.nature == Nature.DRAFT
        ]
        if nature == Nature.ADOPTED:
            return _("Adopted text")
        if nature == Nature.CORRIGENDUM:
            last_draft_number = draft_revisions[-1].number if draft_revisions else 0
            corrigenda = [
                revision
                for revision in self.circulated_revisions
                if revision.nature == Nature.CORRIGENDUM and revision.number > last_draft_number
            ]
            return f"Corr.{len(corrigenda) + 1}"
        if nature == Nature.CALL:
            return _("Call for inputs")
        return f"Rev.{len(draft_revisions)}" if draft_revisions else _("First draft")


def assembled_stage(access: Access) -> str:
    """The stage of a text assembled from all rooms now: "Assembled text, 14 May, 18.00"."""
    local_time = access.moment.astimezone(access.consultation.zone)
    # Translators: a day of this year and an hour, in the letters of Django's date formats
    return _("Assembled text, %(moment)s") % {"moment": date_format(local_time, _("j F, H.i"))}


def outgoing_revision_of(
    access: Access, draft: Draft, relabelling: str = Relabelling.KEEP
) -> OutgoingRevision:
    """The next revision of a text as it would be circulated now, in seven queries at any length."""
    access.require(Act.READ_WORKING_TEXT, on=draft)
    revisions = tuple(draft.revisions.select_related("round").order_by("number"))
    paragraphs_in_force = Paragraph.objects.visible_to(access).filter(draft=draft).in_force()
    paragraphs = tuple(paragraphs_in_force.order_by("place", "pk"))
    # Else `next_labels` would refuse to renumber, and there would be no preview.
    if not NumberingScheme.of(draft).gives_numbers:
        relabelling = Relabelling.KEEP
    new_labels = next_labels(draft, paragraphs, relabelling)
    for paragraph in paragraphs:
        paragraph.label = new_labels[paragraph.pk]
    last_revision = revisions[-1] if revisions else None
    last_wordings = _wordings_of(access, last_revision, paragraphs) if last_revision else []
    concordance = (
        concordance_of_loaded(last_revision, last_wordings, paragraphs) if last_revision else None
    )
    return OutgoingRevision(
        draft,
        revisions,
        relabelling,
        paragraphs,
        working_changes(last_wordings, paragraphs),
        concordance,
    )


def _wordings_of(
    access: Access, revision: Revision, paragraphs: Sequence[Paragraph]
) -> list[Wording]:
    """The wordings of a revision in order, each with its paragraph; of `paragraphs` these same."""
    paragraph_by_id = {paragraph.pk: paragraph for paragraph in paragraphs}
    wordings = list(revision.wordings.order_by("place"))
    deleted_ids = [
        wording.paragraph_id for wording in wordings if wording.paragraph_id not in paragraph_by_id
    ]
    if deleted_ids:
        paragraph_by_id |= Paragraph.objects.visible_to(access).in_bulk(deleted_ids)
    for wording in wordings:
        wording.paragraph = paragraph_by_id[wording.paragraph_id]
    return wordings
