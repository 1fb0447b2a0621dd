"""The confirmation that one has seen how many inputs have no answer."""

from collections.abc import Mapping
from typing import Any, Self

from django import forms
from django.utils.translation import gettext_lazy

from comments.desks.open_inputs import OpenInputs


class OpenInputsForm(forms.Form):
    """A box to tick; it has no fields where every input has its answer.

    `open_mark` is the mark of the inputs that were shown: other inputs have another mark.
    """

    open_seen = forms.BooleanField(
        error_messages={
            "required": gettext_lazy("Confirm that you have seen the inputs that have no answer.")
        }
    )
    open_mark = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, *, open_inputs: OpenInputs) -> None:
        super().__init__(data, initial={"open_mark": open_inputs.mark})
        self.fields["open_seen"].label = open_inputs.sentence
        if not open_inputs.count:
            self.fields.clear()

    @classmethod
    def from_post(
        cls, data: Mapping[str, Any] | None, open_inputs: OpenInputs
    ) -> tuple[Self, bool]:
        """The form as sent, and whether the inputs changed since then: if so, it is unticked."""
        shown_mark = open_inputs.mark if data is None else data.get("open_mark", open_inputs.mark)
        is_changed = open_inputs.count > 0 and shown_mark != open_inputs.mark
        return cls(None if is_changed else data, open_inputs=open_inputs), is_changed

    @property
    def confirmed_mark(self) -> str:
        """The mark of the inputs that were confirmed; empty where every input has its answer."""
        return str(self.cleaned_data.get("open_mark", ""))
