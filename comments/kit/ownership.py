"""Checks whose kit a file is: it is read by its delegation, on its revision or a later one."""

from django.utils.translation import gettext as _

from comments.kit.keys import KitIssuedFor
from consultations.rules.access import Access
from drafts.models import Revision
from drafts.parsing.file_text import Unreadable


def revision_of_own_kit(
    access: Access, revision: Revision, issued_for: KitIssuedFor | None
) -> Revision | None:
    """The revision that a kit was made for; None for a plain table.

    Raises Unreadable where it is for another consultation, another delegation, another text or a
    later revision.
    """
    if issued_for is None:
        return None
    if issued_for.consultation_public_id != access.consultation.public_id:
        raise Unreadable.because(
            _("This kit belongs to another consultation. Upload it there. Nothing was read here.")
        )
    if access.seat is None or issued_for.seat_public_id != access.seat.public_id:
        raise Unreadable.because(
            _(
                "This kit was made for another delegation. Nothing was read. If you also act "
                "for that delegation, change your capacity."
            )
        )
    revisions = Revision.objects.visible_to(access).select_related("draft", "round")
    kit_revision = revisions.filter(public_id=issued_for.revision_public_id).first()
    if kit_revision is None or kit_revision.draft_id != revision.draft_id:
        raise Unreadable.because(
            _("This kit is for another text. Upload it on the page of that text.")
        )
    if kit_revision.number > revision.number:
        raise Unreadable.because(
            _(
                "This kit is for a later revision, %(stage)s. Upload it on the page of that "
                "revision."
            )
            % {"stage": kit_revision.stage}
        )
    return kit_revision
