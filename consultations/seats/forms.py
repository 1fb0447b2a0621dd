"""The forms that seat delegations: one, or a list that is pasted or uploaded."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _, gettext_lazy

from consultations.models import Seat
from consultations.seats.lists import MAX_BYTES, UnreadableList, decode_list


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


class SeatForm(forms.Form):
    """The name that a delegation sits under, and its status."""

    name = forms.CharField(label=gettext_lazy("Name it sits under"), max_length=200)
    status = forms.ChoiceField(
        label=capfirst(gettext_lazy("status")),
        choices=Seat.Status.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Observers comment, but do not break silence or co-sponsor."),
    )
