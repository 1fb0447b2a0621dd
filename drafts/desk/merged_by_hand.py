"""The act that records a merge made by typing: its words are already there, its lineage is not."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from consultations.rules.access import Access
from drafts.desk.editing import require_same_draft
from drafts.desk.places import APART
from drafts.desk.steps import recorded_step
from drafts.models import Descent, Paragraph, StepKind


@transaction.atomic
def record_merged(
    *, access: Access, paragraph: Paragraph, follows: Sequence[Paragraph]
) -> Paragraph:
    """Record which struck paragraphs were merged into this one: these, and no others.

    No word changes. Raises ValidationError where one of them is no candidate.
    """
    about = [paragraph, *follows, *merged_into(paragraph)]
    with recorded_step(access, paragraph.draft, StepKind.MERGE, of=about):
        require_same_draft(paragraph.draft, *follows)
        stored = Paragraph.objects.select_related("draft").get(pk=paragraph.pk)
        if stored.struck_at or stored.discarded_at:
            raise ValidationError(_("This paragraph is deleted. Restore it first."))
        candidates = {other.pk for other in merge_candidates(stored)}
        if not {other.pk for other in follows} <= candidates:
            raise ValidationError(
                _("One of them stands, or was never circulated. Choose from the list once more.")
            )
        _links(stored).exclude(follows__in=follows).delete()
        for other in follows:
            link: dict[str, Any] = {"paragraph": stored, "follows": other, "revision": None}
            Descent.objects.get_or_create(**link, defaults={"how": Descent.How.MERGE})
        return stored


def merge_candidates(paragraph: Paragraph) -> list[Paragraph]:
    """Paragraphs of the last revision that are struck now; for a heading, headings only."""
    last = paragraph.draft.revisions.order_by("-number").first()
    circulated = paragraph.draft.paragraphs.kept().filter(wordings__revision=last)
    struck = circulated.exclude(struck_at=None).order_by("place", "pk") if last else ()
    return [row for row in struck if (row.kind in APART) == (paragraph.kind in APART)]


def merged_into(paragraph: Paragraph) -> list[Paragraph]:
    """The paragraphs recorded as merged into it since the last circulation."""
    return list(Paragraph.objects.filter(followed_by__in=_links(paragraph)))


def _links(paragraph: Paragraph) -> QuerySet[Descent]:
    return Descent.objects.filter(paragraph=paragraph, revision=None, how=Descent.How.MERGE)
