"""The mark of what a form's page showed, by which an act tells whether it changed since."""

from typing import Any

from django import forms


class SeenField(forms.CharField):
    """A hidden mark (`comments/acts/shown_marks.py`): its initial value is that of what is stored.

    A form that is shown again has the mark of what is stored by then: its page shows that too.
    Cleaned, it is None where none was sent.
    """

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput, empty_value=None)

    def bound_data(self, data: Any, initial: Any) -> Any:
        return initial


class SeenForm(forms.Form):
    """A form with the mark of what its page showed, and no other field."""

    seen = SeenField()


def was_changed_since_shown(form: forms.Form) -> bool:
    """Whether what is stored is no longer what the sent form was shown with; False if not sent."""
    seen = form["seen"]
    return form.is_bound and bool(seen.data) and seen.data != seen.initial
