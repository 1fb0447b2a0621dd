"""The form that asks how the tracked changes of a file are read."""

from django import forms
from django.utils.translation import gettext_lazy


class TrackedChangesForm(forms.Form):
    """How the tracked changes of a file are read.

    Nothing is chosen beforehand: the platform does not decide which words are in the text.
    """

    changes = forms.ChoiceField(
        label=gettext_lazy("Read the tracked changes"),
        widget=forms.RadioSelect,
        choices=[
            (
                "propose",
                gettext_lazy("as proposals of their authors: the text excludes them"),
            ),
            ("accept", gettext_lazy("as accepted: the text includes them")),
            ("refuse", gettext_lazy("as refused: the text excludes them and they are removed")),
        ],
        error_messages={"required": gettext_lazy("Choose how the tracked changes are read.")},
    )
