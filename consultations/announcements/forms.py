"""The form of an announcement."""

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy

from consultations.models import MAX_ANNOUNCEMENT_LENGTH
from consultations.timetable.forms import BaseConsultationForm, WallClockField


class AnnouncementForm(BaseConsultationForm):
    """A few words, and from when to when they are shown."""

    words = forms.CharField(
        label=gettext_lazy("Announcement"),
        widget=forms.Textarea({"rows": 4, "dir": "auto", "maxlength": MAX_ANNOUNCEMENT_LENGTH}),
        validators=[MaxLengthValidator(MAX_ANNOUNCEMENT_LENGTH)],
        help_text=gettext_lazy("Up to 500 characters. Everybody who takes part reads it."),
    )
    from_at = WallClockField(label=gettext_lazy("From"))
    until_at = WallClockField(label=gettext_lazy("Until"))
