"""Mergers recorded by hand: which struck paragraphs went into one that stands."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from consultations.rules.access import Access
from drafts.desk.acts import fetch_stored, require_in_text, require_same_draft
from drafts.desk.steps import recorded_step
from drafts.models import SECTION_KINDS, Descent, Paragraph, StepKind


@transaction.atomic
def record_merged(
    *, access: Access, paragraph: Paragraph, merged_paragraphs: Sequence[Paragraph]
) -> Paragraph:
    """Record which struck paragraphs were merged into this one: these, and no others.

    No word changes. Raises ValidationError where one of them is no candidate.
    """
    touched_paragraphs = [paragraph, *merged_paragraphs, *merged_into(paragraph)]
    with recorded_step(access, paragraph.draft, StepKind.MERGE, act_paragraphs=touched_paragraphs):
        require_same_draft(paragraph.draft, *merged_paragraphs)
        stored_paragraph = fetch_stored(paragraph)
        require_in_text(stored_paragraph)
        candidate_ids = {merged.pk for merged in merge_candidates(stored_paragraph)}
        if not {merged.pk for merged in merged_paragraphs} <= candidate_ids:
            raise ValidationError(
                _("One of them stands, or was never circulated. Choose from the list once more.")
            )
        _merge_links_to(stored_paragraph).exclude(follows__in=merged_paragraphs).delete()
        for merged in merged_paragraphs:
            link: dict[str, Any] = {
                "paragraph": stored_paragraph,
                "follows": merged,
                "revision": None,  # not circulated yet
            }
            Descent.objects.get_or_create(**link, defaults={"how": Descent.How.MERGE})
        return stored_paragraph


def merge_candidates(paragraph: Paragraph) -> list[Paragraph]:
    """Paragraphs of the last revision that are struck now: any may have been merged into this one.

    Titles and headings go with one another only, and so do the other kinds.
    """
    last_revision = paragraph.draft.revisions.order_by("-number").first()
    circulated = paragraph.draft.paragraphs.kept().filter(wordings__revision=last_revision)
    struck_paragraphs = (
        circulated.exclude(struck_at=None).order_by("place", "pk") if last_revision else ()
    )
    return [
        candidate
        for candidate in struck_paragraphs
        if (candidate.kind in SECTION_KINDS) == (paragraph.kind in SECTION_KINDS)
    ]


def merged_into(paragraph: Paragraph) -> list[Paragraph]:
    """The paragraphs recorded as merged into it since the last circulation."""
    return list(Paragraph.objects.filter(followed_by__in=_merge_links_to(paragraph)))


def _merge_links_to(paragraph: Paragraph) -> QuerySet[Descent]:
    """The mergers into a paragraph that no revision has circulated yet."""
    return Descent.objects.filter(paragraph=paragraph, revision=None, how=Descent.How.MERGE)
