"""The confirmation of the paragraphs that an import would delete."""

from collections.abc import Sequence

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext


class DroppedForm(forms.Form):
    """The form in which each paragraph to be deleted is ticked, so that none is overlooked."""

    dropped = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, required=False, label=gettext_lazy("Deleted")
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        posted_data: QueryDict | None,
        *,
        dropped_choices: Sequence[tuple[str, str]],
        fingerprint: str,
    ) -> None:
        """`dropped_choices`: the public id and the name of each paragraph.

        `fingerprint` is that of the import now; the field "seen" has the one that was shown.
        """
        super().__init__(posted_data, initial={"seen": fingerprint})
        self.fingerprint = fingerprint
        self.fields["dropped"].choices = dropped_choices  # type: ignore[attr-defined]

    def clean_dropped(self) -> list[str]:
        """The public ids of the paragraphs; refused while one is not ticked."""
        ticked_public_ids: list[str] = self.cleaned_data["dropped"]
        if missing_count := len(self.fields["dropped"].choices) - len(ticked_public_ids):  # type: ignore[attr-defined]
            message = ngettext(
                "Select %(n)d more, or go back and choose which row continues it.",
                "Select %(n)d more, or go back and choose which rows continue them.",
                missing_count,
            )
            raise forms.ValidationError(message % {"n": missing_count})
        return ticked_public_ids

    def clean_seen(self) -> str:
        """The fingerprint; refused where the text or a choice changed since the page was shown."""
        if self.cleaned_data["seen"] != self.fingerprint:
            raise forms.ValidationError(
                _("The text or a choice changed. Go back and review again.")
            )
        return self.fingerprint
