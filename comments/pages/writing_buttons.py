"""The buttons below an input that is written: how far who writes may take it in one press."""

from django.utils.translation import gettext as _

from consultations.models import Seat
from consultations.rules.access import Access, Act


def strong_button(access: Access, room: Seat | None) -> dict[str, str]:
    """How far who writes may take a draft in one press; one of a group's room stays there."""
    if room:
        return {"label": _("Save in the group’s room"), "name": "then", "value": "keep"}
    if access.may(Act.SUBMIT_COMMENT):
        return {"label": _("Submit…"), "name": "then", "value": "submit"}
    if access.may(Act.CLEAR_COMMENT):
        return {"label": _("Save and clear"), "name": "then", "value": "clear"}
    return {"label": _("Save and send for clearance"), "name": "then", "value": "send"}


def soft_button(access: Access, room: Seat | None) -> dict[str, str] | None:
    """To keep it without taking it further, where that is not what the strong button does."""
    return None if room else {"label": _("Save draft")}
