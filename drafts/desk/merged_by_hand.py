"""A merge that was made by typing: the words stand already, the lineage is told after it."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from consultations.rules.access import Access
from drafts.desk.editing import require_of
from drafts.desk.places import APART
from drafts.desk.steps import recorded_step
from drafts.models import Descent, Paragraph, StepKind


@transaction.atomic
def tell_merged(*, access: Access, paragraph: Paragraph, follows: Sequence[Paragraph]) -> Paragraph:
    """Say which struck paragraphs were merged into one that stands: these, and no others.

    No word changes. Raises ValidationError where one of them cannot be told so.
    """
    about = [paragraph, *follows, *merged_into(paragraph)]
    with recorded_step(access, paragraph.draft, StepKind.MERGE, of=about):
        require_of(paragraph.draft, *follows)
        stored = Paragraph.objects.select_related("draft").get(pk=paragraph.pk)
        if stored.struck_at or stored.discarded_at:
            raise ValidationError(_("This paragraph is deleted. Restore it first."))
        could = {one.pk for one in could_be_merged(stored)}
        if not {one.pk for one in follows} <= could:
            raise ValidationError(
                _("One of them stands, or was never circulated. Choose from the list once more.")
            )
        _links(stored).exclude(follows__in=follows).delete()
        for one in follows:
            link: dict[str, Any] = {"paragraph": stored, "follows": one, "revision": None}
            Descent.objects.get_or_create(**link, defaults={"how": Descent.How.MERGE})
        return stored


def could_be_merged(paragraph: Paragraph) -> list[Paragraph]:
    """What the last revision has and the desk has struck; a heading takes in headings alone."""
    last = paragraph.draft.revisions.order_by("-number").first()
    circulated = paragraph.draft.paragraphs.kept().filter(wordings__revision=last)
    struck = circulated.exclude(struck_at=None).order_by("place", "pk") if last else ()
    return [one for one in struck if (one.kind in APART) == (paragraph.kind in APART)]


def merged_into(paragraph: Paragraph) -> list[Paragraph]:
    """Those that are told as merged into it since the last circulation."""
    return list(Paragraph.objects.filter(followed_by__in=_links(paragraph)))


def _links(paragraph: Paragraph) -> QuerySet[Descent]:
    return Descent.objects.filter(paragraph=paragraph, revision=None, how=Descent.How.MERGE)
