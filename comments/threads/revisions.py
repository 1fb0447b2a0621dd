"""The circulated states of all texts, as every page of a text asks for them."""

from django.db.models import QuerySet

from consultations.rules.access import Access
from consultations.rules.placeholder_reader import CONSULTATION, placeholder_reader
from delegations.kept_statements import KeptStatement
from drafts.languages.coverage import with_languages
from drafts.models import Revision


def revisions_of_text(access: Access) -> list[Revision]:
    """Every circulated revision of every text of the consultation, in order: one query."""
    return REVISIONS.run(consultation=access.consultation.pk)


def _revisions() -> QuerySet[Revision]:
    rows = Revision.objects.visible_to(placeholder_reader(consultation=CONSULTATION))
    rows = rows.select_related("draft", "round", "meeting")
    return with_languages(rows).order_by("draft__place", "draft__pk", "number")


REVISIONS = KeptStatement(_revisions)
