"""Forms in a group's room: until when a silence runs, and why one objects."""

from datetime import datetime, timedelta

from django import forms
from django.utils.translation import gettext_lazy

from comments.inputs.fields import FIVE_PM, VerbatimCharField
from consultations.models import Round
from consultations.rules.access import Access
from consultations.rules.phases import close_of
from consultations.timetable.forms import BaseConsultationForm, WallClockField

# The end that the form suggests leaves the members at least so long.
MIN_SUGGESTED_DURATION = timedelta(hours=12)


class RoomSilenceForm(BaseConsultationForm):
    """Until when the members may object."""

    until = WallClockField(label=gettext_lazy("No objection by"))


def suggested_room_silence_end(access: Access, round: Round) -> datetime:
    """The next 17.00 on the consultation's clock that leaves at least `MIN_SUGGESTED_DURATION`.

    Where the round closes before or at that time, half of the time that is left of the round.
    """
    zone = access.consultation.zone
    day = (access.moment + MIN_SUGGESTED_DURATION).astimezone(zone).date()
    end = datetime.combine(day, FIVE_PM, tzinfo=zone)
    if end < access.moment + MIN_SUGGESTED_DURATION:
        end = datetime.combine(day + timedelta(days=1), FIVE_PM, tzinfo=zone)
    closes_at = close_of(round)
    if access.moment < closes_at <= end:
        return access.moment + (closes_at - access.moment) / 2
    return end


class ObjectionForm(forms.Form):
    """Why a member objects; read in the room alone."""

    reason = VerbatimCharField(
        label=gettext_lazy("Reason"),
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
        help_text=gettext_lazy("Visible to the delegations in this room only."),
    )
