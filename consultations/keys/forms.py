"""The forms of a key to the API, and of a calendar address."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy

from consultations.models import DEFAULT_KEY_LIFETIME, MAX_KEY_LIFETIME


class KeyForm(forms.Form):
    """A new key to the API."""

    name = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=80,
        help_text=gettext_lazy("So that you can recognize the key later."),
    )
    lifetime = forms.ChoiceField(
        label=gettext_lazy("It expires after"),
        choices=[
            (30, gettext_lazy("30 days")),
            (DEFAULT_KEY_LIFETIME.days, gettext_lazy("90 days")),
            (MAX_KEY_LIFETIME.days, gettext_lazy("a year")),
        ],
        initial=DEFAULT_KEY_LIFETIME.days,
        required=False,  # without a choice, the initial one
    )

    def clean_lifetime(self) -> timedelta:
        return timedelta(days=int(self.cleaned_data["lifetime"] or DEFAULT_KEY_LIFETIME.days))


class FeedForm(forms.Form):
    """A new address for a calendar program."""

    name = forms.CharField(
        label=gettext_lazy("Where you will use it"),
        max_length=80,
        help_text=gettext_lazy("For example: Outlook at the mission."),
    )
