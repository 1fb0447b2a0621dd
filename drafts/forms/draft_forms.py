"""The forms about a text: a new text, its settings, an import, an agenda item."""

from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from delegations.models import LANGUAGES
from drafts.models import AnnexNumbering, Draft, Numbering, Paragraph, SubparagraphLabels, Wording
from drafts.readers.encoding import MAX_FILE_SIZE
from drafts.words.quoting import first_words


class NewDraftForm(forms.Form):
    """A new text."""

    # While the title is typed a script (address.js) proposes an address made of it.
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=400,
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
    symbol = forms.CharField(
        label=gettext_lazy("Symbol"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("For example: A/C.3/80/L.4."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Authentic language"), choices=LANGUAGES, initial="en"
    )
    numbering = forms.ChoiceField(
        label=gettext_lazy("Numbering of paragraphs"),
        choices=Numbering.choices,
        initial=Numbering.RUNNING,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Numbers in an imported file are always kept."),
    )
    levels = forms.ChoiceField(
        label=gettext_lazy("Subparagraphs"),
        choices=SubparagraphLabels.choices,
        initial=SubparagraphLabels.LETTERS,
        widget=forms.RadioSelect,
    )
    annexes = forms.ChoiceField(
        label=gettext_lazy("Annex paragraphs"),
        choices=AnnexNumbering.choices,
        initial=AnnexNumbering.RUNNING,
        widget=forms.RadioSelect,
    )


class DraftSettingsForm(NewDraftForm):
    """Title, language and numbering of a text. Its address stays: mails and papers link to it."""

    # The title again, without the proposal of an address, whose field (`slug`) is taken out.
    title = forms.CharField(label=gettext_lazy("Title"), max_length=400)
    slug = None  # type: ignore[assignment]

    @classmethod
    def showing(cls, draft: Draft) -> Self:
        """The form with what is set."""
        return cls(initial={name: getattr(draft, name) for name in cls.base_fields})


class FileForm(forms.Form):
    """A file or pasted words; with them, where known, the lineage of the paragraphs."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy(
            "Word (.docx), PDF, Akoma Ntoso (.xml), plain text (.txt) or JSON (.json)."
        ),
    )
    pasted = forms.CharField(
        label=gettext_lazy("Or paste the text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("A blank line between paragraphs; the first line is the title."),
    )
    lineage = forms.FileField(
        label=gettext_lazy("Lineage"),
        required=False,
        help_text=gettext_lazy(
            "For a new revision: a CSV file with old id and new id on each line."
        ),
    )

    def clean_file(self) -> "UploadedFile[bytes] | None":
        return _require_readable_size(self.cleaned_data["file"])

    def clean_lineage(self) -> "UploadedFile[bytes] | None":
        return _require_readable_size(self.cleaned_data["lineage"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        file, pasted = cleaned.get("file"), cleaned.get("pasted", "").strip()
        # A file that is too large is not in `cleaned`, and has its own error.
        if "file" in cleaned and not file and not pasted:
            raise ValidationError(_("Choose a file, or paste the text."))
        if file and pasted:
            raise ValidationError(_("Choose a file or paste the text, not both."))
        return cleaned

    @property
    def name_and_content(self) -> tuple[str, bytes]:
        """The name and the bytes of the file; pasted words are read as a plain text."""
        if file := self.cleaned_data["file"]:
            return file.name, file.read()
        return "pasted.txt", self.cleaned_data["pasted"].encode()


def _require_readable_size(file: "UploadedFile[bytes] | None") -> "UploadedFile[bytes] | None":
    """Raise ValidationError for a file that is too large, before it is read; returns the file."""
    if file and (file.size or 0) > MAX_FILE_SIZE:
        megabyte = 1024 * 1024
        raise ValidationError(
            _(
                "The file has %(size).1f MB. The limit is %(limit)d MB. Divide it, or check "
                "that it is the right file."
            )
            % {"size": (file.size or 0) / megabyte, "limit": MAX_FILE_SIZE // megabyte}
        )
    return file


def choice_label(paragraph: Paragraph | Wording) -> str:
    """A paragraph in a list of choices: its label and its first words."""
    quoted_words = first_words(paragraph.text)
    return f"{paragraph.label} · {quoted_words}" if paragraph.label else quoted_words


def agenda_value(draft: Draft, paragraph: Paragraph | None) -> str:
    """What pages call an item by: "draft:" with the id of a text, or the id of a paragraph alone.

    Each stands on an agenda once.
    """
    return str(paragraph.public_id) if paragraph else f"draft:{draft.public_id}"


class AgendaItemForm(forms.Form):
    """A text, or a paragraph of it, for a meeting's agenda."""

    what = forms.ChoiceField(label=gettext_lazy("Text or paragraph"))
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)

    def __init__(
        self, *args: Any, wordings_by_draft: dict[Draft, list[Wording]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["what"].choices = [  # type: ignore[attr-defined]
            (
                draft.title,
                [
                    (agenda_value(draft, None), _("The whole text")),
                    *(
                        (agenda_value(draft, wording.paragraph), choice_label(wording))
                        for wording in wordings
                    ),
                ],
            )
            for draft, wordings in wordings_by_draft.items()
        ]
