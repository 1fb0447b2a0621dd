"""What is filled in in a group's room: until when it is silent, and why one objects."""

from datetime import datetime, time, timedelta

from django import forms
from django.utils.translation import gettext_lazy

from comments.forms.comment_forms import Verbatim
from consultations.forms.frame_forms import FrameForm, WallClockField
from consultations.models import Round
from consultations.rules.access import Access
from consultations.rules.phases import close_of

FIVE = time(17)
# A silence that is offered leaves the members at least so long.
SHORTEST = timedelta(hours=12)


class SilenceForm(FrameForm):
    """Until when the members may object."""

    until = WallClockField(label=gettext_lazy("No objection by"))


def usual_end(access: Access, round: Round) -> datetime:
    """The next 17.00 of the consultation's clocks that leaves some hours, before the round ends."""
    zone = access.consultation.zone
    day = (access.moment + SHORTEST).astimezone(zone).date()
    end = datetime.combine(day, FIVE, tzinfo=zone)
    if end < access.moment + SHORTEST:
        end = datetime.combine(day + timedelta(days=1), FIVE, tzinfo=zone)
    closes = close_of(round)
    if access.moment < closes <= end:
        return access.moment + (closes - access.moment) / 2
    return end


class ObjectionForm(forms.Form):
    """Why a member objects; read in the room alone."""

    reason = Verbatim(
        label=gettext_lazy("Reason"),
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
        help_text=gettext_lazy("Visible to the delegations in this room only."),
    )
