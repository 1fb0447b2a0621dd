"""The form to close an input without an answer."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy

from comments.inputs.fields import VerbatimCharField
from comments.models import MAX_CLOSURE_REASON_LENGTH, Acknowledgement
from delegations.models import LANGUAGES


class ClosureForm(forms.Form):
    """Why the input is closed, or nothing; read by all who may read the input."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=MAX_CLOSURE_REASON_LENGTH,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
    )


class ReplyForm(forms.Form):
    """An official answer to an input."""

    text = VerbatimCharField(
        label=gettext_lazy("Reply"),
        required=True,
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
        error_messages={"required": gettext_lazy("Write your reply.")},
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of your words"), choices=LANGUAGES, initial="en"
    )
    # So that a form sent twice, as by a double click, writes once.
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class AlignmentForm(forms.Form):
    """Aligns the delegation with an input."""

    reservation = forms.CharField(
        label=gettext_lazy("With this reservation"), required=False, max_length=1000
    )


class AcknowledgementForm(forms.Form):
    """The delegation's answer to a published review."""

    stance = forms.ChoiceField(
        label=gettext_lazy("Your delegation"),
        choices=Acknowledgement.Stance,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=2000)
