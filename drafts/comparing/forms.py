"""Which two states of a text are compared."""

from collections.abc import Mapping, Sequence

from django import forms
from django.utils.translation import gettext as _, gettext_lazy


class StatesForm(forms.Form):
    """Which two states to compare, and of which paragraph, if only one."""

    paragraph = forms.CharField(label=gettext_lazy("Only paragraph"), required=False, max_length=60)

    def __init__(
        self,
        data: Mapping[str, str],
        *,
        circulated_choices: Sequence[tuple[str, str]],
        choices: Sequence[tuple[str, str]],
    ) -> None:
        """The key and the name of each state: of the circulated ones, and of all."""
        super().__init__(data)
        self.fields["from"] = forms.ChoiceField(label=_("From"), choices=circulated_choices)
        self.fields["to"] = forms.ChoiceField(label=_("To"), choices=choices)
        self.order_fields(["from", "to", "paragraph"])
