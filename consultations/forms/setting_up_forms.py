"""The forms that set up a consultation: its title, lists, functions, seats."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.acts.founding import web_address_for
from consultations.forms.people_forms import time_zone_choices
from consultations.lists.list_rows import MAX_BYTES, UnreadableList, decode_list
from consultations.models import FacilitationRole, Seat
from consultations.rules.access import Access
from delegations.models import LANGUAGES, Delegation


class FoundingForm(forms.Form):
    """A new consultation. Its web address follows from the title unless one is given."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=300,
        # `address.js` proposes the slug from the title while it is typed.
        widget=forms.TextInput(attrs={"data-proposes": "slug"}),
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


class PastedListForm(forms.Form):
    """A list that is pasted, or read from a file; then the page shows the rows in `rows`."""

    rows = forms.CharField(
        label=gettext_lazy("The list"),
        required=False,
        strip=False,
        max_length=MAX_BYTES,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "autocomplete": "off"}),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file"),
        required=False,
        help_text=gettext_lazy("CSV in UTF-8, separated by commas, semicolons or tabs."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv,text/plain"}),
    )

    def clean_file(self) -> str | None:
        """Replace the file by its text in `cleaned_data`.

        It is read up to one byte above the limit, by which a file that is too large is known.
        """
        uploaded_file = self.cleaned_data["file"]
        if uploaded_file is None:
            return None
        try:
            return decode_list(uploaded_file.read(MAX_BYTES + 1))
        except UnreadableList as error:
            raise ValidationError(str(error))

    def clean(self) -> None:
        super().clean()
        if not self.errors and not self.text.strip():
            raise ValidationError(_("The list is empty. Paste its rows, or choose a file."))

    @property
    def text(self) -> str:
        """The text to read: the file's where there is one, else what was pasted."""
        return self.cleaned_data.get("file") or self.cleaned_data.get("rows") or ""


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


class FunctionForm(forms.Form):
    """An invitation to lead or serve the consultation."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=150, required=False)
    role = forms.ChoiceField(
        label=gettext_lazy("Function"),
        choices=FUNCTION_LABELS.items(),
        widget=forms.RadioSelect,
        initial=FacilitationRole.CO_FACILITATOR,
    )
    delegation = forms.ModelChoiceField(
        label=capfirst(gettext_lazy("delegation they come from")),
        queryset=Delegation.objects.none(),
        required=False,
        empty_label=gettext_lazy("none"),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES, initial="en")

    def __init__(self, *args: Any, access: Access, **options: Any) -> None:
        super().__init__(*args, **options)
        current_seats = Seat.objects.filter(consultation=access.consultation, ended_at=None)
        delegation_field = self.fields["delegation"]
        delegation_field.queryset = Delegation.objects.filter(  # type: ignore[attr-defined]
            pk__in=current_seats.values("delegation")
        ).exclude(kind="group")


class SeatForm(forms.Form):
    """The name that a delegation sits under, and its status."""

    name = forms.CharField(label=gettext_lazy("Name it sits under"), max_length=200)
    status = forms.ChoiceField(
        label=capfirst(gettext_lazy("status")),
        choices=Seat.Status.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Observers comment, but do not break silence or co-sponsor."),
    )
