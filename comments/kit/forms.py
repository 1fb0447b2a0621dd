"""The upload of a completed kit."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _, gettext_lazy

from delegations.models import LANGUAGES
from drafts.parsing.encoding import MAX_FILE_SIZE


class KitForm(forms.Form):
    """The completed kit, and the language in which the capital wrote."""

    file = forms.FileField(
        label=gettext_lazy("The file from the capital"),
        help_text=gettext_lazy(
            "The completed kit (.docx or .xlsx) or the ISO comment form. Any table with "
            "columns for paragraph, comment and proposed text also works."
        ),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of its words"), choices=LANGUAGES)

    def clean_file(self) -> "UploadedFile[bytes]":
        """The uploaded file, unless it is too large."""
        uploaded_file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (uploaded_file.size or 0) > MAX_FILE_SIZE:
            raise ValidationError(
                _("The file is too large. The limit is %(limit)d MB.")
                % {"limit": MAX_FILE_SIZE // (1024 * 1024)}
            )
        return uploaded_file
