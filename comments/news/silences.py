"""What a silence procedure of the facilitators is on: its name, and what its text changes.

Whoever is asked and says nothing by its end consents: to a revision, a paragraph, or a decision.
"""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from comments.models import Silence, SilenceQuerySet
from consultations.rules.access import Access
from drafts.comparing.comparison import ParagraphDifference, cached_comparison
from drafts.models import Revision, Wording
from drafts.text.citing import citation_of
from drafts.text.labels import name_of_paragraph
from drafts.words.differences import Redline, redline


@dataclass(frozen=True, slots=True)
class SilenceChange:
    """A paragraph under silence whose words differ from those before."""

    label: str
    redline: Redline


@dataclass(frozen=True, slots=True)
class SilenceChanges:
    """What the text under silence changes in the earlier one.

    `earlier_revision` is None where there is none, and of a decision, which has no revision.
    """

    earlier_revision: Revision | None
    changes: tuple[SilenceChange, ...] = ()


def silences_on(access: Access, revision: Revision) -> SilenceQuerySet:
    """The readable silences on a circulated text and on its paragraphs, latest first."""
    is_on_revision = Q(revision=revision) | Q(wording__revision=revision)
    silences = Silence.objects.visible_to(access).filter(is_on_revision).with_texts()
    return silences.order_by("-silence_from", "-pk")


def open_silences_of(access: Access, draft_slug: str) -> SilenceQuerySet:
    """The silences on any revision of a text whose outcome is not declared.

    The first to end comes first.
    """
    is_on_text = Q(revision__draft__slug=draft_slug) | Q(wording__revision__draft__slug=draft_slug)
    silences = Silence.objects.visible_to(access).undeclared().filter(is_on_text).with_texts()
    return silences.order_by("silence_until", "pk")


def name_of_silence(silence: Silence) -> str:
    """What it is on: "Paragraph 12", "Plan of action, Rev.1", "Decision". Needs `with_texts`."""
    if silence.wording:
        return name_of_wording(silence.wording)
    if silence.revision:
        return f"{silence.revision.draft.title}, {silence.revision.stage}"
    return _("Decision")


def name_of_wording(wording: Wording) -> str:
    """A paragraph by its words or its number: "Paragraph 12"."""
    return citation_of(name_of_paragraph(wording.label, wording.kind, wording.text))


def changes_of_silence(silence: Silence) -> SilenceChanges:
    """What changed since the silence that this one follows, else since the revision before.

    A fixed number of queries. Needs `with_texts`, which loads `follows` too.
    """
    if silence.wording:
        return _changes_of_paragraph(silence, silence.wording)
    if silence.revision:
        return _changes_of_revision(silence, silence.revision)
    return _changes_of_decision(silence)


def _changes_of_revision(silence: Silence, revision: Revision) -> SilenceChanges:
    """What changed since the revision of the followed silence, else since the one before."""
    earlier_revision = silence.follows.text_revision if silence.follows else None
    if earlier_revision is None:
        earlier_revisions = Revision.objects.filter(
            draft=revision.draft_id, number__lt=revision.number
        )
        earlier_revision = earlier_revisions.select_related("draft").order_by("-number").first()
    if earlier_revision is None:
        return SilenceChanges(earlier_revision=None)
    # A second silence on the same text: nothing has changed in it.
    if earlier_revision.pk == revision.pk:
        return SilenceChanges(earlier_revision)
    comparison = cached_comparison(earlier_revision, revision)
    changes = (
        SilenceChange(_citation(difference), difference.redline)
        for difference in comparison.differences
        if difference.redline
    )
    return SilenceChanges(earlier_revision, tuple(changes))


def _changes_of_paragraph(silence: Silence, wording: Wording) -> SilenceChanges:
    """What changed since the words in the followed silence, else since those in the last revision
    before that had the paragraph."""
    if silence.follows and silence.follows.wording:
        earlier_wording: Wording | None = silence.follows.wording
    else:
        wordings = Wording.objects.filter(paragraph=wording.paragraph_id)
        if silence.follows and silence.follows.revision:
            wordings = wordings.filter(revision=silence.follows.revision_id)
        else:
            wordings = wordings.filter(revision__number__lt=wording.revision.number)
        wordings_with_text = wordings.select_related("revision__draft")
        earlier_wording = wordings_with_text.order_by("-revision__number").first()
    if earlier_wording is None:
        return SilenceChanges(earlier_revision=None)
    if earlier_wording.text == wording.text:
        return SilenceChanges(earlier_wording.revision)
    changes = redline(earlier_wording.text, wording.text)
    return SilenceChanges(
        earlier_wording.revision, (SilenceChange(name_of_wording(wording), changes),)
    )


def _changes_of_decision(silence: Silence) -> SilenceChanges:
    """What changed since the decision of the silence that this one follows."""
    if not silence.follows or silence.follows.decision == silence.decision:
        return SilenceChanges(earlier_revision=None)
    changes = redline(silence.follows.decision, silence.decision)
    return SilenceChanges(earlier_revision=None, changes=(SilenceChange(_("Decision"), changes),))


def _citation(difference: ParagraphDifference) -> str:
    """How one cites the paragraph of a difference: the first of several after a split or merge."""
    row = difference.concordance_row
    first_paragraph = (row.later_paragraphs or row.earlier_paragraphs)[0]
    return citation_of(
        name_of_paragraph(first_paragraph.label, first_paragraph.kind, first_paragraph.text)
    )
