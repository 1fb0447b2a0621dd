"""The present wordings, with which inputs are compared."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from comments.models import CommentKind
from comments.news.citations import ParagraphPositions
from comments.outcomes.outcome import paragraphs_now
from comments.threads.key_lists import is_one_of
from consultations.rules.access import Access
from drafts.models import Revision, Wording


def newest_revisions(access: Access) -> dict[int, Revision]:
    """The newest circulated revision of each text: one query."""
    rows = Revision.objects.visible_to(access).select_related("draft")
    last = rows.order_by("draft_id", "-number").distinct("draft_id")
    return {revision.draft_id: revision for revision in last}


def texts_now(
    access: Access, rows: Sequence[Any], places: ParagraphPositions, newest: Mapping[int, Revision]
) -> dict[int, Wording]:
    """The present wordings that the inputs are compared with, by paragraph: one query.

    Those of the inputs' own paragraphs, moved or split; for a proposed paragraph, also all that
    are new in that text since.
    """
    keys = {
        key
        for row in rows
        for key in (places.current_id_of(row.paragraph_id), *paragraphs_now(row, places))
    }
    condition = Q(is_one_of("paragraph_id", keys))
    adding = [row for row in rows if row.kind == CommentKind.ADD_AFTER]
    first = Wording.objects.filter(paragraph=OuterRef("paragraph")).order_by("revision__number")
    if adding:
        oldest = min(row.wording.revision.number for row in adding)
        texts = {row.paragraph.draft_id for row in adding}
        condition |= Q(first_number__gt=oldest, revision__draft__in=texts)
    wordings = (
        Wording.objects.visible_to(access)
        .filter(revision__in=[revision.pk for revision in newest.values()])
        .annotate(first_number=Subquery(first.values("revision__number")[:1]))
        .filter(condition)
    )
    return {wording.paragraph_id: wording for wording in wordings.select_related("revision")}
