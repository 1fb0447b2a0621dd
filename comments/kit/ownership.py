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
            _("This kit belongs to another consultation. Take it in there; nothing was read here.")
        )
    if access.seat is None or binding.seat != access.seat.public_id:
        raise Unreadable.because(
            _(
                "This kit was made for another delegation, and nothing of it was read. "
                "If you also act for that delegation, change the capacity in which you act."
            )
        )
    rows = Revision.objects.visible_to(access).select_related("draft", "round")
    found = rows.filter(public_id=binding.revision).first()
    if found is None or found.draft_id != revision.draft_id:
        raise Unreadable.because(
            _("This kit is of another text. Open the page of that text, and take it in there.")
        )
    if found.number > revision.number:
        raise Unreadable.because(
            _("This kit is of a later revision, %(stage)s. Take it in on the page of that one.")
            % {"stage": found.stage}
        )
    return found
