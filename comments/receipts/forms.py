"""The form with which anybody has a receipt verified."""

from django import forms
from django.utils.translation import gettext_lazy as _


class VerifyForm(forms.Form):
    """The number of a receipt, and its checksum, in which spaces and capitals do not matter."""

    number = forms.CharField(
        label=_("Number of the receipt"),
        max_length=100,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "dir": "ltr"}),
    )
    checksum = forms.CharField(
        label=_("Checksum"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "dir": "ltr"}),
        help_text=_("As on the receipt. Spaces and capitals do not matter."),
    )
