"""The buttons below an input being written: save it, clear it, submit it."""

from django.utils.translation import gettext as _

from consultations.models import Seat
from consultations.rules.access import Access, Act


def main_button(access: Access, group_seat: Seat | None) -> dict[str, str]:
    """The main button: it saves, and takes the furthest step that this person may take at once.

    `group_seat` is the group in whose room one writes: a draft there is only saved. The button
    sends its step as "then", which `writing_pages` reads.
    """
    if group_seat:
        return {"label": _("Save in the group’s room"), "name": "then", "value": "keep"}
    if access.may(Act.SUBMIT_COMMENT):
        return {"label": _("Submit…"), "name": "then", "value": "submit"}
    if access.may(Act.CLEAR_COMMENT):
        return {"label": _("Save and clear"), "name": "then", "value": "clear"}
    return {"label": _("Save and send for clearance"), "name": "then", "value": "send"}


def second_button(group_seat: Seat | None) -> dict[str, str] | None:
    """The second button, which only saves; None in a group's room, where the main one does so."""
    return None if group_seat else {"label": _("Save draft")}
