"""The form of a translation: the language, whether it is official, the file."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from delegations.models import LANGUAGES
from drafts.desk.forms import FileForm
from drafts.models import Draft, WordingTranslation


class TranslationForm(FileForm):
    """A file with the text of a circulated revision in another language, or its words."""

    # Matched with the paragraphs of its revision, a translation needs no lineage file.
    lineage = None  # type: ignore[assignment]
    language = forms.ChoiceField(label=gettext_lazy("Language"))
    status = forms.ChoiceField(
        label=gettext_lazy("This translation is"),
        choices=WordingTranslation.Status.choices,
        initial=WordingTranslation.Status.UNOFFICIAL,
        widget=forms.RadioSelect,
    )
    field_order = ("language", "status", "file", "pasted")

    def __init__(self, *args: Any, draft: Draft, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["language"].choices = [  # type: ignore[attr-defined]
            (language, name) for language, name in LANGUAGES if language != draft.language
        ]
