"""The forms of delegations: their names, and the days of a group's member or coordinator."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from delegations.models import Delegation, DelegationKind

# Only the type checker knows `ModelForm[...]`: at run time it takes no type in brackets.
if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Delegation]
else:
    ModelForm = forms.ModelForm


class DelegationForm(ModelForm):
    """The names, codes and kind of a delegation or group."""

    class Meta:
        model = Delegation
        fields = (
            "kind",
            "code",
            "iso2",
            "short_en",
            "short_ar",
            "short_zh",
            "short_fr",
            "short_ru",
            "short_es",
            "formal_en",
        )


class DelegationFilterForm(forms.Form):
    """Which delegations a list shows."""

    q = forms.CharField(label=gettext_lazy("Name or code"), max_length=80, required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[("", gettext_lazy("all")), *DelegationKind.choices],
        required=False,
    )


class DaysForm(forms.Form):
    """From which day to which a membership or a mandate holds."""

    starts_on = forms.DateField(
        label=capfirst(gettext_lazy("from")),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("The first day on which it holds. Empty: since before our records."),
    )
    ends_on = forms.DateField(
        label=capfirst(gettext_lazy("until")),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("The first day on which it no longer holds. Empty: it goes on."),
    )


class GroupRoleForm(DaysForm):
    """A delegation that becomes a member of a group, or its coordinator."""

    delegation = forms.ModelChoiceField(
        label=gettext_lazy("Delegation"),
        queryset=Delegation.objects.exclude(kind=DelegationKind.GROUP),
        empty_label=gettext_lazy("Choose a delegation"),
    )
    field_order = ["delegation", "starts_on", "ends_on"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # The form is in a part of the page that is closed at first: no browser could show there
        # which field is missing.
        self.use_required_attribute = False
