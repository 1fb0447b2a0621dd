"""The circulated states of all texts, as every page of a text asks for them."""

from django.db.models import QuerySet

from consultations.rules.access import Access
from consultations.rules.placeholder_reader import CONSULTATION, placeholder_reader
from delegations.kept_statements import KeptStatement
from drafts.languages.queries import with_languages
from drafts.models import Revision


def revisions_of_all_texts(access: Access) -> list[Revision]:
    """Every circulated revision of every text of the consultation, in order: one query."""
    return REVISIONS_OF_ALL_TEXTS.run(consultation=access.consultation.pk)


def _revisions() -> QuerySet[Revision]:
    """The revisions of a consultation that is given when the statement is run."""
    revisions = Revision.objects.visible_to(placeholder_reader(consultation=CONSULTATION))
    revisions = revisions.select_related("draft", "round", "meeting")
    return with_languages(revisions).order_by("draft__place", "draft__pk", "number")


REVISIONS_OF_ALL_TEXTS = KeptStatement(_revisions)
