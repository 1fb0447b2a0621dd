"""Checks whose kit a file is: it is read by its delegation, on its revision or a later one."""

from django.utils.translation import gettext as _

from comments.kit.keys import Binding
from consultations.rules.access import Access
from drafts.models import Revision
from drafts.readers.proposal import Unreadable


def made_for(access: Access, revision: Revision, binding: Binding | None) -> Revision | None:
    """The revision that a kit was made for; None for a plain table.

    Raises Unreadable where it is for another consultation, another delegation, another text or a
    later revision.
    """
    if binding is None:
        return None
    if binding.consultation != access.consultation.public_id:
        raise Unreadable.because(
            _("This kit belongs to another consultation. Upload it there. Nothing was read here.")
        )
    if access.seat is None or binding.seat != access.seat.public_id:
        raise Unreadable.because(
            _(
                "This kit was made for another delegation. Nothing was read. If you also act "
                "for that delegation, change your capacity."
            )
        )
    revisions = Revision.objects.visible_to(access).select_related("draft", "round")
    origin = revisions.filter(public_id=binding.revision).first()
    if origin is None or origin.draft_id != revision.draft_id:
        raise Unreadable.because(
            _("This kit is for another text. Upload it on the page of that text.")
        )
    if origin.number > revision.number:
        raise Unreadable.because(
            _(
                "This kit is for a later revision, %(stage)s. Upload it on the page of that "
                "revision."
            )
            % {"stage": origin.stage}
        )
    return origin
