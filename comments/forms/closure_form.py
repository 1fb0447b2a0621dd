"""The form to close an input without an answer."""

from django import forms
from django.utils.translation import gettext_lazy

from comments.models import MAX_CLOSURE_REASON_LENGTH


class ClosureForm(forms.Form):
    """Why the input is closed, or nothing; read by all who may read the input."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=MAX_CLOSURE_REASON_LENGTH,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
    )
