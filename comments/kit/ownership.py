"""Whose kit a file is: taken in only where it went out, or on a later revision of the same text."""

from django.utils.translation import gettext as _

from comments.kit.keys import Binding
from consultations.rules.access import Access
from drafts.models import Revision
from drafts.readers.proposal import Unreadable


def made_for(access: Access, revision: Revision, binding: Binding | None) -> Revision | None:
    """The revision that a kit was made for; None for a plain table.

    Raises Unreadable where it is another consultation's, another delegation's, or of a text or
    revision that is not read on this page.
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
    rows = Revision.objects.visible_to(access).select_related("draft", "round")
    found = rows.filter(public_id=binding.revision).first()
    if found is None or found.draft_id != revision.draft_id:
        raise Unreadable.because(
            _("This kit is for another text. Upload it on the page of that text.")
        )
    if found.number > revision.number:
        raise Unreadable.because(
            _(
                "This kit is for a later revision, %(stage)s. Upload it on the page of that "
                "revision."
            )
            % {"stage": found.stage}
        )
    return found
