"""Which two drafts on one paragraph are shown beside each other."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy


class ComparedDraftsForm(forms.Form):
    """The choice of two drafts, where there are more."""

    first = forms.ChoiceField(label=gettext_lazy("This draft"), required=False)
    second = forms.ChoiceField(label=gettext_lazy("beside this one"), required=False)

    def __init__(self, data: dict[str, str], *, draft_choices: Sequence[tuple[str, str]]) -> None:
        """`draft_choices`: the public id and the title of each draft."""
        super().__init__(data)
        for field in self.fields.values():
            field.choices = draft_choices  # type: ignore[attr-defined]
