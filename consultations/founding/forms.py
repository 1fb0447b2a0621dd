"""The forms that set up a consultation: its title, lists, functions, seats."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from consultations.founding.acts import web_address_for
from consultations.models import FacilitationRole
from consultations.web.forms import time_zone_choices


class FoundingForm(forms.Form):
    """A new consultation. Its web address follows from the title unless one is given."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=300,
        # `address.js` proposes the slug from the title while it is typed.
        widget=forms.TextInput(attrs={"data-proposes": "slug"}),
    )
    short_title = forms.CharField(
        label=capfirst(gettext_lazy("short title")),
        max_length=40,
        required=False,
        help_text=gettext_lazy(
            "Stands at the top of every page. Leave empty where the title is short."
        ),
    )
    slug = forms.SlugField(
        label=gettext_lazy("Web address"),
        max_length=80,
        required=False,
        help_text=gettext_lazy(
            "Small letters, digits and hyphens. Leave empty to use the title. It cannot "
            "change later."
        ),
    )
    mandate = forms.CharField(
        label=capfirst(gettext_lazy("mandate")),
        max_length=5000,
        required=False,
        widget=forms.Textarea,
    )
    handling = forms.CharField(
        label=capfirst(gettext_lazy("handling mark")),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Stands on every paper, for example: For participants only."),
    )
    time_zone = forms.ChoiceField(
        label=capfirst(gettext_lazy("time zone")),
        initial="America/New_York",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["time_zone"].choices = time_zone_choices()  # type: ignore[attr-defined]

    def clean(self) -> None:
        super().clean()
        title, slug = self.cleaned_data.get("title"), self.cleaned_data.get("slug")
        if title and not slug and "slug" not in self.errors:
            self.cleaned_data["slug"] = web_address_for(title)


FUNCTION_LABELS = {
    FacilitationRole.CO_FACILITATOR: gettext_lazy(
        "Co-facilitator: leads, circulates texts, publishes reviews."
    ),
    FacilitationRole.STAFF: gettext_lazy(
        "Staff: works on texts and reviews for the co-facilitators."
    ),
    FacilitationRole.SECRETARIAT: gettext_lazy(
        "Secretariat: seats, invitations, meetings, records."
    ),
}
