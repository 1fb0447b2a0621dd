"""The form beside a new state of a paragraph: in which meeting, and on which words."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from consultations.models import Meeting


class StateForm(forms.Form):
    """The version of the words that were shown, and the meeting, if there was one."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    meeting = forms.ModelChoiceField(
        Meeting.objects.none(),
        label=gettext_lazy("Meeting"),
        required=False,
        to_field_name="public_id",
        empty_label=gettext_lazy("none"),
    )

    def __init__(self, *args: Any, meetings: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["meeting"].queryset = meetings  # type: ignore[attr-defined]
