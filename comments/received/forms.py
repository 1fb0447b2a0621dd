"""The form in which the secretariat enters an input that came on paper, by e-mail or orally."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from comments.drafting.forms import CommentForm
from comments.models import ReceivedVia
from consultations.models import Seat

RECEIVED_VIA_CHOICES = [
    (ReceivedVia.LETTER, gettext_lazy("On paper")),
    (ReceivedVia.MAIL, gettext_lazy("By e-mail")),
    (ReceivedVia.ORALLY, gettext_lazy("Orally, at a meeting")),
]


# Only the type checker knows `ModelChoiceField[...]`: at run time it takes no type in brackets.
if TYPE_CHECKING:
    ModelChoiceField = forms.ModelChoiceField[Seat]
else:
    ModelChoiceField = forms.ModelChoiceField


class SeatChoiceField(ModelChoiceField):
    """Delegations by the name they sit under, with a note on those that have no focal point."""

    # Ids of the delegations that have a focal point now.
    delegation_ids_with_focal_point: frozenset[int] = frozenset()

    def label_from_instance(self, seat: Any) -> str:
        if seat.delegation_id in self.delegation_ids_with_focal_point:
            return str(seat.name_for_reader)
        return _("%(name)s (no focal point now)") % {"name": seat.name_for_reader}


class ReceivedForm(CommentForm):
    """The writing card, with the delegation, how its input was received, and on which day.

    `seats` is the queryset of those to choose among, `offered_values` what some fields begin with.
    """

    delegation = SeatChoiceField(
        label=gettext_lazy("Delegation"),
        queryset=Seat.objects.none(),
        empty_label=gettext_lazy("choose"),
        help_text=gettext_lazy("For a group, choose its coordinator."),
    )
    received_by = forms.ChoiceField(
        label=gettext_lazy("How it was received"),
        choices=RECEIVED_VIA_CHOICES,
        widget=forms.RadioSelect,
    )
    received_on = forms.DateField(
        label=gettext_lazy("On which day"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(
        self,
        *args: Any,
        seats: Any,
        delegation_ids_with_focal_point: frozenset[int],
        today: date,
        offered_values: Mapping[str, str],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["language"].label = _("Language of the words")
        field = self.fields["delegation"]
        assert isinstance(field, SeatChoiceField)
        field.delegation_ids_with_focal_point, field.queryset = (
            delegation_ids_with_focal_point,
            seats,
        )
        self.fields["received_on"].widget.attrs["max"] = today.isoformat()  # no later day
        self.initial["received_on"] = today
        self.initial.update(offered_values)

    @property
    def act_arguments(self) -> dict[str, Any]:
        """The delegation, and how and when the input was received, as the act takes them."""
        return {
            "seat": self.cleaned_data["delegation"],
            "received_via": self.cleaned_data["received_by"],
            "received_on": self.cleaned_data["received_on"],
        }
