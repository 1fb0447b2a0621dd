"""The buttons below an input being written: save it, clear it, submit it."""

from django.utils.translation import gettext as _

from consultations.models import Seat
from consultations.rules.access import Access, Act


def strong_button(access: Access, room: Seat | None) -> dict[str, str]:
    """The furthest step that this person may take at once; a group's draft stays in its room."""
    if room:
        return {"label": _("Save in the group’s room"), "name": "then", "value": "keep"}
    if access.may(Act.SUBMIT_COMMENT):
        return {"label": _("Submit…"), "name": "then", "value": "submit"}
    if access.may(Act.CLEAR_COMMENT):
        return {"label": _("Save and clear"), "name": "then", "value": "clear"}
    return {"label": _("Save and send for clearance"), "name": "then", "value": "send"}


def soft_button(access: Access, room: Seat | None) -> dict[str, str] | None:
    """The button that only saves, where the strong one does more."""
    return None if room else {"label": _("Save draft")}
