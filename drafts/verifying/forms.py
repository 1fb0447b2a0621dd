"""The forms that verify a checksum, and check a copy of a text."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from drafts.parsing.encoding import MAX_FILE_SIZE
from drafts.verifying.seals import CHECKSUM_LENGTH, is_checksum, normalize_checksum


class ChecksumForm(forms.Form):
    """A checksum as it is printed on a paper."""

    checksum = forms.CharField(
        label=gettext_lazy("Checksum"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "dir": "ltr"}),
        help_text=gettext_lazy(
            "The 64 letters and digits on the paper, or the first twelve. Spaces and "
            "capitals do not matter."
        ),
    )

    def clean_checksum(self) -> str:
        checksum = normalize_checksum(self.cleaned_data["checksum"])
        if is_checksum(checksum):
            return checksum
        if len(checksum) > CHECKSUM_LENGTH:
            sentence = ngettext(
                "This has %(n)d character. A checksum has %(most)d.",
                "This has %(n)d characters. A checksum has %(most)d.",
                len(checksum),
            )
            raise ValidationError(sentence % {"n": len(checksum), "most": CHECKSUM_LENGTH})
        raise ValidationError(
            _(
                "A checksum has at least twelve digits 0 to 9 and letters a to f. Compare "
                "each character with the paper."
            )
        )


class CheckCopyForm(forms.Form):
    """A copy of a circulated text, to be compared with it: a file, or its words."""

    file = forms.FileField(
        label=gettext_lazy("The file"),
        required=False,
        help_text=gettext_lazy("Word (.docx) or plain text (.txt). It is read and not kept."),
    )
    pasted = forms.CharField(
        label=gettext_lazy("Or its words"),
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 10, "dir": "auto"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and (file.size or 0) > MAX_FILE_SIZE:
            raise ValidationError(
                _("The file is too large. The limit is %(limit)d MB.")
                % {"limit": MAX_FILE_SIZE // (1024 * 1024)}
            )
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        has_words = bool((cleaned.get("pasted") or "").strip())
        if not self.errors and not cleaned.get("file") and not has_words:
            raise ValidationError(_("Choose a file, or paste the words of the text."))
        if cleaned.get("file") and has_words:
            raise ValidationError(_("Choose a file or paste the words, not both."))
        return cleaned

    @property
    def name_and_content(self) -> tuple[str, bytes]:
        """Name and bytes of what is to be read."""
        file = self.cleaned_data["file"]
        if file:
            return file.name, file.read()
        return "pasted.txt", self.cleaned_data["pasted"].encode()
