"""The present wordings, with which inputs are compared."""

from collections.abc import Mapping, Sequence

from django.db.models import OuterRef, Q, Subquery

from comments.models import Comment, CommentKind
from comments.outcomes.outcome import successor_ids_of
from comments.threads.citations import ParagraphPositions
from comments.threads.id_arrays import is_one_of
from consultations.rules.access import Access
from drafts.models import Revision, Wording


def read_newest_revisions(access: Access) -> dict[int, Revision]:
    """The newest circulated revision of each text, by the key of the draft: one query."""
    visible_revisions = Revision.objects.visible_to(access).select_related("draft")
    newest_revisions = visible_revisions.order_by("draft_id", "-number").distinct("draft_id")
    return {revision.draft_id: revision for revision in newest_revisions}


def current_wording_by_paragraph_id(
    access: Access,
    comments: Sequence[Comment],
    positions: ParagraphPositions,
    newest_revision_by_draft_id: Mapping[int, Revision],
) -> dict[int, Wording]:
    """The present wordings that the inputs are compared with, by paragraph: one query.

    They are those of the paragraphs in which the words of the commented paragraphs stand now. For
    inputs that propose a paragraph, also those of all paragraphs that came into the text since.
    """
    paragraph_ids = {
        paragraph_id
        for comment in comments
        for paragraph_id in (
            positions.current_id_of(comment.paragraph_id),
            *successor_ids_of(comment, positions),
        )
    }
    condition = Q(is_one_of("paragraph_id", paragraph_ids))
    adding_comments = [comment for comment in comments if comment.kind == CommentKind.ADD_AFTER]
    wordings_of_paragraph = Wording.objects.filter(paragraph=OuterRef("paragraph")).order_by(
        "revision__number"
    )
    if adding_comments:
        oldest_number = min(comment.wording.revision.number for comment in adding_comments)
        draft_ids = {comment.paragraph.draft_id for comment in adding_comments}
        condition |= Q(first_revision_number__gt=oldest_number, revision__draft__in=draft_ids)
    wordings = (
        Wording.objects.visible_to(access)
        .filter(revision__in=[revision.pk for revision in newest_revision_by_draft_id.values()])
        .annotate(
            first_revision_number=Subquery(wordings_of_paragraph.values("revision__number")[:1])
        )
        .filter(condition)
    )
    return {wording.paragraph_id: wording for wording in wordings.select_related("revision")}
