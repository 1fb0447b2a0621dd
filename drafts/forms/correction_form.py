"""The form that corrects a row of a file before its import. Nothing that is typed is repaired."""

import re
from collections.abc import Mapping
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from drafts.models import Kind
from drafts.readers.corrections import Correction, unchanged_correction
from drafts.readers.proposal import (
    MAX_LABEL_LENGTH,
    MAX_LEVEL,
    MAX_PARAGRAPH_LENGTH,
    ReadParagraph,
    ReadText,
    forbidden_character,
)

_BLANK_LINE = re.compile(r"\n[ \t]*\n+")
PREFIX = "fix"
_ROW, _JOIN, _LEAVE = "row", "join", "leave"


class CorrectionForm(forms.Form):
    """How a row is to be read."""

    use_required_attribute = False  # it is inside the form of the whole page

    text = forms.CharField(
        label=gettext_lazy("Text"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("A blank line splits it into two paragraphs."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Kind.choices)
    label = forms.CharField(
        label=gettext_lazy("Label"), max_length=MAX_LABEL_LENGTH, required=False, strip=True
    )
    level = forms.TypedChoiceField(
        label=gettext_lazy("Level"),
        coerce=int,
        choices=[(level, str(level)) for level in range(MAX_LEVEL + 1)],
    )
    use = forms.ChoiceField(
        label=gettext_lazy("This row is"),
        choices=[
            (_ROW, gettext_lazy("a paragraph of its own")),
            (_JOIN, gettext_lazy("the end of the row above: join them")),
            (_LEAVE, gettext_lazy("no part of the text: leave it out")),
        ],
        widget=forms.RadioSelect,
    )

    @classmethod
    def showing(cls, paragraph: ReadParagraph, correction: Correction | None) -> Self:
        """The form with what was read, or what was corrected already."""
        current = correction or unchanged_correction(paragraph)
        use = _JOIN if current.joins_above else _LEAVE if current.is_left_out else _ROW
        initial = {
            "text": "\n\n".join(current.texts),
            "kind": current.kind,
            "label": current.label,
            "level": current.level,
            "use": use,
        }
        return cls(initial=initial, prefix=PREFIX)

    @classmethod
    def typed(cls, data: Any) -> Self:
        """The form as it was sent."""
        return cls(data, prefix=PREFIX)

    @classmethod
    def unfinished(cls, typed: Mapping[str, str]) -> Self:
        """The form with what was typed and not saved yet."""
        values = {name.removeprefix(f"{PREFIX}-"): value for name, value in typed.items()}
        return cls(initial=values, prefix=PREFIX)

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].replace("\r\n", "\n")
        if not text.strip():
            raise ValidationError(_("A paragraph needs words. To leave it out, choose so below."))
        if character := forbidden_character(text):
            message = _("It contains %(character)s, which cannot be printed.")
            raise ValidationError(message % {"character": character})
        longest = max(len(piece) for piece in _BLANK_LINE.split(text))
        if longest > MAX_PARAGRAPH_LENGTH:
            message = _("A paragraph has %(count)d characters. The limit is %(limit)d. Split it.")
            raise ValidationError(message % {"count": longest, "limit": MAX_PARAGRAPH_LENGTH})
        return text

    def check_titles(self, read: ReadText) -> None:
        """Add an error to the kind where the text would have two titles."""
        if sum(paragraph.kind == "title" for paragraph in read.paragraphs) > 1:
            self.add_error("kind", _("The text already has a title. Make this one a heading."))

    @property
    def correction(self) -> Correction:
        """What was typed, once it is valid."""
        cleaned = self.cleaned_data
        pieces = (piece.strip("\n") for piece in _BLANK_LINE.split(cleaned["text"]))
        return Correction(
            kind=cleaned["kind"],
            label=cleaned["label"],
            level=cleaned["level"],
            texts=tuple(piece for piece in pieces if piece.strip()),
            joins_above=cleaned["use"] == _JOIN,
            is_left_out=cleaned["use"] == _LEAVE,
        )
