"""The preview of a circulation: the text with its next labels, and its changes."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _

from consultations.rules.access import Access, Act
from drafts.circulating.circulation import next_labels
from drafts.comparing.changes import WorkingChanges, changes_since
from drafts.comparing.concordance import (
    Concordance,
    ConcordanceRow,
    ParagraphState,
    concordance_with_desk,
)
from drafts.labels import Relabelling, Scheme
from drafts.models import Draft, Nature, Paragraph, Revision
from drafts.words.brackets import any_has_pairs


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The next revision before it is circulated. Whoever circulates it has seen exactly this."""

    draft: Draft
    # The circulated revisions, first to last.
    sent: tuple[Revision, ...]
    labels: str
    paragraphs: tuple[Paragraph, ...]
    changes: WorkingChanges
    # The concordance with the last revision; None where there is none.
    became: Concordance | None

    @property
    def last(self) -> Revision | None:
        return self.sent[-1] if self.sent else None

    @property
    def has_brackets(self) -> bool:
        """Whether any of its words are in brackets."""
        return any_has_pairs(paragraph.text for paragraph in self.paragraphs)

    @property
    def may_renumber(self) -> bool:
        """Whether labels were given already, and a numbering scheme is set."""
        is_numbered = any(revision.nature != Nature.CALL for revision in self.sent)
        return is_numbered and Scheme.of(self.draft).counts

    @property
    def seen(self) -> str:
        """A mark that changes with the preview: nobody circulates what they have not seen."""
        marks = [
            f"{row.paragraph.public_id} {row.paragraph.parent_id} {row.paragraph.version}"
            f" {row.how} {row.paragraph.label}"
            for row in self.changes.rows
        ]
        return hashlib.sha256("\n".join(marks).encode()).hexdigest()

    def next_stage(self, nature: str) -> str:
        """The usual name of the next revision of this nature."""
        drafts = [revision for revision in self.sent if revision.nature == Nature.DRAFT]
        if nature == Nature.ADOPTED:
            return _("Adopted text")
        if nature == Nature.CORRIGENDUM:
            since = drafts[-1].number if drafts else 0
            done = [r for r in self.sent if r.nature == Nature.CORRIGENDUM and r.number > since]
            return f"Corr.{len(done) + 1}"
        if nature == Nature.CALL:
            return _("Call for inputs")
        return f"Rev.{len(drafts)}" if drafts else _("First draft")


def assembled_stage(access: Access) -> str:
    """The stage of a text assembled from all rooms now: "Assembled text, 14 May, 18.00"."""
    now = access.moment.astimezone(access.consultation.zone)
    # Translators: a day of this year and an hour, in the letters of Django's date formats
    return _("Assembled text, %(moment)s") % {"moment": date_format(now, _("j F, H.i"))}


def outgoing(access: Access, draft: Draft, labels: str = Relabelling.KEEP) -> Outgoing:
    """The next revision of a text, in seven queries at any length."""
    access.require(Act.READ_WORKING_TEXT, on=draft)
    revisions = tuple(draft.revisions.select_related("round").order_by("number"))
    rows = Paragraph.objects.visible_to(access).filter(draft=draft).in_force()
    paragraphs = tuple(rows.order_by("place", "pk"))
    if not Scheme.of(draft).counts:
        labels = Relabelling.KEEP
    new = next_labels(draft, paragraphs, labels)
    for paragraph in paragraphs:
        paragraph.label = new[paragraph.pk]
    last = revisions[-1] if revisions else None
    before = list(last.wordings.select_related("paragraph").order_by("place")) if last else []
    became = _with_labels(concordance_with_desk(access, last), new) if last else None
    return Outgoing(draft, revisions, labels, paragraphs, changes_since(before, paragraphs), became)


def _with_labels(became: Concordance, labels: Mapping[int, str]) -> Concordance:
    def relabelled(row: ParagraphState) -> ParagraphState:
        return replace(row, label=labels[row.key])

    return Concordance(
        tuple(
            ConcordanceRow(row.then, tuple(map(relabelled, row.now)), row.how, row.is_moved)
            for row in became.rows
        )
    )
