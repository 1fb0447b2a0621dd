"""What can be set on the agenda of a meeting."""

from consultations.rules.access import Access
from drafts.models import Draft, Revision, Wording


def latest_wordings_by_draft(access: Access) -> dict[Draft, list[Wording]]:
    """The last circulated wordings of each text, in order: an agenda names nothing else."""
    revisions = Revision.objects.visible_to(access).select_related("draft")
    ordered = revisions.order_by("draft__place", "draft_id", "number")
    # Of each text the last revision stays.
    latest_revisions = {revision.draft_id: revision for revision in ordered}
    wordings_by_draft: dict[Draft, list[Wording]] = {
        revision.draft: [] for revision in latest_revisions.values()
    }
    draft_by_revision_id = {revision.pk: revision.draft for revision in latest_revisions.values()}
    wordings = Wording.objects.filter(revision__in=draft_by_revision_id).select_related("paragraph")
    for wording in wordings.order_by("place"):
        wordings_by_draft[draft_by_revision_id[wording.revision_id]].append(wording)
    return wordings_by_draft
