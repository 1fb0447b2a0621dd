"""The form of a calendar address."""

from django import forms
from django.utils.translation import gettext_lazy


class FeedForm(forms.Form):
    """A new address for a calendar program."""

    name = forms.CharField(
        label=gettext_lazy("Where you will use it"),
        max_length=80,
        help_text=gettext_lazy("For example: Outlook at the mission."),
    )
